"""Calendar feeds: secret addresses, given once, revoked at will; and which version of a sitting calendars were given."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import contains_eager

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.service import load_actor
from lms.core.crypto import hash_of
from lms.core.db import db, new_id, put
from lms.core.uow import UnitOfWork
from lms.lectures.calendar import Event, Version, calendar
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules import sitting_state
from lms.notices.models import CalendarFeed, CalendarLine
from lms.registry.models import Enterprise, Person

TOKEN_BYTES = 32
KEPT = timedelta(days=180)  # how long a lecture stays in calendars
OFF: dict[str, str] = {"cancelled": "已取消", "voided": "已作废"}  # and what calendars call it
_ADD = put(db.metadata.tables[CalendarLine.__tablename__])


def subscribe(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None) -> str:
    """A new secret for this person's lectures, or for all of the enterprise; an earlier one stops working.

    Returns the secret: only its hash is kept, so it can be shown this once.
    """
    revoke(uow, enterprise_id, person_id)
    actor: Actor = uow.actor
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(
        CalendarFeed(
            enterprise_id=enterprise_id,
            person_id=person_id,
            token_hash=hash_of(token),
            created_at=uow.now,
            created_by=actor.name,
            user_id=None if person_id else actor.user_id,
        )
    )
    uow.session.flush()
    return token


def revoke(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None) -> None:
    """The address stops working at once."""
    uow.session.execute(update(CalendarFeed).where(*_running(enterprise_id, person_id)).values(revoked_at=uow.now))


def running_feed(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None) -> CalendarFeed | None:
    """The feed that works now, if any."""
    wanted = select(CalendarFeed).where(*_running(enterprise_id, person_id)).order_by(CalendarFeed.created_at.desc()).limit(1)
    return uow.session.scalar(wanted)


def feed_of(uow: UnitOfWork, token: str) -> CalendarFeed | None:
    """The feed with this secret; None when it was revoked, its person has left, or its maker runs the enterprise no more."""
    feed = uow.session.scalar(
        select(CalendarFeed).where(CalendarFeed.token_hash == hash_of(token), CalendarFeed.revoked_at.is_(None))
    )
    if feed and feed.person_id:
        person = uow.session.get(Person, feed.person_id)
        return feed if person and person.left_on is None else None
    return feed if feed and _still_runs(uow, feed) else None


def _still_runs(uow: UnitOfWork, feed: CalendarFeed) -> bool:
    """Whether whoever made a feed of a whole enterprise is its trainer or head today."""
    maker = load_actor(uow, f"user:{feed.user_id}")
    return maker is not None and any(
        held.role in (Role.TRAINER, Role.HEAD) and held.enterprise_id == feed.enterprise_id for held in maker.held
    )


def written(uow: UnitOfWork, feed: CalendarFeed, base_url: str) -> bytes:
    """The calendar of a feed as it stands, with the version of each sitting noted."""
    sittings = _sittings(uow, feed)
    name = uow.session.scalar(select(Enterprise.name).where(Enterprise.id == feed.enterprise_id)) or ""
    events = [_event(sitting, base_url) for sitting in sittings]
    return calendar(f"安全课 · {name}", list(zip(events, _versions(uow, feed.enterprise_id, sittings, events), strict=True)))


def _sittings(uow: UnitOfWork, feed: CalendarFeed) -> Sequence[Sitting]:
    wanted = (
        select(Sitting)
        .join(Lecture, Lecture.id == Sitting.lecture_id)
        .where(
            Sitting.enterprise_id == feed.enterprise_id,
            Sitting.planned_starts_at > uow.now - KEPT,
            Lecture.state != LectureState.DRAFT,
            Lecture.notified_at.is_not(None),
        )
        .options(contains_eager(Sitting.lecture).joinedload(Lecture.lecturer).load_only(Person.name))
        .order_by(Sitting.planned_starts_at, Sitting.id)
    )
    if feed.person_id:
        expected = exists().where(Attendee.lecture_id == Lecture.id, Attendee.person_id == feed.person_id)
        wanted = wanted.where(or_(expected, Lecture.lecturer_id == feed.person_id))
    return uow.session.scalars(wanted).unique().all()


def _event(sitting: Sitting, base_url: str) -> Event:
    lecture = sitting.lecture
    off = OFF.get(lecture.state) or ("没有举行" if sitting_state(lecture.state, sitting) == "dropped" else "")
    lines = [f"主讲：{lecture.lecturer.name}", "到现场扫投影上的码签到。"]
    if off:
        why = lecture.cancelled_reason or lecture.voided_reason if lecture.state in OFF else None
        lines = [f"{off}：{why}" if why else f"{off}。"]
    return Event(
        uid=f"{sitting.id}@anke",
        title=f"{off or '安全课'}：{lecture.title}",
        starts_at=sitting.planned_starts_at,
        ends_at=sitting.planned_ends_at,
        place=sitting.place,
        description="\n".join(lines),
        url=f"{base_url}/lectures/{lecture.id}",
        cancelled=bool(off),
    )


def _versions(uow: UnitOfWork, enterprise_id: UUID, sittings: Sequence[Sitting], events: Sequence[Event]) -> list[Version]:
    """The version of each event, counted up where its content is not what calendars were given last."""
    ids = [sitting.id for sitting in sittings]
    wanted = select(CalendarLine).where(CalendarLine.sitting_id.in_(ids))
    known = {line.sitting_id: line for line in uow.session.scalars(wanted)}
    new = [
        {"id": new_id(), "enterprise_id": enterprise_id, "sitting_id": sitting.id, "sequence": 0,
         "content_hash": event.content_hash, "changed_at": uow.now}
        for sitting, event in zip(sittings, events, strict=True) if sitting.id not in known
    ]  # fmt: skip
    if new:  # of two calendars that ask at once, one gives it its line
        uow.execute(_ADD[uow.dialect], new)
        known = {line.sitting_id: line for line in uow.session.scalars(wanted)}
    versions = []
    for sitting, event in zip(sittings, events, strict=True):
        line = known[sitting.id]
        if line.content_hash != event.content_hash:
            line.sequence, line.content_hash, line.changed_at = line.sequence + 1, event.content_hash, uow.now
        versions.append(Version(line.sequence, line.changed_at))
    uow.session.flush()
    return versions


def _running(enterprise_id: UUID, person_id: UUID | None) -> tuple[Any, ...]:
    whose = CalendarFeed.person_id.is_(None) if person_id is None else CalendarFeed.person_id == person_id
    return CalendarFeed.enterprise_id == enterprise_id, whose, CalendarFeed.revoked_at.is_(None)
