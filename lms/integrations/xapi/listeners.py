"""What happens, as learning record stores hear of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from lms.attendance.events import PresenceSettled
from lms.core.settings import settings
from lms.core.uow import UnitOfWork, hears
from lms.credentials.events import CertificateEnded, CertificateIssued, CompletionsDecided, OfACertificate
from lms.integrations.service import addresses
from lms.integrations.xapi import facts, rules
from lms.lectures.events import LectureVoided
from lms.quizzes.events import AttemptGraded, ScoresChanged

Found = Callable[[str], Iterable[rules.Fact]]


@hears(PresenceSettled)
def settled(uow: UnitOfWork, event: PresenceSettled) -> None:
    _state(uow, event.enterprise_id, rules.ATTENDED, lambda url: facts.presences(uow, url, event.lecture_id, event.person_ids))


@hears(AttemptGraded)
def graded(uow: UnitOfWork, event: AttemptGraded) -> None:
    def found(url: str) -> Iterable[rules.Fact]:
        return facts.attempts(uow, url, event.lecture_id, [event.person_id], event.attempt_id)

    _state(uow, event.enterprise_id, rules.GRADED, found)


@hears(ScoresChanged)
def changed(uow: UnitOfWork, event: ScoresChanged) -> None:
    _state(uow, event.enterprise_id, rules.GRADED, lambda url: facts.attempts(uow, url, event.lecture_id, event.person_ids))


@hears(LectureVoided)
def voided(uow: UnitOfWork, event: LectureVoided) -> None:
    """What was completed is taken back by whoever decides it, and heard of as such."""
    _state(uow, event.enterprise_id, rules.ATTENDED, lambda url: facts.presences(uow, url, event.lecture_id))
    _state(uow, event.enterprise_id, rules.GRADED, lambda url: facts.attempts(uow, url, event.lecture_id))


@hears(CompletionsDecided)
def decided(uow: UnitOfWork, event: CompletionsDecided) -> None:
    _state(uow, event.enterprise_id, rules.COMPLETED, lambda url: facts.completions(uow, url, event.lecture_id, event.person_ids))


@hears(CertificateIssued, CertificateEnded)
def of_a_certificate(uow: UnitOfWork, event: OfACertificate) -> None:
    _state(uow, event.enterprise_id, rules.EARNED, lambda url: facts.certificate(uow, url, event.certificate_id))


def _state(uow: UnitOfWork, enterprise_id: UUID, kind: str, found: Found) -> None:
    """Nothing is looked up where nobody is told, which is nearly everywhere."""
    stores = addresses(uow, enterprise_id, kind)
    if stores:
        facts.state(uow, enterprise_id, stores, settings().base_url, found(settings().base_url))
