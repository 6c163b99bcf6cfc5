"""Ways to sign in elsewhere: set up, and whose account is whose."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, false, func, or_, select

from lms.access.actor import Actor
from lms.access.models import Membership, User
from lms.access.reach import reach
from lms.access.service import load_actor
from lms.core.crypto import keyring
from lms.core.errors import NotFound, Problem
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.ledger.service import Fact, append
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.registry.queries import on_roster
from lms.registry.rules.identifiers import Wrong, read_phone
from lms.sign_in.models import ExternalAccount, Rule, SignInWay, WayKind
from lms.sign_in.ways import ADAPTERS, Outsider

FEW = 6  # ways that a page lists to everybody; of more, whoever signs in names their firm or bureau
WHO_ANSWERS = ("issuer", "client_id", "corpid", "app_key", "base")


class NobodyHere(Problem):
    """The account elsewhere is nobody's here."""

    status = 403
    code = "nobody-here"
    sentence = _l(
        "“%(name)s”在安课里还对不上人。从业人员请找本单位培训管理员核对花名册上的工号或账号；"
        "有用户名的，先用密码登录，再在右上角“账号”里绑定。"
    )


class NoLonger(Problem):
    status = 403
    code = "no-longer"
    sentence = _l("这个账号在安课里已经停用。人还在单位的，请找培训管理员。")


class Taken(Problem):
    status = 409
    code = "external-account-taken"
    sentence = _l("这个外部账号，或者对应的这个人，已经绑定了别的账号。请找培训管理员在“账号 → 外部登录设置”里解除后再试。")


def open_way(uow: UnitOfWork, way_id: UUID) -> SignInWay:
    """A way that is open to everybody. Raises NotFound."""
    way = uow.session.get(SignInWay, way_id)
    if way is None or not way.enabled or way.kind not in ADAPTERS:
        raise NotFound
    return way


def offered(uow: UnitOfWork, place: str) -> tuple[list[tuple[SignInWay, str]], bool]:
    """The ways to sign in with whose they are, and whether there are so many that one says where one works.

    place: the whole name or code of a firm or bureau.
    """
    whose = func.coalesce(Enterprise.name, Jurisdiction.name)
    ways = (
        select(SignInWay, whose)
        .outerjoin(Enterprise, Enterprise.id == SignInWay.enterprise_id)
        .outerjoin(Jurisdiction, Jurisdiction.id == SignInWay.jurisdiction_id)
        .where(SignInWay.enabled, SignInWay.kind.in_(ADAPTERS))
        .order_by(whose, SignInWay.id)
    )
    found = uow.session.execute(ways.limit(FEW + 1)).all()
    if len(found) <= FEW:
        return [(way, name) for way, name in found], False
    named = or_(
        Enterprise.name == place, Enterprise.uscc == place.upper(), Jurisdiction.name == place, Jurisdiction.code == place
    )
    return [(way, name) for way, name in uow.session.execute(ways.where(named))] if place else [], True


def set_up(
    uow: UnitOfWork, way: SignInWay | None, kind: str, name: str, settings: dict[str, str], rule: Rule, *, enabled: bool,
    **scope: UUID | None,
) -> SignInWay:  # fmt: skip
    """Keep a way, a new one of `scope` (enterprise_id or jurisdiction_id) where `way` is None.

    Accounts are forgotten where somebody else answers for them from now on, and those known by the roster where the rule is
    another: nobody becomes somebody else because a setting was changed.
    """
    if way is None:
        way = SignInWay(kind=kind, **scope)
        uow.session.add(way)
    else:
        before = way.settings
        if any(before.get(part) != settings.get(part) for part in WHO_ANSWERS) or (
            kind not in set(WayKind) and before != settings
        ):
            _forget(uow, way)
        elif way.rule is not rule or before.get("work_no_claim") != settings.get("work_no_claim"):
            _forget(uow, way, ExternalAccount.linked_by != Rule.OWN)
    way.name, way.rule, way.enabled = name, rule, enabled
    way.sealed_settings = json.dumps(settings, ensure_ascii=False)
    way.changed_at, way.changed_by = uow.now, uow.actor.name
    uow.session.flush()
    _enter(uow, way, "sign-in.changed", way.id, {"rule": rule.value, "enabled": enabled})
    return way


def remove(uow: UnitOfWork, way: SignInWay) -> None:
    """End a way of signing in, and forget who came by it."""
    _forget(uow, way)
    _enter(uow, way, "sign-in.removed", way.id, {})
    uow.session.delete(way)


