"""Results, as the courses hear of them that people came from."""

from __future__ import annotations

from lms.attendance.events import PresenceSettled
from lms.core.uow import UnitOfWork, hears
from lms.integrations.lti import results, service
from lms.lectures.events import LectureVoided
from lms.quizzes.events import AttemptGraded, ScoresChanged
from lms.registry.privacy.events import PersonErased


@hears(PersonErased)
def erased(uow: UnitOfWork, event: PersonErased) -> None:
    service.forget_person(uow, event.person_id)


@hears(PresenceSettled)
def settled(uow: UnitOfWork, event: PresenceSettled) -> None:
    results.queue(uow, event.lecture_id, event.person_ids)


@hears(AttemptGraded)
def graded(uow: UnitOfWork, event: AttemptGraded) -> None:
    results.queue(uow, event.lecture_id, [event.person_id])


@hears(ScoresChanged)
def changed(uow: UnitOfWork, event: ScoresChanged) -> None:
    results.queue(uow, event.lecture_id, event.person_ids)


@hears(LectureVoided)
def voided(uow: UnitOfWork, event: LectureVoided) -> None:
    results.queue(uow, event.lecture_id)
