"""The addresses that an enterprise wants told: set up, tried, looked at, sent to again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.door import may
from lms.access.reach import find, own_enterprise, reach
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.integrations import service
from lms.integrations.forms import LABELS, KeyForm, StoreForm, WebhookForm
from lms.integrations.models import Speaks, Webhook, WebhookMessage
from lms.integrations.xapi import asking
from lms.integrations.xapi import rules as xapi
from lms.notices.channels.parcels import told
from lms.notices.sending import network

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
    rows = _own(uow, Speaks.EVENTS)
    page = render_template(
        "integrations/webhooks.html", form=form, secret=secret, rows=rows, labels=LABELS,
        waiting=service.waiting_of(uow, [row.id for row in rows]),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/stores", methods=["GET", "POST"])
@may("webhook.change")
def stores(uow: UnitOfWork) -> ResponseReturnValue:
    """Learning record stores, that are told in statements of the Experience API."""
    form = StoreForm()
    if form.validate_on_submit():
        store = service.set_up_store(uow, own_enterprise(uow), str(form.name.data), xapi.store_of(str(form.url.data)), form.pair)
        flash(_("已建好。点“测试连接”看看通不通；以后的到课、考核、合格和证明会自动送去。"), "ok")
        return redirect(url_for(".show", webhook_id=store.id), 303)
    rows = _own(uow, Speaks.XAPI)
    waiting = service.waiting_of(uow, [row.id for row in rows])
    page = render_template("integrations/stores.html", form=form, rows=rows, waiting=waiting, labels=LABELS)
    return page, 422 if form.errors else 200


@bp.route("/<uuid:webhook_id>")
@may("webhook.change")
def show(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    return _page(uow, find(uow, Webhook, webhook_id))


def _page(uow: UnitOfWork, webhook: Webhook, *, secret: str | None = None, form: KeyForm | None = None) -> str:
    return render_template(
        "integrations/webhook.html", webhook=webhook, messages=service.messages_of(uow, webhook, SHOWN), labels=LABELS,
        waiting=service.waiting_of(uow, [webhook.id]).get(webhook.id, 0), secret=secret, form=form or KeyForm(formdata=None),
        stuck=service.stuck_of(uow, webhook), given_up=service.given_up, told=told,
        is_store=webhook.speaks is Speaks.XAPI, overlaps=webhook.earlier_until and webhook.earlier_until > uow.now,
    )  # fmt: skip


@bp.route("/<uuid:webhook_id>/rotate", methods=["POST"])
@may("webhook.change")
def rotate(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    webhook = _speaking(uow, webhook_id, Speaks.EVENTS)
    secret = service.rotate(uow, webhook)
    return _page(uow, webhook, secret=secret)


@bp.route("/<uuid:webhook_id>/key", methods=["POST"])
@may("webhook.change")
def key(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    """The store gave us another key; what waits is sent with it."""
    store, form = _speaking(uow, webhook_id, Speaks.XAPI), KeyForm()
    if not form.validate_on_submit():
        return _page(uow, store, form=form), 422
    service.change_key(uow, store, form.pair)
    flash(_("密钥已换，等着的从最早的一条起重新送。"), "ok")
    return redirect(url_for(".show", webhook_id=webhook_id), 303)


@bp.route("/<uuid:webhook_id>/ask", methods=["POST"])
@may("webhook.change", reads_first=True)
def ask(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    """Whether the store is there and knows our key; nothing is written there."""
    store = _speaking(uow, webhook_id, Speaks.XAPI)
    well, said = asking.ask(network(), store.sealed_url, store.sealed_secret)
    flash(str(said), "ok" if well else "bad")
    return redirect(url_for(".show", webhook_id=webhook_id), 303)


@bp.route("/<uuid:webhook_id>/try", methods=["POST"])
@may("webhook.change")
def try_out(uow: UnitOfWork, webhook_id: UUID) -> ResponseReturnValue:
    service.try_out(uow, _speaking(uow, webhook_id, Speaks.EVENTS))
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
    webhook = find(uow, Webhook, webhook_id)
    service.remove(uow, webhook)
    flash(_("已删除，不再推送。"), "ok")
    return redirect(url_for(".stores" if webhook.speaks is Speaks.XAPI else ".index"), 303)


@bp.route("/messages/<uuid:message_id>/replay", methods=["POST"])
@may("webhook.change")
def replay(uow: UnitOfWork, message_id: UUID) -> ResponseReturnValue:
    message = find(uow, WebhookMessage, message_id)
    service.replay(uow, message)
    flash(_("已重新发出，编号和原来一样，对方认得出是同一条。"), "ok")
    return redirect(url_for(".show", webhook_id=message.webhook_id), 303)


@bp.route("/messages/<uuid:message_id>/skip", methods=["POST"])
@may("webhook.change")
def skip(uow: UnitOfWork, message_id: UUID) -> ResponseReturnValue:
    message = find(uow, WebhookMessage, message_id)
    service.skip(uow, message)
    flash(_("已跳过，后面的接着发。跳过的留在记录里，以后还可以再发。"), "ok")
    return redirect(url_for(".show", webhook_id=message.webhook_id), 303)


def _own(uow: UnitOfWork, speaks: Speaks) -> Sequence[Webhook]:
    wanted = select(Webhook).where(reach(uow, Webhook), Webhook.speaks == speaks)
    return uow.session.scalars(wanted.order_by(Webhook.id)).all()


def _speaking(uow: UnitOfWork, webhook_id: UUID, speaks: Speaks) -> Webhook:
    webhook = find(uow, Webhook, webhook_id)
    if webhook.speaks is not speaks:
        raise NotFound
    return webhook
