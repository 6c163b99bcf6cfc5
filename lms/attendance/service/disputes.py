"""Somebody says that their own record is wrong; the trainer answers (异议)."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from lms.attendance.models import Dispute
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.notices.service import tell


def dispute(uow: UnitOfWork, lecture: Lecture, person_id: UUID, text: str) -> Dispute:
    """One open dispute per person and lecture; saying it again adds what is said now."""
    there = uow.session.scalar(
        select(Dispute).where(Dispute.lecture_id == lecture.id, Dispute.person_id == person_id, Dispute.answered_at.is_(None))
    )
    if there is None:
        there = Dispute(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id, text="", raised_at=uow.now
        )
        uow.session.add(there)
    there.text = text or there.text
    uow.session.flush()
    return there


def answer_dispute(uow: UnitOfWork, found: Dispute, answer: str) -> None:
    """Tell the person what came of it; a dispute is answered once."""
    if found.answered_at is not None:
        return
    found.answer, found.answered_by, found.answered_at = answer, uow.actor.name, uow.now
    lecture = uow.session.get_one(Lecture, found.lecture_id)
    tell(
        uow, found.enterprise_id, [found.person_id], title=_("您的异议有答复：%(title)s", title=lecture.title),
        body=answer, link=f"/lectures/{lecture.id}", kind="lecture.dispute", about_id=lecture.id,
    )  # fmt: skip
