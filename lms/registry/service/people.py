"""People of a roster, taken over: who is new, who has changed, who is not on it any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, select, update

from lms.core.crypto import keyring
from lms.core.db import new_id
from lms.core.errands import Each, plainly
from lms.core.uow import UnitOfWork
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.rules import OTHER_STAFF, RosterPerson, RosterReading
from lms.registry.rules.relations import OWN
from lms.registry.rules.roster import WAYS
from lms.registry.service.heads import Head, appoint, current_heads, losing
from lms.registry.service.kept import pieces
from lms.registry.service.moved import JOINED, MOVED, RETURNED, Way, enter, in_words
from lms.registry.service.phones import note_changed

HEAD = "主要负责人"
IN_POST = ("department", "post", "shift", "category", "relation")  # in the order of moved.in_words
UNTOLD = {"category": OTHER_STAFF, "relation": OWN}  # of whoever is new


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the database has them, with their running line. left_on: the last day on the roster."""

    id: UUID
    name: str
    work_no: str | None
    sex: str | None
    phone_hash: str | None
    id_number_hash: str | None
    hired_on: date | None
    left_on: date | None
    line_id: UUID | None
    line_from: date | None
    department: str | None
    post: str | None
    category: str | None
    relation: str | None
    shift: str | None
    email: str | None
    wecom_id: str | None
    dingtalk_id: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a roster says otherwise about a known person. values: columns of Person; line: what is in IN_POST."""

    known: Known
    told: RosterPerson
    values: dict[str, Any]
    line: dict[str, str | None] | None

    @property
    def fields(self) -> list[str]:
        """The fields that change, by the names of a roster's columns."""
        named = [name for name in self.values if not name.endswith("_hash") and name != "left_on"]
        moved = [name for name in IN_POST if self.line and self.line[name] != getattr(self.known, name)]
        return named + moved


