"""Who was told of a lecture, whom it did not reach, and what to do about it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.core.exports import exported, file_asked
from lms.core.uow import UnitOfWork
from lms.lectures.listings import told_listing
from lms.lectures.models import Attendee, Lecture
from lms.lectures.views import bp
from lms.notices.queries import Telling, Unreached, channels_in_use, tellings, unreached
from lms.notices.service import again
from lms.registry.models import Person


@bp.route("/lectures/<uuid:lecture_id>/told")
@may("lecture.follow")
def told(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Every message about a lecture, each with the names of those it did not reach."""
    lecture = find(uow, Lecture, lecture_id)
    found = [(telling, unreached(uow, lecture.id, telling) if telling.outside else []) for telling in tellings(uow, lecture.id)]
    people = _people(uow, lecture, found)
    if kind := file_asked():
        return exported(kind, told_listing(uow.now, lecture, found, people))
    return render_template(
        "lectures/told.html",
        lecture=lecture,
        tellings=found,
        people=people,
        channels=len(channels_in_use(uow, lecture.enterprise_id)),
        may_send=may_at_all(uow.actor, "lecture.change"),
        may_contact=may_at_all(uow.actor, "person.contact"),
    )


@bp.route("/lectures/<uuid:lecture_id>/told/again", methods=["POST"])
@may("lecture.change")
def tell_again(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Try once more whom the latest message did not reach."""
    lecture = find(uow, Lecture, lecture_id)
    tried = send_again(uow, lecture)
    if tried:
        flash(_("正在给 %(n)s 人再发一次，过一会儿看结果。", n=tried), "ok")
    else:
        flash(_("没有可以再发的：先补上他们的联系方式，或者打电话通知。"), "warn")
    return redirect(url_for(".told", lecture_id=lecture.id), 303)


def send_again(uow: UnitOfWork, lecture: Lecture) -> int:
    """How many of those whom the latest message did not reach are tried once more: the lecturer is told apart, but at once."""
    sent = [telling for telling in tellings(uow, lecture.id) if telling.outside]
    latest = [telling for telling in sent if telling.sent_at == sent[0].sent_at]
    return again(uow, [one.notice_id for telling in latest for one in unreached(uow, lecture.id, telling)])


def _people(
    uow: UnitOfWork, lecture: Lecture, found: list[tuple[Telling, list[Unreached]]]
) -> dict[UUID, tuple[str, str | None, str]]:
    """Person → name, phone, department, of those who were not reached."""
    ids = {one.person_id for _telling, lost in found for one in lost}
    rows = uow.session.execute(
        select(Person.id, Person.name, Person.phone, Attendee.department_name)
        .outerjoin(Attendee, (Attendee.person_id == Person.id) & (Attendee.lecture_id == lecture.id))
        .where(Person.id.in_(ids))
    )
    return {person_id: (name, phone, department or "") for person_id, name, phone, department in rows}
