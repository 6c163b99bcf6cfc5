"""The lecturer's own taps, the officer's word and the trainer's word: appended, never edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules
from lms.lectures.events import LecturerSeen, LectureStarted
from lms.lectures.models import Lecture, LecturerMark, LecturerStep, Sitting, Witness
from lms.lectures.rules import Proof
from lms.lectures.service.steps import hold
from lms.ledger.models import ChainEntry
from lms.ledger.service import Fact, append, named, witnesses
from lms.notices.models import Notice
from lms.notices.service import forget_name
from lms.registry.privacy.events import PersonErased
from lms.registry.privacy.service import NOBODY
from lms.registry.queries import head_on, names_with

TOLD = "lecture.lecturer"  # kind of the notice to whoever is to speak
TIME = "lecture.time"  # and of the one to whoever is to agree that it was another time
CORRECTED = "lecture.time-corrected"
SEEN, SAID = "lecture.lecturer", "lecture.lecturer-said"
KINDS = {Witness.TRAINER: SAID, Witness.CORRECTED: CORRECTED}  # of entries in the chain; SEEN of the others


def lecturers_of(uow: UnitOfWork, sitting: Sitting) -> list[UUID]:
    """Who may confirm on their own phone: the registered lecturer, who was named instead, and the head of the day."""
    lecture = sitting.lecture
    return [each for each in (lecture.lecturer_id, lecture.spoken_by_id, head_of(uow, sitting)) if each]


def head_of(uow: UnitOfWork, sitting: Sitting) -> UUID | None:
    """The head of the day on which a sitting began or is to begin, whoever has been appointed since."""
    head = head_on(uow, sitting.enterprise_id, clock.local_date(sitting.started_at or sitting.planned_starts_at))
    return head.person_id if head else None


def next_step(proof: Proof, now: datetime) -> LecturerStep:
    """What is to be confirmed next: a beginning that was only said is still to be seen, while it is near."""
    if proof.started_at is None:
        return LecturerStep.START
    only_said = proof.start_witness not in rules.IN_THE_ROOM and proof.ended_at is None
    return LecturerStep.START if only_said and now - proof.started_at <= rules.STILL_BEGINS else LecturerStep.END


def confirm_lecturer(
    uow: UnitOfWork,
    sitting: Sitting,
    person_id: UUID,
    step: LecturerStep,
    witness: Witness,
    *,
    at: datetime | None = None,
    reason: str | None = None,
    scan_id: UUID | None = None,
    seen: bool = False,
) -> LecturerMark:
    """Write down that this person began or ended the sitting as its lecturer; real times and the lecturer follow from it.

    at: when; None: now. scan_id: the scan of the code in the room, on the person's own phone. reason: why it is not the
    registered lecturer. seen: whoever says it saw this person, so that the lecturer is present too. Raises WrongState,
    WrongSitting, NotTheLecturer, NotBegun, NotAsHeld. Says LecturerSeen and, when the real start is another, LectureStarted.
    """
    lecture = sitting.lecture
    hold(uow, lecture)
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "open")
    if witness in rules.PHONES and person_id not in lecturers_of(uow, sitting):
        raise rules.NotTheLecturer
    when = at or uow.now
    before = queries.proof_of(uow, sitting.id, until=when)
    if step is LecturerStep.END:
        if before.started_at is None:
            raise rules.NotBegun
        rules.check_held(before.started_at, when, uow.now)
    mark = append_mark(uow, sitting, person_id, step, witness, at=when, told_by=uow.actor.name, reason=reason)
    uow.say(
        LecturerSeen(
            lecture.id, lecture.enterprise_id, sitting.id, person_id, step.value, witness.value, scan_id,
            seen=seen or scan_id is not None, at=when,
        )
    )  # fmt: skip
    if before.started_at != sitting.started_at:
        uow.say(LectureStarted(lecture.id, lecture.enterprise_id, sitting.id, at=when))
    return mark


def append_mark(
    uow: UnitOfWork, sitting: Sitting, person_id: UUID, step: LecturerStep, witness: Witness,
    *, at: datetime, told_by: str, reason: str | None,
) -> LecturerMark:  # fmt: skip
    """Write a mark down and into the chain; real times and the lecturer follow. told_by: the names of whoever stands for it."""
    lecture = sitting.lecture
    mark = LecturerMark(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, sitting_id=sitting.id, person_id=person_id, step=step,
        witness=witness, at=at, recorded_at=uow.now, told_by=told_by, told_key=uow.actor.key, reason=reason,
    )  # fmt: skip
    uow.session.add(mark)
    uow.session.flush()
    enter_mark(uow, mark)
    follow_marks(uow, lecture, sitting)
    return mark


def enter_mark(uow: UnitOfWork, mark: Any) -> None:
    """Enter a mark that was just written: a row, or what has its columns by name."""
    append(uow, mark.enterprise_id, KINDS.get(mark.witness, SEEN), mark.id, _fact(mark))


@witnesses(SEEN)
def seen_lecturers(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every mark of a lecturer that more than the trainer saw, as the table has it."""
    seen = (LecturerMark.enterprise_id == enterprise_id, LecturerMark.witness.not_in(list(KINDS)))
    for mark in uow.session.scalars(select(LecturerMark).where(*seen)):
        yield mark.id, _fact(mark)


