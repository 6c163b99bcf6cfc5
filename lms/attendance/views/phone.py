"""The phone: scan first, identify after, and a success page only of what was read back. Works without JavaScript."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from sqlalchemy import select
from sqlalchemy.orm import load_only

from lms.access.door import public
from lms.access.tries import check_tries, forget_tries, has_tried, note_wrong_try
from lms.attendance import queries, service
from lms.attendance.forms import CodeForm, IdentifyForm
from lms.attendance.models import Method, Scan
from lms.attendance.service import late
from lms.attendance.views import bp
from lms.attendance.views.workers import worker
from lms.core.crypto import keyring
from lms.core.errors import Problem, TooMany
from lms.core.settings import Settings
from lms.core.uow import UnitOfWork
from lms.registry.models import Person
from lms.registry.principals import person_actor
from lms.registry.queries import find_by_phone_and_id_tail, find_who_left, on_roster, post_on

COOKIE = "anke_device"
KEPT = ("vendor/tabler.css", "css/anke.css", "css/mark.svg", "js/main.js", "js/keep.js")
TWO_YEARS = timedelta(days=730)
_DEVICE = re.compile(r"[A-Za-z0-9_-]{16,40}")


@bp.route("/s/<token>")
@public("whoever scans the projector's code; who it is comes after", write=True)
def scan(uow: UnitOfWork, token: str) -> ResponseReturnValue:
    """A GET that writes: the scan itself is the fact, and a phone's camera can only open an address."""
    try:
        sitting, mark, step, screen = service.find_by_token(uow, token)
    except Problem as problem:
        return _refused(problem)
    device_id = _device() or _new_device()
    row = service.register_scan(uow, sitting, mark=mark, method=Method.SCAN, step=step, screen=str(screen), device_id=device_id)
    return _remember(redirect(url_for(".check_in", scan_id=row.id), 303), device_id)


@bp.route("/s/late", methods=["GET", "POST"])
@public("a phone that had no network as it scanned, and the page it keeps for then")
def late_scan(uow: UnitOfWork) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("attendance/late.html")
    device_id = _device() or _new_device()
    try:
        row = late.register_late_scan(uow, request.form.get("token", ""), _waited(), device_id)
    except Problem as problem:
        return _refused(problem)
    return _remember(redirect(url_for(".check_in", scan_id=row.id), 303), device_id)


@bp.route("/s/worker.js")
@public("what keeps that page on the phone; the same for everybody")
def scan_worker(uow: UnitOfWork) -> ResponseReturnValue:
    files = [url_for(".late_scan"), *(url_for("static", filename=name) for name in KEPT)]
    return worker("js/scan-worker.js", files, ("late.html",), KEPT)


@bp.route("/code", methods=["GET", "POST"])
@public("far seats and bad cameras: the six digits beside the code")
def code(uow: UnitOfWork) -> ResponseReturnValue:
    form, device_id = CodeForm(), _device() or _new_device()
    # Whoever is known is counted by name, whoever is not by phone. Strangers at the same address make nobody wait but themselves.
    known = uow.actor.person_id is not None
    own = f"code:{uow.actor.key}" if known else f"code:{device_id}"
    subjects = [own] if known else [own, f"net:code:{_address()}"]
    if form.validate_on_submit():
        try:
            for subject in subjects if has_tried(uow, own) else [own]:
                check_tries(uow, subject)
            sitting, mark, step = service.find_by_spoken_code(uow, form.digits.data or "", uow.actor.enterprise_id)
            row = service.register_scan(
                uow, sitting, mark=mark, method=Method.CODE, step=step, screen="code", device_id=device_id
            )
            forget_tries(uow, own)
            return _remember(redirect(url_for(".check_in", scan_id=row.id), 303), device_id)
        except service.CodeWrong as problem:
            for subject in subjects:
                note_wrong_try(uow, subject)
            form.digits.errors = [str(problem)]
        except Problem as problem:
            form.digits.errors = [str(problem)]
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return _remember(make_response(render_template("attendance/code.html", form=form)), device_id)


@bp.route("/checkin/<uuid:scan_id>", methods=["GET", "POST"])
@public("a person is known here by phone and ID number, or by having been here before")
def check_in(uow: UnitOfWork, scan_id: UUID) -> ResponseReturnValue:
    try:
        row = service.own_scan(uow, scan_id, _device())
        if request.method == "GET":
            return _page(uow, row)
        if request.form.get("do") == "identify":
            return _identify(uow, row)
        person = _known_person(uow, row)
        if person is None:
            return redirect(url_for(".check_in", scan_id=row.id), 303)
        if row.received_at:
            return _hold(uow, row, person)
        if request.form.get("do") == "lecturer":
            service.confirm_by_scan(uow, row, person.id, request.form.get("step", ""))
            return redirect(url_for(".lecturing", sitting_id=row.sitting_id), 303)
        if request.form.get("do") == "extra":
            service.come_as_extra(uow, row, person, waited=_waited())
        return _claim(uow, row, person.id)
    except Problem as problem:
        return _refused(problem)


