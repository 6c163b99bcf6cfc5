"""The outbox of results: what each person has in each line, until the platform has it too.

One row for a person and a line: a result that changes before it is sent is sent once, as it is then; one that says the same
again is not sent again. A worker takes on a platform, sends with no transaction open, and marks in another. Killed in between,
it sends again with the time it had, by which the platform knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select, update

from lms.attendance.models import Presence, PresenceStatus
from lms.core.db import db, new_id, put
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.integrations.lti import keys
from lms.integrations.lti.models import LtiLine, LtiMember, LtiPlatform, LtiScore
from lms.integrations.lti.rules import results as rules
from lms.integrations.rules import pause_after
from lms.lectures.models import HELD, Lecture, LectureState
from lms.quizzes.queries import best_of

CLAIM = timedelta(minutes=2)
AT_ONCE = 100
_line = db.metadata.tables[LtiLine.__tablename__]
# Asked by every hand-in of a hall, and most lectures have none: put together once.
_HAS_LINES = select(_line.c.id).where(_line.c.lecture_id == bindparam("of")).limit(1)
_SCORE = put(LtiScore.__table__, ("line_id", "person_id"))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Item:
    """One result to be sent."""

    id: UUID
    line_id: UUID
    subject: str
    score: int | None
    maximum: int
    wanted_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line, as the platform is asked for it. url: None while it does not have it."""

    id: UUID
    url: str | None
    lines_url: str | None
    label: str
    lecture_id: UUID
    kind: str
    maximum: int


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to talk to the services of a platform. pem, kid: of the key that signs for us."""

    platform_id: UUID
    client_id: str
    token_url: str
    pem: str
    kid: str


@dataclass(frozen=True, slots=True)
class Batch:
    access: Access
    scopes: tuple[str, ...]
    lines: Mapping[UUID, Line]
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one item. status: None when nobody answered, why then says it as told() reads it."""

    item: Item
    status: int | None
    why: str = ""


def _has_lines(uow: UnitOfWork, lecture_id: UUID) -> bool:
    return uow.execute(_HAS_LINES, {"of": lecture_id}).first() is not None


def queue(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID] | None = None) -> None:
    """Send what these people have in a lecture to the courses they came from, as far as it is known and news there.

    person_ids: None for everybody. Of a lecture declared void nobody has anything any more, and the columns are emptied.
    """
    if (person_ids is not None and not person_ids) or not uow.once(_has_lines, lecture_id):
        return
    lines = list(uow.session.scalars(select(LtiLine).where(LtiLine.lecture_id == lecture_id)))
    courses = {line.course_id for line in lines}
    here = select(LtiMember).where(LtiMember.course_id.in_(courses), LtiMember.left_at.is_(None))
    if person_ids is not None:
        here = here.where(LtiMember.person_id.in_(person_ids))
    members = list(uow.session.scalars(here))
    people = {member.person_id for member in members if member.person_id}
    if not people:
        return
    known = {
        (row.line_id, row.person_id): (row.score, row.subject)
        for row in uow.session.scalars(
            select(LtiScore).where(LtiScore.line_id.in_([line.id for line in lines]), LtiScore.person_id.in_(people))
        )
    }
    rows = []
    void = uow.session.get_one(Lecture, lecture_id).state is LectureState.VOIDED
    for line in lines:
        found = (
            {}
            if void
            else _minutes(uow, lecture_id, people, line.maximum)
            if line.kind == rules.MINUTES
            else _quiz(uow, lecture_id, people)
        )
        for member in members:
            if member.course_id != line.course_id or member.person_id is None:
                continue
            score, before = found.get(member.person_id), known.get((line.id, member.person_id))
            if before == (score, member.subject) or (before is None and score is None):
                continue
            rows.append(
                {
                    "id": new_id(), "enterprise_id": line.enterprise_id, "platform_id": line.course.platform_id,
                    "line_id": line.id, "person_id": member.person_id, "subject": member.subject, "score": score,
                    "wanted_at": uow.now, "due_at": uow.now, "tries": 0, "sent_at": None, "status": None, "why": None,
                }
            )  # fmt: skip
    if rows:
        uow.execute(_SCORE[uow.dialect], rows)
        uow.forget(LtiScore)
        uow.at_the_end(_wake, lecture_id)


def with_work(uow: UnitOfWork) -> list[UUID]:
    """Platforms for which a result is due."""
    due = select(LtiScore.platform_id).where(LtiScore.sent_at.is_(None), LtiScore.due_at <= uow.now)
    return list(uow.session.scalars(due.distinct()))


