"""The facts of one lecture out of our own database, as the rules read them: ids, times and hashes, no names."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.attendance.models import AttendanceEvent, Correction, HandMark, Mark, Method, counts
from lms.campaigns.models import Campaign, Duty
from lms.campaigns.rules import applying
from lms.compliance.queries.facts import versions_of
from lms.compliance.signals.rules import facts
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate
from lms.credentials.queries import in_force
from lms.lectures.models import Attendee, Lecture, LecturerMark, Material, Photo, Rendition, Sitting, Witness
from lms.quizzes.models import Answer, Attempt, QuestionVersion, Quiz
from lms.registry.queries import head_on, roster_on

# In the words of the record (docs/signals.zh.md): how the lecturer's presence was proven. All else rests on the trainer's word.
WITNESSES = {
    **dict.fromkeys((Witness.OWN_PHONE, Witness.NAMED_PHONE, Witness.LENT_PHONE), "own_phone"),
    **dict.fromkeys((Witness.OFFICER, Witness.OFFICER_CODE), "officer"),
}
# What somebody in the hall says of another is like a leader's phone: no device, and in whatever order they said it.
METHODS = {
    Method.SCAN: "scan",
    Method.TAP: "scan",
    Method.CODE: "code",
    Method.KIOSK: "kiosk",
    Method.LEADER: "leader",
    Method.TRAINER: "leader",
    Method.OFFICER: "leader",
    Method.PAPER: "paper",
    Method.BACKFILL: "backfill",
    Method.IMPORT: "import",
}


def facts_of(uow: UnitOfWork, lecture: Lecture) -> facts.Lecture:
    """The record of a lecture. A dozen queries, however many people."""
    sittings = [sitting for sitting in lecture.sittings if sitting.opened_at] or [lecture.sitting]
    day = clock.local_date(min(sitting.started_at or sitting.planned_starts_at for sitting in sittings))
    roster = roster_on(uow, lecture.enterprise_id, day)
    head = head_on(uow, lecture.enterprise_id, day)
    attendees = list(uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id)))
    marks = list(uow.session.scalars(select(LecturerMark).where(LecturerMark.lecture_id == lecture.id)))
    due_on = select(Duty.due_on).where(Duty.campaign_id == lecture.campaign_id, Duty.enterprise_id == lecture.enterprise_id)
    return facts.Lecture(
        lecture_id=str(lecture.id),
        enterprise_id=str(lecture.enterprise_id),
        headcount=len(roster),
        head_person_id=str(head.person_id) if head and head.person_id else None,
        lecturer_person_id=str(lecture.spoken_by_id or lecture.lecturer_id),
        lecturer_marks=tuple(facts.LecturerMark(one.at, str(one.step), WITNESSES.get(one.witness, "trainer")) for one in marks),
        planned=facts.Span(min(one.planned_starts_at for one in sittings), max(one.planned_ends_at for one in sittings)),
        actual=_actual(sittings),
        campaign_due_on=uow.session.scalar(due_on) if lecture.campaign_id else None,
        campaign_head_only=_head_only(uow, lecture, day),
        created_at=lecture.created_at,
        closed_at=lecture.closed_at,
        sessions=len(sittings),
        roster=tuple(facts.Listed(str(line.person_id), row, line.department_name) for row, line in enumerate(roster)),
        expected=tuple(str(one.person_id) for one in attendees if not one.is_extra),
        excused=tuple(facts.Excused(str(one.person_id)) for one in attendees if one.excused_reason),
        events=tuple(_events(uow, lecture.id)),
        attempts=tuple(_attempts(uow, lecture.id)),
        certificates=tuple(
            facts.Issued(str(person_id), issued_at)
            for person_id, issued_at in uow.session.execute(
                select(Certificate.person_id, Certificate.issued_at).where(Certificate.lecture_id == lecture.id, in_force())
            )
        ),
        materials=tuple(_decks(uow, lecture.id)),
        photos=tuple(_photos(uow, lecture.id)),
        edits=tuple(_edits(uow, lecture, marks)),
    )


def _head_only(uow: UnitOfWork, lecture: Lecture, day: date) -> bool | None:
    """Whether each version of the rules by which it may count asks for the head and takes no deputy. None: for no campaign."""
    if lecture.campaign_id is None:
        return None
    versions = versions_of(uow, uow.session.get_one(Campaign, lecture.campaign_id))
    return all(one.rule.head_lectures and not one.rule.deputy_counts for one in applying(day, versions))


def _actual(sittings: list[Sitting]) -> facts.Span | None:
    """From the first start to the last end; None while one of them is not known."""
    starts = [sitting.started_at for sitting in sittings if sitting.started_at]
    ends = [sitting.ended_at for sitting in sittings if sitting.ended_at]
    whole = len(starts) == len(ends) == len(sittings)
    return facts.Span(min(starts), max(ends)) if whole and max(ends) >= min(starts) else None


def _events(uow: UnitOfWork, lecture_id: UUID) -> list[facts.Event]:
    """Those that count, in the order in which they were recorded."""
    by_hand = aliased(HandMark)
    rows = uow.session.execute(
        select(AttendanceEvent, by_hand.entered_key)
        .outerjoin(by_hand, by_hand.event_id == AttendanceEvent.id)
        .where(AttendanceEvent.lecture_id == lecture_id, counts())
        .order_by(AttendanceEvent.recorded_at, AttendanceEvent.id)
    )
    return [
        facts.Event(
            person_id=str(event.person_id),
            kind="recheck" if event.mark is Mark.RECHECK else str(event.mark),
            scanned_at=event.scanned_at,
            recorded_at=event.recorded_at,
            method=METHODS[event.method],
            device_id=str(event.station_id) if event.station_id else event.device_id,
            screen=event.screen,
            step=event.step,
            by_person_id=entered_key,
        )
        for event, entered_key in rows
    ]


def _attempts(uow: UnitOfWork, lecture_id: UUID) -> list[facts.Attempt]:
    """Of the quiz itself, not of a later retest. A text counts with what was chosen last, and when it was first touched."""
    attempts = uow.session.scalars(
        select(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.lecture_id == lecture_id, Quiz.retest_of_id.is_(None), Attempt.submitted_at.is_not(None))
    ).all()
    taps: dict[UUID, dict[UUID, tuple[datetime, list[str]]]] = defaultdict(dict)
    wanted = select(Answer).where(Answer.attempt_id.in_([one.id for one in attempts])).order_by(Answer.counter)
    for answer in uow.session.scalars(wanted):
        own = taps[answer.attempt_id]
        first = min(own[answer.version_id][0], answer.answered_at) if answer.version_id in own else answer.answered_at
        own[answer.version_id] = (first, answer.chosen)
    chars = _chars(uow, {version for own in taps.values() for version in own})
    return [
        facts.Attempt(
            person_id=str(one.person_id),
            started_at=one.started_at,
            submitted_at=one.submitted_at,
            device_id=one.device_id,
            score=one.score,
            answers=tuple(
                facts.Answer(str(version), "|".join(chosen), at, chars.get(version))
                for version, (at, chosen) in taps[one.id].items()
            ),
        )
        for one in attempts
    ]


def _chars(uow: UnitOfWork, version_ids: set[UUID]) -> dict[UUID, int]:
    """Characters of stem and options."""
    rows = uow.session.execute(
        select(QuestionVersion.id, QuestionVersion.stem, QuestionVersion.body).where(QuestionVersion.id.in_(version_ids))
    )
    return {version: len(stem) + sum(map(len, (*body.options.values(), *body.prompts))) for version, stem, body in rows}


def _decks(uow: UnitOfWork, lecture_id: UUID) -> list[facts.Deck]:
    """Known by their words, else by their bytes; what a bureau published is meant to be shown by many and is left out."""
    rows = uow.session.execute(
        select(Material.sha256, Rendition.words_sha256)
        .outerjoin(Rendition, Rendition.source_sha256 == Material.sha256)
        .where(Material.lecture_id == lecture_id, Material.library_version_id.is_(None))
    )
    return [facts.Deck(sha256, words or sha256) for sha256, words in rows]


def _photos(uow: UnitOfWork, lecture_id: UUID) -> list[facts.Photo]:
    """Those that stand; the print is the first half of ours of the whole picture."""
    rows = uow.session.scalars(select(Photo).where(Photo.lecture_id == lecture_id, Photo.withdrawn_at.is_(None)))
    return [
        facts.Photo(row.sha256, int(row.prints[0][:16], 16) if row.prints else None, row.taken_at, row.received_at)
        for row in rows
    ]


def _edits(uow: UnitOfWork, lecture: Lecture, marks: list[LecturerMark]) -> list[facts.Edit]:
    """Corrections after the lecture was closed: of marks, and of when the lecturer began or ended. What was corrected of the
    lecturer's own marks together with such a time is no further one.
    """
    if lecture.closed_at is None:
        return []
    corrected = [mark for mark in marks if mark.witness is Witness.CORRECTED]
    times = {mark.recorded_at: mark for mark in corrected if mark.recorded_at > lecture.closed_at}
    rows = uow.session.scalars(
        select(Correction).where(Correction.lecture_id == lecture.id, Correction.signed_at > lecture.closed_at)
    )
    return [
        *(facts.Edit(row.signed_at, str(row.user_id), "更正签到", row.reason) for row in rows if row.signed_at not in times),
        *(facts.Edit(at, mark.told_key, "更正讲课时间", mark.reason) for at, mark in times.items()),
    ]
