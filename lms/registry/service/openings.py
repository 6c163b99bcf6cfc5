"""Newly introduced enterprises and construction projects, each with its first day; projects also with a last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lms.access.actor import Actor
from lms.access.reach import reach
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork, unit_of_work
from lms.ledger.service import append
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import LONGEST_CODE, Enterprise, EnterpriseKind, EnterpriseState, Jurisdiction
from lms.registry.rules.identifiers import compact, read_uscc
from lms.registry.rules.similar import normal
from lms.registry.service import states
from lms.registry.service.heads import Head, appoint
from lms.registry.service.past import keep

OVER = "建设项目到了竣工日期"
CUT = 18  # characters former versions kept of the code of a project, which may be those of several
RECODED = "enterprise.recoded"
CLERK = Actor.system("registry.openings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an officer knows of a newcomer. code: 统一社会信用代码, of a project its own. opens_on: None: in business already."""

    kind: EnterpriseKind
    name: str
    code: str
    industry: str
    headcount: int | None = None
    trade_authority: str | None = None
    officer: str | None = None
    head: str | None = None
    head_phone: str | None = None
    opens_on: date | None = None
    ends_on: date | None = None


class CodeKnown(Conflict):
    code = "enterprise-code-known"
    sentence = _l("代码 %(code)s 已经登记给「%(name)s」。同一家不用再登记；不是同一家请核对代码。")


class CodeWrong(Invalid):
    code = "enterprise-code-wrong"
    sentence = _l("统一社会信用代码不对：%(why)s")


class CodeTooLong(Invalid):
    code = "enterprise-code-too-long"
    sentence = _l("代码最多 %(n)s 个字符。")


class EndsBefore(Invalid):
    code = "project-ends-before"
    sentence = _l("竣工日期不能早于开工日期，也不能已经过去。")


def register(uow: UnitOfWork, jurisdiction: Jurisdiction, told: Opening) -> Enterprise:
    """Take a newcomer into the patch; running campaigns ask it from its first day on, by a date of its own. A project that is
    there by its name and the beginning of its code, as former versions cut it, gets the whole code and nothing else.

    Raises CodeKnown, CodeWrong, CodeTooLong, EndsBefore. Says EnterprisesAdded of one that is new.
    """
    code = compact(told.code).upper()
    if told.kind is EnterpriseKind.FIRM:
        code, wrong = read_uscc(told.code)
        if wrong:
            raise CodeWrong(why=str(wrong.reason))
    if len(code) > LONGEST_CODE:
        raise CodeTooLong(n=LONGEST_CODE)
    if told.ends_on and told.ends_on < max(told.opens_on or uow.today, uow.today):
        raise EndsBefore
    there = uow.session.scalar(select(Enterprise).where(Enterprise.uscc == code))
    if there is not None:
        raise CodeKnown(code=code, name=there.name)
    cut = _cut(uow, code, told)
    if cut is not None:
        append(uow, cut.id, RECODED, cut.id, {"before": cut.uscc, "after": code, "actor": uow.actor.key})
        cut.uscc = code
        uow.say(EnterprisesChanged((cut.id,), at=uow.now))
        return cut
    made = Enterprise(
        name=told.name, uscc=code, jurisdiction_id=jurisdiction.id, industry=told.industry, kind=told.kind,
        declared_headcount=told.headcount, trade_authority=told.trade_authority, officer_name=told.officer,
        state=EnterpriseState.ACTIVE, opens_on=told.opens_on,
        ends_on=told.ends_on, created_at=uow.now,
        opened_at=None if told.opens_on and told.opens_on > uow.today else uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    if told.head:
        appoint(uow, [Head(made.id, told.head, told.head_phone, None)], told.opens_on or uow.today)
    uow.say(EnterprisesAdded((made.id,), at=uow.now))
    return made


def begins_alike(uow: UnitOfWork, made: Enterprise) -> str | None:
    """The name of another project whose code was cut and begins this one's: it may be the same one, written otherwise."""
    if made.kind is not EnterpriseKind.PROJECT or made.uscc is None or len(made.uscc) <= CUT:
        return None
    other = select(Enterprise.name).where(Enterprise.uscc == made.uscc[:CUT], Enterprise.kind == EnterpriseKind.PROJECT)
    return uow.session.scalar(other.where(reach(uow, Enterprise)))


def _cut(uow: UnitOfWork, code: str, told: Opening) -> Enterprise | None:
    """The same project under the beginning of its code. Raises CodeKnown of one beyond reach."""
    if told.kind is not EnterpriseKind.PROJECT or len(code) <= CUT:
        return None
    beginning = select(Enterprise, reach(uow, Enterprise)).where(
        Enterprise.uscc == code[:CUT], Enterprise.kind == EnterpriseKind.PROJECT
    )
    found = uow.session.execute(beginning.with_for_update(key_share=True, of=Enterprise)).first()
    if found is None or normal(found[0].name) != normal(told.name):
        return None
    project, within_reach = found
    if not within_reach:
        raise CodeKnown(code=code, name=project.name)
    return project


def turn_of_the_day() -> None:
    """Running campaigns ask those that open; what was decided for today holds; projects that are over are out of business.

    Safe to run again.
    """
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = bool(_opened(uow) or uow.session.scalar(_over(uow).limit(1)) or states.due(uow))
    if due:
        with unit_of_work(CLERK, "system") as uow:
            turn(uow)


def turn(uow: UnitOfWork) -> None:
    """The same within a transaction."""
    states.bring_in(uow)
    opened = _opened(uow)
    ended = uow.session.scalars(_over(uow).with_for_update(key_share=True).execution_options(populate_existing=True)).all()
    keep(uow, [one.id for one in ended])
    for one in opened:
        one.opened_at = uow.now
    for one in ended:
        one.state = EnterpriseState.CLOSED
        states.overtake(uow, one.id, EnterpriseState.CLOSED, uow.today, OVER)
    uow.session.flush()
    if opened or ended:
        uow.say(EnterprisesChanged(tuple({one.id for one in (*opened, *ended)}), at=uow.now))


def _opened(uow: UnitOfWork) -> list[Enterprise]:
    first = select(Enterprise).where(Enterprise.opens_on <= uow.today, Enterprise.opened_at.is_(None))
    return list(uow.session.scalars(first.order_by(Enterprise.id)))


def _over(uow: UnitOfWork) -> Select[Enterprise]:
    over = select(Enterprise).where(Enterprise.ends_on < uow.today, Enterprise.state == EnterpriseState.ACTIVE)
    return over.order_by(Enterprise.id)
