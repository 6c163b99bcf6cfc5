"""The inbox of whoever signs in, and the channels of an enterprise."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import update

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all, own_enterprise
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked, page_asked
from lms.core.uow import UnitOfWork
from lms.notices import queries
from lms.notices.channels import ADDRESS_OF
from lms.notices.channels.fields import FIELDS, LABELS, NEEDS, faults
from lms.notices.channels.parcels import told
from lms.notices.events import ContactsAsked
from lms.notices.forms import channel_form, hint_of
from lms.notices.listings import inbox_listing
from lms.notices.models import Channel, ChannelKind, Notice
from lms.notices.service import channels as service

bp = Blueprint("notices", __name__)


@bp.route("/inbox")
@may("inbox.read")
def inbox(uow: UnitOfWork) -> ResponseReturnValue:
    if not uow.actor.holds(Role.TRAINER, Role.HEAD, Role.OFFICER):
        return redirect(url_for("archives.own_notices"), 303)  # the same messages, on a page for phones
    page = queries.inbox(uow, page_asked())
    if kind := file_asked():
        return exported(kind, inbox_listing(uow.now, page.rows))
    return render_template(
        "notices/inbox.html",
        page=page,
        may_set_channels=may_at_all(uow.actor, "channel.change"),
    )


@bp.route("/inbox/<uuid:notice_id>")
@may("inbox.read", write=True)  # opening a message is reading it
def open_notice(uow: UnitOfWork, notice_id: UUID) -> ResponseReturnValue:
    notice = find(uow, Notice, notice_id)
    notice.read_at = notice.read_at or uow.now
    return redirect(f"{request.script_root}{notice.link}" if notice.link else url_for(".inbox"), 303)


@bp.route("/inbox/read", methods=["POST"])
@may("inbox.read")
def read_all(uow: UnitOfWork) -> ResponseReturnValue:
    uow.session.execute(
        update(Notice).where(*queries.own_unread(uow)).values(read_at=uow.now).execution_options(synchronize_session=False)
    )
    return redirect(url_for(".inbox"), 303)


@bp.route("/channels")
@may("channel.change")
def channels(uow: UnitOfWork) -> ResponseReturnValue:
    there = service.channels_of(uow, own_enterprise(uow))
    rest = [kind for kind in LABELS if kind not in there]
    return render_template("notices/channels.html", channels=list(there.values()), rest=rest, labels=LABELS, needs=NEEDS)


@bp.route("/channels/<kind>", methods=["GET", "POST"])
@may("channel.change")
def channel(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    which, channel = _channel(uow, kind)
    kept = channel.settings if channel else None
    form = channel_form(which, kept)
    if request.method == "GET" and channel:
        form.enabled.data = channel.enabled
    if form.validate_on_submit():
        typed = {field.name: form[field.name].data or "" for field in FIELDS[which]}
        wrong = faults(which, service.merged(channel, which, typed)) | {
            name: _("服务器地址或加密方式换了，请把这一项重新填一遍。")
            for name in service.forgotten(channel, which, typed)
            if name != "headers"  # empty means that there are none: the page says so
        }
        for name, sentence in wrong.items():
            form[name].errors = [sentence]
        if not wrong:
            service.set_up(uow, own_enterprise(uow), which, typed, enabled=form.enabled.data)
            flash(_("已保存。发一条测试消息，看看能不能收到。"), "ok")
            return redirect(url_for(".channel", kind=kind), 303)
    page = render_template(
        "notices/channel.html",
        channel=channel,
        kind=which,
        label=LABELS[which],
        need=NEEDS[which],
        form=form,
        fields=[(form[field.name], hint_of(field, kept), field) for field in FIELDS[which]],
        own_address=_own_address(uow, which),
        told=told,
    )
    return page, 422 if form.errors else 200


@bp.route("/channels/<kind>/try", methods=["POST"])
@may("channel.change")
def try_channel(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    channel = _set_up(uow, kind)
    service.ask_for_trial(uow, channel, request.form.get("to", "").strip()[:200])
    return redirect(url_for(".channel", kind=kind, _anchor="trial"), 303)


@bp.route("/channels/<kind>/trial")
@may("channel.change")
def trial(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    """How the last trial went, as a fragment that fetches itself while it is on its way."""
    _which, channel = _channel(uow, kind)
    return render_template("notices/_trial.html", channel=channel, told=told)


@bp.route("/channels/<kind>/first", methods=["POST"])
@may("channel.change")
def put_first(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    channel = _set_up(uow, kind)
    service.put_first(uow, channel)
    return redirect(url_for(".channels"), 303)


def _channel(uow: UnitOfWork, kind: str) -> tuple[ChannelKind, Channel | None]:
    if kind not in LABELS:
        raise NotFound
    return ChannelKind(kind), service.channels_of(uow, own_enterprise(uow)).get(ChannelKind(kind))


def _set_up(uow: UnitOfWork, kind: str) -> Channel:
    _which, channel = _channel(uow, kind)
    if channel is None:
        raise NotFound
    return channel


def _own_address(uow: UnitOfWork, kind: ChannelKind) -> str:
    """Where a trial goes unless somebody types something else: to oneself."""
    person_id = uow.actor.person_id
    if kind.group or person_id is None:
        return ""
    contact = (uow.ask(ContactsAsked((person_id,))) or {}).get(person_id)
    return (getattr(contact, ADDRESS_OF[kind]) or "") if contact else ""
