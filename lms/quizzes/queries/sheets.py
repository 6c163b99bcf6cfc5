"""Printed quizzes: whose, how far, and what was photographed of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.quizzes import rules
from lms.quizzes.models import QuestionVersion, Quiz, QuizImage, QuizPhoto, QuizSheet, Support
from lms.quizzes.queries.bank import drawable
from lms.quizzes.queries.kept import kept_wordings
from lms.quizzes.queries.progress import PersonProgress, progress
from lms.registry.models import Person


class OnSheet(NamedTuple):
    """A person as a printed paper names them."""

    name: str
    work_no: str
    department: str
    large_type: bool


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A printed paper in the list. images: pictures of it that were read."""

    sheet: QuizSheet
    department: str
    images: int


@dataclass(frozen=True, slots=True)
class ToPrint:
    """Somebody who still has to take the quiz. no_phone: the roster has no number of theirs."""

    person: PersonProgress
    no_phone: bool


def quiz_sheets_of(uow: UnitOfWork, quiz_id: UUID) -> list[QuizSheet]:
    """The papers printed of a quiz, in the order of their numbers."""
    return list(uow.session.scalars(select(QuizSheet).where(QuizSheet.quiz_id == quiz_id).order_by(QuizSheet.number)))


def sheet_lines(uow: UnitOfWork, quiz: Quiz) -> list[SheetLine]:
    """The papers printed of a quiz with how far each is. Two queries."""
    rows = uow.session.execute(
        select(QuizSheet, Attendee.department_name)
        .outerjoin(Attendee, (Attendee.lecture_id == quiz.lecture_id) & (Attendee.person_id == QuizSheet.person_id))
        .where(QuizSheet.quiz_id == quiz.id)
        .order_by(QuizSheet.number)
        .options(joinedload(QuizSheet.person).load_only(Person.name, Person.work_no), joinedload(QuizSheet.attempt))
    ).all()
    wanted = select(QuizImage.sheet_id, func.count()).where(QuizImage.sheet_id.in_([row.QuizSheet.id for row in rows]))
    images = {row[0]: row[1] for row in uow.session.execute(wanted.group_by(QuizImage.sheet_id))}
    return [SheetLine(row.QuizSheet, row.department_name or "", images.get(row.QuizSheet.id, 0)) for row in rows]


def to_print(uow: UnitOfWork, quiz: Quiz) -> list[ToPrint]:
    """Who has not passed and is not answering, nor has used up the attempts; those without a phone first."""
    found = progress(uow, quiz.lecture_id)
    people = [
        person
        for person in (found.people if found else ())
        if person.state in ("waiting", "failed") and person.attempts < quiz.max_attempts
    ]
    ids = [person.person_id for person in people]
    without = set(uow.session.scalars(select(Person.id).where(Person.id.in_(ids), Person.phone_hash.is_(None))))
    listed = [ToPrint(person, person.person_id in without) for person in people]
    return sorted(listed, key=lambda one: not one.no_phone)


def languages_to_print(uow: UnitOfWork, quiz: Quiz) -> list[str]:
    """Those that any question carries which the quiz may ask, besides Chinese."""
    pool = drawable(uow, quiz.enterprise_id, tuple(quiz.topics), tuple(UUID(one) for one in quiz.fixed))
    wordings = kept_wordings(uow, [one.version for one in pool]).values()
    carried = {code for wording in wordings for code in wording.translations}
    return [code for code in rules.LANGUAGES if code in carried]


def people_on_sheets(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, OnSheet]:
    """How these people are named on paper."""
    rows = uow.session.execute(
        select(Person.id, Person.name, Person.work_no, Attendee.department_name, Support.large_type)
        .outerjoin(Attendee, (Attendee.lecture_id == lecture_id) & (Attendee.person_id == Person.id))
        .outerjoin(Support, Support.person_id == Person.id)
        .where(Person.id.in_(person_ids))
    )
    return {row.id: OnSheet(row.name, row.work_no or "", row.department_name or "", bool(row.large_type)) for row in rows}


def questions_on(uow: UnitOfWork, chosen: Iterable[QuizSheet]) -> dict[UUID, QuestionVersion]:
    """The wordings that these papers ask, by id."""
    ids = {UUID(entry["version"]) for sheet in chosen for entry in sheet.paper}
    return {version.id: version for version in uow.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids)))}


def next_quiz_sheet(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """The number that the enterprise's next printed quiz takes, from 1."""
    return (uow.session.scalar(select(func.max(QuizSheet.number)).where(QuizSheet.enterprise_id == enterprise_id)) or 0) + 1


def images_of(uow: UnitOfWork, sheet_id: UUID) -> list[QuizImage]:
    """The pictures of a paper in the order they were taken."""
    wanted = select(QuizImage).where(QuizImage.sheet_id == sheet_id).order_by(QuizImage.taken_at, QuizImage.id)
    return list(uow.session.scalars(wanted))


def quiz_photos(uow: UnitOfWork, quiz_id: UUID) -> list[tuple[QuizPhoto, list[QuizSheet]]]:
    """The photos handed in for a quiz, the latest first, each with the papers found in it."""
    photos = list(
        uow.session.scalars(
            select(QuizPhoto).where(QuizPhoto.quiz_id == quiz_id).order_by(QuizPhoto.taken_at.desc(), QuizPhoto.id.desc())
        )
    )
    found: dict[UUID, dict[UUID, QuizSheet]] = defaultdict(dict)
    wanted = select(QuizImage.photo_id, QuizSheet).join(QuizSheet, QuizSheet.id == QuizImage.sheet_id)
    for photo_id, sheet in uow.session.execute(wanted.where(QuizSheet.quiz_id == quiz_id).order_by(QuizSheet.number)):
        found[photo_id][sheet.id] = sheet
    return [(photo, list(found[photo.id].values())) for photo in photos]


def next_to_key(uow: UnitOfWork, quiz_id: UUID) -> QuizSheet | None:
    """The first paper that was photographed and not keyed in; not the own one of whoever asks, who may not."""
    own = [held.person_id for held in uow.actor.held if held.person_id]
    photographed = select(QuizImage.id).where(QuizImage.sheet_id == QuizSheet.id).exists()
    wanted = select(QuizSheet).where(
        QuizSheet.quiz_id == quiz_id, QuizSheet.attempt_id.is_(None), photographed, QuizSheet.person_id.not_in(own)
    )
    return uow.session.scalars(wanted.order_by(QuizSheet.number)).first()


def sheet_of(uow: UnitOfWork, attempt_id: UUID) -> QuizSheet | None:
    """The paper an attempt was made of, None for one on a phone."""
    return uow.session.scalar(select(QuizSheet).where(QuizSheet.attempt_id == attempt_id))


def last_written(uow: UnitOfWork, quiz_id: UUID) -> QuizSheet | None:
    """The paper keyed in last: the next one was written when it was."""
    wanted = select(QuizSheet).where(QuizSheet.quiz_id == quiz_id, QuizSheet.keyed_at.is_not(None))
    return uow.session.scalars(wanted.order_by(QuizSheet.keyed_at.desc()).limit(1)).first()
