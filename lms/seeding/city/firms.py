"""One enterprise of the city after the other: its people, its lectures, who was there, and how it stands from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, PresenceStatus, Trust
from lms.campaigns.models import Duty
from lms.campaigns.rules import MIN_ATTENDANCE, MIN_MINUTES
from lms.compliance.models import Standing
from lms.compliance.rules import Facts, Result, Rule, standing_from
from lms.core.bulk import Bulk
from lms.core.crypto import keyring
from lms.core.db import new_id
from lms.credentials.models import Completion
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, HeadAppointment, Person, PersonPost
from lms.registry.rules.identifiers import uscc_check
from lms.seeding.city.stage import INDUSTRIES, Round, Stage, Street
from lms.seeding.stage import on_wall

SIZES = (6, 12, 20, 35, 50, 80, 147)  # people of an enterprise: 50 in the middle of them all
RULE = Rule(head_lectures=True, min_minutes=MIN_MINUTES, min_attendance=MIN_ATTENDANCE)
RESULT = tuple(Result.__dataclass_fields__)
CODE = "91430699MC"  # followed by seven digits and the check character; the region 430699 is assigned to nobody
HEAD, OTHERS = "主要负责人", "其他从业人员"


def uscc(number: int) -> str:
    """The credit code of the enterprise with this number."""
    first = f"{CODE}{number:07}"
    return first + uscc_check(first)


class Writer:
    """Writes enterprises by number, each with all that belongs to it; the same number is the same enterprise everywhere."""

    def __init__(self, connection: Connection, stage: Stage, now: datetime) -> None:
        self.stage, self.now, self.attendance = stage, now, 0

        def bulk(model: Any, *given: str) -> Bulk:
            return Bulk(connection, model.__table__, given)

        own, lecture = ("id", "enterprise_id"), ("id", "enterprise_id", "lecture_id", "person_id")
        self.firms = bulk(
            Enterprise, "id", "name", "uscc", "jurisdiction_id", "industry", "declared_headcount", "officer_name", "created_at"
        )
        self.people = bulk(Person, *own, "name", "work_no", "phone", "phone_hash", "hired_on", "created_at")
        self.posts = bulk(PersonPost, *own, "person_id", "post", "category", "starts_on")
        self.heads = bulk(HeadAppointment, *own, "person_id", "name", "starts_on")
        self.duties = bulk(Duty, *own, "campaign_id", "due_on", "created_at")
        self.lectures = bulk(
            Lecture, *own, "campaign_id", "title", "number", "year", "state", "lecturer_id", "spoken_by_id", "lecturer_is_head",
            "audience", "created_by", "created_at", "notified_at", "closed_at",
        )  # fmt: skip
        self.sittings = bulk(
            Sitting, "id", "enterprise_id", "lecture_id", "place", "planned_starts_at", "planned_ends_at", "opened_at",
            "started_at", "ended_at", "closed_at",
        )  # fmt: skip
        self.attendees = bulk(Attendee, *lecture, "department_name", "post", "category")
        self.events = bulk(
            AttendanceEvent, *lecture, "sitting_id", "mark", "scanned_at", "recorded_at", "method", "trust", "device_id", "step"
        )
        self.presences = bulk(
            Presence, *lecture, "sitting_id", "status", "first_in_at", "last_out_at", "minutes", "method", "trust", "settled_at"
        )
        self.completions = bulk(
            Completion, *lecture, "completed", "attended", "examined", "passed", "score", "minutes", "reasons", "decided_at"
        )
        self.standings = bulk(
            Standing, *own, "campaign_id", "since_on", "until_on", "due_on", "street_code", "street_name", "industry",
            "officer_name", "updated_at", *RESULT,
        )  # fmt: skip
        self._order = (
            self.firms, self.people, self.posts, self.heads, self.duties, self.lectures, self.sittings, self.attendees,
            self.events, self.presences, self.completions, self.standings,
        )  # fmt: skip

    @property
    def full(self) -> bool:
        return any(bulk.full for bulk in self._order)

    def write(self) -> None:
        """Send all that is kept, what others refer to first."""
        for bulk in self._order:
            bulk.write()

    def firm(self, number: int) -> None:
        """One firm with all that the city is to know of it."""
        rng = Random(number)
        street = self.stage.streets[number % len(self.stage.streets)]
        industry = rng.choices(list(INDUSTRIES), list(INDUSTRIES.values()))[0]
        firm_id, size = new_id(), SIZES[number % len(SIZES)]
        officer = None if number % 97 == 0 else f"监管员{street.code[-3:]}{number % 3}"
        known_at = on_wall(self.stage.rounds[0].starts_on - timedelta(days=60), 9)
        self.firms.add(firm_id, f"测算企业{number:05}", uscc(number), street.id, industry, size, officer, known_at)
        people = [(new_id(), OTHERS) for _ in range(size)]
        people[0] = (people[0][0], HEAD)
        hired_on = known_at.date() - timedelta(days=300)
        ring = keyring()
        for at, (person_id, category) in enumerate(people):
            phone = f"199{(number * 200 + at) % 10**8:08}"
            self.people.add(
                person_id, firm_id, f"员工{number:05}{at:03}", f"{at + 1:04}", phone, ring.fingerprint(phone), hired_on, known_at
            )
            self.posts.add(new_id(), firm_id, person_id, "操作工", category, hired_on)
        self.heads.add(new_id(), firm_id, people[0][0], f"员工{number:05}000", hired_on)
        for at, one in enumerate(self.stage.rounds):
            self.duties.add(new_id(), firm_id, one.id, one.due_on, on_wall(one.starts_on, 9, 30))
            self._stands(firm_id, one, street, industry, officer, list(self._story(rng, firm_id, one, at + 1, people)))

    def _story(
        self, rng: Random, firm_id: UUID, one: Round, number: int, people: list[tuple[UUID, str]]
    ) -> Iterator[tuple[date, list[Facts]]]:
        """What happened in one campaign: days in order, each with the facts from then on."""
        yield one.starts_on, []
        span = (min(one.due_on, self.now.date() - timedelta(days=1)) - one.starts_on).days
        if rng.random() >= one.given:
            return
        held_on = one.starts_on + timedelta(days=rng.randint(2, max(span, 2)))
        lecture_id = new_id()
        if rng.random() < 0.5:
            plan = Facts(lecture_id=lecture_id, held=False, lecturer_is_head=True)
            yield held_on - timedelta(days=1), [plan]
        yield held_on, [self._held(rng, firm_id, lecture_id, one, number, held_on, people)]

    def _held(
        self, rng: Random, firm_id: UUID, lecture_id: UUID, one: Round, number: int, day: date, people: list[tuple[UUID, str]]
    ) -> Facts:
        """A lecture with everybody's attendance, and what follows from it."""
        by_head, minutes = rng.random() < 0.98, rng.choice((45, 62, 65, 70, 90, 62, 75, 60))
        speaker = people[0][0] if by_head or len(people) < 2 else people[1][0]
        start, told_at = on_wall(day, 9 + number), on_wall(day - timedelta(days=1), 10)
        end = start + timedelta(minutes=minutes, seconds=20)
        self.lectures.add(
            lecture_id, firm_id, one.id, "岗位风险与应急处置", number, day.year, LectureState.CLOSED, speaker, speaker,
            speaker == people[0][0], {}, "测算", told_at, told_at, end,
        )  # fmt: skip
        sitting_id = new_id()
        planned_end = start + timedelta(hours=1)
        self.sittings.add(
            sitting_id, firm_id, lecture_id, "会议室", start, planned_end, start - timedelta(minutes=20), start, end, end
        )
        share, came, passed = rng.choice((0.97, 0.99, 1.0, 0.98, 0.8)), 0, 0
        for at, (person_id, category) in enumerate(people):
            of_person = (firm_id, lecture_id, person_id)
            self.attendees.add(new_id(), *of_person, "一车间", "操作工", category)
            there, knows = rng.random() < share, rng.random() < 0.97
            came, passed = came + there, passed + (there and knows)
            if there:
                self._marks(of_person, sitting_id, at, start, end)
            first, last = (start + timedelta(seconds=at * 3), end) if there else (None, None)
            known = (Method.SCAN, Trust.LIVE) if there else (None, None)
            self.presences.add(
                new_id(), *of_person, sitting_id if there else None,
                PresenceStatus.PRESENT if there else PresenceStatus.ABSENT, first, last, minutes if there else None, *known, end,
            )  # fmt: skip
            score = (90 if knows else 60) if there else None
            self.completions.add(
                new_id(), *of_person, there and knows, there, there, there and knows, score, minutes if there else None, [], end
            )
        return Facts(
            lecture_id=lecture_id, held=True, lecturer_is_head=speaker == people[0][0], held_on=day, minutes=minutes,
            expected=len(people), attended=came, examined=came, passed=passed, completed=passed,
        )  # fmt: skip

    def _marks(self, of_person: tuple[UUID, UUID, UUID], sitting_id: UUID, at: int, start: datetime, end: datetime) -> None:
        """In, asked in the middle, out."""
        half = start + (end - start) / 2
        for mark, when in ((Mark.IN, start + timedelta(seconds=at * 3)), (Mark.RECHECK, half), (Mark.OUT, end)):
            device = f"{of_person[2].hex[:24]}"
            self.events.add(new_id(), *of_person, sitting_id, mark, when, when, Method.SCAN, Trust.LIVE, device, at // 5)
            self.attendance += 1

    def _stands(
        self, firm_id: UUID, one: Round, street: Street, industry: str, officer: str | None, story: list[tuple[date, list[Facts]]]
    ) -> None:
        days = [day for day, _facts in story]
        for at, (day, facts) in enumerate(story):
            until = days[at + 1] - timedelta(days=1) if at + 1 < len(days) else None
            result = standing_from(facts, RULE)
            self.standings.add(
                new_id(), firm_id, one.id, day, until, one.due_on, street.code, street.name, industry, officer, on_wall(day, 18),
                *(getattr(result, name) for name in RESULT),
            )  # fmt: skip
