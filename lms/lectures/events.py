"""What lectures tell, and what they ask of the floors above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class QuizPlan:
    """The quiz asked for when a lecture is planned.

    topics: names of bank topics. questions: how many each person gets. pass_mark: points of 100. minutes: time for one
    attempt. attempts: how many in all, retakes included.
    """

    topics: tuple[str, ...]
    questions: int
    pass_mark: int
    minutes: int = 30
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the bank with the number of questions this enterprise may draw from it."""

    name: str
    questions: int


@dataclass(frozen=True, slots=True)
class TopicsAsked:
    """Which topics can this enterprise draw a quiz from? Answered with list[Topic]."""

    enterprise_id: UUID


@dataclass(frozen=True, slots=True)
class HeardAsked:
    """Of these lectures that go on, in which was this person at a sitting that is over? Answered with set[lecture id]."""

    person_id: UUID
    lecture_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CameAsked:
    """Who has come to a sitting of this lecture so far? Answered with set[person id]."""

    lecture_id: UUID


@dataclass(frozen=True, slots=True)
class DisputesAsked:
    """How many disputes within reach have no answer, and how many of these should have had it? Answered with (int, int)."""


@dataclass(frozen=True, slots=True)
class LectureScheduled:
    """Said once per lecture, when it is planned and its people are told."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    quiz: QuizPlan | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LectureOpened:
    """Check-in begins; from here on the list of expected people is frozen."""

    lecture_id: UUID
    enterprise_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LectureStarted:
    """The lecturer began to speak, once per sitting; until then its planned start was the best guess."""

    lecture_id: UUID
    sitting_id: UUID
    enterprise_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SittingClosed:
    """One sitting is over; said before LectureClosed when it was the last.

    check_out_rest: whoever is still in is checked out by the trainer, at the real end.
    """

    lecture_id: UUID
    sitting_id: UUID
    enterprise_id: UUID
    at: datetime
    check_out_rest: bool = False


@dataclass(frozen=True, slots=True)
class LectureClosed:
    """Said once per lecture, in the transaction that closes it."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LectureCancelled:
    """The lecture will not be held; the plan stays readable."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LectureArchived:
    """The lecture is on file: quiz and certificates are done."""

    lecture_id: UUID
    enterprise_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LectureVoided:
    """A lecture that was held counts for nothing any more; what followed from it is taken back by new lines."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceChanged:
    """What a lecture has to show besides its people is different now: a photo came or went."""

    lecture_id: UUID
    enterprise_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpsAsked:
    """Departments were asked to pass a lecture on, or by another day."""

    lecture_id: UUID
    enterprise_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LecturerSeen:
    """The lecturer of a sitting began or ended, as seen by `witness`: own_phone, officer or trainer.

    step: start or end. seen: whether somebody saw this person there; a trainer who presses a button has only begun a sitting.
    scan_id: the scan on the lecturer's own phone it was confirmed with, if any.
    """

    mark_id: UUID
    lecture_id: UUID
    sitting_id: UUID
    enterprise_id: UUID
    person_id: UUID
    step: str
    witness: str
    scan_id: UUID | None
    seen: bool
    at: datetime
