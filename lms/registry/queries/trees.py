"""What the pages of jurisdictions show."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import (
    ChangeKind,
    Enterprise,
    EnterpriseState,
    EnterpriseTransfer,
    Jurisdiction,
    JurisdictionChange,
    JurisdictionPast,
    TransferState,
    charge_of,
)
from lms.registry.queries.past import places_on, register_on, register_within
from lms.registry.queries.places import lies_in, lines_on, tree_on
from lms.registry.rules.places import DISTRICTS, STREET, VILLAGE

_CHARGE = charge_of(Jurisdiction)


def street_of(place: type[Jurisdiction]) -> ColumnElement[UUID | None]:
    """The street a village belongs to; any other place itself."""
    return case((place.level == VILLAGE, place.parent_id), else_=place.id)


class Row(NamedTuple):
    """A jurisdiction on a day. name, ended_on: as of that day. depth: steps below the top of the list. manager: the functional
    area that is responsible, or nothing.
    """

    jurisdiction: Jurisdiction
    name: str
    ended_on: date | None
    depth: int
    manager: str | None
    enterprises: int


class Facts(NamedTuple):
    enterprises: int
    parent: str | None
    manager: str | None
    officers: tuple[str, ...]


def is_own(uow: UnitOfWork, one: Jurisdiction) -> bool:
    """Whether this is what the officer supervises as a whole."""
    actor: Actor = uow.actor
    return any(held.jurisdiction_id == one.id for held in actor.held)


def may_decide(
    uow: UnitOfWork, one: Jurisdiction, kind: ChangeKind = ChangeKind.RENAME, target: Jurisdiction | None = None
) -> bool:
    """Whether the officer may decide this about a place: it lies below their own, and where more than its name is at stake
    whoever answers for it, and where it goes, is below as well. Who answers for a street of another district sees it and decides
    nothing about it, and the district takes it from nobody: either would take from another bureau what that supervises.
    """
    actor: Actor = uow.actor
    if actor.holds(Role.SYSTEM):
        return True
    if is_own(uow, one):
        return False
    held = uow.once(_codes_held, actor)
    lines = [one.path]
    if kind is not ChangeKind.RENAME:
        lines.append(one.charge)
        if target is not None:
            lines.append(target.charge if kind is ChangeKind.ASSIGN else target.path)
    return all(any(lies_in(line, code) for code in held) for line in lines)


def _codes_held(uow: UnitOfWork, actor: Actor) -> tuple[str, ...]:
    held = [held.jurisdiction_id for held in actor.held if held.role is Role.OFFICER]
    return tuple(uow.session.scalars(select(Jurisdiction.code).where(Jurisdiction.id.in_(held))))


def own_jurisdiction(uow: UnitOfWork) -> Jurisdiction:
    """The jurisdiction an officer acts for. Raises NotFound."""
    actor: Actor = uow.actor
    held = actor.held_as(Role.OFFICER)
    if held is None:
        raise NotFound
    return uow.session.get_one(Jurisdiction, held.jurisdiction_id)


def below(uow: UnitOfWork) -> list[Jurisdiction]:
    """All within reach that have not ended, villages left out, by place."""
    wanted = select(Jurisdiction).where(reach(uow, Jurisdiction), Jurisdiction.ended_on.is_(None), Jurisdiction.level != VILLAGE)
    return list(uow.session.scalars(wanted.order_by(Jurisdiction.path)))


def labelled(places: list[Jurisdiction]) -> list[tuple[str, str]]:
    """Choices of a form: each place named with what it lies in, for districts have streets of one name."""
    names = {row.id: row.name for row in places}
    over = ((row, names.get(row.parent_id) if row.parent_id else None) for row in places)
    return [(str(row.id), f"{name} / {row.name}" if name else row.name) for row, name in over]


def whole_name(uow: UnitOfWork, one: Jurisdiction) -> str:
    """The same of one place."""
    over = uow.session.get_one(Jurisdiction, one.parent_id).name if one.parent_id else ""
    return f"{over} / {one.name}" if over else one.name


def overview(uow: UnitOfWork, day: date) -> list[Row]:
    """What lay within reach at the end of a day, villages left out, each with the enterprises in business that it answered for,
    filed in it or below, and who was responsible: what a functional area answers for is not also the district's. Three queries.
    """
    tree, firm = tree_on(day), register_on(uow, day)
    place = tree.c
    rows = uow.session.execute(
        select(Jurisdiction, place.name, place.path, charge_of(place))
        .join(tree, place.id == Jurisdiction.id)
        .where(places_on(uow, day), Jurisdiction.level != VILLAGE)
        .order_by(place.path)
    ).all()
    counted = uow.session.execute(
        select(charge_of(place), func.count(firm.id))
        .join(tree, place.id == firm.jurisdiction_id)
        .where(register_within(uow, firm, day), firm.state == EnterpriseState.ACTIVE)
        .group_by(charge_of(place))
    ).all()
    managers = {row.code: _manager(path, charge) for row, _name, path, charge in rows}
    names = lines_on(uow, {code for code in managers.values() if code}, day)
    top = min((path.count("/") for _row, _name, path, _charge in rows), default=0)
    return [
        Row(
            row, name, ended_by(row, day), path.count("/") - top,
            names[managers[row.code]].name if managers[row.code] else None,
            sum(number for filed, number in counted if filed.startswith(charge)),
        )
        for row, name, path, charge in rows
    ]  # fmt: skip


def ended_by(one: Jurisdiction, day: date) -> date | None:
    """The last day of a jurisdiction that was over by a day; None of any other."""
    return one.ended_on if one.ended_on and one.ended_on < day else None


def parents_of(uow: UnitOfWork, paths: list[str]) -> dict[str, UUID]:
    """What each path by place leads through last before its end; the top has nothing above it."""
    over = {path: path.split("/")[-3] for path in paths if path.count("/") > 1}
    ids = dict(uow.session.execute(select(Jurisdiction.code, Jurisdiction.id).where(Jurisdiction.code.in_(over.values()))).all())
    return {path: ids[code] for path, code in over.items()}


def _manager(path: str, charge: str) -> str:
    """The code of what answers for a place itself instead of what it lies in; empty where nothing does."""
    lies_in, answers = (f"/{way}".split("/")[-3] for way in (path, charge))
    return answers if answers != lies_in else ""


def place_on(uow: UnitOfWork, jurisdiction_id: UUID, day: date) -> Jurisdiction:
    """A jurisdiction that lay within reach at the end of a day. Raises NotFound."""
    found = uow.session.scalar(select(Jurisdiction).where(Jurisdiction.id == jurisdiction_id, places_on(uow, day)))
    if found is None:
        raise NotFound
    return found


def firms_of(one: Jurisdiction) -> ColumnElement[bool]:
    """Of enterprises, beside where they are filed, those in business that a jurisdiction answers for."""
    return and_(_CHARGE.startswith(one.charge, autoescape=True), Enterprise.state == EnterpriseState.ACTIVE)


def facts(uow: UnitOfWork, one: Jurisdiction) -> Facts:
    """How many enterprises in business it answers for, what it belongs to, and whose accounts supervise it."""
    number = uow.session.scalar(
        select(func.count(Enterprise.id)).join(Jurisdiction, Jurisdiction.id == Enterprise.jurisdiction_id).where(firms_of(one))
    )
    names = dict(
        uow.session.execute(
            select(Jurisdiction.id, Jurisdiction.name).where(Jurisdiction.id.in_([one.parent_id, one.manager_id]))
        ).all()
    )
    officers = uow.session.scalars(
        select(User.name)
        .join(Membership)
        .where(Membership.jurisdiction_id == one.id, Membership.role == Role.OFFICER, Membership.runs_on(uow.today))
        .order_by(User.name)
    )
    parent = names.get(one.parent_id) if one.parent_id else None
    return Facts(number or 0, parent, names.get(one.manager_id) if one.manager_id else None, tuple(officers))


def officers_over(uow: UnitOfWork, place: Jurisdiction, named: str | None = None) -> list[UUID]:
    """The accounts of the officers of a jurisdiction and the one above; of these the one `named` alone, where there is one."""
    rows = uow.session.execute(
        select(Membership.user_id, User.name)
        .join(User, User.id == Membership.user_id)
        .join(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(
            Membership.role == Role.OFFICER,
            Jurisdiction.code.in_(place.charge.strip("/").split("/")[-2:]),
            Membership.runs_on(uow.today),
        )
    ).all()
    return [ident for ident, name in rows if name == named] or [ident for ident, _name in rows]


def first_with_officers(uow: UnitOfWork, place: Jurisdiction) -> tuple[Jurisdiction | None, list[UUID]]:
    """A place, or the first above it whose officers have an account that runs, and these accounts; (None, []) where none has."""
    codes = place.charge.strip("/").split("/")
    rows = uow.session.execute(
        select(Jurisdiction, Membership.user_id)
        .join(Membership, Membership.jurisdiction_id == Jurisdiction.id)
        .where(Membership.role == Role.OFFICER, Jurisdiction.code.in_(codes), Membership.runs_on(uow.today))
        .order_by(Membership.id)
    ).all()
    first = max((row for row, _user in rows), key=lambda row: codes.index(row.code), default=None)
    return first, [user_id for row, user_id in rows if row is first]


def in_charge_of(uow: UnitOfWork, place: Jurisdiction) -> set[tuple[UUID, str]]:
    """(id, name) of the accounts that supervise a place, or anything it answers to."""
    rows = uow.session.execute(
        select(User.id, User.name)
        .join(Membership)
        .join(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(
            Membership.role == Role.OFFICER,
            Jurisdiction.code.in_(place.charge.strip("/").split("/")),
            Membership.runs_on(uow.today),
        )
    )
    return {(ident, name) for ident, name in rows}


def changes(uow: UnitOfWork, one: Jurisdiction) -> list[JurisdictionChange]:
    """What was decided about it, the latest first."""
    wanted = select(JurisdictionChange).where(JurisdictionChange.jurisdiction_id == one.id)
    wanted = wanted.options(joinedload(JurisdictionChange.target))
    return list(uow.session.scalars(wanted.order_by(JurisdictionChange.on.desc(), JurisdictionChange.id.desc())))


def past(uow: UnitOfWork, one: Jurisdiction) -> list[tuple[JurisdictionPast, str]]:
    """How it was before, the latest first, each with the names on its path by responsibility."""
    rows = uow.session.scalars(
        select(JurisdictionPast).where(JurisdictionPast.jurisdiction_id == one.id).order_by(JurisdictionPast.until_on.desc())
    ).all()
    ways = {row.id: (row.managed_path or row.path).strip("/").split("/")[:-1] for row in rows}
    codes = {code for way in ways.values() for code in way}
    names = dict(uow.session.execute(select(Jurisdiction.code, Jurisdiction.name).where(Jurisdiction.code.in_(codes))).all())
    return [(row, " / ".join(names.get(code, code) for code in ways[row.id])) for row in rows]


def everywhere(uow: UnitOfWork) -> list[tuple[Jurisdiction, str]]:
    """Every district, functional area and street an enterprise can go to, named with what it lies in."""
    over = aliased(Jurisdiction)
    rows = uow.session.execute(
        select(Jurisdiction, over.name)
        .outerjoin(over, over.id == Jurisdiction.parent_id)
        .where(Jurisdiction.ended_on.is_(None), Jurisdiction.level.in_((*DISTRICTS, STREET)))
        .order_by(Jurisdiction.path)
    )
    return [(row, f"{name} / {row.name}" if name else row.name) for row, name in rows]


def incoming(uow: UnitOfWork) -> list[EnterpriseTransfer]:
    """Enterprises that wait to be taken over by the officer's jurisdiction."""
    wanted = select(EnterpriseTransfer).where(EnterpriseTransfer.state == TransferState.OPEN, reach(uow, EnterpriseTransfer))
    both = (joinedload(EnterpriseTransfer.enterprise), joinedload(EnterpriseTransfer.to))
    return list(uow.session.scalars(wanted.options(*both).order_by(EnterpriseTransfer.asked_at)))
