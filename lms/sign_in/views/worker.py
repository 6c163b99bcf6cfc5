"""Workers sign in: by a code to their phone, or by work number and PIN; and the trainer hands PINs out."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import user_logged_in, user_logged_out

from lms.access.door import may, public
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.notices.queries import sends_texts
from lms.registry.models import Enterprise, Person
from lms.registry.principals import person_actor
from lms.sign_in import workers
from lms.sign_in.forms import CodeForm, NewPinForm, NumberForm, PhoneForm
from lms.web import entering
from lms.web.places import inside
from lms.web.security import A_HALL, limiter

bp = Blueprint("workers", __name__)
ASKED, NEW = "phone-asked", "pin-new"  # in the session, each with when
SECONDS = 600


@bp.route("/sign-in/worker")
@public("choosing how to sign in without an account")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return _index(uow, PhoneForm(formdata=None), NumberForm(formdata=None))


@bp.route("/sign-in/phone", methods=["POST"])
@limiter.limit(A_HALL)
@public("asking for a code to one's phone")
def phone(uow: UnitOfWork) -> ResponseReturnValue:
    form = PhoneForm()
    if form.validate_on_submit():
        try:
            place = form.place.data or ""
            _keep(ASKED, workers.ask_code(uow, place, form.phone.data or ""), place)
            return redirect(url_for(".code", next=inside(form.next.data)), 303)
        except Problem as problem:
            form.phone.errors = [str(problem)]
            return _index(uow, form, NumberForm(formdata=None)), problem.status
    return _index(uow, form, NumberForm(formdata=None)), 422


@bp.route("/sign-in/phone/code", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("typing the code that came to one's phone")
def code(uow: UnitOfWork) -> ResponseReturnValue:
    kept = _kept(ASKED)
    if kept is None:
        return redirect(url_for(".index"), 303)
    form = CodeForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
    if form.validate_on_submit():
        try:
            phone_hash, place = kept
            person = workers.prove_code(uow, place, phone_hash, form.code.data or "", entering.address())
        except Problem as problem:
            form.code.errors = [str(problem)]
            return render_template("sign_in/phone_code.html", form=form), problem.status
        return _in(uow, person, "sms", form.next.data)
    return render_template("sign_in/phone_code.html", form=form), 422 if form.errors else 200


@bp.route("/sign-in/number", methods=["POST"])
@limiter.limit(A_HALL)
@public("signing in by work number and PIN")
def number(uow: UnitOfWork) -> ResponseReturnValue:
    form = NumberForm()
    if form.validate_on_submit():
        try:
            typed = form.place.data or "", form.work_no.data or "", form.pin.data or ""
            person, pin = workers.open_by_pin(uow, *typed, entering.address())
        except Problem as problem:
            form.pin.errors = [str(problem)]
            return _index(uow, PhoneForm(formdata=None), form), problem.status
        if pin.own:
            return _in(uow, person, "pin", form.next.data)
        _keep(NEW, person.id.hex, pin.set_at.isoformat())
        return redirect(url_for(".new_pin", next=inside(form.next.data)), 303)
    return _index(uow, PhoneForm(formdata=None), form), 422


@bp.route("/sign-in/pin", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("choosing one's own PIN; the one handed out came before")
def new_pin(uow: UnitOfWork) -> ResponseReturnValue:
    kept = _kept(NEW)
    if kept is None:
        return redirect(url_for(".index"), 303)
    form = NewPinForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
    if form.validate_on_submit():
        try:
            person_id, set_at = kept
            person = workers.choose_pin(uow, UUID(person_id), datetime.fromisoformat(set_at), form.pin.data or "")
        except Problem as problem:
            form.pin.errors = [str(problem)]
            return render_template("sign_in/new_pin.html", form=form), problem.status
        return _in(uow, person, "pin", form.next.data)
    return render_template("sign_in/new_pin.html", form=form), 422 if form.errors else 200


@bp.route("/people/<uuid:person_id>/pin", methods=["POST"])
@may("person.change")
def hand_out(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    person = find(uow, Person, person_id)
    firm = uow.session.get_one(Enterprise, person.enterprise_id)
    if not person.work_no:
        raise Problem(_("花名册上没有这个人的工号，先补上工号再发 PIN。"))
    pin, days = workers.hand_out(uow, person), workers.HANDED_LIVES.days
    return render_template("sign_in/pin.html", person=person, firm=firm, pin=pin, days=days)


def _index(uow: UnitOfWork, by_phone: PhoneForm, by_number: NumberForm) -> str:
    target = inside(request.values.get("next"))
    by_phone.next.data = by_number.next.data = target
    return render_template("sign_in/worker.html", phone=by_phone, number=by_number, target=target, has_gateways=sends_texts(uow))


def _in(uow: UnitOfWork, person: Person, by: str, target: str | None) -> ResponseReturnValue:
    return entering.enter(uow, person_actor(person), by=by, target=target)


def _keep(name: str, *values: str) -> None:
    session[name] = [*values, int(time.time())]


def _kept(name: str) -> list[str] | None:
    kept = session.get(name)
    return kept[:-1] if kept and time.time() - kept[-1] < SECONDS else None


@user_logged_in.connect
@user_logged_out.connect
def _forget(*_: object, **__: object) -> None:
    """Whoever comes in or goes leaves no door half open behind them: the next at this phone may be somebody else."""
    for name in (ASKED, NEW):
        session.pop(name, None)
