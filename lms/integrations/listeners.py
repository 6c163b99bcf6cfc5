"""What happens, as other systems hear of it."""

from __future__ import annotations

from lms.core.uow import UnitOfWork, hears
from lms.credentials.events import CertificateEnded, CertificateIssued, CompletionsDecided
from lms.integrations import rules, service
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled, LectureVoided
from lms.quizzes.events import AttemptGraded

LectureEvent = LectureScheduled | LectureOpened | LectureClosed | LectureCancelled | LectureVoided
OF_A_LECTURE: dict[type[LectureEvent], str] = {
    LectureScheduled: rules.LECTURE_NOTIFIED,
    LectureOpened: rules.LECTURE_OPENED,
    LectureClosed: rules.LECTURE_CLOSED,
    LectureCancelled: rules.LECTURE_CANCELLED,
    LectureVoided: rules.LECTURE_VOIDED,
}


def of_a_lecture(uow: UnitOfWork, event: LectureEvent) -> None:
    service.put_out(uow, event.enterprise_id, OF_A_LECTURE[type(event)], event.at, {"lecture_id": event.lecture_id})


for each in OF_A_LECTURE:
    hears(each)(of_a_lecture)


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
    _of_a_certificate(uow, rules.CERTIFICATE_ISSUED, event)


@hears(CertificateEnded)
def ended(uow: UnitOfWork, event: CertificateEnded) -> None:
    _of_a_certificate(uow, rules.CERTIFICATE_ENDED, event)


def _of_a_certificate(uow: UnitOfWork, kind: str, event: CertificateIssued | CertificateEnded) -> None:
    data = {"certificate_id": event.certificate_id, "lecture_id": event.lecture_id, "person_id": event.person_id}
    service.put_out(uow, event.enterprise_id, kind, event.at, data)
