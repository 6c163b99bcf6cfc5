"""The make-up lecture (补训): a draft that always holds exactly those who can complete a lecture only by hearing it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.attendance.models import Presence
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.models import Completion
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, LectureState, Material
from lms.lectures.rules import Audience
from lms.ledger.rules import PRODUCT
from lms.quizzes.queries import best_of, quiz_of
from lms.registry.models import Person
from lms.registry.queries import on_roster

AFTER = timedelta(days=7)  # when nothing was made up for before
NOBODY_LEFT = "应补训的人都已合格"


class NotADraft(Conflict):
    code = "make-up-not-a-draft"
    sentence = _l("补训通知已发出，名单不能再删人。不来的人到时登记请假就行。")


def gather(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> Lecture | None:
    """Bring the draft of the make-up up to what was just decided of these people; None when there is no draft.

    lecture: the one they were decided in, a first lecture or itself a make-up. Whoever has completed either leaves the
    draft, who now needs it joins it, and nobody who is already asked to a make-up is asked twice. What the trainer
    changed about others stays.
    """
    first = uow.session.get_one(Lecture, lecture.makes_up_for_id) if lecture.makes_up_for_id else lecture
    if not first.is_held:
        return None
    again = queries.make_ups_of(uow, first.id)
    draft = next((one for one in again if one.state == LectureState.DRAFT), None)
    needed = _who_needs_it(uow, [first, *(one for one in again if one.is_held)], person_ids)
    coming = [one.id for one in again if one.state in (LectureState.NOTIFIED, LectureState.OPEN)]
    if needed and coming:
        needed -= set(uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id.in_(coming))))
    if draft is None and not needed:
        return None
    uow.session.scalar(
        select(Lecture.id).where(Lecture.id == first.id).with_for_update(key_share=True)
    )  # of two at once one makes it
    draft = draft or next((one for one in queries.make_ups_of(uow, first.id) if one.state == LectureState.DRAFT), None)
    kept = Audience.read(draft.audience).person_ids if draft else ()
    gone = {str(person_id) for person_id in person_ids} - {str(person_id) for person_id in needed}
    asked = tuple(one for one in kept if one not in gone) + tuple(sorted({str(one) for one in needed} - set(kept)))
    if draft is None:
        return _draft(uow, first, asked)
    if not asked:
        lectures.cancel(uow, draft, NOBODY_LEFT)
        return None
    if asked != kept:
        draft.audience = Audience(person_ids=asked).as_json()
        uow.session.flush()
    return draft


def leave_out(uow: UnitOfWork, draft: Lecture, person_id: UUID) -> None:
    """The trainer takes somebody off the draft of a make-up. Raises NotADraft."""
    if draft.state != LectureState.DRAFT or draft.makes_up_for_id is None:
        raise NotADraft
    kept = tuple(one for one in Audience.read(draft.audience).person_ids if one != str(person_id))
    draft.audience = Audience(person_ids=kept).as_json()


def _who_needs_it(uow: UnitOfWork, held: list[Lecture], person_ids: Collection[UUID]) -> set[UUID]:
    """Of these people those who completed none of these lectures, by the last of them they were expected at."""
    order = {lecture.id: at for at, lecture in enumerate(sorted(held, key=lambda one: (one.closed_at or uow.now, one.id)))}
    rows = uow.session.execute(
        select(Completion, Presence)
        .outerjoin(Presence, (Presence.lecture_id == Completion.lecture_id) & (Presence.person_id == Completion.person_id))
        .where(Completion.lecture_id.in_(order), Completion.person_id.in_(person_ids))
    ).all()
    last: dict[UUID, tuple[Completion, Presence | None]] = {}
    completed = set()
    for row, presence in rows:
        if row.completed:
            completed.add(row.person_id)
        if row.person_id not in last or order[row.lecture_id] > order[last[row.person_id][0].lecture_id]:
            last[row.person_id] = row, presence
    found = set()
    for lecture in held:
        own = {person_id: value for person_id, value in last.items() if value[0].lecture_id == lecture.id}
        quiz = quiz_of(uow, lecture.id) if own else None
        tries = best_of(uow, lecture.id, list(own)) if quiz else {}
        over = quiz is not None and quiz.has_closed(uow.now)
        for person_id, (row, seen) in own.items():
            came = seen is not None and seen.first_in_at is not None
            known = None if seen is not None and seen.at_least else row.minutes  # longer than proven is possible
            used_up = quiz is not None and person_id in tries and tries[person_id].attempts >= quiz.max_attempts
            if person_id not in completed and rules.make_up_needed(
                completed=row.completed, attended=row.attended, came=came, minutes=known, quiz_lost=over or used_up
            ):
                found.add(person_id)
    return set(uow.session.scalars(select(Person.id).where(Person.id.in_(found), on_roster(uow.today))))


def _draft(uow: UnitOfWork, first: Lecture, asked: tuple[str, ...]) -> Lecture:
    """A draft like the first lecture: the same files, the same quiz, the same lecturer, some days later."""
    sitting = first.sitting
    starts = _when(uow, first)
    files = uow.session.scalars(select(Material).where(Material.lecture_id == first.id).order_by(Material.id))
    plan = lectures.Plan(
        title=f"补训：{first.title}"[:120],
        campaign_id=first.campaign_id,
        lecturer_id=first.lecturer_id,
        slots=(lectures.Slot(starts, starts + (sitting.planned_ends_at - sitting.planned_starts_at), sitting.place),),
        audience=Audience(person_ids=asked),
        quiz=lectures.quiz_plan(first.quiz_plan),
        materials=tuple(lectures.Stored(file.file_name, file.media_type, file.size, file.sha256, file.pages) for file in files),
        min_presence=first.min_presence,
        level=first.level,
        recheck=first.recheck,
        makes_up_for_id=first.id,
        copied_from_id=first.id,
    )
    made = lectures.schedule(uow, first.enterprise_id, plan, notify=False)
    made.created_by = PRODUCT  # whose quiz or closing set it off planned nothing
    return made


def _when(uow: UnitOfWork, first: Lecture) -> datetime:
    """The same hour, as many days after the first lecture as the last make-up of the enterprise was; never in the past."""
    gap = queries.last_make_up_gap(uow, first.enterprise_id) or AFTER
    starts = first.sitting.planned_starts_at + gap
    while starts <= uow.now:
        starts += AFTER
    return starts
