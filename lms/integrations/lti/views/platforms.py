"""The platforms of an enterprise: what to paste there, what to copy from there, and who is who."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.door import may
from lms.access.reach import find, own_enterprise, reach
from lms.core.uow import UnitOfWork
from lms.integrations.lti import results, rosters, service
from lms.integrations.lti.forms import NameForm, PlatformForm
from lms.integrations.lti.models import LtiLink, LtiPlatform
from lms.integrations.lti.refusals import WHY
from lms.integrations.lti.views import bp
from lms.integrations.lti.views.common import whole
from lms.integrations.lti.views.registering import address_for
from lms.notices.channels.parcels import told


@bp.route("/platforms", methods=["GET", "POST"])
@may("lti.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    form = NameForm()
    if form.validate_on_submit():
        platform = service.add(uow, own_enterprise(uow), str(form.name.data))
        return redirect(url_for(".platform", platform_id=platform.id), 303)
    rows = uow.session.scalars(select(LtiPlatform).where(reach(uow, LtiPlatform)).order_by(LtiPlatform.id)).all()
    known = service.counts_of(uow, [row.id for row in rows])
    return render_template("lti/platforms.html", form=form, rows=rows, known=known), 422 if form.errors else 200


@bp.route("/platforms/<uuid:platform_id>", methods=["GET", "POST"])
@may("lti.change")
def platform(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue:
    found = find(uow, LtiPlatform, platform_id)
    own = [one.deployment_id for one in found.deployments if one.enterprise_id == found.enterprise_id]
    form = PlatformForm(obj=found, data={"deployments": "\n".join(own), "frames": "\n".join(found.frames)})
    if form.validate_on_submit():
        service.describe(uow, found, form.details())
        flash(_("已保存。请在平台的一门课程里加一个链接，用学员账号点一次试试。"), "ok")
        return redirect(url_for(".platform", platform_id=found.id), 303)
    if not form.is_submitted():
        form.deployments.data, form.frames.data = "\n".join(own), "\n".join(found.frames)
    count, fault = results.tally(uow, found)
    page = render_template(
        "lti/platform.html", platform=found, form=form, addresses=_addresses(found), links=service.links_of(uow, found),
        refusal=WHY.get(found.refusal or ""), refusal_said=told(found.refusal_said or "") or "—",
        count=count, fault=told(fault), told=told,
        courses=rosters.courses_of(uow, found),
        registration="" if found.is_ready else address_for(uow, found),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/platforms/<uuid:platform_id>/remove", methods=["POST"])
@may("lti.change")
def remove(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue:
    service.remove(uow, find(uow, LtiPlatform, platform_id))
    flash(_("已删除，从那里进不来了。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/platforms/<uuid:platform_id>/send-on", methods=["POST"])
@may("lti.change")
def send_on(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue:
    results.send_on(uow, find(uow, LtiPlatform, platform_id))
    flash(_("没送到的成绩正在重新发，过一会儿刷新看看。"), "ok")
    return redirect(url_for(".platform", platform_id=platform_id), 303)


@bp.route("/platforms/<uuid:platform_id>/rosters", methods=["POST"])
@may("lti.change")
def fetch_rosters(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue:
    rosters.fetch_anew(uow, find(uow, LtiPlatform, platform_id))
    flash(_("正在取名单，过一会儿刷新看看。"), "ok")
    return redirect(url_for(".platform", platform_id=platform_id), 303)


@bp.route("/links/<uuid:link_id>/remove", methods=["POST"])
@may("lti.change")
def unlink(uow: UnitOfWork, link_id: UUID) -> ResponseReturnValue:
    known = find(uow, LtiLink, link_id)
    platform_id = known.platform_id
    service.unlink(uow, known)
    flash(_("已解除，这个账号下次进来要重新确认是谁。"), "ok")
    return redirect(url_for(".platform", platform_id=platform_id), 303)


def _addresses(found: LtiPlatform) -> list[tuple[str, str]]:
    """What the platform asks for, by the name it has there."""
    told = [
        (_("工具网址（Tool URL / Target Link URI）"), url_for("archives.me")),
        (_("登录网址（Initiate login URL）"), url_for(".login", platform_id=found.id)),
        (_("重定向网址（Redirection URI）"), url_for(".launch", platform_id=found.id)),
        (_("公钥集网址（Public keyset）"), url_for(".jwks")),
    ]
    return [(name, whole(path)) for name, path in told]
