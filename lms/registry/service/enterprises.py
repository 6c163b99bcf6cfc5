"""Enterprises of a list, taken over into a jurisdiction: who is new, what has changed, who is not on it any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, or_, select, update

from lms.core.db import new_id
from lms.core.errands import Each, plainly
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import (
    ChangeKind,
    Enterprise,
    EnterprisePast,
    EnterpriseState,
    HeadAppointment,
    Jurisdiction,
    JurisdictionChange,
    JurisdictionPast,
    Person,
    charge_of,
)
from lms.registry.rules import EnterprisesReading, ListedEnterprise
from lms.registry.rules.enterprises import ACTIVE, OTHER_INDUSTRY
from lms.registry.rules.places import STREET
from lms.registry.rules.similar import Firm, Index
from lms.registry.service.heads import Head, appoint, losing
from lms.registry.service.kept import pieces
from lms.registry.service.past import keep
from lms.registry.service.states import BY_LIST, overtake

STATES = {"在营": EnterpriseState.ACTIVE, "停业": EnterpriseState.SUSPENDED, "注销": EnterpriseState.CLOSED}
TOO_HIGH = ("省", "市")
NEW = "new"  # said of a row: it is another enterprise than those it is like
NOTHING_SAID: Mapping[int, str] = MappingProxyType({})


class NotADistrict(Invalid):
    """Street names repeat between districts, so a list belongs to one of them."""

    code = "not-a-district"
    sentence = _l("企业底数要按区县导入，请先选择一个区县。")


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise as the database has it, with the name and phone of its head."""

    id: UUID
    name: str
    uscc: str
    uscc_confirmed: bool
    jurisdiction_id: UUID
    industry: str
    declared_headcount: int | None
    trade_authority: str | None
    officer_name: str | None
    state: EnterpriseState
    head: str | None
    head_phone: str | None
    street: str
    path: str
    managed_path: str | None

    def is_in(self, jurisdiction: Jurisdiction) -> bool:
        """Whether it lies in this jurisdiction, or in one that answers for its street."""
        return self.path.startswith(jurisdiction.path) or (self.managed_path or self.path).startswith(jurisdiction.charge)


@dataclass(frozen=True, slots=True)
class Change:
    """What a list says otherwise about a known enterprise. values: columns of Enterprise; head: a name or phone changes."""

    known: Known
    told: ListedEnterprise
    values: dict[str, Any]
    head: bool

    @property
    def moved(self) -> tuple[str, str] | None:
        """From which street to which, if it moves."""
        return (self.known.street, self.told.street or "") if "jurisdiction_id" in self.values else None

    @property
    def fields(self) -> list[str]:
        """What changes, by the names of a list's columns."""
        names = {"jurisdiction_id": "street", "officer_name": "officer", "declared_headcount": "employees", "state": "status"}
        fields = [names.get(name, name) for name in self.values if name != "uscc_confirmed"]
        return fields + (["head"] if self.head else [])


@dataclass(frozen=True, slots=True)
class Similar:
    """A row of no known code, and the known enterprises it may be. Nobody decides that but a person; until then it waits."""

    told: ListedEnterprise
    known: tuple[Known, ...]


