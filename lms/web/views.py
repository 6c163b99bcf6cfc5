"""The doors that are open to everybody: sign-in, language, health."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import logout_user
from sqlalchemy import text

from lms.access import demo, known, passkeys
from lms.access.actor import Actor
from lms.access.door import current_actor, may, public
from lms.access.service import check_password
from lms.access.tries import account_of, check_door, forget_tries, refuse_at_door
from lms.core import cookies, framing, letters
from lms.core.crypto import keyring
from lms.core.errors import Problem
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.notices.queries import sends_texts
from lms.web.entering import WaysElsewhere, address, enter
from lms.web.forms import SignInForm
from lms.web.locale import COOKIE, LOCALES
from lms.web.navigation import home_of
from lms.web.places import came_from, inside
from lms.web.security import A_HALL, limiter

bp = Blueprint("web", __name__)
A_YEAR = timedelta(days=365)


class NotYours(Problem):
    status = 422
    code = "wrong-sign-in"
    sentence = _l("用户名或密码不对。忘记密码的，请联系维护本系统的人员重设。")


@bp.route("/")
@public("the first page says what this is and who can sign in")
def landing(uow: UnitOfWork) -> ResponseReturnValue:
    actor = current_actor()
    if actor:
        return redirect(home_of(actor), 303)
    return _sign_in_page(uow, SignInForm())


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(A_HALL, methods=["POST"])
@public("signing in")
def sign_in(uow: UnitOfWork) -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
    if form.validate_on_submit():
        try:
            actor, account = _who(uow, form)
            return known.remember(enter(uow, actor, by="password", target=form.next.data), account)
        except Problem as problem:
            form.password.errors = [str(problem)]
            return _sign_in_page(uow, form), problem.status
    return _sign_in_page(uow, form), 422 if form.errors else 200


def _who(uow: UnitOfWork, form: SignInForm) -> tuple[Actor, str]:
    """Whose name and password these are, and the fingerprint of the name. Raises NotYours, Wait.

    A browser that was in with the account before waits for its own wrong words alone.
    """
    name = form.username.data or ""
    account = account_of(name)
    number = known.number_of(account)
    own = f"known:{number}" if number else f"sign-in:{keyring().fingerprint(f'{account}/{address()}')}"
    shared = () if number else (f"account:{account}", f"doors:{address()}")
    check_door(uow, own, *shared)
    actor = check_password(uow, name, form.password.data or "", demo=settings().demo)
    if actor is None:
        refuse_at_door(uow, own, *shared)
        raise NotYours
    forget_tries(uow, own)
    return actor, account


def _sign_in_page(uow: UnitOfWork, form: SignInForm) -> str:
    accounts = demo.accounts() if settings().demo else []
    return render_template(
        "web/sign_in.html", form=form, demo_accounts=accounts, elsewhere=uow.ask(WaysElsewhere()),
        with_passkey=passkeys.party_of(settings().origin) is not None, with_codes=sends_texts(uow),
    )  # fmt: skip


@bp.route("/sign-out", methods=["POST"])
@public("leaving needs no permission")
def sign_out(uow: UnitOfWork) -> ResponseReturnValue:
    framing.forget_session()
    logout_user()
    return redirect(url_for(".landing"), 303)


@bp.route("/home")
@may("home")
def home(uow: UnitOfWork) -> ResponseReturnValue:
    return redirect(home_of(uow.actor), 303)


@bp.route("/locale/<code>", methods=["POST"])
@public("choosing a language")
def set_locale(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    response = redirect(inside(request.form.get("next")) or came_from() or url_for(".landing"), 303)
    if code in LOCALES:
        cookies.give(response, COOKIE, code, A_YEAR)
    return response


@bp.route("/large-type", methods=["POST"])
@public("choosing how large letters are")
def set_large_type(uow: UnitOfWork) -> ResponseReturnValue:
    response = redirect(inside(request.form.get("next")) or came_from() or url_for(".landing"), 303)
    cookies.give(response, letters.COOKIE, request.form.get("large", "")[:1], A_YEAR)
    return response


@bp.route("/health")
@public("a load balancer asks")
def health(uow: UnitOfWork) -> ResponseReturnValue:
    uow.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
