"""Within a place the name of an officer is one person's: an enterprise names its officer, and no account (ADR 80)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from lms.access import service as access
from lms.access.models import User
from lms.core.db import new_id
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction
from lms.registry.queries.charge import names_who_left, officers_by_place
from lms.registry.rules.tree import Accounts, Place, namesakes, over
from lms.registry.service.kept import pieces
from lms.registry.service.past import keep


class NameTaken(Conflict):
    code = "officer-name-taken"
    sentence = _l(
        "「%(place)s」的监管责任人里已有一位「%(name)s」，两个人管的地方有重合。企业只写责任人的姓名，要分得开："
        "请写成「%(name)s（二）」「%(name)s（安监站）」这样；那一位已经离岗的，先停用他的账号，把名下的企业移交给接手的人。"
    )


class NameOfWhoLeft(Conflict):
    code = "officer-name-of-who-left"
    sentence = _l(
        "这里有 %(n)s 家企业的责任人还写着「%(name)s」，是已经离岗的那一位。请先在“辖区底数”把它们移交给接手的人，"
        "或者换一个分得开的姓名，例如「%(name)s（二）」「%(name)s（安监站）」。"
    )


class SharesName(Conflict):
    code = "officer-shares-name"
    sentence = _l(
        "还有一位「%(name)s」管着同一个地方，停用以后分不清哪些企业没有人管。请先把这个账号改成分得开的姓名，"
        "在“辖区底数”勾选他的企业交给新姓名，再停用。"
    )


class Renamed(NamedTuple):
    """How many enterprises name the officer by the new name now, and how many stay another one's of the old name."""

    along: int
    stay: int


def hold_to_one_person(uow: UnitOfWork, name: str, jurisdiction_id: UUID, user_id: UUID | None = None) -> None:
    """That nobody else supervises part of this jurisdiction under this name, or did and has not handed over what is there.

    user_id: of the account it is about; None of one that is not there yet. Raises NameTaken, NameOfWhoLeft.
    """
    # One at a time: of two who are added at once neither would see the other. What moves the tree waits here, too.
    uow.session.execute(select(Jurisdiction.id).where(Jurisdiction.parent_id.is_(None)).with_for_update())
    places = {row.id: row for row in uow.session.scalars(select(Jurisdiction))}
    own = user_id or new_id()
    here = {places[jurisdiction_id].code: {(own, name)}}
    running = officers_by_place(uow, name)
    if others := _beside(own, places.values(), _both(here, running)):
        raise NameTaken(name=name, place=next(row.name for row in places.values() if others & _ids(running.get(row.code, ()))))
    once = _both(here, officers_by_place(uow, name, left=True))
    if number := sum(firms for place, firms in _named(uow, name).items() if _beside(own, [places[place]], once)):
        raise NameOfWhoLeft(name=name, n=number)


def rename(uow: UnitOfWork, user: User, name: str) -> Renamed:
    """An account is called otherwise from today on, and the enterprises that name its officer go along. Where another one of the
    old name supervises them as well they stay: whose they are only somebody who knows both can tell.

    Raises NameTaken, NameOfWhoLeft. Says EnterprisesChanged.
    """
    old = user.name
    now, left = officers_by_place(uow, old), officers_by_place(uow, old, left=True)
    access.rename(uow, user, name)
    places = {row.id: _where(row) for row in uow.session.scalars(select(Jurisdiction))}
    whose = {row_id: _ids(over(place, now) or over(place, left)) for row_id, place in places.items()}
    along = [place for place, ids in whose.items() if ids == {user.id}]
    named = _named(uow, old)
    stay = sum(firms for place, firms in named.items() if whose[place] > {user.id})
    firms = select(Enterprise.id).where(Enterprise.officer_name == old, Enterprise.jurisdiction_id.in_(along))
    ids = uow.session.scalars(firms.order_by(Enterprise.id)).all()
    keep(uow, ids)
    for part in pieces(ids):
        uow.session.execute(update(Enterprise).where(Enterprise.id.in_(part)).values(officer_name=name))
    if ids:
        uow.say(EnterprisesChanged(tuple(ids), at=uow.now))
    return Renamed(sum(named.get(place, 0) for place in along), stay)


def end(uow: UnitOfWork, user: User) -> int:
    """An account of whoever has left opens nothing from now on; returns how many enterprises name an officer who left so.

    Raises SharesName.
    """
    if _beside(user.id, uow.session.scalars(select(Jurisdiction)).all(), officers_by_place(uow, user.name)):
        raise SharesName(name=user.name)
    access.end(uow, user)
    left = Enterprise.officer_name == user.name, Enterprise.state != EnterpriseState.CLOSED, names_who_left(uow.today)
    return uow.session.scalar(select(func.count(Enterprise.id)).where(*left)) or 0


def _beside(own: UUID, where: Iterable[Jurisdiction], accounts: Accounts) -> set[UUID]:
    """The others of these accounts, of one name, that supervise one of these places as this one does."""
    pairs = namesakes(map(_where, where), accounts)
    return {account for _name, *pair in pairs if own in pair for account in pair} - {own}


def _where(row: Jurisdiction) -> Place:
    return Place(row.path, row.managed_path)


def _both(one: Accounts, other: Accounts) -> Accounts:
    return {code: {*one.get(code, ()), *other.get(code, ())} for code in {*one, *other}}


def _ids(accounts: Iterable[tuple[UUID, str]]) -> set[UUID]:
    return {account for account, _name in accounts}


def _named(uow: UnitOfWork, name: str) -> dict[UUID, int]:
    """How many enterprises that are not closed name this officer, by where they are filed."""
    firms = select(Enterprise.jurisdiction_id, func.count(Enterprise.id)).where(Enterprise.officer_name == name)
    open_ones = firms.where(Enterprise.state != EnterpriseState.CLOSED).group_by(Enterprise.jurisdiction_id)
    return dict(uow.session.execute(open_ones).all())
