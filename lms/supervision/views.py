"""Sitting in: the form on the phone, the firm's answer, who sat in where, and draws by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance.carrying import kept_claim
from lms.attendance.queries import doubted_phones
from lms.core import clock
from lms.core.downloads import signature_drawn
from lms.core.errors import NotFound, Problem
from lms.core.exports import Listing, exported, file_asked, page_asked, table_asked
from lms.core.given import asked_day, uploads
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Witness
from lms.lectures.queries import LecturerShown, lecturer_shown
from lms.registry.queries import last_draws, own_jurisdiction
from lms.registry.words import AS_THEY_LAY
from lms.supervision import listings, queries, service
from lms.supervision.forms import DrawForm, ObserveForm, ReplyForm
from lms.supervision.models import Observation, ObservationDraw, Replied
from lms.supervision.rules import DIMENSIONS, Doubted, nothing_of

bp = Blueprint("supervision", __name__)
LISTS: dict[str, tuple[Callable[[UnitOfWork, date], Any], Callable[[datetime, Sequence[str], Any], Listing]]] = {
    "": (lambda uow, _day: queries.coming(uow, None).rows, listings.coming_listing),
    "spread": (queries.spread, listings.spread_listing),
    "officers": (queries.officers, listings.officers_listing),
}


@bp.route("/lectures/<uuid:lecture_id>/observe", methods=["GET", "POST"])
@may("observation.write")
def observe(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    before = queries.own_observation(uow, lecture.id)
    form = ObserveForm()
    if request.method == "GET":
        form.sent_id.data = str(uuid4())
        form.facts.data, form.remark.data = (before.facts, before.remark) if before else ([], "")
    if form.validate_on_submit():
        try:
            _found, faults = service.submit(
                uow, lecture, form.facts.data or [], form.remark.data.strip(), UUID(form.sent_id.data), list(uploads("photos")),
                sure=form.sure.data, signature=form.signature.data or "",
            )  # fmt: skip
        except Doubted as doubted:
            form.sure.errors = [str(doubted)]
        except Problem as problem:
            form.facts.errors = [str(problem)]
        else:
            flash(_("点评已提交，企业现在就看得到。"), "ok")
            for fault in faults:
                flash(fault, "bad")
            there = url_for("archives.lecture", lecture_id=lecture.id, _anchor="observations")
            if "X-Later" in request.headers:  # js/later.js, which goes there by itself
                return Response(status=201, headers={"Content-Location": there})
            return redirect(there, 303)
    lecturer = lecturer_shown(uow, lecture)
    page = render_template(
        "supervision/observe.html",
        lecture=lecture,
        form=form,
        before=before,
        visit=queries.own_visit(uow, lecture.id),
        beside=queries.beside(uow, lecture.id),
        came=_came(uow, lecture, lecturer),
        numbers=queries.numbers_of(uow, lecture),
        doubted=doubted_phones(uow, lecture.id),
        lecturer=lecturer,
        dimensions=DIMENSIONS,
        nothing_of=nothing_of,
    )
    return page, 422 if form.errors else 200


def _came(uow: UnitOfWork, lecture: Lecture, lecturer: LecturerShown) -> datetime | None:
    """When whoever acts was shown to be in the room: by the code, for the lecturer's presence or on this phone just now."""
    by_code = [line.mark for line in lecturer.lines if line.mark.witness is Witness.OFFICER_CODE]
    times = [mark.at for mark in by_code if mark.told_key == uow.actor.key]
    scan = kept_claim()
    if scan is not None and scan.lives(uow.now) and not scan.is_late and scan.sitting_id in {one.id for one in lecture.sittings}:
        times.append(scan.scanned_at)
    return min(times, default=None)


