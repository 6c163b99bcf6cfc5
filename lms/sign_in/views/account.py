"""One's own account: its password, and the accounts elsewhere that open it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import passkeys, second, tokens
from lms.access.door import PASSWORD, may
from lms.access.reach import find, may_at_all
from lms.access.service import set_password
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.sign_in import service, trips
from lms.sign_in.forms import NewPasswordForm
from lms.sign_in.models import ExternalAccount
from lms.sign_in.proving import PasswordForm, me, proven

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.route("")
@may("account.secure")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    if uow.actor.user_id is None:
        raise NotFound
    return render_template(
        "sign_in/account.html", accounts=service.own(uow), ways=service.tieable(uow),
        second=second.is_on(uow, uow.actor.user_id), passkeys=len(passkeys.of(uow, uow.actor.user_id)),
        may_set_up=may_at_all(uow.actor, "sign-in.change"),
    )  # fmt: skip


@bp.route("/password", methods=["GET", "POST"])
@may("account.secure")
def password(uow: UnitOfWork) -> ResponseReturnValue:
    """Another password, for whoever types the one of now; other browsers that are in with the account are out."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            if me(uow).is_demo:
                raise second.NotForDemos
            changed_at = set_password(uow, proven(uow), form.new.data or "")
        except Problem as problem:
            form.password.errors = [str(problem)]
        else:
            session[PASSWORD] = changed_at.timestamp()
            flash(_("密码已更改。别处登录着的都已退出。"), "ok")
            keys = len(passkeys.of(uow, me(uow).id))
            lives = sum(one.revoked_at is None and one.expires_at > uow.now for one in tokens.own(uow))
            if keys or lives:  # what else opens the account stays, and may be a thief's
                told = _(
                    "没有作废的：通行密钥 %(keys)s 个，接口令牌 %(tokens)s 个。旧密码可能被别人知道的，请在这里逐个核对。",
                    keys=keys,
                    tokens=lives,
                )
                flash(told, "warn")
            return redirect(url_for(".index"), 303)
    return render_template("sign_in/password.html", form=form), 422 if form.errors else 200


@bp.route("/tie", methods=["GET", "POST"])
@may("account.secure")
def tie(uow: UnitOfWork) -> ResponseReturnValue:
    """Asks before tying, for the password too: neither a link nor a session left open must tie somebody's account to another."""
    waits = trips.waits_for_tying(uow.actor.key)
    if waits is None or uow.actor.user_id is None:
        raise NotFound
    way_id, outsider = waits
    way = service.open_way(uow, way_id)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            proven(uow)
        except Problem as problem:
            form.password.errors = [str(problem)]
        else:
            service.tie(uow, way, outsider, uow.actor)
            trips.tied()
            flash(_("已绑定。下次可以直接用“%(name)s”登录。", name=way.name), "ok")
            return redirect(url_for(".index"), 303)
    return render_template("sign_in/tie.html", way=way, outsider=outsider, form=form), 422 if form.errors else 200


@bp.route("/external/<uuid:account_id>/remove", methods=["POST"])
@may("account.secure")
def untie(uow: UnitOfWork, account_id: UUID) -> ResponseReturnValue:
    service.untie(uow, find(uow, ExternalAccount, account_id))
    flash(_("已解除绑定。"), "ok")
    return redirect(url_for(".index"), 303)
