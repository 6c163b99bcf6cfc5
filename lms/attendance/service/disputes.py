"""Somebody says that their own record is wrong; the trainer answers (异议)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.access.models import Role
from lms.attendance.models import Dispute
from lms.campaigns.words import SOURCE
from lms.core import workdays
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.core.workdays import unarranged
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.notices.service import forget_notices, tell, tell_staff
from lms.registry.models import Person

DISPUTED = "lecture.disputed"
ANSWER_WITHIN = 5  # working days
MOST = 200  # signs, of all that is said together


class TooMuchSaid(Invalid):
    code = "dispute-length"
    sentence = _l("您已经提出过异议，合起来最多 %(most)s 字，这次写的没有加上。请写短一些，或者等答复以后再提。")


class OwnDispute(Conflict):
    code = "dispute-own"
    sentence = _l("这是您本人的异议，要由另一位培训管理员答复。")


def dispute(uow: UnitOfWork, lecture: Lecture, person_id: UUID, text: str) -> Dispute:
    """One open dispute per person and lecture; saying it again adds what is said now. Raises TooMuchSaid."""
    there = uow.session.scalar(
        select(Dispute).where(Dispute.lecture_id == lecture.id, Dispute.person_id == person_id, Dispute.answered_at.is_(None))
    )
    if there is None:
        there = Dispute(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id, text="", raised_at=uow.now,
            due_on=workdays.after_working_days(uow.today, ANSWER_WITHIN),
        )  # fmt: skip
        uow.session.add(there)
        _ask_for_an_answer(uow, lecture, person_id, there.due_on)
    if text and text not in there.text:
        said = f"{there.text}；{text}" if there.text else text
        if len(said) > MOST:
            raise TooMuchSaid(most=MOST)
        there.text = said
    uow.session.flush()
    return there


@force_locale(SOURCE)
def _ask_for_an_answer(uow: UnitOfWork, lecture: Lecture, person_id: UUID, due_on: date) -> None:
    name = uow.session.get_one(Person, person_id).name
    tell_staff(
        uow, lecture.enterprise_id, Role.TRAINER, kind=DISPUTED, about_id=lecture.id,
        title=_("%(name)s对签到记录有异议：%(title)s", name=name, title=lecture.title),
        body=_("请核实，最迟 %(day)s 答复本人。", day=due_on) + unarranged(due_on), link=_page(lecture.id, person_id),
    )  # fmt: skip


def _page(lecture_id: UUID, person_id: UUID) -> str:
    return f"/lectures/{lecture_id}/people/{person_id}"


def forget(uow: UnitOfWork, person_id: UUID) -> None:
    """Take away what somebody said, what they were answered, and what others were told of it."""
    disputed = uow.session.scalars(select(Dispute.lecture_id).where(Dispute.person_id == person_id)).all()
    pages = [_page(lecture_id, person_id) for lecture_id in disputed]
    forget_notices(uow, Notice.about_id.in_(disputed), Notice.kind == DISPUTED, Notice.link.in_(pages))
    uow.session.execute(update(Dispute).where(Dispute.person_id == person_id).values(text="", answer=None))


@force_locale(SOURCE)
def answer_dispute(uow: UnitOfWork, found: Dispute, answer: str) -> None:
    """Tell the person what came of it; a dispute is answered once. Raises OwnDispute."""
    if found.answered_at is not None:
        return
    if uow.actor.is_person(found.person_id):
        raise OwnDispute
    found.answer, found.answered_by, found.answered_at = answer, uow.actor.name, uow.now
    lecture = uow.session.get_one(Lecture, found.lecture_id)
    tell(
        uow, found.enterprise_id, [found.person_id], title=_("您的异议有答复：%(title)s", title=lecture.title),
        body=answer, link=f"/lectures/{lecture.id}", kind="lecture.dispute", about_id=lecture.id,
    )  # fmt: skip