def claim(uow: UnitOfWork, platform_id: UUID) -> Batch | None:
    """Take on some results of a platform; None when none is due, or another worker is at it."""
    free = or_(LtiPlatform.passing_until.is_(None), LtiPlatform.passing_until < uow.now)
    own = select(LtiPlatform).where(LtiPlatform.id == platform_id, free, LtiPlatform.token_url.is_not(None))
    platform = uow.session.scalar(own.with_for_update(skip_locked=True))
    if platform is None or platform.client_id is None or platform.token_url is None:
        return None
    waiting = select(LtiScore).where(LtiScore.platform_id == platform_id, LtiScore.sent_at.is_(None), LtiScore.due_at <= uow.now)
    found = list(uow.session.scalars(waiting.order_by(LtiScore.due_at, LtiScore.id).limit(AT_ONCE)))
    if not found:
        return None
    platform.passing_until = uow.now + CLAIM
    lines = {score.line_id: score.line for score in found}
    scopes = {scope for line in lines.values() for scope in line.course.scopes} & {rules.LINES, rules.SCORE}
    return Batch(
        access_of(uow, platform),
        tuple(sorted(scopes)),
        {
            line.id: Line(line.id, line.url, line.course.lines_url, line.label, line.lecture_id, line.kind, line.maximum)
            for line in lines.values()
        },
        [Item(row.id, row.line_id, row.subject, row.score, lines[row.line_id].maximum, row.wanted_at) for row in found],
    )


def access_of(uow: UnitOfWork, platform: LtiPlatform) -> Access:
    """What a token for the platform's services is asked for with."""
    key = keys.signing_key(uow)
    return Access(platform.id, str(platform.client_id), str(platform.token_url), key.sealed_pem, key.kid)


def mark(uow: UnitOfWork, batch: Batch, urls: Mapping[UUID, str], outcomes: Sequence[Outcome]) -> None:
    """Write down what came of a batch. urls: of lines that the platform has now. What changed meanwhile is sent anew."""
    uow.session.execute(update(LtiPlatform).where(LtiPlatform.id == batch.access.platform_id).values(passing_until=None))
    for line_id, url in urls.items():
        uow.session.execute(update(LtiLine).where(LtiLine.id == line_id, LtiLine.url.is_(None)).values(url=url))
    rows = {
        row.id: row for row in uow.session.scalars(select(LtiScore).where(LtiScore.id.in_([one.item.id for one in outcomes])))
    }
    for outcome in outcomes:
        row = rows.get(outcome.item.id)
        if row is None or row.wanted_at != outcome.item.wanted_at:
            continue
        row.status, row.why, row.tries = outcome.status, outcome.why[:200] or None, row.tries + 1
        if rules.taken(outcome.status):
            row.sent_at = uow.now
        else:
            pause = pause_after(row.tries)
            row.due_at = uow.now + pause if pause else None


def send_on(uow: UnitOfWork, platform: LtiPlatform) -> None:
    """Try everything again now that the platform did not take, also what was given up."""
    waiting = update(LtiScore).where(LtiScore.platform_id == platform.id, LtiScore.sent_at.is_(None))
    uow.session.execute(waiting.values(due_at=uow.now, tries=0))
    uow.at_the_end(_wake, platform.id)


def tally(uow: UnitOfWork, platform: LtiPlatform) -> tuple[Counter[str], str]:
    """How many results are sent, waiting, given up; and what went wrong last, as told() reads it."""
    own = LtiScore.platform_id == platform.id
    state = case((LtiScore.sent_at.is_not(None), "sent"), (LtiScore.due_at.is_(None), "given_up"), else_="waiting")
    rows = uow.session.execute(select(state, func.count(LtiScore.id)).where(own).group_by(state))
    count = Counter({str(name): int(number) for name, number in rows})
    last = select(LtiScore.why, LtiScore.status).where(own, LtiScore.sent_at.is_(None), LtiScore.tries > 0)
    row = uow.session.execute(last.order_by(LtiScore.wanted_at.desc()).limit(1)).first()
    return count, (row.why or str(row.status or "")) if row else ""


def _wake(uow: UnitOfWork, _what: list[object]) -> None:
    uow.after_commit(lambda: enqueue("send_lti_scores"))


def _minutes(uow: UnitOfWork, lecture_id: UUID, people: Collection[UUID], maximum: int) -> dict[UUID, int | None]:
    rows = uow.session.execute(
        select(Presence.person_id, Presence.minutes, Presence.status)
        .join(Lecture, Lecture.id == Presence.lecture_id)
        .where(Presence.lecture_id == lecture_id, Presence.person_id.in_(people), Lecture.state.in_(HELD))
    )
    return {
        person_id: rules.minutes_told(minutes, absent=status == PresenceStatus.ABSENT, maximum=maximum)
        for person_id, minutes, status in rows
    }


def _quiz(uow: UnitOfWork, lecture_id: UUID, people: Collection[UUID]) -> dict[UUID, int | None]:
    return {person_id: best.score for person_id, best in best_of(uow, lecture_id, people).items()}
