"""One lecture, and what one person has of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from lms.access.models import Role
from lms.attendance.models import Dispute, Presence
from lms.attendance.queries import Leave, Line, attendee_of, leave_of, lines_of, own_disputes, presence_of
from lms.campaigns.models import Campaign
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion, CompletionChange
from lms.credentials.queries import certificates_of, completion_of, makes_no_hours
from lms.credentials.queries import changes_of as decided_anew
from lms.lectures.models import Attendee, Lecture, LibraryItem, LibraryVersion, Material
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries import attempts_of, quiz_of
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Own:
    """What one person has of one lecture. no_hours: completed, and without a certificate because it would state 0 hours."""

    attendee: Attendee | None
    presence: Presence | None
    completion: Completion | None
    quiz: Quiz | None
    attempts: tuple[Attempt, ...]
    certificates: tuple[Certificate, ...]
    lines: tuple[Line, ...]
    disputes: tuple[Dispute, ...]
    changes: tuple[tuple[CompletionChange, str], ...]
    no_hours: bool
    leave: Leave | None


def lecture_page(uow: UnitOfWork, lecture_id: UUID) -> Lecture:
    """A lecture with what its page shows around it. Whether the actor may see it was asked before."""
    return uow.session.scalars(
        select(Lecture)
        .where(Lecture.id == lecture_id)
        .options(
            selectinload(Lecture.lecturer).load_only(Person.name),
            selectinload(Lecture.spoken_by).load_only(Person.name),
            selectinload(Lecture.campaign).selectinload(Campaign.versions),
            selectinload(Lecture.enterprise),
            selectinload(Lecture.materials).selectinload(Material.rendition),
            selectinload(Lecture.materials)
            .selectinload(Material.library_version)
            .selectinload(LibraryVersion.item)
            .selectinload(LibraryItem.jurisdiction),
        )
        .execution_options(populate_existing=True)
    ).one()


def covers(uow: UnitOfWork, lecture_id: UUID, *roles: Role) -> bool:
    """Whether the actor has one of these roles over this lecture."""
    clauses = [Lecture.covered_by(held) for held in uow.actor.held if held.role in roles]
    if uow.actor.holds(Role.SYSTEM):
        return True
    return bool(clauses) and uow.session.scalar(select(Lecture.id).where(Lecture.id == lecture_id, or_(*clauses))) is not None


def own_of(uow: UnitOfWork, lecture: Lecture, person_id: UUID) -> Own:
    """Everything of one person in one lecture."""
    quiz = quiz_of(uow, lecture.id)
    completion, certificates = completion_of(uow, lecture.id, person_id), certificates_of(uow, person_id, lecture.id)
    without = completion is not None and completion.completed and not any(row.in_force for row in certificates)
    attendee = attendee_of(uow, lecture.id, person_id)
    return Own(
        attendee=attendee,
        presence=presence_of(uow, lecture.id, person_id),
        completion=completion,
        quiz=quiz,
        attempts=tuple(attempts_of(uow, quiz.id, person_id)) if quiz else (),
        certificates=tuple(certificates),
        lines=tuple(lines_of(uow, lecture.id, person_id)),
        disputes=tuple(own_disputes(uow, lecture.id, person_id)),
        changes=tuple(decided_anew(uow, lecture.id, person_id)),
        no_hours=without and makes_no_hours(uow, lecture.id, person_id),
        leave=leave_of(uow, attendee) if attendee else None,
    )
