"""A roster that was taken over by mistake is taken back: as if never imported, wherever nothing was built on it since."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ColumnElement, Table, delete, insert, select, update

from lms.access import errands
from lms.access.models import Membership, Role
from lms.core.db import db, new_id
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.registry.models import (
    GOES_WITH_PERSON,
    Department,
    Enterprise,
    HeadAppointment,
    ImportBatch,
    Person,
    PersonPost,
)
from lms.registry.service import heads as head_accounts
from lms.registry.service.moved import TAKEN_BACK, Way, enter, in_words
from lms.registry.service.people import PeoplePlan
from lms.registry.service.phones import note_changed

WITHIN = timedelta(hours=24)
AT_ONCE = 5_000  # parameters of one statement
CHANGED, HEADS = "changed", "heads"  # besides the tables in which something was built on somebody
_PERSON, _POST, _HEAD, _DEPARTMENT, _HELD = (
    db.metadata.tables[model.__tablename__] for model in (Person, PersonPost, HeadAppointment, Department, Membership)
)
Row: TypeAlias = dict[str, Any]
Image: TypeAlias = tuple[Row, list[Row]]  # of somebody: their row, and all their lines


class TooLate(Conflict):
    code = "import-too-late"
    sentence = _l("导入已超过 24 小时，或者已经撤回过，不能再撤回。")


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody an import added or changed. why: the tables that tell of them since, CHANGED, HEADS; empty: nothing."""

    id: UUID
    name: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What taking an import back does. removed: were added by it; restored: get back what they had; stays: with why."""

    removed: tuple[Touched, ...]
    restored: tuple[Touched, ...]
    stays: tuple[Touched, ...]
    heads: bool  # whether the appointment of the head becomes what it was


@dataclass(slots=True)
class Before:
    """What an import of people is about to change, read before it does."""

    people: dict[UUID, Image]
    departments: set[UUID]
    heads: list[Row]
    accounts: dict[UUID, Row]  # with which somebody acts as the head, or did


def before(uow: UnitOfWork, enterprise_id: UUID, plan: PeoplePlan) -> Before:
    """Everybody who is going to be changed, as they are; which departments there are, and who heads the enterprise."""
    changed = _images(uow, [change.known.id for change in plan.changed])
    return Before(changed, _departments(uow, enterprise_id), _heads(uow, enterprise_id), _accounts(uow, enterprise_id))


def keep(uow: UnitOfWork, batch: ImportBatch, was: Before) -> None:
    """Keep with a batch that has just been taken over what it would take to take it back."""
    assert batch.enterprise_id is not None
    # By its own instant: somebody may have been put on the roster by a page while a long file was written.
    came = select(Person.id).where(Person.enterprise_id == batch.enterprise_id, Person.created_at == uow.now)
    added = uow.session.scalars(came).all()
    heads, accounts = _heads(uow, batch.enterprise_id), _accounts(uow, batch.enterprise_id)
    if not added and not was.people and heads == was.heads:
        return
    batch.before = pickle.dumps({
        "mark": new_id(),
        "people": was.people,
        "after": {person_id: _digest(image) for person_id, image in _images(uow, [*added, *was.people]).items()},
        "departments": _departments(uow, batch.enterprise_id) - was.departments,
        "heads": was.heads,
        "headed": _digest(heads),
        "accounts": [(was.accounts.get(one), row) for one, row in accounts.items() if row != was.accounts.get(one)],
    })  # fmt: skip


def can_take_back(uow: UnitOfWork, batch: ImportBatch) -> bool:
    """Whether there is still time, and it was not done."""
    return batch.before is not None and batch.applied_at is not None and uow.now < batch.applied_at + WITHIN


def recent(uow: UnitOfWork, enterprise_id: UUID) -> list[ImportBatch]:
    """The imports of people of an enterprise that can still be taken back, the latest first."""
    wanted = select(ImportBatch).where(
        ImportBatch.enterprise_id == enterprise_id, ImportBatch.before.is_not(None), ImportBatch.applied_at > uow.now - WITHIN
    )
    return list(uow.session.scalars(wanted.order_by(ImportBatch.applied_at.desc(), ImportBatch.id.desc())))


def look_back(uow: UnitOfWork, batch: ImportBatch) -> TakingBack | None:
    """What taking a batch back would do, None where it cannot be. Writes nothing."""
    if not can_take_back(uow, batch):
        return None
    kept = _kept(batch)
    return _planned(uow, batch, kept, _images(uow, kept["after"]))


def take_back(uow: UnitOfWork, batch: ImportBatch) -> TakingBack:
    """Do it, once. Entries of the chain stay, and for everybody who is taken off or put back one more says so. Raises TooLate."""
    uow.session.flush()
    uow.session.refresh(batch, with_for_update={"key_share": True})  # its rest, while that is taken over, holds on to it
    if not can_take_back(uow, batch):
        raise TooLate
    assert batch.enterprise_id is not None
    # Before anything else is held: of its rows that were kept out, those that are being taken over are waited for, and stay.
    waiting = select(ImportBatch).where(ImportBatch.rest_of_id == batch.id, ImportBatch.applied_at.is_(None))
    rests = uow.session.scalars(waiting.with_for_update()).all()
    kept = _kept(batch)
    uow.session.execute(select(Enterprise.id).where(Enterprise.id == batch.enterprise_id).with_for_update(key_share=True))
    for ids in _parts(kept["after"]):  # whoever builds on one of them meanwhile waits here, or is waited for
        uow.session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    uow.session.expire_all()
    images = _images(uow, kept["after"])
    plan = _planned(uow, batch, kept, images)
    removed, restored = [one.id for one in plan.removed], [one.id for one in plan.restored]
    words = _lines_in_words(uow, batch.enterprise_id)
    if plan.heads:
        _put_back(uow, _HEAD, _heads(uow, batch.enterprise_id), kept["heads"])
        _put_accounts_back(uow, batch.enterprise_id, kept.get("accounts", ()))
    for table, column in _pointing():
        if table is _POST or GOES_WITH_PERSON in table.info:
            for ids in _parts(removed):
                uow.session.execute(delete(table).where(column.in_(ids)))
    for ids in _parts(removed):
        uow.session.execute(delete(Person).where(Person.id.in_(ids)))
    _put_back(uow, _PERSON, [images[one][0] for one in restored], [kept["people"][one][0] for one in restored])
    _put_back(
        uow, _POST, [line for one in restored for line in images[one][1]],
        [line for one in restored for line in kept["people"][one][1]],
    )  # fmt: skip
    _drop_departments(uow, kept["departments"])
    for one in removed + restored:
        then = words(kept["people"][one][1]) if one in kept["people"] else None
        enter(uow, TAKEN_BACK, batch.enterprise_id, one, Way.IMPORT, before=words(images[one][1]), after=then)
    phones = [one for one in restored if kept["people"][one][0]["phone_hash"] != images[one][0]["phone_hash"]]
    note_changed(uow, batch.enterprise_id, phones)
    for rest in rests:
        errands.forget_made(uow, str(rest.id))
        uow.session.delete(rest)
    told = {"removed": len(removed), "restored": len(restored), "stays": [[str(one.id), *one.why] for one in plan.stays]}
    batch.result = {**(batch.result or {}), "rest": None, "taken_back": told}
    batch.taken_back_at, batch.taken_back_by, batch.before = uow.now, uow.actor.name, None
    uow.session.flush()
    uow.session.expire_all()
    return plan


def forget_before(uow: UnitOfWork) -> None:
    """What would be needed to take an import back is forgotten once it is too late."""
    uow.session.execute(update(ImportBatch).where(*_late(uow)).values(before=None))


def has_late(uow: UnitOfWork) -> bool:
    """Whether there is such."""
    return uow.session.scalar(select(ImportBatch.id).where(*_late(uow)).limit(1)) is not None


def _late(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return ImportBatch.before.is_not(None), ImportBatch.applied_at <= uow.now - WITHIN


def forget_person(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID) -> None:
    """Nor is anything kept of somebody who is forgotten by law: they stay, as does who heads the enterprise if they ever did."""
    batches = select(ImportBatch).where(ImportBatch.enterprise_id == enterprise_id, ImportBatch.before.is_not(None))
    for batch in uow.session.scalars(batches):
        kept = _kept(batch)
        if kept["people"].pop(person_id, None):
            kept["after"].pop(person_id)
        if any(row["person_id"] == person_id for row in kept["heads"]):
            kept["heads"], kept["headed"] = [], b""
        batch.before = pickle.dumps(kept)


def _planned(uow: UnitOfWork, batch: ImportBatch, kept: dict[str, Any], images: dict[UUID, Image]) -> TakingBack:
    why = _built(uow, kept["after"].keys() - kept["people"].keys(), kept["people"], kept["mark"])
    for person_id, image in images.items():
        if _digest(image) != kept["after"][person_id]:
            why[person_id].add(CHANGED)
    assert batch.enterprise_id is not None
    heads = _heads(uow, batch.enterprise_id)
    appointed = {row["person_id"] for row in heads if row not in kept["heads"]}
    restores = heads != kept["heads"] and _digest(heads) == kept["headed"] and not any(why.get(one) for one in appointed)
    if not restores:
        for person_id in appointed.intersection(images):
            why[person_id].add(HEADS)
    there = [Touched(one, image[0]["name"], tuple(sorted(why.get(one, ())))) for one, image in images.items()]
    free = [one for one in there if not one.why]
    return TakingBack(
        tuple(one for one in free if one.id not in kept["people"]),
        tuple(one for one in free if one.id in kept["people"]),
        tuple(one for one in there if one.why),
        restores,
    )


def _built(uow: UnitOfWork, new: Collection[UUID], known: Collection[UUID], mark: UUID) -> defaultdict[UUID, set[str]]:
    """The tables in which something is told of somebody who was added, or has been since of somebody who was known. mark: an id
    made when the import was taken over; those of later rows are greater.
    """
    why: defaultdict[UUID, set[str]] = defaultdict(set)
    for table, column in _pointing():
        if table in (_POST, _HEAD) or GOES_WITH_PERSON in table.info:
            continue
        rows = select(column).distinct()
        for which, ids in ((rows, new), (rows.where(table.c.id > mark), known)):
            for part in _parts(ids):
                for person_id in uow.session.scalars(which.where(column.in_(part))):
                    why[person_id].add(table.name)
    return why


def _pointing() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column, of whatever room, that refers to people."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.references(_PERSON.c.id):
                yield table, column


def _images(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, Image]:
    images: dict[UUID, Image] = {}
    for ids in _parts(person_ids):
        people = uow.session.execute(select(_PERSON).where(_PERSON.c.id.in_(ids)).order_by(_PERSON.c.id))
        images |= {row["id"]: (dict(row), []) for row in people.mappings()}
        for line in uow.session.execute(select(_POST).where(_POST.c.person_id.in_(ids)).order_by(_POST.c.id)).mappings():
            images[line["person_id"]][1].append(dict(line))
    return images


def _heads(uow: UnitOfWork, enterprise_id: UUID) -> list[Row]:
    wanted = select(_HEAD).where(_HEAD.c.enterprise_id == enterprise_id).order_by(_HEAD.c.id)
    return [dict(row) for row in uow.session.execute(wanted).mappings()]


def _accounts(uow: UnitOfWork, enterprise_id: UUID) -> dict[UUID, Row]:
    wanted = select(_HELD).where(_HELD.c.enterprise_id == enterprise_id, _HELD.c.role == Role.HEAD)
    return {row["id"]: dict(row) for row in uow.session.execute(wanted).mappings()}


def _put_accounts_back(uow: UnitOfWork, enterprise_id: UUID, changed: Iterable[tuple[Row | None, Row]]) -> None:
    """changed: as they were and as the import left them; one of which something else was decided since stays. A new account of
    whoever is not the head after all is theirs no more.
    """
    there = _accounts(uow, enterprise_id)
    for was, left in changed:
        if there.get(left["id"]) != left:
            continue
        held = uow.session.get_one(Membership, left["id"])
        if was is None:
            head_accounts.enter(uow, head_accounts.ENDED, held)
            uow.session.delete(held)
        elif was["ends_on"] is None:
            head_accounts.enter(uow, head_accounts.RESUMED, held, first_on=left["ends_on"] + timedelta(days=1))
            held.ends_on = None
        else:
            head_accounts.enter(uow, head_accounts.ENDED, held, last_on=was["ends_on"])
            held.ends_on = was["ends_on"]
    uow.session.flush()
    head_accounts.follow(uow, [enterprise_id], uow.today)


def _departments(uow: UnitOfWork, enterprise_id: UUID) -> set[UUID]:
    return set(uow.session.scalars(select(Department.id).where(Department.enterprise_id == enterprise_id)))


def _put_back(uow: UnitOfWork, table: Table, now: list[Row], then: list[Row]) -> None:
    """Rows become what they were: those that came are deleted first, for of two running ones the database takes none."""
    was = {row["id"] for row in then}
    came = [row["id"] for row in now if row["id"] not in was]
    for ids in _parts(came):
        uow.session.execute(delete(table).where(table.c.id.in_(ids)))
    there = {row["id"]: row for row in now}
    for row in then:
        if row["id"] not in there:
            uow.session.execute(insert(table).values(row))
        elif row != there[row["id"]]:
            uow.session.execute(update(table).where(table.c.id == row["id"]).values(row))


def _drop_departments(uow: UnitOfWork, ids: Collection[UUID]) -> None:
    """Those that came with the import and that nobody and nothing is in."""
    used: set[UUID] = set()
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.references(_DEPARTMENT.c.id):
                used.update(uow.session.scalars(select(column).where(column.in_(ids))))
    uow.session.execute(delete(Department).where(Department.id.in_(set(ids) - used)))


def _lines_in_words(uow: UnitOfWork, enterprise_id: UUID) -> Any:
    """Says the running line among those of somebody, as entries of the chain do; None where none runs."""
    names = dict(
        uow.session.execute(select(Department.id, Department.name).where(Department.enterprise_id == enterprise_id)).all()
    )

    def said(lines: list[Row]) -> str | None:
        running = next((line for line in lines if line["ends_on"] is None), None)
        if running is None:
            return None
        department = names.get(running["department_id"])
        return in_words(department, running["post"], running["shift"], running["category"], running["relation"])

    return said


def _kept(batch: ImportBatch) -> dict[str, Any]:
    assert batch.before is not None
    kept: dict[str, Any] = pickle.loads(batch.before)  # ours: it was kept encrypted under our key
    return kept


def _digest(told: Image | list[Row]) -> bytes:
    return sha256(repr(told).encode()).digest()


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    every = list(ids)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
