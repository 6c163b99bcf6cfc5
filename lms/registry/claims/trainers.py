"""Who the trainers (培训管理员) of an enterprise are: to name another, to end one's rights."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from lms.access.models import Membership, Role, User
from lms.access.service import add_user
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.notices.service import tell
from lms.registry.claims import queries
from lms.registry.claims.models import ClaimPost, ClaimState, EnterpriseClaim
from lms.registry.claims.service import say_again
from lms.registry.models import Enterprise, Person
from lms.registry.service.heads import enter

NAMED, ENDED = "trainer.named", "trainer.ended"


class NotReachable(Invalid):
    code = "trainer-not-reachable"
    sentence = _l("要在花名册上、登记了手机号的人才能指定为培训管理员。先补上手机号。")


class AlreadyTrainer(Conflict):
    code = "trainer-already"
    sentence = _l("这个人已经是培训管理员，账号也开通了。")


class SameName(Conflict):
    code = "trainer-same-name"
    sentence = _l(
        "本单位已有一个叫这个名字的账号。一个人不能有两个账号，不然自己就能确认自己做的事。不是同一个人的，找维护本系统的人员添加。"
    )


class LastTrainer(Conflict):
    code = "trainer-last"
    sentence = _l("本单位没有别的能登录的培训管理员。先指定另一位，等他开通账号，再停这一位。")


@dataclass(frozen=True, slots=True)
class Trainer:
    """One line of a trainer. waits: the account was not opened yet."""

    held: Membership
    name: str
    waits: bool


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> tuple[list[Trainer], list[Trainer]]:
    """Who is trainer of an enterprise today, and who was before, the latest first."""
    wanted = select(Membership, User.name, _unopened()).join(Membership.user).where(*_trainers_of(enterprise_id))
    found = [Trainer(*row) for row in uow.session.execute(wanted.order_by(Membership.starts_on.desc(), Membership.id.desc()))]
    return [one for one in found if one.held.runs(uow.today)], [one for one in found if not one.held.runs(uow.today)]


def name(uow: UnitOfWork, person: Person) -> str | None:
    """Somebody on the roster is a trainer from today, and told so. Returns the words that open the account, which are for whoever
    named them to say; the number of the receipt that they belong to goes to the person alone, so that neither opens it by itself.
    None where the person has an account.

    Raises NotReachable, AlreadyTrainer, SameName.
    """
    if person.left_on is not None or person.erased_at is not None or not person.phone:
        raise NotReachable
    firm = _hold(uow, person.enterprise_id)
    user = _account_of(uow, person)
    claim = _unopened_claim(uow, user) if user else None
    is_one = user is not None and any(_is_trainer(held, firm.id) and held.runs(uow.today) for held in user.memberships)
    if is_one and claim is None:
        raise AlreadyTrainer
    if user is None:
        user = add_user(
            uow, username=queries.name_of_account(uow, firm.uscc), name=person.name, password=secrets.token_urlsafe(),
            role=Role.EMPLOYEE, enterprise_id=firm.id, person_id=person.id,
        )  # fmt: skip
        claim = _open_for(uow, firm, person, user)
    if not is_one:
        held = Membership(user_id=user.id, role=Role.TRAINER, enterprise_id=firm.id, person_id=person.id, starts_on=uow.today)
        uow.session.add(held)
        uow.session.flush()
        enter(uow, NAMED, held, first_on=held.starts_on)
    words = say_again(uow, claim) if claim else None
    body = _("%(who)s指定您为培训管理员。不是您本人同意的，请告诉主要负责人。", who=uow.actor.name)
    if claim:
        body += _("开通账号：回执号 %(number)s，口令问指定您的人。", number=claim.number)
    tell(
        uow, firm.id, [person.id], title=_("您现在是培训管理员"), body=body, kind=NAMED, about_id=user.id, urgent=True,
        link="/claim/state" if claim else None,
    )  # fmt: skip
    return words


def end(uow: UnitOfWork, enterprise_id: UUID, user_id: UUID) -> str:
    """Yesterday was the last day this account was a trainer of the enterprise; what else it may do stays. Returns whose it is.

    Raises NotFound, LastTrainer.
    """
    _hold(uow, enterprise_id)
    running, _before = of_enterprise(uow, enterprise_id)
    lines = [one for one in running if one.held.user_id == user_id]
    if not lines:
        raise NotFound
    if not any(one.held.user_id != user_id and not one.waits for one in running):
        raise LastTrainer
    for one in lines:
        one.held.ends_on = uow.today - timedelta(days=1)
        enter(uow, ENDED, one.held, last_on=one.held.ends_on)
    void = update(EnterpriseClaim).where(EnterpriseClaim.user_id == user_id, EnterpriseClaim.opened_at.is_(None))
    uow.execute(void.values(opening_hash=None, opening_until=None))
    person_id = next((one.held.person_id for one in lines if one.held.person_id), None)
    people, users = ([person_id], []) if person_id else ([], [user_id])
    body = _("%(who)s停止了您的培训管理员权限，以前的记录都在。", who=uow.actor.name)
    tell(
        uow, enterprise_id, people, user_ids=users, title=_("您不再是培训管理员"), body=body, kind=ENDED, about_id=user_id,
        urgent=True,
    )  # fmt: skip
    return lines[0].name


def _hold(uow: UnitOfWork, enterprise_id: UUID) -> Enterprise:
    """Two who end each other at once would leave nobody."""
    return uow.session.scalars(select(Enterprise).where(Enterprise.id == enterprise_id).with_for_update()).one()


def _trainers_of(enterprise_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Membership.enterprise_id == enterprise_id, Membership.role == Role.TRAINER


def _is_trainer(held: Membership, enterprise_id: UUID) -> bool:
    return held.role is Role.TRAINER and held.enterprise_id == enterprise_id


def _unopened() -> ColumnElement[bool]:
    claimed = exists().where(EnterpriseClaim.user_id == User.id, EnterpriseClaim.opened_at.is_(None))
    return and_(User.password_changed_at.is_(None), claimed)


def _account_of(uow: UnitOfWork, person: Person) -> User | None:
    """The account of somebody on the roster. Raises SameName where one that is tied to nobody there may be theirs."""
    own = exists().where(Membership.user_id == User.id, Membership.person_id == person.id)
    untied = exists().where(
        Membership.user_id == User.id, Membership.enterprise_id == person.enterprise_id, Membership.person_id.is_(None),
        Membership.runs_on(uow.today),
    )  # fmt: skip
    wanted = select(User, own).where(or_(own, and_(User.name == person.name, untied))).order_by(own.desc(), User.id.desc())
    found = uow.session.execute(wanted).all()
    if any(not is_own for _user, is_own in found):
        raise SameName
    return found[0][0] if found else None


def _unopened_claim(uow: UnitOfWork, user: User) -> EnterpriseClaim | None:
    if user.password_changed_at is not None:
        return None
    waits = EnterpriseClaim.user_id == user.id, EnterpriseClaim.opened_at.is_(None), EnterpriseClaim.state == ClaimState.NAMED
    return uow.session.scalar(select(EnterpriseClaim).where(*waits))


def _open_for(uow: UnitOfWork, firm: Enterprise, person: Person, user: User) -> EnterpriseClaim:
    claim = EnterpriseClaim(
        number=f"{secrets.randbelow(10**12):012}", uscc=firm.uscc, name=firm.name, jurisdiction_id=firm.jurisdiction_id,
        enterprise_id=firm.id, person_name=person.name, post=ClaimPost.MANAGER, phone=person.phone, state=ClaimState.NAMED,
        filed_at=uow.now, decided_at=uow.now, decided_by=uow.actor.name, user_id=user.id,
    )  # fmt: skip
    uow.session.add(claim)
    uow.session.flush()
    return claim
