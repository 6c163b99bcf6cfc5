"""What happens, as other systems hear of it."""

from __future__ import annotations

from lms.core.uow import UnitOfWork, hears
from lms.credentials.events import CertificateIssued, CompletionsDecided
from lms.integrations import rules, service
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled, LectureVoided
from lms.quizzes.events import AttemptGraded

LectureEvent = LectureScheduled | LectureOpened | LectureClosed | LectureCancelled | LectureVoided


@hears(LectureScheduled)
def notified(uow: UnitOfWork, event: LectureScheduled) -> None:
    _of_lecture(uow, rules.LECTURE_NOTIFIED, event)


@hears(LectureOpened)
def opened(uow: UnitOfWork, event: LectureOpened) -> None:
    _of_lecture(uow, rules.LECTURE_OPENED, event)


@hears(LectureClosed)
def closed(uow: UnitOfWork, event: LectureClosed) -> None:
    _of_lecture(uow, rules.LECTURE_CLOSED, event)


@hears(LectureCancelled)
def cancelled(uow: UnitOfWork, event: LectureCancelled) -> None:
    _of_lecture(uow, rules.LECTURE_CANCELLED, event)


@hears(LectureVoided)
def voided(uow: UnitOfWork, event: LectureVoided) -> None:
    _of_lecture(uow, rules.LECTURE_VOIDED, event)


@hears(AttemptGraded)
def graded(uow: UnitOfWork, event: AttemptGraded) -> None:
    data = {
        "lecture_id": event.lecture_id, "attempt_id": event.attempt_id, "person_id": event.person_id, "score": event.score,
        "passed": event.passed,
    }  # fmt: skip
    service.put_out(uow, event.enterprise_id, rules.QUIZ_GRADED, event.at, data)


@hears(CompletionsDecided)
def decided(uow: UnitOfWork, event: CompletionsDecided) -> None:
    data = {"lecture_id": event.lecture_id, "person_ids": event.person_ids}
    service.put_out(uow, event.enterprise_id, rules.COMPLETION_DECIDED, event.at, data)


@hears(CertificateIssued)
def issued(uow: UnitOfWork, event: CertificateIssued) -> None:
    data = {"certificate_id": event.certificate_id, "lecture_id": event.lecture_id, "person_id": event.person_id}
    service.put_out(uow, event.enterprise_id, rules.CERTIFICATE_ISSUED, event.at, data)


def _of_lecture(uow: UnitOfWork, kind: str, event: LectureEvent) -> None:
    service.put_out(uow, event.enterprise_id, kind, event.at, {"lecture_id": event.lecture_id})
