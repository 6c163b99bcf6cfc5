"""What is known of one lecture, as the signals read it. No names: ids, times and hashes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

OWN_PHONE = frozenset({"scan", "code"})
SHARED = frozenset({"kiosk", "leader"})  # made to be passed round
AFTERWARDS = frozenset({"backfill", "import"})
SEEN = OWN_PHONE | SHARED  # the product saw the mark itself, at its time
METHODS = SEEN | AFTERWARDS | {"paper"}
KINDS = frozenset({"in", "out", "recheck"})


@dataclass(frozen=True, slots=True)
class Span:
    """From one aware instant to another."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> float:
        """Fractions of a minute count."""
        return (self.ends_at - self.starts_at).total_seconds() / 60

    def overlap(self, other: Span) -> float:
        """Minutes both have in common; 0 when they do not meet."""
        shared = min(self.ends_at, other.ends_at) - max(self.starts_at, other.starts_at)
        return max(0.0, shared.total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class LecturerMark:
    """When whoever lectures was there, aware, and how that is known."""

    at: datetime
    kind: str  # start, end
    method: str  # own_phone, officer, trainer


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the roster. row: the place in it; has_phone: None while nobody said."""

    person_id: str
    row: int | None = None
    department: str | None = None
    has_phone: bool | None = None


@dataclass(frozen=True, slots=True)
class Excused:
    """Somebody on leave. at: when it was written down, aware; None while nobody said."""

    person_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A mark of one person. step: number of the code's 15-second step; by_person_id: who entered it for somebody else."""

    person_id: str
    kind: str
    scanned_at: datetime
    recorded_at: datetime
    method: str
    device_id: str | None = None
    screen: str | None = None
    step: int | None = None
    by_person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """chars: characters of stem and options as shown."""

    question_id: str
    chosen: str
    at: datetime | None = None
    chars: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer sheet. score: of 100; None while it waits for somebody."""

    person_id: str
    started_at: datetime
    submitted_at: datetime | None = None
    device_id: str | None = None
    score: float | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate of the lecture, at an aware instant."""

    person_id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Deck:
    """A file that was shown. sha256: of its bytes; text_sha256: of the words in it, None where there are none. Both in hex."""

    sha256: str | None = None
    text_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """phash: 64 bits; None where the picture could not be looked at."""

    sha256: str
    phash: int | None = None
    taken_at: datetime | None = None
    uploaded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of what was recorded, at an aware instant. what: in words, with how many people it is about where that is told."""

    at: datetime
    by_person_id: str | None = None
    what: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Lecture:
    """One line of lecture facts; what is not known is None or empty. sessions: shifts of one lecture.

    campaign_head_only: the campaign asks for the head in person and takes no deputy.
    """

    lecture_id: str
    enterprise_id: str
    headcount: int | None = None
    head_person_id: str | None = None
    lecturer_person_id: str | None = None
    lecturer_marks: tuple[LecturerMark, ...] = ()
    planned: Span | None = None
    actual: Span | None = None
    campaign_due_on: date | None = None
    campaign_head_only: bool | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    network: str = "unknown"
    sessions: int | None = None
    roster: tuple[Listed, ...] = ()
    expected: tuple[str, ...] = ()
    excused: tuple[Excused, ...] = ()
    events: tuple[Event, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    certificates: tuple[Issued, ...] = ()
    materials: tuple[Deck, ...] = ()
    photos: tuple[Photo, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def span(self) -> Span | None:
        """As it was; as planned while that is not known."""
        return self.actual or self.planned

    @cached_property
    def listed(self) -> dict[str, Listed]:
        """The roster by person."""
        return {one.person_id: one for one in self.roster}

    @cached_property
    def arrivals(self) -> dict[str, Event]:
        """The first "in" of each person, by when it happened."""
        first: dict[str, Event] = {}
        for event in self.events:
            if event.kind == "in" and (event.person_id not in first or event.scanned_at < first[event.person_id].scanned_at):
                first[event.person_id] = event
        return first

    @cached_property
    def stays(self) -> dict[str, Span]:
        """First to last mark of each person who came."""
        last: dict[str, datetime] = {}
        for event in self.events:
            last[event.person_id] = max(event.scanned_at, last.get(event.person_id, event.scanned_at))
        return {who: Span(event.scanned_at, last[who]) for who, event in self.arrivals.items()}

    @cached_property
    def asked(self) -> frozenset[str]:
        """Who was to come: the invited, else the roster."""
        return frozenset(self.expected) or frozenset(self.listed)

    @cached_property
    def sheets(self) -> dict[str, Attempt]:
        """The last attempt each person handed in."""
        last: dict[str, Attempt] = {}
        for attempt in self.attempts:
            before = last.get(attempt.person_id)
            if attempt.submitted_at and (before is None or attempt.started_at > before.started_at):
                last[attempt.person_id] = attempt
        return last

    @cached_property
    def passed_round(self) -> frozenset[str]:
        """Devices on which several people without a phone of their own, and nobody else, marked themselves."""
        on_device: dict[str, set[str]] = {}
        for event in self.events:
            if event.device_id and event.method in OWN_PHONE | {"leader"}:
                on_device.setdefault(event.device_id, set()).add(event.person_id)
        return frozenset(
            device for device, people in on_device.items() if len(people) > 1 and not any(map(self.may_have_phone, people))
        )

    def may_have_phone(self, person_id: str) -> bool:
        """Not registered as being without one."""
        known = self.listed.get(person_id)
        return known is None or known.has_phone is not False


@dataclass(frozen=True, slots=True)
class PhotoAgain:
    """A photo that another lecture has too. unlike: bits of 64 by which they differ, 0 for the same bytes.

    earlier: the other one was there first.
    """

    sha256: str
    lecture_id: str
    unlike: int
    same_bytes: bool
    earlier: bool


@dataclass(frozen=True, slots=True)
class LecturerAgain:
    """The same lecturer in another lecture at the time. share: of the shorter one. certain: both as they were, not as planned.

    better_proven: the lecturer was proven here and not there.
    """

    lecture_id: str
    minutes: float
    share: float
    certain: bool
    better_proven: bool


@dataclass(frozen=True, slots=True)
class PersonAgain:
    """Somebody who was in another lecture at the time. better_proven: seen by the product here and written down there."""

    person_id: str
    lecture_id: str
    better_proven: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """All lectures of one firm together: how many, people asked, people who did not come."""

    lectures: int = 0
    asked: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the other lectures say about this one. decks: hash of a text → (other lectures, other firms) that show it."""

    photos: tuple[PhotoAgain, ...] = ()
    decks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lecturer: tuple[LecturerAgain, ...] = ()
    people: tuple[PersonAgain, ...] = ()
    firm: Attendance = Attendance()
