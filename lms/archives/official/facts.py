"""What is known of a lecture, read once for all its forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from lms.attendance.models import Presence, PresenceStatus
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.credentials.queries.makeups import make_ups_of
from lms.credentials.rules import counting_on
from lms.lectures.models import Attendee, Lecture, Material, Photo
from lms.lectures.rules.levels import SPECIAL
from lms.quizzes.models import Attempt, Quiz, TextMark
from lms.registry.models import Person, PersonPost
from lms.registry.queries import head_on, post_on, runs_on

AWAY = (PresenceStatus.ABSENT, PresenceStatus.EXCUSED)


class Expected(NamedTuple):
    """Somebody on the list of a lecture, as on its day."""

    attendee: Attendee
    name: str
    work_no: str | None
    relation: str | None
    presence: Presence | None
    completion: Completion | None

    @property
    def came(self) -> bool:
        return self.presence is not None and self.presence.trust is not None and self.presence.status not in AWAY


@dataclass(frozen=True, slots=True)
class Tries:
    """The attempts of one person that have a score, the first one first."""

    name: str
    attempts: tuple[Attempt, ...]

    @property
    def passed(self) -> bool:
        return any(one.passed for one in self.attempts)


class LectureFacts:
    """Each is read when it is first asked for."""

    def __init__(self, uow: UnitOfWork, lecture: Lecture) -> None:
        self.uow, self.lecture, self.firm = uow, lecture, lecture.enterprise
        self.sittings = [one for one in lecture.sittings if one.started_at] or [lecture.sitting]
        self._spans = [(one.started_at or one.planned_starts_at, one.ended_at or one.planned_ends_at) for one in self.sittings]
        self.day: date = clock.local_date(self._spans[0][0])
        self.days: tuple[date, ...] = tuple(sorted({clock.local_date(starts_at) for starts_at, _ends_at in self._spans}))

    @property
    def starts(self) -> str:
        """When each of its sittings began."""
        return "、".join(self._shown(starts_at) for starts_at, _ends_at in self._spans)

    @property
    def ends(self) -> str:
        return "、".join(self._shown(ends_at) for _starts_at, ends_at in self._spans)

    @property
    def times(self) -> str:
        """From when until when each of its sittings went, with the day."""
        return "；".join(f"{clock.moment(starts_at)} 至 {at_clock(ends_at)}" for starts_at, ends_at in self._spans)

    @property
    def dates(self) -> str:
        return "、".join(map(str, self.days))

    @property
    def places(self) -> str:
        return "、".join(dict.fromkeys(one.place for one in self.sittings))

    @property
    def hours(self) -> float | str:
        """学时 of a sitting, by the counting rule of its day; of each, where they are not alike."""
        each = [
            counting_on(clock.local_date(starts_at)).hours(int((ends_at - starts_at).total_seconds() // 60))
            for starts_at, ends_at in self._spans
        ]
        return float(each[0]) if len(set(each)) == 1 else "、".join(f"{one:g}" for one in map(float, each))

    def _shown(self, at: datetime) -> str:
        return clock.moment(at) if len(self.days) > 1 else clock.hour(at)

    @cached_property
    def people(self) -> Sequence[Expected]:
        wanted = (
            select(Attendee, Person.name, Person.work_no, PersonPost.relation, Presence, Completion)
            .join(Person, Person.id == Attendee.person_id)
            .outerjoin(PersonPost, and_(PersonPost.person_id == Person.id, runs_on(PersonPost, self.day)))
            .outerjoin(Presence, and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Person.id))
            .outerjoin(Completion, and_(Completion.lecture_id == Attendee.lecture_id, Completion.person_id == Person.id))
            .where(Attendee.lecture_id == self.lecture.id)
            .order_by(Attendee.department_name, Person.work_no, Person.name, Person.id)
        )
        return [Expected._make(row) for row in self.uow.session.execute(wanted)]

    @cached_property
    def quiz(self) -> Quiz | None:
        return self.uow.session.scalar(select(Quiz).where(Quiz.lecture_id == self.lecture.id, Quiz.retest_of_id.is_(None)))

    @cached_property
    def tries(self) -> dict[UUID, Tries]:
        """Person → their attempts in the quiz of the lecture."""
        if self.quiz is None:
            return {}
        wanted = select(Attempt).where(Attempt.quiz_id == self.quiz.id, Attempt.score.is_not(None)).order_by(Attempt.number)
        found: dict[UUID, list[Attempt]] = {}
        for attempt in self.uow.session.scalars(wanted.options(joinedload(Attempt.person).load_only(Person.name))):
            found.setdefault(attempt.person_id, []).append(attempt)
        return {person_id: Tries(own[0].person.name, tuple(own)) for person_id, own in found.items()}

    @cached_property
    def markers(self) -> dict[UUID, set[str]]:
        """Attempt → who marked its texts: people, and plug-ins as such."""
        wanted = select(TextMark.attempt_id, TextMark.marked_by).join(Attempt, Attempt.id == TextMark.attempt_id)
        found: dict[UUID, set[str]] = {}
        for attempt_id, name in self.uow.session.execute(wanted.where(Attempt.quiz_id == self.quiz.id)) if self.quiz else ():
            found.setdefault(attempt_id, set()).add(name)
        return found

    @cached_property
    def materials(self) -> Sequence[Material]:
        return self.lecture.materials

    @cached_property
    def photos(self) -> int:
        wanted = select(func.count(Photo.id)).where(Photo.lecture_id == self.lecture.id, Photo.withdrawn_at.is_(None))
        return self.uow.session.scalar(wanted) or 0

    @cached_property
    def certificates(self) -> int:
        wanted = select(func.count(Certificate.id)).where(Certificate.lecture_id == self.lecture.id)
        return self.uow.session.scalar(wanted) or 0

    @cached_property
    def make_ups(self) -> Sequence[Lecture]:
        return make_ups_of(self.uow, self.lecture.id)

    @cached_property
    def speaker(self) -> Person:
        """Who spoke, as far as it is known, or who was to."""
        return self.lecture.spoken_by or self.lecture.lecturer

    @cached_property
    def speakers_post(self) -> str:
        """主要负责人 where it was the head of that day, else the post."""
        head = head_on(self.uow, self.firm.id, self.day)
        if head is not None and head.person_id == self.speaker.id:
            return "主要负责人"
        post = post_on(self.uow, self.speaker.id, self.day)
        return (post.post or post.category) if post else ""

    @property
    def came(self) -> list[Expected]:
        return [one for one in self.people if one.came]

    @property
    def best(self) -> list[int]:
        """The best score of each who has one."""
        return [max(one.score or 0 for one in own.attempts) for own in self.tries.values()]

    @property
    def average(self) -> float | None:
        return round(sum(self.best) / len(self.best), 1) if self.best else None

    @property
    def pass_rate(self) -> str | None:
        """Of those who have a score, with what it is made of."""
        passed = sum(own.passed for own in self.tries.values())
        return f"{passed / len(self.tries):.1%}（{passed}/{len(self.tries)} 人）" if self.tries else None

    @property
    def kind(self) -> str:
        """培训类型, as the form calls it."""
        if self.lecture.makes_up_for_id:
            return "补训"
        if self.lecture.level:
            return SPECIAL if self.lecture.level == SPECIAL else f"三级（{self.lecture.level}）"
        return "讲安全课" if self.lecture.lecturer_is_head else "专项"


def at_clock(instant: datetime | None) -> str | None:
    """09:05, by the clock on the wall."""
    return clock.hour(instant) if instant else None
