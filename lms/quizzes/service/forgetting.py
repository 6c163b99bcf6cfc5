"""Somebody is forgotten by law: the pictures of papers that they answered by hand, and what they need to take a quiz."""

from __future__ import annotations

from sqlalchemy import and_, delete, or_, select

from lms.core.uow import UnitOfWork
from lms.quizzes.models import QuizImage, QuizPhoto, QuizSheet, Support
from lms.registry.privacy.events import PersonErased


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Take these away, and the photographed pages they are from; answers and scores stay, and tell nobody whose they are."""
    papers = select(QuizSheet.id).where(QuizSheet.person_id == event.person_id)
    event.files.extend(uow.session.scalars(select(QuizImage.sha256).where(QuizImage.sheet_id.in_(papers))))
    pages = select(QuizImage.photo_id).where(QuizImage.sheet_id.in_(papers))
    own = select(QuizSheet.quiz_id).where(QuizSheet.person_id == event.person_id)
    uncut = and_(QuizPhoto.quiz_id.in_(own), QuizPhoto.id.not_in(select(QuizImage.photo_id)))  # could not be read
    for photo in uow.session.scalars(select(QuizPhoto).where(or_(QuizPhoto.id.in_(pages), uncut))):
        event.files.append(photo.sha256)
        photo.forgotten_at = photo.forgotten_at or uow.now
    uow.session.execute(delete(QuizImage).where(QuizImage.sheet_id.in_(papers)))
    uow.session.execute(delete(Support).where(Support.person_id == event.person_id))
