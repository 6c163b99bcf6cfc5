"""What happened, as a learning record store is told of it: through the outbox of webhooks, each statement once.

A fact that turns out otherwise voids what was said of it before; one that is only decided again says nothing new. What was said
stays in the outbox as long as the store is set up, without its text after a while, so that this holds after years as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.attendance.models import Presence, PresenceStatus
from lms.core.db import db, new_id, put
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.integrations.models import WebhookMessage
from lms.integrations.xapi import rules
from lms.lectures.models import Lecture, LectureState
from lms.quizzes.models import ON_PAPER, Attempt, Quiz
from lms.quizzes.rules import GRACE

AT_ONCE = 500
_message = db.metadata.tables[WebhookMessage.__tablename__]
_PUT = put(_message)
THERE = (PresenceStatus.PRESENT, PresenceStatus.LATE, PresenceStatus.LEFT_EARLY)


def presences(uow: UnitOfWork, base_url: str, lecture_id: UUID, people: Collection[UUID] | None = None) -> Iterable[rules.Fact]:
    """What is to be said of these people's presence in a lecture, or no longer. people: None for everybody."""
    void = _void(uow, lecture_id)
    columns = (Presence.person_id, Presence.status, Presence.minutes, Presence.first_in_at, Presence.last_out_at)
    for row in _some(uow, select(*columns).where(Presence.lecture_id == lecture_id), Presence.person_id, people):
        left = row.last_out_at or row.first_in_at or uow.now
        yield rules.attended(
            _who(uow, base_url, lecture_id, row.person_id), row.minutes, left if row.status in THERE and not void else None
        )


def completions(uow: UnitOfWork, base_url: str, lecture_id: UUID, people: Collection[UUID]) -> Iterable[rules.Fact]:
    """What is to be said of these people's completion of a lecture, or no longer."""
    columns = (
        Completion.person_id, Completion.completed, Completion.examined, Completion.minutes, Completion.score,
        Completion.decided_at,
    )  # fmt: skip
    for row in _some(uow, select(*columns).where(Completion.lecture_id == lecture_id), Completion.person_id, people):
        at, score = row.decided_at if row.completed else None, row.score if row.examined else None
        yield rules.completed(_who(uow, base_url, lecture_id, row.person_id), row.minutes, score, at)


def attempts(
    uow: UnitOfWork, base_url: str, lecture_id: UUID, people: Collection[UUID] | None = None, attempt_id: UUID | None = None
) -> Iterable[rules.Fact]:
    """people: None for everybody. attempt_id: that one alone."""
    void = _void(uow, lecture_id)
    columns = (
        Attempt.id, Attempt.person_id, Attempt.score, Attempt.passed, Attempt.started_at, Attempt.submitted_at,
        Attempt.submitted_how, Attempt.deadline_at,
    )  # fmt: skip
    of_lecture = select(*columns).join(Quiz, Quiz.id == Attempt.quiz_id).where(Quiz.lecture_id == lecture_id)
    wanted = of_lecture.where(Attempt.score.is_not(None), Attempt.submitted_at.is_not(None))
    if attempt_id is not None:
        wanted = wanted.where(Attempt.id == attempt_id)
    for row in _some(uow, wanted, Attempt.person_id, people):
        who = _who(uow, base_url, lecture_id, row.person_id)
        at, took = _when(row)
        yield rules.graded(who, row.id, row.score, bool(row.passed), None if void else at, took)


def _when(attempt: Any) -> tuple[datetime, timedelta | None]:
    """When it was taken, and how long that took: what is keyed in was written then and there, and the clock ends no attempt later
    than it may be handed in, however late the sweep comes."""
    if attempt.submitted_how == ON_PAPER:
        return attempt.started_at, None
    ended = min(attempt.submitted_at, attempt.deadline_at + GRACE)
    return ended, ended - attempt.started_at


def certificate(uow: UnitOfWork, base_url: str, certificate_id: UUID) -> Iterable[rules.Fact]:
    """What is to be said of a certificate, or no longer."""
    row = uow.session.get_one(Certificate, certificate_id)
    who = rules.Learner(base_url, row.person_id, row.lecture_id or row.id, "")
    at = row.issued_at if row.in_force else None
    yield rules.earned(who, row.id, row.public_code, row.serial, at, of_lecture=row.lecture_id is not None)


def state(uow: UnitOfWork, enterprise_id: UUID, stores: Sequence[UUID], base_url: str, facts: Iterable[rules.Fact]) -> None:
    """Put into the outbox of each store what it has not been told yet."""
    found = list(facts)
    queued = False
    for store_id in stores:
        said = _said(uow, store_id, [fact.subject_id for fact in found])
        rows = [row for fact in found for row in _news(uow, base_url, fact, said[fact.subject_id])]
        if rows:
            own = {
                "enterprise_id": enterprise_id, "webhook_id": store_id, "created_at": uow.now, "due_at": uow.now, "tries": 0,
                "claimed_until": None, "sent_at": None, "status": None, "why": None,
            }  # fmt: skip
            uow.execute(_PUT[uow.dialect], [own | {"id": new_id()} | row for row in rows])
            queued = True
    if queued:
        uow.after_commit(lambda: enqueue("send_webhooks"))


def _news(uow: UnitOfWork, base_url: str, fact: rules.Fact, said: list[tuple[UUID, str]]) -> Iterable[dict[str, Any]]:
    """said: ids and kinds of what the store was told of its subject, the oldest first."""
    statements = [one for one, kind in said if kind != rules.VOIDED]
    stands = bool(said) and said[-1][1] != rules.VOIDED
    before = statements[-2] if len(statements) > 1 else None
    if stands and fact.says is not None and rules.statement_id(fact, before) == statements[-1]:
        return
    own = {"subject_id": fact.subject_id}
    if stands:
        void = rules.void_id(statements[-1])
        body = rules.body_of(rules.void(base_url, statements[-1], uow.now), void)
        yield own | {"kind": rules.VOIDED, "fact_id": void, "body": body}
    if fact.says is not None:
        new = rules.statement_id(fact, statements[-1] if statements else None)
        yield own | {"kind": fact.kind, "fact_id": new, "body": rules.body_of(fact.says, new)}


def _said(uow: UnitOfWork, store_id: UUID, subjects: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    said: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    wanted = select(_message.c.subject_id, _message.c.fact_id, _message.c.kind).where(_message.c.webhook_id == store_id)
    for some in _pieces(subjects):
        rows = uow.execute(wanted.where(_message.c.subject_id.in_(some)).order_by(_message.c.id))
        for subject_id, fact_id, kind in rows:
            said[subject_id].append((fact_id, kind))
    return said


def _some(uow: UnitOfWork, wanted: Any, column: Any, people: Collection[UUID] | None) -> Iterable[Any]:
    """Columns, not objects: a hall's answers and marks are written beneath the objects of the session."""
    if people is None:
        yield from uow.session.execute(wanted.order_by(column))
        return
    for some in _pieces(list(people)):
        yield from uow.session.execute(wanted.where(column.in_(some)).order_by(column))


def _pieces(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _void(uow: UnitOfWork, lecture_id: UUID) -> bool:
    """Whether nothing follows from a lecture any more."""
    return uow.session.get_one(Lecture, lecture_id).state is LectureState.VOIDED


def _who(uow: UnitOfWork, base_url: str, lecture_id: UUID, person_id: UUID) -> rules.Learner:
    return rules.Learner(base_url, person_id, lecture_id, uow.session.get_one(Lecture, lecture_id).title)