@bp.route("/lectures/<uuid:lecture_id>/visit", methods=["POST"])
@may("observation.write")
def visit(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Mean to sit in, announced or not."""
    lecture, announced = find(uow, Lecture, lecture_id), request.form.get("announced") == "1"
    service.plan_visit(uow, lecture, announced=announced)
    flash(_("已告诉企业您要来旁听。") if announced else _("已记下，企业看不到。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/lectures/<uuid:lecture_id>/visit/missed", methods=["POST"])
@may("observation.write")
def missed(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Nothing came of a visit."""
    service.miss_visit(uow, find(uow, Lecture, lecture_id))
    flash(_("已记下没去成，不再列在待点评里。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/observations/<uuid:observation_id>/signature.svg")
@may("photo.read")
def signature(uow: UnitOfWork, observation_id: UUID) -> Response:
    """What the officer signed with a finger, as a picture."""
    return signature_drawn(find(uow, Observation, observation_id).signature)


@bp.route("/observations/<uuid:observation_id>/reply", methods=["POST"])
@may("observation.reply")
def reply(uow: UnitOfWork, observation_id: UUID) -> ResponseReturnValue:
    found, form = find(uow, Observation, observation_id), ReplyForm()
    if form.validate_on_submit():
        service.reply(uow, found, Replied(form.kind.data), form.text.data.strip())
        flash(_("已记下，监管部门看得到。"), "ok")
    for errors in form.errors.values():
        flash(" ".join(str(error) for error in errors), "warn")
    return redirect(url_for("archives.lecture", lecture_id=found.lecture_id, _anchor="observations"), 303)


@bp.route("/observations", methods=["GET", "POST"])
@may("observation.write")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    """Lectures to come, who sat in where, and drawing by chance."""
    form, day = DrawForm(), asked_day(uow)
    past = day != uow.today
    told = [str(AS_THEY_LAY)] if past else []
    if form.validate_on_submit():
        drawn = service.draw(uow, own_jurisdiction(uow), form.number.data)
        return redirect(url_for(".draw", draw_id=drawn.id), 303)
    if asked := table_asked(*LISTS):
        kind, table = asked
        rows, as_listing = LISTS[table]
        if past and not table:
            raise NotFound  # what was to come on a day that is over is not kept
        return exported(kind, as_listing(clock.cut_off(day, uow.now), told, rows(uow, day)))
    page = render_template(
        "supervision/observations.html",
        form=form,
        day=day,
        past=past,
        told=told,
        today=uow.today,
        owed=[] if past else queries.owed(uow),
        coming=queries.coming(uow, page_asked("spread", "officers")),
        officers=queries.officers(uow, day),
        spread=queries.spread(uow, day),
        draws=last_draws(uow, ObservationDraw),
    )
    return page, 422 if form.errors else 200


@bp.route("/observations/held")
@may("observation.write")
def held(uow: UnitOfWork) -> ResponseReturnValue:
    """The lectures behind a number of the page above, with whoever sat in."""
    day = asked_day(uow)
    street_id, officer_id = request.args.get("street", type=UUID), request.args.get("officer", type=UUID)
    wanted = queries.Wanted(street_id, request.args.get("observed") == "1", officer_id)
    officer = next((one.name for one in queries.officers(uow, day) if one.user_id == officer_id), None) if officer_id else ""
    if officer is None:
        raise NotFound
    street = queries.street_named(uow, street_id, day) if street_id else ""
    what = (
        _("%(name)s旁听过的课", name=officer)
        if officer
        else _("旁听过的课")
        if wanted.observed
        else _("今年讲过的课")
        if day == uow.today
        else _("当年讲过的课")
    )
    until = [_("截至 %(day)s", day=day), str(AS_THEY_LAY)] if day != uow.today else []
    found = queries.held(uow, wanted, page_asked(), day)
    if kind := file_asked():
        told = [part for part in (what, street, *until) if part]
        return exported(kind, listings.held_listing(clock.cut_off(day, uow.now), told, found.rows))
    return render_template(
        "supervision/held.html",
        what=what,
        street=street,
        until=until,
        found=found,
    )


@bp.route("/observation-draws/<uuid:draw_id>")
@may("observation.write")
def draw(uow: UnitOfWork, draw_id: UUID) -> ResponseReturnValue:
    found = find(uow, ObservationDraw, draw_id)
    lectures = queries.picked_lectures(uow, found)
    if kind := file_asked():
        return exported(kind, listings.draw_listing(found, lectures))
    return render_template("supervision/draw.html", draw=found, lectures=lectures)