@witnesses(CORRECTED)
def corrected_times(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every beginning or end that two people corrected, as the table has it."""
    two = (LecturerMark.enterprise_id == enterprise_id, LecturerMark.witness == Witness.CORRECTED)
    for mark in uow.session.scalars(select(LecturerMark).where(*two)):
        yield mark.id, _fact(mark)


@witnesses(SAID)
def said_lecturers(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every mark of a lecturer that the trainer said, since such a word is a fact of the chain: earlier ones are not in it."""
    said = (LecturerMark.enterprise_id == enterprise_id, LecturerMark.witness == Witness.TRAINER)
    entered = select(ChainEntry.subject_id).where(ChainEntry.enterprise_id == enterprise_id, ChainEntry.kind == SAID)
    for mark in uow.session.scalars(select(LecturerMark).where(*said, LecturerMark.id.in_(entered))):
        yield mark.id, _fact(mark)


def _fact(mark: Any) -> Fact:
    return {
        "lecture": mark.lecture_id, "sitting": mark.sitting_id, "person": mark.person_id, "step": mark.step,
        "witness": mark.witness, "at": mark.at, "recorded_at": mark.recorded_at, "by": named(mark.told_by), "reason": mark.reason,
    }  # fmt: skip


def follow_marks(uow: UnitOfWork, lecture: Lecture, sitting: Sitting) -> Proof:
    """Real times and the real lecturer as the marks show them, and whether that was the head."""
    found = queries.proof_of(uow, sitting.id, until=uow.now)
    sitting.started_at = found.started_at or sitting.started_at
    sitting.ended_at = found.ended_at or sitting.ended_at
    proofs = [(one, queries.proof_of(uow, one.id).person_id) for one in lecture.sittings]
    spoke = [(one, person_id) for one, person_id in proofs if person_id]
    others = [person_id for _, person_id in spoke if person_id != lecture.lecturer_id]
    lecture.spoken_by_id = next(iter([*others, *(person_id for _, person_id in spoke)]), None)
    gives = spoke or [(lecture.sitting, lecture.lecturer_id)]
    lecture.lecturer_is_head = all(person_id == head_of(uow, one) for one, person_id in gives)
    uow.session.flush()
    return found


def forget_lecturer(uow: UnitOfWork, event: PersonErased) -> None:
    """What others were told of lectures somebody gave or was to give, and of times they wanted corrected, names them no more."""
    spoke = or_(Lecture.lecturer_id == event.person_id, Lecture.spoken_by_id == event.person_id)
    gave = select(Lecture.id).where(Lecture.enterprise_id == event.enterprise_id, spoke)
    was_to = select(Notice.about_id).where(Notice.person_id == event.person_id, Notice.kind == TOLD)
    wanted = select(Notice.about_id).where(Notice.enterprise_id == event.enterprise_id, Notice.kind == TIME)
    forget_name(uow, event.name, NOBODY, union(gave, was_to, wanted), names_with(uow, event.enterprise_id, event.name))
