"""The paper sign-in sheet: printed for the door, photographed, keyed back in row by row."""

from __future__ import annotations

import io
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.door import may
from lms.access.reach import find
from lms.attendance import paper, queries, service
from lms.attendance.forms import SheetForm, SheetPhotoForm
from lms.attendance.models import SheetImage, SignSheet
from lms.attendance.rules.sheets import lines_of, pages_of, read_rows, row_code
from lms.attendance.views import bp
from lms.attendance.views.naming import named
from lms.core import clock
from lms.core.downloads import handed_out
from lms.core.errors import Problem
from lms.core.given import number_given, uploads
from lms.core.jobs import enqueue
from lms.core.naming import people
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.core.viewing.papers import FAULT
from lms.lectures.models import Lecture, Sitting
from lms.registry.models import Person
from lms.registry.queries import roster_on

REFUSALS = {
    kind.code: kind.sentence
    for kind in (paper.NoCode, paper.NoCorners, paper.NotAPicture, paper.PictureTooBig, service.AnotherSheet)
} | {
    FAULT: _l("这个文件读不出来，不是您的问题。照片已留着，可以直接按行号录入。"),
}


@bp.route("/sittings/<uuid:sitting_id>/sheets", methods=["POST"])
@may("attendance.enter")
def make_sheet(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """The same people give the same sheet, so that a second click prints no second one."""
    sheet = service.make_sheet(uow, find(uow, Sitting, sitting_id))
    return redirect(url_for(".sheet_pdf", sheet_id=sheet.id), 303)


@bp.route("/sheets/<uuid:sheet_id>/print")
@may("attendance.enter")
def sheet_pdf(uow: UnitOfWork, sheet_id: UUID) -> ResponseReturnValue:
    sheet = find(uow, SignSheet, sheet_id)
    pdf = service.printed(uow, sheet, settings().base_url)
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=f"S-{sheet.number:04}.pdf")


@bp.route("/sheets/<uuid:sheet_id>", methods=["GET", "POST"])
@may("attendance.enter")
def sheet(uow: UnitOfWork, sheet_id: UUID) -> ResponseReturnValue:
    """Where the code on the paper leads: one page of the sheet with its boxes, what was photographed beside them."""
    found = find(uow, SignSheet, sheet_id)
    pages = pages_of(len(found.rows))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    form = _sheet_form(found, uow)
    came, left = _ticked("in"), _ticked("out")
    extras: dict[int, UUID] = {}
    if form.validate_on_submit():
        typed = {}
        for field in (form.typed_in, form.typed_out):
            written = read_rows(field.data or "", found.number, pages * len(lines_of(1)))
            typed[field.name] = written.lines
            field.errors = [_row_fault(found, part, line) for part, line in written.faults]
        faults, extras = _extras(uow, found)
        came, left = came | set(typed["typed_in"]), left | set(typed["typed_out"])
        if not (form.typed_in.errors or form.typed_out.errors or faults):
            try:
                keyed = service.key_in(uow, found, came, left, in_at=form.came_at(), out_at=form.left_at(), extras=extras)
            except Problem as problem:
                faults = [str(problem)]
            else:
                _say(keyed)
                following = page < pages and request.form.get("do") == "next"
                if following:
                    return redirect(url_for(".sheet", sheet_id=found.id, page=page + 1), 303)
                return redirect(url_for("archives.lecture", lecture_id=found.lecture_id), 303)
        form.day.errors = faults
    refused = bool(form.errors or form.day.errors or form.typed_in.errors or form.typed_out.errors)
    rows = queries.page_rows(uow, found, page)
    shown = render_template(
        "attendance/sheet.html", sheet=found, lecture=found.lecture, form=form, page=page, pages=pages, rows=rows,
        came=came, left=left, fresh=request.method == "GET", extra_texts=request.form,
        looked=sum(row.looks_in or row.looks_out for row in rows),
    )  # fmt: skip
    return shown, 422 if refused else 200


