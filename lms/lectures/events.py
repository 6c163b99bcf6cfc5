"""What lectures tell, and what they ask of the floors above."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
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
class ListenersAsked:
    """Who was at a sitting of this lecture, which goes on, that is over? Answered with set[person id]."""

    lecture_id: UUID


@dataclass(frozen=True, slots=True)
class CameAsked:
    """Who has come to a sitting of this lecture so far? Answered with set[person id]."""

    lecture_id: UUID


@dataclass(frozen=True, slots=True)
class PreparedAsked:
    """Has anything been printed, set up or written down for this sitting? Answered with bool."""

    sitting_id: UUID


@dataclass(frozen=True, slots=True)
class MakesHoursAsked:
    """Do so many minutes of a lecture on that day make hours? Without, no certificate comes of them. Answered with bool."""

    on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class DisputesAsked:
    """How many disputes within reach have no answer, and how many of these should have had it? Answered with (int, int)."""


@dataclass(frozen=True, slots=True)
class OfALecture:
    """Something happened to a lecture. at: when."""

    lecture_id: UUID
    enterprise_id: UUID
    at: datetime = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class LectureScheduled(OfALecture):
    """Said once per lecture, when it is planned and its people are told."""

    quiz: QuizPlan | None


@dataclass(frozen=True, slots=True)
class LectureOpened(OfALecture):
    """Check-in begins; from here on the list of expected people is frozen."""


@dataclass(frozen=True, slots=True)
class LectureStarted(OfALecture):
    """The lecturer began to speak, once per sitting; until then its planned start was the best guess."""

    sitting_id: UUID


@dataclass(frozen=True, slots=True)
class SittingClosed(OfALecture):
    """One sitting is over; said before LectureClosed when it was the last."""

    sitting_id: UUID


@dataclass(frozen=True, slots=True)
class TimeCorrected(OfALecture):
    """Two people say that the lecturer began or ended a sitting at another time than was recorded.

    person_id: of the lecturer. step: start or end. was, now: when. reason: why. signed_by: both names. user_id: the account of
    whoever proposed it.
    """

    sitting_id: UUID
    person_id: UUID
    step: str
    was: datetime
    now: datetime
    reason: str
    signed_by: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class LastSeenAsked:
    """When did somebody last check in or out in the room of this sitting? Answered with datetime or None."""

    sitting_id: UUID


@dataclass(frozen=True, slots=True)
class InsideAsked:
    """Who has come to this sitting and not left it? Answered with list[name]."""

    sitting_id: UUID


@dataclass(frozen=True, slots=True)
class LectureClosed(OfALecture):
    """Said once per lecture, in the transaction that closes it."""


@dataclass(frozen=True, slots=True)
class LectureCancelled(OfALecture):
    """The lecture will not be held; the plan stays readable."""


@dataclass(frozen=True, slots=True)
class LectureArchived(OfALecture):
    """The lecture is on file: quiz and certificates are done."""


@dataclass(frozen=True, slots=True)
class LectureVoided(OfALecture):
    """A lecture that was held counts for nothing any more; what followed from it is taken back by new lines."""

    reason: str


@dataclass(frozen=True, slots=True)
class EvidenceChanged(OfALecture):
    """What a lecture has to show besides its people is different now: a photo came or went."""


@dataclass(frozen=True, slots=True)
class FollowUpsAsked(OfALecture):
    """Departments were asked to pass a lecture on, or by another day."""


@dataclass(frozen=True, slots=True)
class LecturerSeen(OfALecture):
    """The lecturer of a sitting began or ended, as seen by `witness`: own_phone, officer or trainer.

    step: start or end. seen: whether somebody saw this person there; a trainer who presses a button has only begun a sitting.
    scan_id: the scan on the lecturer's own phone it was confirmed with, if any.
    """

    sitting_id: UUID
    person_id: UUID
    step: str
    witness: str
    scan_id: UUID | None
    seen: bool