def _page(uow: UnitOfWork, row: Scan) -> ResponseReturnValue:
    """What there is to do with a scan: nothing any more, confirm, come as an extra, or say who one is."""
    event = queries.event_of_scan(uow, row.id)
    held = late.held_of_scan(uow, row.id) if row.received_at else None
    if event is None and held is None and uow.now - (row.received_at or row.scanned_at) > service.CLAIM_LIFE:
        raise service.ClaimTooLate
    sitting = queries.sitting_with_lecture(uow, row.sitting_id)
    values = {"scan": row, "sitting": sitting, "lecture": sitting.lecture, "tally": queries.tally(uow, sitting, row.mark)}
    if event is not None:
        attendee = queries.attendee_of(uow, sitting.lecture_id, event.person_id)
        presence = queries.presence_of(uow, sitting.lecture_id, event.person_id)
        fresh = uow.now - row.scanned_at <= service.CLAIM_LIFE
        values["offer"] = service.lecturer_offer(uow, sitting, event.person_id) if fresh else None
        return render_template("attendance/done.html", event=event, attendee=attendee, presence=presence, **values)
    if held is not None:
        return render_template("attendance/late_waits.html", held=held, **values)
    person = None if request.args.get("as") == "other" else _known_person(uow, row)
    if person is None:
        return render_template("attendance/identify.html", form=IdentifyForm(formdata=None), **values)
    values["offer"] = service.lecturer_offer(uow, sitting, person.id)
    attendee = queries.attendee_of(uow, sitting.lecture_id, person.id)
    post = None if attendee else post_on(uow, person.id, uow.today)
    department = attendee.department_name if attendee else post.department.name if post and post.department else ""
    return render_template("attendance/confirm.html", person=person, attendee=attendee, department=department, **values)


def _identify(uow: UnitOfWork, row: Scan) -> ResponseReturnValue:
    form = IdentifyForm()
    if form.validate_on_submit():
        phone, tail = form.phone.data or "", form.tail.data or ""
        own = [f"device:{row.device_id}", f"phone:{keyring().fingerprint(phone)}"]
        subjects = [*own, f"net:{_address()}"]
        try:
            # A hall has one address: only a phone or a number that was wrong itself waits for what others there tried.
            for subject in subjects if any(has_tried(uow, subject) for subject in own) else own:
                check_tries(uow, subject)
            person = find_by_phone_and_id_tail(uow, row.enterprise_id, phone, tail)
            if person is not None:
                forget_tries(uow, subjects[0])
                login_user(person_actor(person), remember=True)
                return _hold(uow, row, person) if row.received_at else _claim(uow, row, person.id)
            for subject in subjects:
                note_wrong_try(uow, subject)
            left = find_who_left(uow, row.enterprise_id, phone, tail)
            form.tail.errors = [
                _("您 %(day)s 已登记离开本单位，没有记录签到。还在这里上班的，请培训管理员恢复在册。", day=left.left_on)
                if left
                else _("手机号和身份证号后四位与花名册对不上。请核对一遍；换过手机号的，请培训管理员代签并更新花名册。")
            ]
        except TooMany as problem:
            form.tail.errors = [str(problem)]
    sitting = queries.sitting_with_lecture(uow, row.sitting_id)
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return render_template(
        "attendance/identify.html", form=form, scan=row, sitting=sitting, lecture=sitting.lecture,
        tally=queries.tally(uow, sitting, row.mark),
    )  # fmt: skip


def _claim(uow: UnitOfWork, row: Scan, person_id: UUID) -> ResponseReturnValue:
    """Record, then show the page that reads it back. Who is not on the list is asked there."""
    with suppress(service.NotOnList):
        service.claim(uow, row, person_id, waited=_waited())
    return redirect(url_for(".check_in", scan_id=row.id), 303)


def _hold(uow: UnitOfWork, row: Scan, person: Person) -> ResponseReturnValue:
    """The trainer decides about a scan that came late."""
    if uow.now - (row.received_at or row.scanned_at) > service.CLAIM_LIFE:
        raise service.ClaimTooLate
    late.hold_late_scan(uow, row, person)
    return redirect(url_for(".check_in", scan_id=row.id), 303)


def _known_person(uow: UnitOfWork, row: Scan) -> Person | None:
    """Whoever this phone is signed in as, if they are on the roster of the enterprise of the scan."""
    mine = [held.person_id for held in uow.actor.held if held.person_id and held.enterprise_id == row.enterprise_id]
    return uow.session.scalar(
        select(Person)
        .where(Person.id.in_(mine[:1]), on_roster(uow.today))
        .options(load_only(Person.id, Person.enterprise_id, Person.name, Person.work_no))
    )


def _waited() -> timedelta:
    """How long js/keep.js kept the tap while there was no network."""
    seconds = request.form.get("waited", "")
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,6}", seconds) else service.AT_ONCE


def _address() -> str:
    return keyring().fingerprint(request.remote_addr or "")


def _device() -> str | None:
    given = request.cookies.get(COOKIE, "")
    return given if _DEVICE.fullmatch(given) else None


def _new_device() -> str:
    return secrets.token_urlsafe(18)


def _remember(response: object, device_id: str) -> Response:
    answer = make_response(response)
    settings: Settings = current_app.extensions["settings"]
    answer.set_cookie(COOKIE, device_id, max_age=TWO_YEARS, httponly=True, samesite="Lax", secure=settings.https)
    return answer


def _refused(problem: Problem) -> ResponseReturnValue:
    return render_template("attendance/refused.html", problem=problem), problem.status
