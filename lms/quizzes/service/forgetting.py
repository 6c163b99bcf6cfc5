"""Somebody is forgotten by law: the pictures of papers that they answered by hand, and what they need to take a quiz."""

from __future__ import annotations

from sqlalchemy import delete, select

from lms.core.uow import UnitOfWork
from lms.quizzes.models import QuizImage, QuizPhoto, QuizSheet, Support
from lms.registry.privacy.events import PersonErased


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Take these away, and the photographed pages they are from; answers and scores stay, and tell nobody whose they are."""
    papers = select(QuizSheet.id).where(QuizSheet.person_id == event.person_id)
    event.files.extend(uow.session.scalars(select(QuizImage.sha256).where(QuizImage.sheet_id.in_(papers))))
    pages = select(QuizImage.photo_id).where(QuizImage.sheet_id.in_(papers))
    event.files.extend(uow.session.scalars(select(QuizPhoto.sha256).where(QuizPhoto.id.in_(pages))))
    uow.session.execute(delete(QuizImage).where(QuizImage.sheet_id.in_(papers)))
    uow.session.execute(delete(Support).where(Support.person_id == event.person_id))
