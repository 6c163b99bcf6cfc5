"""Setting up a channel, ordering channels, trying one."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.errors import Invalid, TooMany
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.notices.channels import fields
from lms.notices.channels.fields import FIELDS
from lms.notices.events import ChannelSetUp
from lms.notices.models import Channel, ChannelKind

BETWEEN_TRIALS = timedelta(seconds=10)


class TrialNeedsAddress(Invalid):
    code = "trial-address"
    sentence = _l("请写明测试消息发给谁。")


class TrialTooSoon(TooMany):
    code = "trial-too-soon"
    sentence = _l("刚发过一条测试消息，请等 10 秒再发。")


def channels_of(uow: UnitOfWork, enterprise_id: UUID) -> dict[ChannelKind, Channel]:
    """Every channel an enterprise has set up, in the order they are tried."""
    wanted = select(Channel).where(Channel.enterprise_id == enterprise_id).order_by(Channel.place, Channel.id)
    return {channel.kind: channel for channel in uow.session.scalars(wanted) if channel.kind in fields.FIELDS}


def set_up(uow: UnitOfWork, enterprise_id: UUID, kind: ChannelKind, typed: dict[str, str], *, enabled: bool) -> Channel:
    """Keep the settings of a channel; a secret left empty stays what it was. A new channel is tried after the others."""
    there = channels_of(uow, enterprise_id)
    channel = there.get(kind)
    actor: Actor = uow.actor
    kept = merged(channel, kind, typed)
    if channel is None:
        channel = Channel(enterprise_id=enterprise_id, kind=kind, place=1 + max((one.place for one in there.values()), default=0))
        uow.session.add(channel)
    channel.sealed_settings = json.dumps(kept, ensure_ascii=False)
    channel.enabled, channel.changed_at, channel.changed_by = enabled, uow.now, actor.name
    channel.tried_at = channel.trial_fault = None
    uow.session.flush()
    uow.say(ChannelSetUp(channel.id, enterprise_id, kind.value))
    return channel


def merged(channel: Channel | None, kind: ChannelKind, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with the secrets that were left empty as they were; see fields.merged()."""
    return fields.merged(FIELDS[kind], channel.settings if channel else {}, typed)


def forgotten(channel: Channel | None, kind: ChannelKind, typed: dict[str, str]) -> list[str]:
    """The secrets that were kept so far and have to be entered anew because they would go to another server."""
    return fields.forgotten(FIELDS[kind], channel.settings if channel else {}, typed)


def put_first(uow: UnitOfWork, channel: Channel) -> None:
    """Try this channel before all others."""
    others = [one for one in channels_of(uow, channel.enterprise_id).values() if one.id != channel.id]
    for place, one in enumerate([channel, *others], 1):
        one.place = place


def ask_for_trial(uow: UnitOfWork, channel: Channel, to: str) -> None:
    """Send one message to see whether the channel works; a worker does it. Raises TrialNeedsAddress, TrialTooSoon."""
    if not to and not channel.kind.group:
        raise TrialNeedsAddress
    if channel.tried_at and uow.now - channel.tried_at < BETWEEN_TRIALS:
        raise TrialTooSoon
    channel.trial_to, channel.tried_at, channel.trial_fault = to, uow.now, None
    channel_id = str(channel.id)
    uow.after_commit(lambda: enqueue("try_channel", channel_id=channel_id))
