"""Workers sign in: by a code to their phone, or by roster number and PIN; and the trainer hands PINs out."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.access.door import may, public
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Person
from lms.registry.principals import person_actor
from lms.sign_in import workers
from lms.web import entering
from lms.web.places import inside
from lms.web.security import limiter

bp = Blueprint("workers", __name__)
A_HALL = "300 per minute"  # shares one address
ASKED, PROVEN, NEW = "phone-asked", "phone-proven", "pin-new"  # in the session, each with when
SECONDS = 600


class PhoneForm(FlaskForm):
    phone = StringField(_l("手机号"), [InputRequired(_l("请填写手机号")), Length(max=20)])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField(_l("短信验证码"), [InputRequired(_l("请填写")), Length(max=12)])
    next = HiddenField()


class NumberForm(FlaskForm):
    place = StringField(_l("单位"), [InputRequired(_l("请填写单位")), Length(max=100)])
    work_no = StringField(_l("工号"), [InputRequired(_l("请填写工号")), Length(max=40)])
    pin = PasswordField(_l("PIN"), [InputRequired(_l("请填写 PIN")), Length(max=40)])
    next = HiddenField()


class NewPinForm(FlaskForm):
    pin = PasswordField(_l("自己的 PIN"), [InputRequired(_l("请填写 PIN")), Length(max=40)])
    again = PasswordField(_l("再输一遍"), [InputRequired(_l("请再输一遍")), Length(max=40)])

    def validate_again(self, field: Field) -> None:
        if field.data != self.pin.data:
            raise ValidationError(_("两遍不一样"))


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
            _keep(ASKED, workers.ask_code(uow, form.phone.data or ""))
            return redirect(url_for(".code", next=inside(form.next.data)), 303)
        except Problem as problem:
            form.phone.errors = [str(problem)]
            return _index(uow, form, NumberForm(formdata=None)), problem.status
    return _index(uow, form, NumberForm(formdata=None)), 422


@bp.route("/sign-in/phone/code", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("typing the code that came to one's phone")
def code(uow: UnitOfWork) -> ResponseReturnValue:
    phone_hash = _kept(ASKED)
    if phone_hash is None:
        return redirect(url_for(".index"), 303)
    form = CodeForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
    if form.validate_on_submit():
        try:
            people = workers.prove_code(uow, phone_hash, form.code.data or "")
            if not people:
                raise workers.WrongPhoneCode
        except Problem as problem:
            form.code.errors = [str(problem)]
            return render_template("sign_in/phone_code.html", form=form), problem.status
        session.pop(ASKED)
        if len(people) == 1:
            return _in(uow, people[0], "sms", form.next.data)
        _keep(PROVEN, phone_hash)
        return redirect(url_for(".who", next=inside(form.next.data)), 303)
    return render_template("sign_in/phone_code.html", form=form), 422 if form.errors else 200


@bp.route("/sign-in/phone/who", methods=["GET", "POST"])
@public("choosing the firm, where a phone is on several rosters; the code came before")
def who(uow: UnitOfWork) -> ResponseReturnValue:
    phone_hash = _kept(PROVEN)
    if phone_hash is None:
        return redirect(url_for(".index"), 303)
    people = workers.owners(uow, phone_hash)
    chosen = next((one for one in people if str(one.id) == request.form.get("person")), None)
    if chosen is not None:
        session.pop(PROVEN)
        return _in(uow, chosen, "sms", request.form.get("next"))
    firms = [(one, uow.session.get_one(Enterprise, one.enterprise_id).name) for one in people]
    return render_template("sign_in/phone_who.html", firms=firms, target=inside(request.args.get("next")))


@bp.route("/sign-in/number", methods=["POST"])
@limiter.limit(A_HALL)
@public("signing in by roster number and PIN")
def number(uow: UnitOfWork) -> ResponseReturnValue:
    form = NumberForm()
    if form.validate_on_submit():
        try:
            person, own = workers.open_by_pin(uow, form.place.data or "", form.work_no.data or "", form.pin.data or "")
        except Problem as problem:
            form.pin.errors = [str(problem)]
            return _index(uow, PhoneForm(formdata=None), form), problem.status
        if own:
            return _in(uow, person, "pin", form.next.data)
        _keep(NEW, person.id.hex)
        return redirect(url_for(".new_pin"), 303)
    return _index(uow, PhoneForm(formdata=None), form), 422


@bp.route("/sign-in/pin", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("choosing one's own PIN; the one handed out came before")
def new_pin(uow: UnitOfWork) -> ResponseReturnValue:
    kept = _kept(NEW)
    if kept is None:
        return redirect(url_for(".index"), 303)
    form = NewPinForm()
    if form.validate_on_submit():
        try:
            person = workers.choose_pin(uow, UUID(kept), form.pin.data or "")
        except Problem as problem:
            form.pin.errors = [str(problem)]
            return render_template("sign_in/new_pin.html", form=form), problem.status
        session.pop(NEW)
        return _in(uow, person, "pin", None)
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
    return render_template(
        "sign_in/worker.html", phone=by_phone, number=by_number, target=target, has_gateways=workers.has_gateways(uow)
    )


def _in(uow: UnitOfWork, person: Person, by: str, target: str | None) -> ResponseReturnValue:
    return entering.enter(uow, person_actor(person), by=by, target=target)


def _keep(name: str, value: str) -> None:
    session[name] = [value, int(time.time())]


def _kept(name: str) -> str | None:
    kept = session.get(name)
    return kept[0] if kept and time.time() - kept[1] < SECONDS else None