def accounts_of(uow: UnitOfWork, way: SignInWay, said: str, number: int | None) -> Page[tuple[ExternalAccount, str, str]]:
    """The accounts known by a way, the last used first, each with whose it is and their work number, if they have one.

    said: a part of their name, here or there, or of their number.
    """
    wanted = (
        select(ExternalAccount, func.coalesce(Person.name, User.name), func.coalesce(Person.work_no, ""))
        .outerjoin(Person, Person.id == ExternalAccount.person_id)
        .outerjoin(User, User.id == ExternalAccount.user_id)
        .where(ExternalAccount.way_id == way.id)
    )
    if said:
        there = (ExternalAccount.name, Person.name, Person.work_no, User.name)
        wanted = wanted.where(or_(*(column.contains(said, autoescape=True) for column in there)))
    total = uow.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(ExternalAccount.used_at.desc(), ExternalAccount.id)
    return paged(total, number, lambda limit, offset: uow.session.execute(ordered.limit(limit).offset(offset)))


def accounts_of_person(uow: UnitOfWork, person_id: UUID) -> Sequence[tuple[ExternalAccount, SignInWay]]:
    """The accounts that let this person in, with or without an account of ours, among those of ways that whoever acts sets up."""
    users = select(Membership.user_id).where(Membership.person_id == person_id)
    theirs = or_(ExternalAccount.person_id == person_id, ExternalAccount.user_id.in_(users))
    wanted = select(ExternalAccount, SignInWay).join(SignInWay, SignInWay.id == ExternalAccount.way_id)
    return uow.session.execute(wanted.where(theirs, reach(uow, SignInWay)).order_by(ExternalAccount.id)).all()


def unlink(uow: UnitOfWork, way: SignInWay, account_id: UUID) -> None:
    """Raises NotFound for an account of another way."""
    account = uow.session.get(ExternalAccount, account_id)
    if account is None or account.way_id != way.id:
        raise NotFound
    untie(uow, account)


def untie(uow: UnitOfWork, account: ExternalAccount) -> None:
    """Know an account elsewhere as nobody any more."""
    way = uow.session.get_one(SignInWay, account.way_id)
    _enter(uow, way, "sign-in.untied", account.person_id or account.id, {"rule": account.linked_by.value})
    uow.session.delete(account)


def enter(uow: UnitOfWork, way: SignInWay, outsider: Outsider) -> Actor:
    """Whoever this account elsewhere is here: as it is tied, else by the way's rule, which ties it.

    A rule makes somebody a person with nothing but their own record; an account here is tied by its owner alone, so nobody who
    sets a way up becomes somebody with more rights. Raises NobodyHere, NoLonger, Taken.
    """
    known = _account(uow, way, outsider.subject)
    actor = _actor(uow, way, known) if known else None
    if known is not None and actor is None and known.user_id is not None:
        raise NoLonger
    if known is None or actor is None:
        person = _person(uow, way, outsider)
        if person is None:
            raise NoLonger if known else NobodyHere(name=outsider.name)
        if known is not None:  # they left and came back as another line of the roster
            uow.session.delete(known)
            uow.session.flush()
        known = _tie(uow, way, outsider, way.rule, person_id=person.id)
        actor = _actor(uow, way, known)
    if actor is None:
        raise NoLonger
    known.used_at, known.name = uow.now, outsider.name
    return actor


def may_tie(uow: UnitOfWork, way: SignInWay, actor: Actor) -> bool:
    """Whether somebody's account here belongs to the firm or bureau whose way this is, or to one below that bureau."""
    if actor.user_id is None or not actor.held:
        return False
    if way.enterprise_id is not None:
        return all(held.enterprise_id == way.enterprise_id for held in actor.held)
    own = [held.jurisdiction_id for held in actor.held]
    top = uow.session.get_one(Jurisdiction, way.jurisdiction_id)
    below = select(func.count()).select_from(Jurisdiction).where(Jurisdiction.id.in_(own), Jurisdiction.path.startswith(top.path))
    return None not in own and uow.session.scalar(below) == len(set(own))


def tie(uow: UnitOfWork, way: SignInWay, outsider: Outsider, actor: Actor) -> None:
    """Tie the account elsewhere to the account of whoever acts, in place of an earlier one. Raises NotFound, Taken."""
    if not may_tie(uow, way, actor):
        raise NotFound
    known = _account(uow, way, outsider.subject)
    if known is not None and known.user_id != actor.user_id:
        if known.user_id is not None and _actor(uow, way, known):
            raise Taken
        if known.person_id is not None and known.person_id != actor.person_id:
            raise Taken
    mine = (ExternalAccount.subject == outsider.subject) | (ExternalAccount.user_id == actor.user_id)
    _forget(uow, way, mine)
    _tie(uow, way, outsider, Rule.OWN, user_id=actor.user_id)


