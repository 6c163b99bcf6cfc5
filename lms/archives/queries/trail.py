"""What happened in an enterprise, by whom, when (操作记录): its chain, read by people, narrowed down and written out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from lms.access.models import Membership, User
from lms.attendance.models import AttendanceEvent
from lms.core import clock
from lms.core.crypto import keyring
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.ledger.models import ChainEntry
from lms.ledger.rules import HASHED
from lms.registry.models import Person

NAMED_AT_MOST = 30  # people of a name that is searched for
AT_ONCE = 1_000
ACTORS = ("by", "entered_by", "signed_by", "confirmed_by", "resolved_by", "revoked_by", "superseded_by", "said_by", "observer")


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """kinds: of entries, none for all. from_on, until_on: days, both included. q: part of a reason, or of the name of whoever it
    is about or of a person or account that did it; of somebody told by name alone, as the leader of a device, the whole name.
    """

    kinds: tuple[str, ...] = ()
    from_on: date | None = None
    until_on: date | None = None
    q: str = ""

    @property
    def active(self) -> bool:
        return bool(self.kinds or self.from_on or self.until_on or self.q)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line. about: the person it is about; lecture: the title; by: who did it; "" where it is nobody, or not told.
    fact: all that was written down, as it stands in the chain; None where it was erased by law.
    """

    seq: int
    kind: str
    at: datetime
    about: str
    lecture: str
    by: str
    fact: str | None
    hash: str

    @property
    def facts(self) -> dict[str, Any] | None:
        """Read when it is told: a list of ten thousands of them is held as text."""
        return json.loads(self.fact) if self.fact else None


def trail_page(uow: UnitOfWork, enterprise_id: UUID, wanted: TrailFilter, page: int | None) -> Page[Happened]:
    """A page of the trail, the latest first; None for all of it. Raises TooLong."""
    rows = _narrowed(uow, enterprise_id, wanted)
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return paged(total, page, lambda limit, offset: _some(uow, rows.order_by(ChainEntry.seq.desc()), limit, offset))


def _some(uow: UnitOfWork, ordered: Any, limit: int, offset: int) -> Iterator[Happened]:
    """Told some at a time, as the names they speak of are looked up together."""
    found = uow.session.execute(ordered.limit(limit).offset(offset)).all()
    for at in range(0, len(found), AT_ONCE):
        yield from _told(uow, found[at : at + AT_ONCE])


def _narrowed(uow: UnitOfWork, enterprise_id: UUID, wanted: TrailFilter) -> Any:
    rows = select(
        ChainEntry.seq, ChainEntry.kind, ChainEntry.subject_id, ChainEntry.recorded_at, ChainEntry.fact, ChainEntry.hash
    ).where(ChainEntry.enterprise_id == enterprise_id)
    if wanted.kinds:
        rows = rows.where(ChainEntry.kind.in_(wanted.kinds))
    if wanted.from_on:
        rows = rows.where(ChainEntry.recorded_at >= clock.at(wanted.from_on))
    if wanted.until_on:
        rows = rows.where(ChainEntry.recorded_at < clock.at(wanted.until_on + timedelta(days=1)))
    if wanted.q:
        rows = rows.where(_says(uow, enterprise_id, wanted.q))
    return rows


def _says(uow: UnitOfWork, enterprise_id: UUID, words: str) -> ColumnElement[bool]:
    named = select(Person.id).where(Person.enterprise_id == enterprise_id, Person.name.contains(words, autoescape=True))
    people = uow.session.scalars(named.limit(NAMED_AT_MOST)).all()
    held = select(Membership.user_id).where(Membership.enterprise_id == enterprise_id)
    with_account = select(User.id).where(User.name.contains(words, autoescape=True)).order_by(User.id.in_(held).desc(), User.id)
    users = uow.session.scalars(with_account.limit(NAMED_AT_MOST)).all()  # the firm's own first; an officer is of no firm
    return or_(
        ChainEntry.fact.contains(words, autoescape=True),
        ChainEntry.fact.contains(HASHED + keyring().fingerprint(words)),
        ChainEntry.subject_id.in_(people),
        *(ChainEntry.fact.contains(str(one)) for one in (*people, *users)),
    )


def _told(uow: UnitOfWork, rows: Sequence[Any]) -> list[Happened]:
    facts = [json.loads(row.fact) if row.fact else None for row in rows]
    about = [_id(fact, "person") or row.subject_id for row, fact in zip(rows, facts, strict=True)]
    held = [_id(fact, "lecture") or row.subject_id for row, fact in zip(rows, facts, strict=True)]
    people, lectures = _names(uow, Person.id, Person.name, about), _names(uow, Lecture.id, Lecture.title, held)
    acted = [_actor(fact) for fact in facts]
    proposed = [_actor(fact, "proposed_key") for fact in facts]
    accounts = [_id(fact, "user") for fact in facts]
    ids = [one for one in (*acted, *proposed, *accounts) if one]
    actors: dict[Any, str] = _names(uow, User.id, User.name, ids) | _names(uow, Person.id, Person.name, ids) if ids else {}
    behind = select(Membership.user_id, Membership.person_id).where(
        Membership.user_id.in_(ids), Membership.person_id.is_not(None)
    )
    person_of: dict[Any, Any] = dict(uow.session.execute(behind).all()) if any(proposed) else {}
    by_hand = [row.subject_id for row, fact in zip(rows, facts, strict=True) if fact and "entered_by" in fact]
    entered = _names(uow, AttendanceEvent.id, AttendanceEvent.entered_by, by_hand) if by_hand else {}
    told = []
    every = zip(rows, facts, acted, proposed, about, accounts, held, strict=True)
    for row, fact, actor_id, proposer_id, person_id, account_id, lecture_id in every:
        by = entered.get(row.subject_id) or actors.get(actor_id) or next(_said_by(fact), "")
        proposer = actors.get(proposer_id)
        if proposer and person_of.get(proposer_id, proposer_id) != person_of.get(actor_id, actor_id):  # by name two may be alike
            by = "、".join(filter(None, (proposer, by)))
        told.append(
            Happened(
                row.seq,
                row.kind,
                row.recorded_at,
                people.get(person_id) or actors.get(account_id, ""),
                lectures.get(lecture_id, ""),
                by,
                row.fact,
                row.hash,
            )
        )
    return told


def _said_by(fact: dict[str, Any] | None) -> Iterator[str]:
    """Names in entries from before names were left out of the chain."""
    told = (str(fact[name]) for name in ACTORS if fact and fact.get(name))
    return (name for name in told if not name.startswith(HASHED))


def _id(fact: dict[str, Any] | None, name: str) -> UUID | None:
    try:
        return UUID(str(fact[name])) if fact and name in fact else None
    except ValueError:
        return None


def _actor(fact: dict[str, Any] | None, name: str = "actor") -> UUID | None:
    """Whoever did it, where their key is told and not a name."""
    kind, _colon, number = str((fact or {}).get(name, "")).partition(":")
    return UUID(number) if kind in ("user", "person") else None


def _names(uow: UnitOfWork, key: Any, name: Any, ids: Sequence[UUID]) -> dict[UUID, str]:
    return dict(uow.session.execute(select(key, name).where(key.in_(set(ids)))).all())
