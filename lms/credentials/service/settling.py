"""Completion follows from the facts, hours from completion; both are rewritten or corrected when the facts change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, update

from lms.access.models import Role
from lms.attendance.models import Presence
from lms.core import clock
from lms.core.db import UtcDateTime, new_id
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.events import CompletionsDecided
from lms.credentials.models import Completion, CompletionChange, HoursKind, HoursLine
from lms.credentials.service.chain import enter_hours
from lms.credentials.service.judging import certificates_held, fate_of, judge_certificates
from lms.credentials.service.renewal import give_back
from lms.credentials.service.retraining import judge_demands
from lms.credentials.service.settled import MOVED, NOTHING, WITHDRAWN, Settled
from lms.lectures.models import Attendee, Lecture
from lms.ledger.rules import PRODUCT
from lms.quizzes.queries import best_of, quiz_of
from lms.registry.models import Person

_PUT_OFF = update(Completion.__table__)  # type: ignore[arg-type]  # a table, whatever the class says
_PUT_OFF_ONE = _PUT_OFF.where(
    Completion.lecture_id == bindparam("lecture", type_=Uuid()), Completion.person_id == bindparam("person", type_=Uuid())
).values(graded_at=bindparam("now", type_=UtcDateTime()))
TOLD = ("completed", "minutes", "score", "reasons")


def settle(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID], why: str = "") -> bool:
    """Decide the completion of these people in a closed lecture and write what follows; whether a certificate is due.

    why: what was corrected, for whoever verifies a certificate that ends by it. A lecture that was not held has nothing to
    decide. Says CompletionsDecided once. A fixed number of queries.
    """
    if not lecture.is_held:
        return False
    settled = _weigh(uow, lecture, person_ids)
    return bool(settled) and _follow(uow, lecture, settled, why)


def put_off(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> bool:
    """Note that a person has a score now, for take_up(); False where nothing was decided about them yet."""
    return bool(uow.execute(_PUT_OFF_ONE, {"lecture": lecture_id, "person": person_id, "now": uow.now}).rowcount == 1)


def take_up(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID]) -> None:
    """Before these people are settled: whoever gets a score from now on is noted anew. Locks in the order of settle()."""
    _attendees(uow, lecture_id, person_ids, hold=True)
    theirs = Completion.lecture_id == lecture_id, Completion.person_id.in_(person_ids)
    uow.execute(_PUT_OFF.where(*theirs).values(graded_at=None))


def _attendees(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID], *, hold: bool) -> Sequence[Attendee]:
    """Those of these people who are on the list, locked on demand."""
    listed = select(Attendee).where(Attendee.lecture_id == lecture_id, Attendee.person_id.in_(person_ids)).order_by(Attendee.id)
    return uow.session.scalars(listed.with_for_update() if hold else listed).all()


def foresee(uow: UnitOfWork, lecture: Lecture, scores: Mapping[UUID, int]) -> dict[UUID, rules.Fate]:
    """What would become of the certificates of these people if these were their scores; whose stays as it is is left out."""
    if not lecture.is_held:
        return {}
    held = certificates_held(uow, lecture, list(scores))
    fates = {
        person_id: fate_of(found, held[person_id]) for person_id, found in _weigh(uow, lecture, list(scores), scores).items()
    }
    return {person_id: fate for person_id, fate in fates.items() if fate is not None}


def void(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Nobody completes a lecture that was declared void: hours are taken back by new lines, certificates withdrawn.

    What was found of each person stays beside it. Says CompletionsDecided.
    """
    people = uow.session.scalars(select(Completion.person_id).where(Completion.lecture_id == lecture.id)).all()
    settled = {
        person_id: replace(found, decision=rules.void(found.decision, reason))
        for person_id, found in _weigh(uow, lecture, people).items()
    }
    if settled:
        _follow(uow, lecture, settled)


def _follow(uow: UnitOfWork, lecture: Lecture, settled: dict[UUID, Settled], why: str = "") -> bool:
    there = queries.completions_of(uow, lecture.id, list(settled))
    for person_id, found in settled.items():
        there[person_id] = _write(uow, lecture, person_id, found, there.get(person_id))
    uow.session.flush()
    changed = _keep_ledger(uow, settled, there)
    if lecture.level is not None and changed:
        uow.session.flush()
        judge_demands(uow, *changed)
    due = judge_certificates(uow, lecture, settled, there, why)
    uow.session.flush()
    uow.say(CompletionsDecided(lecture.id, lecture.enterprise_id, tuple(settled), at=uow.now))
    # What counts here counts in no later decision of the same time, and again there once it does not count here.
    for later_id, person_ids in queries.later_at_the_same_time(uow, lecture, changed).items():
        due = settle(uow, uow.session.get_one(Lecture, later_id), person_ids) or due
    not_taught = [person_id for person_id, found in settled.items() if not found.decision.completed or found.too_short]
    for earlier_id, person_ids in give_back(uow, lecture, not_taught).items():
        due = settle(uow, uow.session.get_one(Lecture, earlier_id), person_ids) or due
    return due