def own(uow: UnitOfWork) -> list[tuple[ExternalAccount, str]]:
    """The accounts elsewhere of whoever acts, each with the name of its way."""
    rows = select(ExternalAccount, SignInWay.name).join(SignInWay, SignInWay.id == ExternalAccount.way_id)
    mine = uow.session.execute(rows.where(ExternalAccount.user_id == uow.actor.user_id).order_by(ExternalAccount.id))
    return [(account, name) for account, name in mine]


def tieable(uow: UnitOfWork) -> Sequence[SignInWay]:
    """The ways that whoever acts may tie an account of."""
    actor: Actor = uow.actor
    wanted = select(SignInWay).where(SignInWay.enabled, SignInWay.kind.in_(ADAPTERS)).order_by(SignInWay.id)
    if actor.enterprise_id:
        wanted = wanted.where(SignInWay.enterprise_id == actor.enterprise_id)
    else:
        own = uow.session.get(Jurisdiction, actor.jurisdiction_id)
        above = select(Jurisdiction.id).where(Jurisdiction.code.in_((own.path if own else "").split("/")))
        wanted = wanted.where(SignInWay.jurisdiction_id.in_(above))
    return [way for way in uow.session.scalars(wanted) if may_tie(uow, way, actor)]


def _account(uow: UnitOfWork, way: SignInWay, subject: str) -> ExternalAccount | None:
    wanted = select(ExternalAccount).where(ExternalAccount.way_id == way.id, ExternalAccount.subject == subject)
    return uow.session.scalar(wanted)


def _actor(uow: UnitOfWork, way: SignInWay, account: ExternalAccount) -> Actor | None:
    """Whoever an account is tied to, while they still belong where the way is of."""
    if account.person_id is not None:
        return load_actor(uow, f"person:{account.person_id}")
    actor = load_actor(uow, f"user:{account.user_id}")
    return actor if actor and may_tie(uow, way, actor) else None


def _person(uow: UnitOfWork, way: SignInWay, outsider: Outsider) -> Person | None:
    """The one person on the roster whom the rule knows by this account. Raises Taken when they have another one."""
    key = outsider.keys.get(way.rule, "").strip()
    if way.enterprise_id is None or not key:
        return None
    people = select(Person).where(Person.enterprise_id == way.enterprise_id, on_roster(uow.today))
    found = list(uow.session.scalars(people.where(_known_as(way, key))))
    if way.rule is Rule.ROSTER:
        column = "wecom_id" if way.kind == WayKind.WECOM else "dingtalk_id"
        found = [person for person in found if (getattr(person, column) or "").strip().lower() == key.lower()]
    if len(found) != 1:
        return None
    other = select(ExternalAccount.id).where(
        ExternalAccount.way_id == way.id, ExternalAccount.person_id == found[0].id, ExternalAccount.subject != outsider.subject
    )
    if uow.session.scalar(other) is not None:
        raise Taken
    return found[0]


def _known_as(way: SignInWay, key: str) -> ColumnElement[bool]:
    if way.rule is Rule.WORK_NO:
        return Person.work_no == key
    if way.rule is Rule.PHONE:
        phone = read_phone(key)
        return false() if isinstance(phone, Wrong) else Person.phone_hash == keyring().fingerprint(phone)
    # Encrypted, each time otherwise: who has one at all is looked at one by one, once in the life of an account.
    return (Person.wecom_id if way.kind == WayKind.WECOM else Person.dingtalk_id).is_not(None)


def _tie(uow: UnitOfWork, way: SignInWay, outsider: Outsider, rule: Rule, **owner: Any) -> ExternalAccount:
    account = ExternalAccount(
        enterprise_id=way.enterprise_id, way_id=way.id, subject=outsider.subject, name=outsider.name, linked_by=rule,
        linked_at=uow.now, used_at=uow.now, **owner,
    )  # fmt: skip
    uow.session.add(account)
    uow.session.flush()
    _enter(uow, way, "sign-in.tied", account.person_id or account.id, {"rule": rule.value})
    return account


def _enter(uow: UnitOfWork, way: SignInWay, kind: str, subject_id: UUID, fact: Fact) -> None:
    """Who lets whom in is an entry of a firm's chain; a bureau has none."""
    if way.enterprise_id is not None:
        append(uow, way.enterprise_id, kind, subject_id, fact | {"actor": uow.actor.key, "way_id": way.id})


def _forget(uow: UnitOfWork, way: SignInWay, *which: ColumnElement[bool]) -> None:
    uow.session.execute(delete(ExternalAccount).where(ExternalAccount.way_id == way.id, *which))
