"""What credentials hears, and the job that issues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from flask import current_app

from lms.access.actor import Actor
from lms.attendance.events import PresenceSettled
from lms.core.jobs import enqueue, sweep, sweep_once
from lms.core.uow import UnitOfWork, answers, hears, unit_of_work
from lms.credentials import issuing, queries, service
from lms.credentials.events import CompletionsDecided, TrainingCounted
from lms.credentials.queries.retraining import Moved, moves
from lms.credentials.rules import counting_on
from lms.credentials.service import retraining
from lms.lectures.events import LectureVoided, MakesHoursAsked
from lms.lectures.models import Lecture
from lms.quizzes.events import AttemptGraded, ConsequencesAsked, NoHoursAsked, ScoresChanged
from lms.registry.privacy.events import PersonErased

CLERK = "credentials.clock"
CYCLES_AT_ONCE = 500
MOVES_AT_ONCE = 500
REMINDED_AT_ONCE = 500
REMINDED_FROM = 8  # o'clock, where the enterprises are
SAID_WITHIN = timedelta(minutes=10)  # a transaction that says when a quiz ends is over by then
GATHERED = 1.0  # seconds in which those who hand in one after another are gathered: deciding about one costs half of many
GRADED_AT_ONCE = 25  # others wait for the database meanwhile


@hears(PresenceSettled)
def presence_settled(uow: UnitOfWork, event: PresenceSettled) -> None:
    _settle(uow, event.lecture_id, event.person_ids)


@hears(PersonErased)
def forget(uow: UnitOfWork, event: PersonErased) -> None:
    service.forget(uow, event)


@hears(AttemptGraded)
def attempt_graded(uow: UnitOfWork, event: AttemptGraded) -> None:
    """A hall hands in within minutes: what follows from the scores is decided beside it, for many of them at a time."""
    if service.put_off(uow, event.lecture_id, event.person_id):
        uow.at_the_end(_wake_for, event)
    else:
        _settle(uow, event.lecture_id, (event.person_id,))


def _wake_for(uow: UnitOfWork, events: list[AttemptGraded]) -> None:
    for lecture_id, at in {event.lecture_id: event.at for event in events}.items():
        uow.after_commit(partial(_wake, lecture_id, at))


def _wake(lecture_id: UUID, graded_at: datetime) -> None:
    """Have it decided; whoever waits longer has woken the worker, who looks again once they are done and finds this one."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        woken = queries.waits_before(uow, lecture_id, graded_at)
    if not woken:
        enqueue("settle_graded", after=GATHERED, lecture_id=str(lecture_id))


@hears(ScoresChanged)
def scores_changed(uow: UnitOfWork, event: ScoresChanged) -> None:
    _settle(uow, event.lecture_id, event.person_ids, event.why)


@answers(ConsequencesAsked)
def tell_consequences(uow: UnitOfWork, question: ConsequencesAsked) -> dict[UUID, str]:
    fates = service.foresee(uow, uow.session.get_one(Lecture, question.lecture_id), question.scores)
    return {person_id: fate.value for person_id, fate in fates.items()}


@answers(NoHoursAsked)
def tell_no_hours(uow: UnitOfWork, question: NoHoursAsked) -> bool:
    return queries.makes_no_hours(uow, question.lecture_id, question.person_id)


@answers(MakesHoursAsked)
def tell_hours(uow: UnitOfWork, question: MakesHoursAsked) -> bool:
    return bool(counting_on(question.on).hours(question.minutes))


@hears(LectureVoided)
def lecture_voided(uow: UnitOfWork, event: LectureVoided) -> None:
    service.void(uow, uow.session.get_one(Lecture, event.lecture_id), event.reason)


@hears(CompletionsDecided)
def gather_make_up(uow: UnitOfWork, event: CompletionsDecided) -> None:
    service.gather(uow, uow.session.get_one(Lecture, event.lecture_id), event.person_ids)


@hears(CompletionsDecided)
def complete_hours(uow: UnitOfWork, event: CompletionsDecided) -> None:
    _follow_hours(uow, event.person_ids)