@dataclass(slots=True)
class PeoplePlan:
    """What importing would do. left: on today's roster but not in the file; they are listed and stay. heads: who is head now and
    who will be, where that changes; losing: the names of the accounts that act as the head no more then.
    """

    new: list[RosterPerson] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[tuple[Known, RosterPerson]] = field(default_factory=list)
    left: list[Known] = field(default_factory=list)
    heads: tuple[str, str] | None = None
    losing: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many people of each kind, as pages and commands tell it."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "left": len(self.left),
        }


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Who the rows at fault are about, as far as one can tell: these have not left."""

    names: frozenset[tuple[str, str]] = frozenset()
    work_nos: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()

    def holds(self, known: Known) -> bool:
        """Whether somebody who is known is in the file."""
        return (
            (known.name, known.work_no or "") in self.names
            or (known.work_no is not None and known.work_no in self.work_nos)
            or known.id_number_hash in self.hashes
            or known.phone_hash in self.hashes
        )


NOBODY = Mentioned()


def plan_people(
    uow: UnitOfWork, enterprise_id: UUID, reading: RosterReading, mentioned: Mentioned = NOBODY, each: Each = plainly
) -> PeoplePlan:
    """Compare a roster with the people of an enterprise. Writes nothing.

    A person is known by ID number, else by name with work number, else (where one side has no ID number) by name with
    phone, else by name alone where one side tells nothing more. What a roster does not tell stays as it is.
    """
    known = _known(uow, enterprise_id)
    matched = _matched(reading.people, known)
    plan = PeoplePlan()
    for person in each(reading.people):
        one = matched.get(person.row)
        if one is None:
            plan.new.append(person)
            continue
        change = _change(one, person)
        if change.values or change.line:
            plan.changed.append(change)
        else:
            plan.unchanged.append((one, person))
    now, then = _heads(uow, enterprise_id, reading.people)
    if now and then and now != then.name:
        plan.heads = (now, then.name)
        one = matched.get(then.row)
        head = Head(enterprise_id, then.name, person_id=one.id if one else None)
        plan.losing = losing(uow, {enterprise_id: head}).get(enterprise_id, [])
    here = {one.id for one in matched.values()}
    plan.left = [one for one in known if one.left_on is None and one.id not in here and not mentioned.holds(one)]
    return plan


def import_people(
    uow: UnitOfWork,
    enterprise: Enterprise,
    reading: RosterReading,
    on: date | None = None,
    mentioned: Mentioned = NOBODY,
    each: Each = plainly,
    way: Way = Way.IMPORT,
) -> dict[str, int]:
    """Take over the people of a roster from `on` (default: today); returns the counts of the plan.

    Importing the same roster again changes nothing. Nobody is deleted. Department, post, category, relation and shift
    become a dated line: the running one ends the day before, one that began on `on` or later is overwritten. The head of the
    roster becomes the head of the enterprise, unless it has several and somebody else is head already.
    """
    on = on or uow.today
    plan = plan_people(uow, enterprise.id, reading, mentioned)
    departments = _departments(uow, enterprise.id, plan)
    people, lines, updates, moved = [], [], [], []
    ids = {person.row: new_id() for person in plan.new}
    for person in plan.new:
        people.append({
            "id": ids[person.row], "enterprise_id": enterprise.id, "name": person.name, "work_no": person.work_no,
            "sex": person.sex, "hired_on": person.hired_on, "left_on": None, "created_at": uow.now, **_secrets(person),
            **{way: getattr(person, way) for way in WAYS},
        })  # fmt: skip
        # As far as anybody knows, the first line held since the person was hired.
        since = min(person.hired_on or on, on)
        line = {name: getattr(person, name) or UNTOLD.get(name) for name in IN_POST}
        lines.append(_line(enterprise.id, ids[person.row], line, departments, since))
        after = in_words(*(line[name] for name in IN_POST))
        enter(uow, JOINED, enterprise.id, ids[person.row], way, after=after, first_on=since)
    for change in plan.changed:
        if change.values:
            updates.append({"id": change.known.id, **change.values})
        if change.line is None:
            continue
        _enter(uow, enterprise.id, change, on, way)
        if change.known.line_id and change.known.line_from and change.known.line_from >= on:
            columns = _columns(change.line, departments)
            moved.append({"id": change.known.line_id, **columns})
            continue
        if change.known.line_id:
            moved.append({"id": change.known.line_id, "ends_on": on - timedelta(days=1)})
        lines.append(_line(enterprise.id, change.known.id, change.line, departments, on))
    _update(uow, Person, updates)
    note_changed(uow, enterprise.id, [row["id"] for row in updates if "phone_hash" in row])
    _update(uow, PersonPost, moved)  # a running line ends before the next begins
    for piece in each(pieces(people)):
        uow.session.execute(insert(Person), piece)
    if lines:
        uow.session.execute(insert(PersonPost), lines)
    ids |= {change.told.row: change.known.id for change in plan.changed} | {told.row: one.id for one, told in plan.unchanged}
    _take_head(uow, enterprise.id, reading.people, ids, on)
    uow.session.expire_all()
    return plan.counts()


def _enter(uow: UnitOfWork, enterprise_id: UUID, change: Change, on: date, way: Way) -> None:
    """Whose line ends, or is overwritten, and who is back on the roster."""
    was, becomes = change.known, change.line
    assert becomes is not None
    after = in_words(*(becomes[name] for name in IN_POST))
    if was.left_on is not None:
        enter(uow, RETURNED, enterprise_id, was.id, way, after=after)
    elif was.line_id and was.line_from:
        before = in_words(*(getattr(was, name) for name in IN_POST))
        last_on = on - timedelta(days=1) if was.line_from < on else None
        enter(uow, MOVED, enterprise_id, was.id, way, before=before, after=after, last_on=last_on)


def _known(uow: UnitOfWork, enterprise_id: UUID) -> list[Known]:
    rows = uow.session.execute(
        select(
            Person.id, Person.name, Person.work_no, Person.sex, Person.phone_hash, Person.id_number_hash,
            Person.hired_on, Person.left_on, PersonPost.id, PersonPost.starts_on, Department.name, PersonPost.post,
            PersonPost.category, PersonPost.relation, PersonPost.shift, Person.email, Person.wecom_id, Person.dingtalk_id,
        )
        .outerjoin(PersonPost, and_(PersonPost.person_id == Person.id, PersonPost.ends_on.is_(None)))
        .outerjoin(Department, Department.id == PersonPost.department_id)
        .where(Person.enterprise_id == enterprise_id)
        .order_by(Person.left_on.is_not(None), Person.id)
    )  # fmt: skip
    return [Known(*tuple(row)) for row in rows]


def _matched(people: Iterable[RosterPerson], known: list[Known]) -> dict[int, Known]:
    """Roster row → the person it is about. The surest key goes first over all rows, so that no row takes another's person."""
    by_key: dict[tuple[str, ...], list[Known]] = {}
    for one in known:
        for key in _keys(one.name, one.work_no, one.phone_hash, one.id_number_hash):
            by_key.setdefault(key, []).append(one)
    found: dict[int, Known] = {}
    taken: set[UUID] = set()
    fingerprint = keyring().fingerprint
    keyed = [
        (
            person,
            _keys(
                person.name,
                person.work_no,
                fingerprint(person.phone) if person.phone else None,
                fingerprint(person.id_number) if person.id_number else None,
            ),
        )
        for person in people
    ]
    for kind in ("id", "work_no", "phone", "name"):
        for person, keys in keyed:
            if person.row in found:
                continue
            could = [one for key in keys if key[0] == kind for one in by_key.get(key, ()) if one.id not in taken]
            could = [one for one in could if not _clash(kind, person, one)]
            if could:
                # Of two with one name, the one in the same department.
                found[person.row] = next((one for one in could if one.department == person.department), could[0])
                taken.add(found[person.row].id)
    return found


