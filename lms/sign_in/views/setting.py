"""Setting up where people sign in who have an account elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import DataRequired

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, reach
from lms.core.errors import NotFound
from lms.core.given import at_most
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.integrations.rules import is_address
from lms.notices.channels import fields
from lms.notices.forms import hint_of, settings_form
from lms.sign_in import service
from lms.sign_in.models import Rule, SignInWay
from lms.sign_in.views.elsewhere import back_to
from lms.sign_in.ways import ADAPTERS
from lms.web.places import came_from

bp = Blueprint("sign_in_ways", __name__, url_prefix="/sign-in-ways")
RULES = {
    Rule.ROSTER: _l("花名册上填的账号（企业微信、钉钉一列）"),
    Rule.WORK_NO: _l("工号"),
    Rule.PHONE: _l("对方核实过的手机号"),
    Rule.OWN: _l("不自动认人，只认本人登录后绑定的"),
}


@bp.route("")
@may("sign-in.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    rows = uow.session.scalars(select(SignInWay).where(reach(uow, SignInWay)).order_by(SignInWay.id)).all()
    return render_template("sign_in/ways.html", rows=rows, kinds=ADAPTERS, rules=RULES)


@bp.route("/new/<kind>", methods=["GET", "POST"])
@may("sign-in.change")
def new(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    if kind not in ADAPTERS:
        raise NotFound
    return _edit(uow, kind, None)


@bp.route("/<uuid:way_id>", methods=["GET", "POST"])
@may("sign-in.change")
def edit(uow: UnitOfWork, way_id: UUID) -> ResponseReturnValue:
    way = find(uow, SignInWay, way_id)
    if way.kind not in ADAPTERS:
        raise NotFound  # of a plug-in that is not there
    return _edit(uow, way.kind, way)


@bp.route("/<uuid:way_id>/remove", methods=["POST"])
@may("sign-in.change")
def remove(uow: UnitOfWork, way_id: UUID) -> ResponseReturnValue:
    service.remove(uow, find(uow, SignInWay, way_id))
    flash(_("已删除。用它登录的人改用密码，或者手机上重新认一次。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/<uuid:way_id>/accounts/<uuid:account_id>/remove", methods=["POST"])
@may("sign-in.change")
def unlink(uow: UnitOfWork, way_id: UUID, account_id: UUID) -> ResponseReturnValue:
    service.unlink(uow, find(uow, SignInWay, way_id), account_id)
    flash(_("已解除，下次登录重新认人。"), "ok")
    return redirect(came_from() or url_for(".edit", way_id=way_id), 303)


def _edit(uow: UnitOfWork, kind: str, way: SignInWay | None) -> ResponseReturnValue:
    adapter, scope = ADAPTERS[kind], _scope(uow.actor)
    kept = way.settings if way else None
    form = _form(adapter, kept, way, of_firm="enterprise_id" in scope)
    if form.validate_on_submit():
        typed = {field.name: form[field.name].data or "" for field in adapter.FIELDS}
        for name in fields.forgotten(adapter.FIELDS, kept or {}, typed):
            form[name].errors = [_("服务器地址或编号换了，请把这一项重新填一遍。")]
        for name in ("issuer", "base"):
            if typed.get(name) and not is_address(typed[name], plain_too=settings().private_gateways):
                form[name].errors = [_("要一个 https:// 开头的完整地址，里面不带用户名和密码")]
        if not form.errors:
            kept_now = fields.merged(adapter.FIELDS, kept or {}, typed)
            saved = service.set_up(
                uow, way, kind, form.way_name.data, kept_now, Rule(form.rule.data), enabled=form.enabled.data, **scope
            )
            flash(_("已保存。用自己的账号试登录一次。"), "ok")
            return redirect(url_for(".edit", way_id=saved.id), 303)
    said = request.args.get("q", "").strip()
    page = render_template(
        "sign_in/way.html", form=form, way=way, label=adapter.LABEL, kind=kind,
        controls=[(form[field.name], hint_of(field, kept), field) for field in adapter.FIELDS],
        back_to=back_to(way) if way else "", rules=RULES, said=said,
        accounts=service.accounts_of(uow, way, said, request.args.get("page", 1, int)) if way else None,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _form(adapter: Any, kept: dict[str, str] | None, way: SignInWay | None, *, of_firm: bool) -> FlaskForm:
    """of_firm: a bureau has no roster, so there is no rule to choose."""
    offered = adapter.RULES if of_firm else (Rule.OWN,)
    named = [DataRequired(_l("请填写")), at_most(40)]
    more = {
        "way_name": StringField(_l("按钮上的名字"), named),
        "rule": RadioField(_l("第一次登录按什么认人"), choices=[(rule.value, RULES[rule]) for rule in offered]),
        "enabled": BooleanField(_l("启用这个登录方式")),
    }
    return settings_form(
        adapter.FIELDS, kept, more, way_name=way.name if way else str(adapter.LABEL),
        rule=way.rule.value if way else offered[0].value, enabled=way.enabled if way else True,
    )  # fmt: skip


def _scope(actor: Actor) -> dict[str, UUID | None]:
    """The firm whose trainer, or the bureau whose officer, is acting."""
    for held in actor.held:
        if held.role is Role.TRAINER:
            return {"enterprise_id": held.enterprise_id}
        if held.role is Role.OFFICER:
            return {"jurisdiction_id": held.jurisdiction_id}
    raise NotFound