@dataclass(slots=True)
class EnterprisesPlan:
    """What importing would do. left: in the jurisdiction but not in the file; they are listed and stay.

    elsewhere: on the books of another jurisdiction; nobody takes them from there by a list. similar: rows that may be a known
    enterprise, with what was said of each of them in `chosen`; those of which nothing was said are not imported. losing: by
    enterprise the names of the accounts that act as its head no more. back: enterprises that go back to an officer who had them
    before, for the list may be older than a hand-over.
    """

    new: list[ListedEnterprise] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[tuple[Known, ListedEnterprise]] = field(default_factory=list)
    left: list[Known] = field(default_factory=list)
    elsewhere: list[ListedEnterprise] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)
    decided: set[int] = field(default_factory=set)  # rows of similar that are taken over
    losing: dict[UUID, list[str]] = field(default_factory=dict)
    back: set[UUID] = field(default_factory=set)

    @property
    def waiting(self) -> list[Similar]:
        """Rows of which nobody has said yet whether they are a known enterprise."""
        return [one for one in self.similar if one.told.row not in self.decided]

    def counts(self) -> dict[str, int]:
        """How many enterprises of each kind, as pages and commands tell it."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "left": len(self.left),
            "elsewhere": len(self.elsewhere),
            "similar": len(self.waiting),
        }


def streets_of(uow: UnitOfWork, jurisdiction: Jurisdiction) -> dict[str, UUID]:
    """Name → id of the streets (街道, 乡, 镇) under a district, or of the street itself; also by the names they had before and
    those of streets merged into them, which lists go on telling. Raises NotADistrict.
    """
    if jurisdiction.level in TOO_HIGH:
        raise NotADistrict
    rows = uow.session.execute(
        select(Jurisdiction.name, Jurisdiction.id).where(
            or_(
                Jurisdiction.path.startswith(jurisdiction.path, autoescape=True),
                charge_of(Jurisdiction).startswith(jurisdiction.charge, autoescape=True),
            ),
            Jurisdiction.level == STREET,
            Jurisdiction.ended_on.is_(None),
        )
    )
    now = {row.name: row.id for row in rows}
    return _earlier(uow, set(now.values())) | now


def _earlier(uow: UnitOfWork, streets: set[UUID]) -> dict[str, UUID]:
    """What these streets were called, and those that were merged into them; where two were called so, the later one."""
    of = JurisdictionChange
    merged = select(of.jurisdiction_id, of.target_id).where(of.kind == ChangeKind.MERGE, of.applied_at.is_not(None))
    into = {row.jurisdiction_id: row.target_id for row in uow.session.execute(merged) if row.target_id}
    found: dict[str, UUID] = {}
    was = select(JurisdictionPast.name, JurisdictionPast.jurisdiction_id).order_by(JurisdictionPast.until_on, JurisdictionPast.id)
    for name, street_id in uow.session.execute(was):
        while street_id in into:
            street_id = into[street_id]
        if street_id in streets:
            found[name] = street_id
    return found


def plan_enterprises(
    uow: UnitOfWork,
    jurisdiction: Jurisdiction,
    reading: EnterprisesReading,
    mentioned: frozenset[str] = frozenset(),
    chosen: Mapping[int, str] = NOTHING_SAID,
    each: Each = plainly,
) -> EnterprisesPlan:
    """Compare a list with the enterprises of a jurisdiction. Writes nothing.

    An enterprise is known by its code; one whose code was unconfirmed also by its name. mentioned: codes and names in
    rows at fault: these have not left. chosen: of a row without a known code whose name is like a known one, the id of the
    enterprise it is, or NEW; of others it waits. Raises NotADistrict.
    """
    streets = streets_of(uow, jurisdiction)
    known = _known(uow)
    here = [one for one in known if one.is_in(jurisdiction)]
    by_code = {one.uscc: one for one in known}
    mistyped = {one.name: one for one in here if not one.uscc_confirmed}
    codes = {told.uscc for told in reading.enterprises}
    plan = EnterprisesPlan()
    seen: set[UUID] = set()
    open_to = [one for one in here if one.uscc not in codes]
    both: tuple[Any, ...] = (*open_to, *reading.enterprises, *reading.uncoded)  # what is known takes its time as well
    going = iter(each(both))
    index = Index(Firm(at, one.name, one.head, one.head_phone) for at, one in enumerate(islice(going, len(open_to))))
    for told in going:
        one = by_code.get(told.uscc) if told.uscc else None
        if one is None and told.uscc and told.name in mistyped and mistyped[told.name].uscc not in codes:
            one = mistyped[told.name]
        if one is None and (like := index.like(Firm(-1, told.name, told.head, told.head_phone))):
            similar = Similar(told, tuple(open_to[firm.at] for firm in like))
            plan.similar.append(similar)
            said = chosen.get(told.row, "")
            one = next((known for known in similar.known if str(known.id) == said and known.id not in seen), None)
            if one is None and not (said == NEW and told.uscc):
                seen.update(known.id for known in similar.known)
                continue
            plan.decided.add(told.row)
        if one is None:
            if told.uscc:
                plan.new.append(told)
        elif not one.is_in(jurisdiction):
            plan.elsewhere.append(told)
        else:
            seen.add(one.id)
            change = _change(one, told, streets)
            if change.values or change.head:
                plan.changed.append(change)
            else:
                plan.unchanged.append((one, told))
    plan.left = [one for one in here if one.id not in seen and one.uscc not in mentioned and one.name not in mentioned]
    plan.back = _back(uow, {one.known.id: name for one in plan.changed if (name := one.values.get("officer_name"))})
    plan.losing = losing(uow, {head.enterprise_id: head for head in _heads(uow, plan.changed, replaced=True)})
    return plan


def import_enterprises(
    uow: UnitOfWork,
    jurisdiction: Jurisdiction,
    reading: EnterprisesReading,
    on: date | None = None,
    plan: EnterprisesPlan | None = None,
    each: Each = plainly,
) -> dict[str, int]:
    """Take over the enterprises of a list from `on` (default: today); returns the counts of the plan.

    plan: as they were compared in this transaction; None: they are compared here, as far as nobody has to say anything.
    Importing the same list again changes nothing; no enterprise is deleted. A new head becomes a dated appointment.
    Raises NotADistrict. Says EnterprisesAdded and EnterprisesChanged.
    """
    on = on or uow.today
    streets = streets_of(uow, jurisdiction)
    plan = plan or plan_enterprises(uow, jurisdiction, reading)
    ids = {told.row: new_id() for told in plan.new}
    added = [
        {
            "id": ids[told.row],
            "name": told.name,
            "uscc": told.uscc,
            "uscc_confirmed": told.uscc_confirmed,
            "jurisdiction_id": streets.get(told.street or "", jurisdiction.id),
            "industry": told.industry or OTHER_INDUSTRY,
            "declared_headcount": told.employees,
            "trade_authority": told.trade_authority,
            "officer_name": told.officer,
            "state": STATES[told.status or ACTIVE],
            "created_at": uow.now,
        }
        for told in plan.new
    ]
    values = [{"id": change.known.id, **change.values} for change in plan.changed if change.values]
    values.sort(key=sorted)  # those of the same columns are written together
    write: list[tuple[Any, Sequence[dict[str, Any]]]] = [(insert(Enterprise), piece) for piece in pieces(added)]
    write += [(update(Enterprise), piece) for piece in pieces(values)]
    keep(uow, [change.known.id for change in plan.changed if change.values])
    for statement, piece in each(write):
        uow.session.execute(statement, piece)
    for change in plan.changed:
        if "state" in change.values:
            overtake(uow, change.known.id, change.values["state"], on, BY_LIST)
    heads = [_head(ids[told.row], told, None) for told in plan.new if told.head]  # no roster yet, so no person
    heads += _heads(uow, plan.changed)
    appoint(uow, heads, on)
    uow.session.expire_all()
    if ids:
        uow.say(EnterprisesAdded(tuple(ids.values()), at=uow.now))
    changed = tuple(change.known.id for change in plan.changed if change.values)
    if changed:
        uow.say(EnterprisesChanged(changed, at=uow.now))
    return plan.counts()


def _known(uow: UnitOfWork) -> list[Known]:
    rows = uow.session.execute(
        select(
            Enterprise.id, Enterprise.name, Enterprise.uscc, Enterprise.uscc_confirmed, Enterprise.jurisdiction_id,
            Enterprise.industry, Enterprise.declared_headcount, Enterprise.trade_authority, Enterprise.officer_name,
            Enterprise.state, HeadAppointment.name, HeadAppointment.phone,
            Jurisdiction.name, Jurisdiction.path, Jurisdiction.managed_path,
        )
        .join(Jurisdiction, Jurisdiction.id == Enterprise.jurisdiction_id)
        .outerjoin(
            HeadAppointment, (HeadAppointment.enterprise_id == Enterprise.id) & HeadAppointment.ends_on.is_(None)
        )
        .order_by(Enterprise.id)
    )  # fmt: skip
    return [Known(*tuple(row)) for row in rows]


def _change(one: Known, told: ListedEnterprise, streets: dict[str, UUID]) -> Change:
    """What a list does not tell stays as it is."""
    wanted: dict[str, Any] = {
        "name": told.name,
        "uscc": told.uscc or None,
        "uscc_confirmed": told.uscc_confirmed if told.uscc else None,
        "jurisdiction_id": streets.get(told.street or ""),
        "industry": told.industry,
        "declared_headcount": told.employees,
        "trade_authority": told.trade_authority,
        "officer_name": told.officer,
        "state": STATES[told.status] if told.status else None,
    }
    values = {name: value for name, value in wanted.items() if value is not None and value != getattr(one, name)}
    head = told.head is not None and (told.head != one.head or told.head_phone not in (None, one.head_phone))
    return Change(one, told, values, head)


def _heads(uow: UnitOfWork, changed: list[Change], *, replaced: bool = False) -> list[Head]:
    """Who heads enterprises that are known. replaced: only where it is somebody else than before."""
    moved = [change for change in changed if change.head and not (replaced and change.told.head == change.known.head)]
    people = _people_named(uow, [(change.known.id, change.told.head or "") for change in moved])
    return [_head(change.known.id, change.told, people.get((change.known.id, change.told.head or ""))) for change in moved]


def _back(uow: UnitOfWork, officers: Mapping[UUID, str]) -> set[UUID]:
    """Of these enterprises, each with the officer that a list gives it, those that had this officer before."""
    found = set()
    for part in pieces(list(officers)):
        had = select(EnterprisePast.enterprise_id, EnterprisePast.officer_name).where(EnterprisePast.enterprise_id.in_(part))
        found |= {firm for firm, name in uow.session.execute(had) if officers[firm] == name}
    return found


def _head(enterprise_id: UUID, told: ListedEnterprise, person_id: UUID | None) -> Head:
    return Head(enterprise_id, told.head or "", told.head_phone, person_id)


def _people_named(uow: UnitOfWork, wanted: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """(enterprise, name) → the person of that name on its roster, where there is exactly one."""
    found: dict[tuple[UUID, str], list[UUID]] = {}
    for start in range(0, len(wanted), 500):  # SQLite takes a limited number of parameters
        names = {name for _enterprise_id, name in wanted[start : start + 500]}
        rows = uow.session.execute(
            select(Person.enterprise_id, Person.name, Person.id).where(Person.name.in_(names), Person.left_on.is_(None))
        )
        for enterprise_id, name, person_id in rows:
            found.setdefault((enterprise_id, name), []).append(person_id)
    return {key: found[key][0] for key in wanted if len(found.get(key, ())) == 1}
