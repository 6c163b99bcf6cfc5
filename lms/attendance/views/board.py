"""The trainer's board, and what the trainer enters for those who cannot scan."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance import pages, queries, service
from lms.attendance.forms import EnterForm, ExcuseForm
from lms.attendance.models import Mark
from lms.attendance.rules.flags import SAME_DEVICE
from lms.attendance.views import bp
from lms.core.errors import NotFound, Problem
from lms.core.naming import people
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.registry.privacy.service import note_view
from lms.registry.queries import names_of

bp.add_app_template_global(pages.people, "board_people")


@bp.route("/lectures/<uuid:lecture_id>/board")
@may("attendance.read")
def board(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The board as a fragment; 304 while what the page already shows is still true, which one query tells."""
    sitting_id = request.args.get("sitting", type=UUID)
    version = queries.board_version(uow, lecture_id, sitting_id)
    if version in request.if_none_match:
        return "", 304
    shown = queries.board(uow, find(uow, Lecture, lecture_id), sitting_id, version=version)
    answer = make_response(render_template("attendance/_board.html", board=shown))
    answer.set_etag(shown.version)
    return answer


@bp.route("/lectures/<uuid:lecture_id>/board/print")
@may("attendance.read")
def board_print(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The board for paper: everybody in one list, as of now."""
    lecture = find(uow, Lecture, lecture_id)
    shown = queries.board(uow, lecture, request.args.get("sitting", type=UUID))
    return render_template("attendance/board_print.html", lecture=lecture, board=shown)


@bp.route("/lectures/<uuid:lecture_id>/call", methods=["POST"])
@may("person.reveal")
def call(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The whole number of one who is missing, to be dialled; that it was shown is written down."""
    lecture = find(uow, Lecture, lecture_id)
    person_id = request.form.get("person_id", type=UUID)
    attendee = queries.attendee_of(uow, lecture.id, person_id) if person_id else None
    if attendee is None or not attendee.person.phone:
        raise NotFound
    note_view(uow, lecture.enterprise_id, attendee.person_id, "phone")
    page = "attendance/_call.html" if request.headers.get("HX-Request") else "attendance/call.html"
    return render_template(page, lecture=lecture, attendee=attendee)


@bp.route("/lectures/<uuid:lecture_id>/attendance/<uuid:person_id>", methods=["GET", "POST"])
@may("attendance.enter")
def enter(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """One mark of one person: at an hour of the sitting whose board led here, or now in whichever sitting is on."""
    lecture, attendee = queries.listed(uow, lecture_id, person_id)
    asked = _sitting(lecture)
    form = EnterForm(data={"mark": request.args.get("mark", "in")})
    if form.validate_on_submit():
        try:
            hour = form.at.data
            sitting = (asked or lecture.sitting_by(hour)) if hour else lecture.sitting_at(uow.now, asked)
            entered = service.enter(
                uow, lecture, attendee, mark=Mark(form.mark.data), at=sitting.at(hour) if hour else None,
                reason=form.reason.data, sitting=sitting,
            )  # fmt: skip
        except Problem as problem:
            form.at.errors = [str(problem)]
        else:
            said = _("已代%(name)s登记，标为代签或补录，原因已记下。", name=attendee.person.name)
            if entered.pending:
                said += _("您本人的，或者超过应到人数十分之一的，要第二个人确认后才算数。")
            return _back(lecture, said)
    return enter_page(lecture, attendee, form, ExcuseForm(formdata=None), 422 if form.errors else 200)


@bp.route("/lectures/<uuid:lecture_id>/identity/<uuid:person_id>", methods=["POST"])
@may("attendance.enter")
def confirm_identity(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    lecture, _attendee = queries.listed(uow, lecture_id, person_id)
    seen = request.form.get("subject") or str(person_id)  # as the page has it: whoever came on the phone since is not confirmed
    confirmed = service.resolve(uow, lecture, SAME_DEVICE, seen)
    names = names_of(uow, [row.person_id for row in confirmed if row.person_id])
    return _back(lecture, _("已确认%(name)s是本人。", name=people(list(names.values()))))


def _sitting(lecture: Lecture) -> Sitting | None:
    asked = request.args.get("sitting", type=UUID)
    found = next((one for one in lecture.sittings if one.id == asked), None)
    if asked and found is None:
        raise NotFound
    return found


def enter_page(
    lecture: Lecture, attendee: Attendee, form: EnterForm, excuse_form: ExcuseForm, status: int
) -> ResponseReturnValue:
    """The page where somebody is entered or their leave is written down, with what was typed into either form."""
    page = render_template("attendance/enter.html", lecture=lecture, attendee=attendee, form=form, excuse_form=excuse_form)
    return page, status


def _back(lecture: Lecture, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
