"""The second step: asked for at the sign-in, switched on and off on one's own page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import passkeys, second
from lms.access.door import may, public
from lms.core.documents.drawing import qr_on_screen
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.sign_in.forms import StepForm
from lms.sign_in.proving import PasswordForm, me, proven
from lms.web import entering
from lms.web.security import A_HALL, limiter

bp = Blueprint("second", __name__)


@bp.route("/sign-in/second", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("the second step of a sign-in: the first was a password or an account elsewhere")
def step(uow: UnitOfWork) -> ResponseReturnValue:
    half = entering.half_in()
    if half is None:
        return redirect(url_for("web.sign_in"), 303)
    form = StepForm()
    if form.validate_on_submit():
        try:
            on_paper = second.check(uow, half.user_id, form.code.data or "")
            if on_paper:
                flash(_("用掉了一个备用码。手机丢了的，请关掉两步验证再重新开。"), "warn")
            return entering.go_on(uow, half)
        except Problem as problem:
            form.code.errors = [str(problem)]
            return _step_page(uow, half, form), problem.status
    return _step_page(uow, half, form), 422 if form.errors else 200


def _step_page(uow: UnitOfWork, half: entering.Half, form: StepForm) -> str:
    return render_template("sign_in/step.html", form=form, passkeys=passkeys.of(uow, half.user_id))


@bp.route("/account/second", methods=["GET", "POST"])
@may("account.secure")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    """How it stands; with a secret that waits, its QR code and the form that takes the first code."""
    user, form = me(uow), StepForm()
    row = second.of(uow, user.id)
    if row is not None and row.confirmed_at is None and form.validate_on_submit():
        try:
            codes = second.confirm(uow, user.id, form.code.data or "")
            return render_template("sign_in/codes.html", codes=codes)
        except Problem as problem:
            form.code.errors = [str(problem)]
    drawn = qr_on_screen(second.uri(row, user.username)) if row is not None and row.confirmed_at is None else None
    page = render_template("sign_in/second.html", row=row, form=form, password=PasswordForm(formdata=None), drawn=drawn)
    return page, 422 if form.errors else 200


@bp.route("/account/second/begin", methods=["POST"])
@may("account.secure")
def begin(uow: UnitOfWork) -> ResponseReturnValue:
    user = proven(uow)
    second.begin(uow, user)
    return redirect(url_for(".index"), 303)


@bp.route("/account/second/codes", methods=["POST"])
@may("account.secure")
def codes(uow: UnitOfWork) -> ResponseReturnValue:
    """New codes for paper, in place of the earlier ones."""
    row = second.of(uow, proven(uow).id)
    if row is None or row.confirmed_at is None:
        raise NotFound
    return render_template("sign_in/codes.html", codes=second.new_codes(uow, row))


@bp.route("/account/second/remove", methods=["POST"])
@may("account.secure")
def remove(uow: UnitOfWork) -> ResponseReturnValue:
    second.forget(uow, proven(uow).id)
    flash(_("两步验证已关闭。"), "warn")
    return redirect(url_for("account.index"), 303)
