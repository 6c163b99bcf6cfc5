"""The addresses that an enterprise wants told: set up, tried, looked at, sent to again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.door import may
from lms.access.reach import find, reach
from lms.core.uow import UnitOfWork
from lms.integrations import service
from lms.integrations.forms import LABELS, WebhookForm
from lms.integrations.models import Webhook, WebhookMessage
from lms.lectures.views.planning import own_enterprise

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
SHOWN = 50


@bp.route("", methods=["GET", "POST"])
@may("webhook.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    form, secret = WebhookForm(), None
    if form.validate_on_submit():
        url = str(form.url.data).strip()
        _webhook, secret = service.set_up(uow, own_enterprise(uow), str(form.name.data), url, form.kinds.data or [])
        form = WebhookForm(formdata=None)
    rows = uow.session.scalars(select(Webhook).where(reach(uow, Webhook)).order_by(Webhook.id)).all()
    page = render_template(
        "integrations/webhooks.html", form=form, secret=secret, rows=rows, labels=LABELS,
        waiting=service.waiting_of(uow, [row.id for row in rows]),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/<uuid:webhook_id>")
@may("webhook.change")
def show(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    webhook = find(uow, Webhook, webhook_id)
    waiting = service.waiting_of(uow, [webhook.id]).get(webhook.id, 0)
    messages = service.messages_of(uow, webhook, SHOWN)
    return render_template("integrations/webhook.html", webhook=webhook, messages=messages, waiting=waiting, labels=LABELS)


@bp.route("/<uuid:webhook_id>/try", methods=["POST"])
@may("webhook.change")
def try_out(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    service.try_out(uow, find(uow, Webhook, webhook_id))
    flash(_("测试已交出，几秒钟后刷新，看对方怎么答复。"), "ok")
    return redirect(url_for(".show", webhook_id=webhook_id), 303)


@bp.route("/<uuid:webhook_id>/send-on", methods=["POST"])
@may("webhook.change")
def send_on(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    service.send_on(uow, find(uow, Webhook, webhook_id))
    flash(_("等着的推送从最早的一条起重新发，顺序不变。"), "ok")
    return redirect(url_for(".show", webhook_id=webhook_id), 303)


@bp.route("/<uuid:webhook_id>/remove", methods=["POST"])
@may("webhook.change")
def remove(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    service.remove(uow, find(uow, Webhook, webhook_id))
    flash(_("已删除，不再推送。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/messages/<uuid:message_id>/replay", methods=["POST"])
@may("webhook.change")
def replay(uow: UnitOfWork, message_id: UUID) -> ResponseReturnValue:
    message = find(uow, WebhookMessage, message_id)
    service.replay(uow, message)
    flash(_("已重新发出，编号和原来一样，对方认得出是同一条。"), "ok")
    return redirect(url_for(".show", webhook_id=message.webhook_id), 303)