@hears(TrainingCounted)
def complete_hours_elsewhere(uow: UnitOfWork, event: TrainingCounted) -> None:
    _follow_hours(uow, (event.person_id,))


def _follow_hours(uow: UnitOfWork, person_ids: Collection[UUID]) -> None:
    if service.follow_hours(uow, person_ids):
        uow.after_commit(lambda: enqueue("issue_certificates"))


def _settle(uow: UnitOfWork, lecture_id: UUID, person_ids: tuple[UUID, ...], why: str = "") -> None:
    if service.settle(uow, uow.session.get_one(Lecture, lecture_id), person_ids, why):
        uow.after_commit(lambda: enqueue("issue_certificates", lecture_id=str(lecture_id)))


@sweep
def settle_graded(lecture_id: str | None = None) -> None:
    """Decide about those who have a score since, of one lecture or of all; whoever comes meanwhile is left to the next time."""
    full = True
    while full and (waiting := _graded(lecture_id)):
        for each, person_ids in waiting.items():
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                service.take_up(uow, each, person_ids)
                _settle(uow, each, tuple(person_ids))
        full = sum(map(len, waiting.values())) == GRADED_AT_ONCE
    if not full and _graded(lecture_id):
        enqueue("settle_graded", after=GATHERED, lecture_id=lecture_id)


def _graded(lecture_id: str | None) -> dict[UUID, list[UUID]]:
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        return queries.graded_since(uow, GRADED_AT_ONCE, UUID(lecture_id) if lecture_id else None)


@sweep
def decide_lapsed() -> None:
    """A quiz that ended decides about those who did not pass it in time; each lecture in a transaction of its own.

    A worker that has looked once looks only at quizzes that ended since, and some minutes before: who is about to change when one
    ends has not said so yet.
    """
    done = current_app.extensions
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        now, waiting = uow.now, queries.lapsed(uow, done.get("decided_lapsed"))
    for lecture_id, person_ids in waiting.items():
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            _settle(uow, lecture_id, tuple(person_ids))
    done["decided_lapsed"] = now - SAID_WITHIN


@sweep
def issue_certificates(lecture_id: str | None = None) -> None:
    """Issue the certificates that are due, of one lecture or of all."""
    issuing.issue_due(UUID(lecture_id) if lecture_id else None)


@sweep_once("day", since=REMINDED_FROM)
def remind_of_expiry() -> bool:
    """Whose certificate ends soon, so many at a time."""
    with unit_of_work(Actor.system(CLERK), "system") as uow:
        return service.remind(uow, REMINDED_AT_ONCE) >= REMINDED_AT_ONCE


@sweep_once("hour")
def ask_retraining() -> None:
    """Whoever moved or came back since is asked to be taught anew, all of them, some at a time."""
    behind: Moved | None = None
    full = True
    while full:
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            moved = moves(uow, MOVES_AT_ONCE, behind)
            retraining.ask_after_moves(uow, moved)
        full = len(moved) == MOVES_AT_ONCE
        behind = moved[-1] if moved else behind


@sweep_once("day", since=REMINDED_FROM)
def remind_of_reviews() -> None:
    """Permits that are to be reviewed soon."""
    with unit_of_work(Actor.system(CLERK), "system") as uow:
        retraining.remind_of_reviews(uow)


@sweep
def open_cycles() -> None:
    """Whoever came, changed category or began a year since gets their next cycle, some hundred people a minute."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        due = queries.cycles_to_open(uow, CYCLES_AT_ONCE)
    if due:
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            service.open_cycles(uow, due)
        with unit_of_work(Actor.system(CLERK), "system") as uow:  # apart: who settles a lecture locks people first, then cycles
            _follow_hours(uow, [one.person_id for one in due])


@sweep_once("day")
def look_at_complete_hours() -> bool:
    """Hours that were complete before there were certificates of them, so many people at a time."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        people = queries.complete_without_award(uow, CYCLES_AT_ONCE)
    if people:
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            _follow_hours(uow, people)
    return len(people) >= CYCLES_AT_ONCE
