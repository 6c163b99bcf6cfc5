"""The records of hundreds of lectures at once: what the use cases leave behind, written many rows at a time.

What follows from the marks is worked out by the rules that the use cases ask: presence, score, completion, hours. Each fact
enters the chain of its firm by the function that the use case calls. Left out are notices, materials and certificates: who
settles such a lecture anew has these issued.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.attendance import rules as presence_rules
from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, PresenceStatus, Trust
from lms.attendance.service.chain import enter_chain
from lms.campaigns.models import Campaign
from lms.compliance.rules import Facts
from lms.core import clock
from lms.core.bulk import Bulk
from lms.core.db import db, new_id
from lms.core.uow import UnitOfWork
from lms.credentials import rules as completion_rules
from lms.credentials.models import Completion, HoursKind, HoursLine
from lms.credentials.service.chain import enter_hours
from lms.credentials.service.settled import Settled
from lms.lectures import listeners as steps
from lms.lectures.events import LectureClosed, LectureOpened, LectureStarted, QuizPlan
from lms.lectures.models import Attendee, Lecture, LecturerMark, LecturerStep, LectureState, Sitting, Witness
from lms.lectures.rules import Audience
from lms.lectures.service.audience import NO_DEPARTMENT_NAME
from lms.lectures.service.lecturer import enter_mark
from lms.lectures.service.planning import MIN_PRESENCE
from lms.quizzes import queries, rules
from lms.quizzes.models import Answer, Attempt, Quiz
from lms.quizzes.service.chain import enter_graded
from lms.seeding.firms.staff import Crew
from lms.seeding.stage import acting

# What a row refers to is written before it.
ORDER = (Lecture, Sitting, Attendee, LecturerMark, AttendanceEvent, Presence, Quiz, Attempt, Answer, Completion)
PLACES = ("会议室", "车间班前会场", "食堂", "办公室")
QUIZ = QuizPlan(topics=("消防", "应急"), questions=5, pass_mark=80)
KINDS = ("single", "judge")
EVERYBODY = Audience(departments=("none",)).as_json()
NO_MARK: dict[str, Any] = dict.fromkeys(db.metadata.tables[AttendanceEvent.__tablename__].columns.keys())


@dataclass(frozen=True, slots=True)
class Session:
    """A lecture as a firm held it. speaker: place in the crew. absent: places of those who did not come. wrong: by place, how
    many answers of the quiz; None: it had none.
    """

    title: str
    starts: datetime
    minutes: int
    speaker: int
    absent: Collection[int]
    wrong: Mapping[int, int] | None


@dataclass(frozen=True, slots=True)
class _Times:
    """quiz_ends: None where there is none."""

    opened: datetime
    starts: datetime
    ends: datetime
    closed: datetime
    quiz_ends: datetime | None


@dataclass(frozen=True, slots=True)
class _Held:
    """What is entered into the chain of a lecture, in the order in which it happened."""

    lecture_id: UUID
    crew: Crew
    times: _Times
    marks: tuple[SimpleNamespace, ...]
    spoken: tuple[SimpleNamespace, SimpleNamespace]
    attempts: tuple[SimpleNamespace, ...]
    hours: tuple[HoursLine, ...]


class Records:
    """The records of one campaign. plan() and hold() think of a lecture, write() writes them all."""

    def __init__(self, uow: UnitOfWork, campaign: Campaign, rng: Random) -> None:
        self._uow, self._campaign, self._rng = uow, campaign, rng
        self._rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in ORDER}
        self._held: list[_Held] = []
        number = func.max(Lecture.number)
        numbers = select(Lecture.enterprise_id, Lecture.year, number).group_by(Lecture.enterprise_id, Lecture.year)
        self._last = {(firm, year): last for firm, year, last in uow.session.execute(numbers)}
        self._bank: list[Any] | None = None

    def plan(self, crew: Crew, lecture_id: UUID, title: str, told: datetime, starts: datetime, minutes: int) -> Facts:
        """A lecture that its people were told of, and that is still to come."""
        self._lecture(crew, lecture_id, title, told, starts, state=LectureState.NOTIFIED, quiz_plan=None)
        self._sitting(crew, lecture_id, starts, minutes)
        return Facts(lecture_id=lecture_id, held=False, lecturer_is_head=True)

    def hold(self, crew: Crew, lecture_id: UUID, told: datetime, session: Session) -> Facts:
        """A lecture that was given and closed, with everybody's marks and what followed from them."""
        times = self._times(session)
        speaker_id = crew.people[session.speaker][0]
        self._lecture(
            crew, lecture_id, session.title, told, times.starts, state=LectureState.CLOSED, spoken_by_id=speaker_id,
            lecturer_id=speaker_id, lecturer_is_head=session.speaker == 0, closed_at=times.closed,
            quiz_plan=None if session.wrong is None else asdict(QUIZ) | {"topics": list(QUIZ.topics)},
        )  # fmt: skip
        sitting_id = self._sitting(
            crew, lecture_id, times.starts, session.minutes, opened_at=times.opened, started_at=times.starts
        )
        spoken = self._speak(crew, lecture_id, sitting_id, speaker_id, times)
        quiz_id = self._quiz(crew, lecture_id, times)
        marks, attempts, hours, decisions = [], [], [], []
        for at, (person_id, category) in enumerate(crew.people):
            of_person = {"enterprise_id": crew.enterprise_id, "lecture_id": lecture_id, "person_id": person_id}
            own = [] if at in session.absent else self._marks(of_person, sitting_id, times)
            found = self._present(of_person, sitting_id, own, times)
            graded = self._answer(of_person, quiz_id, times, session.wrong[at]) if own and session.wrong else None
            line, decision = self._decide(of_person, category, found, graded, session.minutes, times)
            marks += own
            attempts += [graded] if graded else []
            hours += [line] if line else []
            decisions.append(decision)
        marks.sort(key=lambda mark: mark.recorded_at)
        attempts.sort(key=lambda attempt: attempt.submitted_at)
        self._held.append(_Held(lecture_id, crew, times, tuple(marks), spoken, tuple(attempts), tuple(hours)))
        return Facts(
            lecture_id=lecture_id, held=True, lecturer_is_head=session.speaker == 0, held_on=clock.local_date(times.starts),
            minutes=session.minutes, expected=len(crew.people), attended=sum(one.attended for one in decisions),
            examined=sum(one.examined for one in decisions), passed=sum(one.passed for one in decisions),
            completed=sum(one.completed for one in decisions),
        )  # fmt: skip

    def _times(self, session: Session) -> _Times:
        rng, starts = self._rng, session.starts
        ends = starts + timedelta(minutes=session.minutes, seconds=rng.randint(5, 50))
        closed = ends + timedelta(minutes=rng.randint(4, 9))
        quiz_ends = None if session.wrong is None else rules.closing_time(closed, clock.ZONE)
        return _Times(starts - timedelta(minutes=rng.randint(12, 25)), starts, ends, closed, quiz_ends)

    def write(self) -> None:
        """Write all of it, and enter its facts into the chains of the firms."""
        self._uow.session.flush()
        for model, rows in self._rows.items():
            given = tuple(dict.fromkeys(name for row in rows for name in row))
            bulk = Bulk(self._uow.session.connection(), model.__table__, given)
            for row in rows:
                bulk.add(*map(row.get, given))
            bulk.write()
        own = select(Lecture).where(Lecture.campaign_id == self._campaign.id)
        lectures = {lecture.id: lecture for lecture in self._uow.session.scalars(own)}
        with self._uow.session.no_autoflush:
            for held in self._held:
                self._enter(held, lectures[held.lecture_id])
        self._uow.session.flush()

    def _enter(self, held: _Held, lecture: Lecture) -> None:
        uow, who, sitting = self._uow, (held.lecture_id, held.crew.enterprise_id), lecture.sitting
        start, end = held.spoken
        with acting(uow, held.times.opened, held.crew.head):
            steps.enter_opened(uow, LectureOpened(*who, at=uow.now), lecture, len(held.crew.people))
        before_start = [mark for mark in held.marks if mark.recorded_at <= start.at]
        self._enter_marks(held, before_start)
        with acting(uow, start.at, held.crew.head):
            enter_mark(uow, start)
            steps.started(uow, LectureStarted(*who, start.sitting_id, at=uow.now))
        with acting(uow, end.at, held.crew.head):
            enter_mark(uow, end)
        sitting.ended_at, sitting.closed_at = end.at, held.times.closed
        self._enter_marks(held, held.marks[len(before_start) :])
        with acting(uow, held.times.closed, held.crew.head):
            steps.closed(uow, LectureClosed(*who, at=uow.now))
        for one in held.attempts:
            with acting(uow, one.submitted_at):
                told = (held.lecture_id, one.person_id, one.submitted_at, one.submitted_how, one.score, one.passed, one.answers)
                enter_graded(uow, one.enterprise_id, one.id, told)
                self._enter_hours(held, one.person_id)
        if not held.attempts:
            with acting(uow, held.times.closed):
                self._enter_hours(held)

    def _enter_hours(self, held: _Held, person_id: UUID | None = None) -> None:
        """Of one person, or of all."""
        for line in held.hours:
            if person_id in (None, line.person_id):
                enter_hours(self._uow, line)

    def _enter_marks(self, held: _Held, marks: Collection[SimpleNamespace]) -> None:
        for mark in marks:
            with acting(self._uow, mark.recorded_at, held.crew.head):
                enter_chain(self._uow, mark)

    def _add(self, model: Any, **values: Any) -> UUID:
        row_id = values.setdefault("id", new_id())
        self._rows[model].append(values)
        assert isinstance(row_id, UUID)
        return row_id

    def _lecture(self, crew: Crew, lecture_id: UUID, title: str, told: datetime, starts: datetime, **values: Any) -> None:
        year = clock.local_date(starts).year
        number = self._last[crew.enterprise_id, year] = self._last.get((crew.enterprise_id, year), 0) + 1
        planned = {"lecturer_id": crew.people[0][0], "spoken_by_id": None, "lecturer_is_head": True, "closed_at": None}
        self._add(
            Lecture, id=lecture_id, enterprise_id=crew.enterprise_id, campaign_id=self._campaign.id, title=title, number=number,
            year=year, audience=EVERYBODY, created_by=crew.head.name, created_at=told, notified_at=told, **planned | values,
        )  # fmt: skip
        for (person_id, category), post in zip(crew.people, crew.posts, strict=True):
            self._add(
                Attendee, enterprise_id=crew.enterprise_id, lecture_id=lecture_id, person_id=person_id, post=post,
                category=category, department_name=NO_DEPARTMENT_NAME,
            )  # fmt: skip

    def _sitting(self, crew: Crew, lecture_id: UUID, starts: datetime, minutes: int, **held: Any) -> UUID:
        planned = {"planned_starts_at": starts, "planned_ends_at": starts + timedelta(minutes=minutes)}
        place = self._rng.choice(PLACES)
        return self._add(Sitting, enterprise_id=crew.enterprise_id, lecture_id=lecture_id, place=place, **planned, **held)

    def _speak(
        self, crew: Crew, lecture_id: UUID, sitting_id: UUID, speaker_id: UUID, times: _Times
    ) -> tuple[SimpleNamespace, SimpleNamespace]:
        """Whoever speaks confirms beginning and end on the own phone."""

        def mark(step: LecturerStep, at: datetime) -> SimpleNamespace:
            values: dict[str, Any] = {
                "id": new_id(), "enterprise_id": crew.enterprise_id, "lecture_id": lecture_id, "sitting_id": sitting_id,
                "person_id": speaker_id, "step": step, "witness": Witness.OWN_PHONE, "at": at, "recorded_at": at,
                "told_by": crew.head.name, "reason": None,
            }  # fmt: skip
            self._rows[LecturerMark].append(values)
            return SimpleNamespace(**values)

        return mark(LecturerStep.START, times.starts), mark(LecturerStep.END, times.ends)

    def _quiz(self, crew: Crew, lecture_id: UUID, times: _Times) -> UUID | None:
        if times.quiz_ends is None:
            return None
        return self._add(
            Quiz, enterprise_id=crew.enterprise_id, lecture_id=lecture_id, topics=list(QUIZ.topics), opens_at=times.closed,
            question_count=QUIZ.questions, pass_mark=QUIZ.pass_mark, minutes=QUIZ.minutes, max_attempts=QUIZ.attempts,
            closes_at=times.quiz_ends, quotas=[], fixed=[],
        )  # fmt: skip

    def _marks(self, of_person: dict[str, Any], sitting_id: UUID, times: _Times) -> list[SimpleNamespace]:
        """In before it begins and out when it is over, by the own phone."""
        rng, marks = self._rng, []
        came = times.starts - timedelta(seconds=rng.randint(20, int((times.starts - times.opened).total_seconds()) - 20))
        for mark, at in ((Mark.IN, came), (Mark.OUT, times.ends + timedelta(seconds=rng.randint(5, 200)))):
            values = NO_MARK | of_person | {
                "id": new_id(), "sitting_id": sitting_id, "mark": mark, "scanned_at": at, "method": Method.SCAN,
                "recorded_at": at + timedelta(seconds=rng.randint(4, 12)), "trust": Trust.LIVE, "claim_id": new_id(),
                "device_id": f"demo-{of_person['person_id'].hex[-16:]}", "screen": "1", "step": presence_rules.step_of(at),
            }  # fmt: skip
            self._rows[AttendanceEvent].append(values)
            marks.append(SimpleNamespace(**values))
        return marks

    def _present(
        self, of_person: dict[str, Any], sitting_id: UUID, marks: list[SimpleNamespace], times: _Times
    ) -> presence_rules.Derived:
        found = presence_rules.derive(
            [presence_rules.Mark(one.mark, one.scanned_at, one.method, one.trust) for one in marks],
            presence_rules.Span(times.starts, times.ends), closed=True, excused=False, called_for=times.starts,
        )  # fmt: skip
        self._add(
            Presence, **of_person, sitting_id=sitting_id if marks else None, status=PresenceStatus(found.status),
            first_in_at=found.first_in_at, last_out_at=found.last_out_at, late_minutes=found.late_minutes,
            minutes=found.minutes, method=Method(found.method) if found.method else None,
            trust=Trust(found.trust) if found.trust else None, settled_at=times.closed,
        )  # fmt: skip
        return found

    def _answer(self, of_person: dict[str, Any], quiz_id: UUID | None, times: _Times, wrong: int) -> SimpleNamespace:
        """One attempt soon after the lecture, tap by tap, graded by the rules."""
        assert times.quiz_ends is not None
        rng, at = self._rng, times.closed + timedelta(seconds=self._rng.randint(30, 1_500))
        asked = rules.draw(rng, self._questions(of_person["enterprise_id"]), (), QUIZ.questions)
        attempt_id, started, marked, taps = new_id(), at, [], []
        for number, one in enumerate(asked):
            at += timedelta(seconds=rng.randint(14, 40))
            right = rules.key_of(one.body)
            others = [value for value in (one.body.options or rules.TRUTHS) if [value] != right]
            chosen = [rng.choice(others)] if number < wrong else right
            marked.append(rules.Marked(rules.grade(one.body, chosen).share or Fraction(0), one.points))
            taps.append({
                "id": new_id(), "attempt_id": attempt_id, "version_id": one.id, "counter": number + 1, "chosen": chosen,
                "answered_at": at,
            })  # fmt: skip
        score = rules.score(marked)
        values: dict[str, Any] = {
            "id": attempt_id, "enterprise_id": of_person["enterprise_id"], "person_id": of_person["person_id"],
            "quiz_id": quiz_id, "number": 1, "started_at": started,
            "deadline_at": rules.deadline(started, QUIZ.minutes, times.quiz_ends),
            "submitted_at": at + timedelta(seconds=rng.randint(5, 40)), "submitted_how": "person", "score": score,
            "passed": score >= QUIZ.pass_mark,
            "paper": [{"version": str(one.id), "options": rules.lay_out(rng, one.body.options)} for one in asked],
        }  # fmt: skip
        self._rows[Attempt].append(values)
        self._rows[Answer] += taps
        return SimpleNamespace(**values, answers={tap["version_id"]: tap["chosen"] for tap in taps})

    def _questions(self, enterprise_id: UUID) -> list[Any]:
        """What the shipped bank has of these topics, of the plainest kinds: the same for every firm."""
        if self._bank is None:
            pool = queries.drawable(self._uow, enterprise_id, QUIZ.topics)
            kept = queries.kept_wordings(self._uow, [one.version for one in pool])
            self._bank = [kept[one.version] for one in pool if kept[one.version].kind in KINDS]
        return self._bank

    def _decide(
        self,
        of_person: dict[str, Any],
        category: str,
        found: presence_rules.Derived,
        attempt: SimpleNamespace | None,
        minutes: int,
        times: _Times,
    ) -> tuple[HoursLine | None, completion_rules.Decision]:
        """Whether somebody completed it, and the hours they have by it. Who let the quiz end without passing it was decided about
        once more when it ended.
        """
        rule = completion_rules.Rule(MIN_PRESENCE, None if times.quiz_ends is None else QUIZ.pass_mark)
        score = attempt.score if attempt else None
        told = completion_rules.Facts(found.trust is not None, found.minutes, minutes, score)
        at, decision = attempt.submitted_at if attempt else times.closed, completion_rules.decide(told, rule)
        if times.quiz_ends is not None and times.quiz_ends <= self._uow.now and decision.attended and not decision.completed:
            at, decision = times.quiz_ends, completion_rules.decide(replace(told, quiz_over=True), rule)
        completion_id = self._add(
            Completion, **of_person, completed=decision.completed, attended=decision.attended, examined=decision.examined,
            passed=decision.passed, score=score, minutes=found.minutes, reasons=list(decision.reasons), decided_at=at,
        )  # fmt: skip
        presence = completion_rules.presence_words(found.minutes or 0, minutes)
        day = clock.local_date(times.ends)
        settled = Settled(category, found.trust or Trust.LIVE.value, day, decision, score, found.minutes, presence, None)
        if settled.hours is None:
            return None, decision
        line = HoursLine(
            **of_person, id=new_id(), completion_id=completion_id, kind=HoursKind.EARNED, hours=settled.hours, category=category,
            trust=settled.trust, earned_on=day, rule=settled.counting.version, reason="，".join(decision.reasons), recorded_at=at,
        )  # fmt: skip
        return line, decision
