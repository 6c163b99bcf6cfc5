"""What happens, as other systems hear of it."""

from __future__ import annotations

from lms.core.uow import UnitOfWork, hears
from lms.credentials.events import CertificateEnded, CertificateIssued, CompletionsDecided, OfACertificate
from lms.integrations import rules, service
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled, LectureVoided, OfALecture
from lms.quizzes.events import AttemptGraded

OF_A_LECTURE: dict[type[OfALecture], str] = {
    LectureScheduled: rules.LECTURE_NOTIFIED,
    LectureOpened: rules.LECTURE_OPENED,
    LectureClosed: rules.LECTURE_CLOSED,
    LectureCancelled: rules.LECTURE_CANCELLED,
    LectureVoided: rules.LECTURE_VOIDED,
}
OF_A_CERTIFICATE: dict[type[OfACertificate], str] = {
    CertificateIssued: rules.CERTIFICATE_ISSUED,
    CertificateEnded: rules.CERTIFICATE_ENDED,
}


@hears(*OF_A_LECTURE)
def of_a_lecture(uow: UnitOfWork, event: OfALecture) -> None:
    service.put_out(uow, event.enterprise_id, OF_A_LECTURE[type(event)], event.at, {"lecture_id": event.lecture_id})


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


@hears(*OF_A_CERTIFICATE)
def of_a_certificate(uow: UnitOfWork, event: OfACertificate) -> None:
    data = {"certificate_id": event.certificate_id, "lecture_id": event.lecture_id, "person_id": event.person_id}
    service.put_out(uow, event.enterprise_id, OF_A_CERTIFICATE[type(event)], event.at, data)