def _clash(kind: str, told: RosterPerson, one: Known) -> bool:
    """Two ID numbers are two people, unless name and work number agree; a name alone counts where one side has no more."""
    if kind == "phone":
        return bool(told.id_number and one.id_number_hash)
    if kind == "name":
        return bool(told.id_number or told.work_no or told.phone) and bool(one.id_number_hash or one.work_no or one.phone_hash)
    return False


def _keys(name: str, work_no: str | None, phone_hash: str | None, id_hash: str | None) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if id_hash:
        keys.append(("id", id_hash))
    if work_no:
        keys.append(("work_no", name, work_no))
    if phone_hash:
        keys.append(("phone", name, phone_hash))
    return [*keys, ("name", name)]


def _change(one: Known, told: RosterPerson) -> Change:
    values: dict[str, Any] = {}
    for name in ("name", "work_no", "sex", "hired_on", *WAYS):
        value = getattr(told, name)
        if value is not None and value != getattr(one, name):
            values[name] = value
    for name, value in _secrets(told).items():
        if name.endswith("_hash") and value and value != getattr(one, name):
            plain = name.removesuffix("_hash")
            values |= {plain: getattr(told, plain), name: value}
    if one.left_on is not None:
        values["left_on"] = None  # back on the roster
    line = {name: getattr(told, name) or getattr(one, name) or UNTOLD.get(name) for name in IN_POST}
    same = one.line_id is not None and all(line[name] == getattr(one, name) for name in IN_POST)
    return Change(one, told, values, None if same else line)


def _secrets(person: RosterPerson) -> dict[str, str | None]:
    fingerprint = keyring().fingerprint
    return {
        "phone": person.phone,
        "phone_hash": fingerprint(person.phone) if person.phone else None,
        "id_number": person.id_number,
        "id_number_hash": fingerprint(person.id_number) if person.id_number else None,
    }


def _departments(uow: UnitOfWork, enterprise_id: UUID, plan: PeoplePlan) -> dict[str, UUID]:
    """Name → id of every department of the enterprise, those the roster brings included."""
    known = {
        name: row_id
        for row_id, name in uow.session.execute(
            select(Department.id, Department.name).where(Department.enterprise_id == enterprise_id)
        )
    }
    told = [person.department for person in plan.new] + [change.line["department"] for change in plan.changed if change.line]
    wanted = [name for name in dict.fromkeys(told) if name and name not in known]
    added = {name: new_id() for name in wanted}
    if added:
        rows = [{"id": row_id, "enterprise_id": enterprise_id, "name": name} for name, row_id in added.items()]
        uow.session.execute(insert(Department), rows)
    return known | added


def _columns(line: dict[str, str | None], departments: dict[str, UUID]) -> dict[str, Any]:
    department = line["department"]
    return {
        "department_id": departments[department] if department else None,
        "post": line["post"],
        "shift": line["shift"],
        "category": line["category"],
        "relation": line["relation"],
    }


def _line(
    enterprise_id: UUID, person_id: UUID, line: dict[str, str | None], departments: dict[str, UUID], since: date
) -> dict[str, Any]:
    return {
        "id": new_id(), "enterprise_id": enterprise_id, "person_id": person_id, "starts_on": since, "ends_on": None,
        **_columns(line, departments),
    }  # fmt: skip


def _update(uow: UnitOfWork, model: type[Person] | type[PersonPost], rows: list[dict[str, Any]]) -> None:
    if rows:
        uow.session.execute(update(model), rows)


def _heads(uow: UnitOfWork, enterprise_id: UUID, people: Iterable[RosterPerson]) -> tuple[str | None, RosterPerson | None]:
    """Who is head of the enterprise, and who of the roster will be: of several heads the one who is already, the first of them
    where there is none; nobody new where somebody else is.
    """
    heads = [person for person in people if person.category == HEAD]
    running = current_heads(uow, [enterprise_id]).get(enterprise_id)
    same = [person for person in heads if running and person.name == running.name]
    chosen = same[:1] or (heads if len(heads) == 1 or running is None else [])[:1]
    return running.name if running else None, chosen[0] if chosen else None


def _take_head(uow: UnitOfWork, enterprise_id: UUID, people: Iterable[RosterPerson], ids: dict[int, UUID], on: date) -> None:
    """The roster's head becomes the head of the enterprise."""
    _now, head = _heads(uow, enterprise_id, people)
    if head:
        appoint(uow, [Head(enterprise_id, head.name, head.phone, ids[head.row])], on)
