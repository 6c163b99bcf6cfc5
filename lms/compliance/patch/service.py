"""Hand over a patch in one step."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.compliance.patch import queries
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise
from lms.registry.service.past import keep


class NothingToHandOver(Invalid):
    code = "patch-empty"
    sentence = _l("「%(name)s」名下没有您管的企业，没有要移交的。")


class SeveralOfThisName(Invalid):
    code = "patch-namesakes"
    sentence = _l("您辖区里叫「%(name)s」的监管责任人有 %(n)s 位，分不清是谁的。请在名单里勾选企业，再移交勾选的。")


class UnknownSuccessor(Invalid):
    """It was not said that this is known. What the page asks about before it is done."""

    code = "patch-unknown-successor"
    sentence = _l("这里没有叫「%(name)s」的监管账号，也没有企业由他负责。姓名没有写错，就再点一次。")


class NoneTicked(Invalid):
    code = "patch-none-ticked"
    sentence = _l("没有勾选您管的企业，请先在名单里勾选。")


class ToOneself(Invalid):
    code = "patch-same"
    sentence = _l("交给的还是同一个人，请改一个名字。")


class Given(NamedTuple):
    """How many enterprises were handed over, and to how many of them no account of this name reaches."""

    enterprises: int
    unseen: int


def hand_over(uow: UnitOfWork, name: str, successor: str, *, sure: bool = True) -> Given:
    """Everything within reach that one officer is responsible for is another's from today on.

    name: empty for those nobody answers for. sure: whoever asks knows that nobody here is called so yet. Past days keep their
    officer: standings are dated lines. An enterprise names its officer and no account: of two of one name those of each are
    ticked. Raises NothingToHandOver, ToOneself, SeveralOfThisName, UnknownSuccessor.
    """
    if name == successor:
        raise ToOneself
    if name and (several := queries.officers_named(uow, name)) > 1:
        raise SeveralOfThisName(name=name, n=several)
    ids = queries.of_officer(uow, name)
    if not ids:
        raise NothingToHandOver(name=name or _l("没有人管"))
    return _give(uow, ids, successor, sure)


def hand_over_ticked(uow: UnitOfWork, enterprise_ids: Collection[UUID], successor: str, *, sure: bool = True) -> Given:
    """These enterprises alone are another's from today on, whoever is responsible now; those beyond reach are passed over.

    sure: as above. Raises NoneTicked, UnknownSuccessor.
    """
    ids = queries.of_these(uow, enterprise_ids)
    if not ids:
        raise NoneTicked
    return _give(uow, ids, successor, sure)


def _give(uow: UnitOfWork, ids: Collection[UUID], successor: str, sure: bool) -> Given:
    unseen = queries.unseen_by(uow, ids, successor)
    if unseen == len(ids) and not sure and successor not in queries.names_here(uow):
        raise UnknownSuccessor(name=successor)
    keep(uow, ids)
    uow.session.execute(update(Enterprise).where(Enterprise.id.in_(ids)).values(officer_name=successor))
    uow.say(EnterprisesChanged(tuple(ids), at=uow.now))
    return Given(len(ids), unseen)