@bp.route("/lectures/<uuid:lecture_id>/sheet-photos", methods=["GET", "POST"])
@may("attendance.enter")
def sheet_photos(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Photos of sheets: handed in, and what came of them. The worker reads; the page asks until it has."""
    lecture = find(uow, Lecture, lecture_id)
    form = SheetPhotoForm()
    if form.validate_on_submit():
        for name, file in uploads("photos"):
            photo = service.take_photo(uow, lecture, name, file.read())
            uow.after_commit(partial(enqueue, "read_sheet_photos", photo_id=str(photo.id)))
        return redirect(url_for(".sheet_photos", lecture_id=lecture.id), 303)
    part = request.headers.get("HX-Request")
    told = queries.photos_of(uow, lecture.id)
    page = render_template(
        "attendance/_sheet_photos.html" if part else "attendance/sheet_photos.html",
        lecture=lecture, form=form, photos=told, refusals=REFUSALS, waits=any(one.photo.waits for one in told),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/people/<uuid:person_id>/signatures")
@may("attendance.enter")
def signatures(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """What a person signed on paper, with the sheet and the lecture it was for."""
    person = find(uow, Person, person_id)
    return render_template("attendance/signatures.html", person=person, images=queries.signatures_of(uow, person.id))


@bp.route("/sheet-images/<uuid:image_id>")
@may("attendance.enter")
def sheet_image(uow: UnitOfWork, image_id: UUID) -> ResponseReturnValue:
    """The picture of one row. It is a signature: for the trainer of this enterprise and nobody else."""
    return handed_out(find(uow, SheetImage, image_id).sha256, "image/jpeg", personal=True)


def _sheet_form(found: SignSheet, uow: UnitOfWork) -> SheetForm:
    """Times as the sitting was held, or as it was planned; no leaving time while it is not over."""
    sitting = found.sitting
    starts = clock.local(sitting.started_at or sitting.planned_starts_at)
    ends = sitting.ended_at or sitting.planned_ends_at
    form = SheetForm(
        data={"day": starts.date(), "in_at": starts.time(), "out_at": clock.local(ends).time() if ends <= uow.now else None}
    )
    form.sitting = sitting
    return form


def _ticked(column: str) -> set[int]:
    return {int(line) for line in request.form.getlist(column) if line.isdecimal() and len(line) < 5}


def _row_fault(found: SignSheet, part: str, line: int | None) -> str:
    if line is not None:
        return _(
            "“%(part)s”的字母对不上：第 %(line)s 行是 %(code)s，请再看一眼纸上的行号。",
            part=part,
            line=line,
            code=row_code(found.number, line),
        )
    return _("“%(part)s”不是这张表的行号。可以写 1-7, 9, 12，也可以连字母写 07K。", part=part)


def _extras(uow: UnitOfWork, sheet: SignSheet) -> tuple[list[str], dict[int, UUID]]:
    """Who was named for the blank rows, by name or work number; and what was wrong with the names."""
    typed = {
        line: text.strip()
        for key, text in request.form.items()
        if key.startswith("extra-") and (line := number_given(key.removeprefix("extra-"))) is not None and text.strip()
    }
    roster = roster_on(uow, sheet.enterprise_id, uow.today) if typed else []
    found, faults = {}, []
    for line, text in typed.items():
        person, fault = named(roster, text)
        if person:
            found[line] = person.person_id
        else:
            faults.append(fault)
    return faults, found


def _say(keyed: service.Keyed) -> None:
    flash(_("已录入签到 %(came)s 人、签退 %(left)s 人，标为纸质。", came=keyed.came, left=keyed.left), "ok")
    if keyed.waiting:
        flash(
            _(
                "%(n)s 人没有照片作证，又超过应到人数的十分之一，要第二个人确认后才算数。先上传签到表照片再录入，就不用确认。",
                n=keyed.waiting,
            ),
            "warn",
        )
    if keyed.there:
        flash(_("%(names)s 已有记录，没有重复录入。", names=people(keyed.there)), "warn")
    if keyed.gone:
        flash(_("%(names)s 已不在花名册上，没有录入。", names=people(keyed.gone)), "warn")
