"""Passkeys: signing in with one, alone or as the second step, and one's own on one's own page."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import passkeys
from lms.access.door import may, public
from lms.access.models import Passkey
from lms.access.reach import find
from lms.access.service import load_actor
from lms.core.errors import Conflict, NotFound, Problem
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.sign_in.forms import PasskeyForm
from lms.sign_in.proving import me, proven
from lms.web import entering
from lms.web.places import inside
from lms.web.security import A_HALL, limiter

bp = Blueprint("passkeys", __name__)
ASKED = "passkey"  # in the session: what this browser was asked last, and what for
LONGEST = 20_000  # characters of what a browser answers


@bp.route("/sign-in/passkey", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("signing in with a passkey")
def sign_in(uow: UnitOfWork) -> ResponseReturnValue:
    party, target = _party(), inside(request.values.get("next"))
    if request.method == "GET":
        return _asking(uow, party, "in", target=target)
    try:
        row = passkeys.prove(uow, party, _asked("in"), _answer())
        actor = load_actor(uow, f"user:{row.user_id}")
        if actor is None:
            raise passkeys.UnknownPasskey
    except Problem as problem:
        return _asking(uow, party, "in", target=target, problem=problem), problem.status
    return entering.enter(uow, actor, by="passkey", target=target, whole=True)


@bp.route("/sign-in/second/passkey", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("the second step of a sign-in, taken with a passkey")
def step(uow: UnitOfWork) -> ResponseReturnValue:
    half, party = entering.half_in(), _party()
    if half is None:
        return redirect(url_for("web.sign_in"), 303)
    if request.method == "GET":
        return _asking(uow, party, "step", owner=half.user_id)
    try:
        passkeys.prove(uow, party, _asked("step"), _answer(), owner=half.user_id)
    except Problem as problem:
        return _asking(uow, party, "step", owner=half.user_id, problem=problem), problem.status
    return entering.go_on(uow, half)


@bp.route("/account/passkeys", methods=["GET", "POST"])
@may("account.secure")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    """One's own, and the form that begins with another one; that asks for the password once more."""
    user, form = me(uow), PasskeyForm()
    own, party = passkeys.of(uow, user.id), passkeys.party_of(settings().origin)
    if party is not None and form.validate_on_submit():
        try:
            if len(own) >= passkeys.MOST:
                raise passkeys.TooManyPasskeys(n=passkeys.MOST)
            proven(uow)
            options = passkeys.to_add(party, user, own, _new_challenge(uow, "add", uow.actor.key))
            return render_template("sign_in/passkey_add.html", options=options, name=form.name.data, party=party)
        except Conflict as problem:
            form.name.errors = [str(problem)]
        except Problem as problem:
            form.password.errors = [str(problem)]
    page = render_template("sign_in/passkeys.html", own=own, form=form, party=party, most=passkeys.MOST)
    return page, 422 if form.errors else 200


@bp.route("/account/passkeys/add", methods=["POST"])
@may("account.secure")
def add(uow: UnitOfWork) -> ResponseReturnValue:
    user = me(uow)
    name = request.form.get("name", "").strip()[:40] or _("通行密钥")
    passkeys.add(uow, user.id, _party(), _asked("add", uow.actor.key), name, _answer())
    flash(_("已登记“%(name)s”。下次登录点“用通行密钥登录”，不用输密码。", name=name), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/account/passkeys/<uuid:passkey_id>/remove", methods=["POST"])
@may("account.secure")
def remove(uow: UnitOfWork, passkey_id: UUID) -> ResponseReturnValue:
    row = find(uow, Passkey, passkey_id)
    if passkeys.remove(uow, row):
        flash(_("已删除“%(name)s”，它不能再登录。手机或电脑里留着的那一份，可以在它的设置里删掉。", name=row.name), "ok")
    else:
        flash(_("已删除最后一个通行密钥。以后用用户名和密码登录，也可以马上再登记一个。"), "warn")
    return redirect(url_for(".index"), 303)


def _party() -> passkeys.Party:
    party = passkeys.party_of(settings().origin)
    if party is None:
        raise NotFound
    return party


def _asking(
    uow: UnitOfWork, party: passkeys.Party, what_for: str, *, owner: UUID | None = None, target: str | None = None,
    problem: Problem | None = None,
) -> str:  # fmt: skip
    own = passkeys.of(uow, owner) if owner else []
    options = passkeys.to_open(party, own, _new_challenge(uow, what_for))
    return render_template("sign_in/passkey.html", options=options, target=target, problem=problem, party=party, step=owner)


def _new_challenge(uow: UnitOfWork, what_for: str, whose: str = "") -> bytes:
    challenge = passkeys.new_challenge(uow.now)
    session[ASKED] = [what_for, whose, urlsafe_b64encode(challenge).decode()]
    return challenge


def _asked(what_for: str, whose: str = "") -> bytes:
    """What this browser was asked for this purpose, once. Raises StaleChallenge."""
    kept = session.pop(ASKED, None)
    if kept is None or kept[:2] != [what_for, whose]:
        raise passkeys.StaleChallenge
    return urlsafe_b64decode(kept[2])


def _answer() -> str:
    return request.form.get("credential", "")[:LONGEST]