def _weigh(
    uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID], scores: Mapping[UUID, int] | None = None
) -> dict[UUID, Settled]:
    """Read the facts of the people on the list. They and their lines are locked first: of two at once the second sees all,
    also where the other one is of a lecture at the same time.

    scores: to be thought of instead of those they have; then nothing is locked.
    """
    uow.session.flush()
    if scores is None:
        people = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
        uow.session.execute(people.with_for_update(key_share=True)).all()
    attendees = _attendees(uow, lecture.id, person_ids, hold=scores is None)
    ids = [attendee.person_id for attendee in attendees]
    presences = {
        row.person_id: row
        for row in uow.session.scalars(
            select(Presence)
            .where(Presence.lecture_id == lecture.id, Presence.person_id.in_(ids))
            .execution_options(populate_existing=True)
        )
    }
    quiz = quiz_of(uow, lecture.id)
    best = best_of(uow, lecture.id, ids) if quiz else {}
    lengths = queries.lengths_for(uow, lecture, ids)
    rule = rules.Rule(lecture.min_presence, quiz.pass_mark if quiz else None)
    quiz_over = quiz is not None and quiz.has_closed(uow.now)
    made_up = queries.made_up_words(uow, lecture)
    sittings = {sitting.id: sitting for sitting in lecture.sittings}
    settled = {}
    for attendee in attendees:
        presence = presences.get(attendee.person_id)
        score = best[attendee.person_id].score if attendee.person_id in best else None
        score = (scores or {}).get(attendee.person_id, score)
        came = presence is not None and presence.first_in_at is not None
        minutes = presence.minutes if presence is not None and came else None
        at_least = presence is not None and presence.at_least
        facts = rules.Facts(came, minutes, lengths[attendee.person_id], score, attendee.excused_reason, at_least, quiz_over)
        trust = presence.trust.value if presence is not None and presence.trust else ""
        sitting = sittings.get(presence.sitting_id) if presence is not None and presence.sitting_id else None
        day = clock.local_date((sitting or lecture.sitting).ended_at or lecture.closed_at or uow.now)
        decision = rules.decide(facts, rule)
        decision = replace(decision, reasons=(*made_up, *decision.reasons))
        there = rules.presence_words(minutes or 0, lengths[attendee.person_id], made_up)
        settled[attendee.person_id] = Settled(attendee.category, trust, day, decision, score, minutes, there, lecture.level)
    for person_id, (shared, titles) in queries.shared_with_others(uow, lecture, ids).items():
        found = settled[person_id]
        if found.decision.completed:
            settled[person_id] = replace(found, shared=shared, decision=rules.counted_once(found.decision, shared, titles))
    return settled


def _write(uow: UnitOfWork, lecture: Lecture, person_id: UUID, found: Settled, row: Completion | None) -> Completion:
    decision = found.decision
    values = {
        "completed": decision.completed,
        "attended": decision.attended,
        "examined": decision.examined,
        "passed": decision.passed,
        "score": found.score,
        "minutes": found.minutes,
        "reasons": list(decision.reasons),
    }
    if row is None:
        row = Completion(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id, **values)
        row.certificate_due = False
        row.decided_at = uow.now
        uow.session.add(row)
    elif any(getattr(row, name) != value for name, value in values.items()):
        _note_change(uow, row, values)
        for name, value in values.items():
            setattr(row, name, value)
        row.decided_at = uow.now
    return row


def _note_change(uow: UnitOfWork, row: Completion, values: dict[str, Any]) -> None:
    """Say what is different now; the decision of before stays readable."""
    before, after = {name: getattr(row, name) for name in TOLD}, {name: values[name] for name in TOLD}
    said = rules.changes(before, after)
    if said and not rules.ordinary(before, after):
        uow.session.add(
            CompletionChange(
                enterprise_id=row.enterprise_id, lecture_id=row.lecture_id, person_id=row.person_id, completion_id=row.id,
                before=before["reasons"], after=after["reasons"], said=list(said),
                changed_by=PRODUCT if uow.actor.holds(Role.SYSTEM) else uow.actor.name, changed_at=uow.now,
            )
        )  # fmt: skip


def _keep_ledger(uow: UnitOfWork, settled: dict[UUID, Settled], completions: dict[UUID, Completion]) -> list[UUID]:
    """Append what makes the ledger say the hours that follow; a line that was written stays. Whose hours are others now."""
    changed = []
    entered = queries.entered(uow, [completions[person_id].id for person_id in settled])
    for person_id, found in settled.items():
        kept = entered.get(completions[person_id].id, {})
        corrections = rules.corrections(kept, found.entered)
        if corrections:
            changed.append(person_id)
        for as_what, hours in corrections.items():
            _append(uow, completions[person_id], found, as_what, hours, kept)
    return changed


def _append(
    uow: UnitOfWork, completion: Completion, found: Settled, as_what: rules.Entered, hours: Decimal,
    kept: Mapping[rules.Entered, Decimal],
) -> None:  # fmt: skip
    kind, reason = HoursKind.EARNED, "，".join(found.decision.reasons)
    before, now = kept.get(as_what, NOTHING), found.entered.get(as_what)
    if now is None:
        kind, reason = HoursKind.VOIDED, f"{WITHDRAWN if found.hours is None else MOVED}：{reason}"
    elif before:
        kind, reason = HoursKind.AMENDED, f"{rules.plain(before)} → {rules.plain(now)} 学时：{reason}"
    line = HoursLine(
        id=new_id(),
        enterprise_id=completion.enterprise_id,
        person_id=completion.person_id,
        lecture_id=completion.lecture_id,
        completion_id=completion.id,
        kind=kind,
        hours=hours,
        category=found.category,
        trust=as_what.trust,
        earned_on=as_what.earned_on,
        rule=rules.counting_on(as_what.earned_on).version,
        level=found.level,
        reason=reason[:200],
        recorded_at=uow.now,
    )
    enter_hours(uow, line)
