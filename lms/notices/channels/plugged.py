"""Channels that plug-ins bring (entry points of the group anke.channels)."""

from __future__ import annotations

from typing import Any

from lms.core.plugins import Unfit, needs, takes
from lms.notices.channels import ADAPTERS, ADDRESS_OF
from lms.notices.channels.fields import FIELDS, LABELS, NEEDS, Field
from lms.notices.models import TO_GROUPS, ChannelKind, bring_channel

ADDRESSES = ("email", "phone", "wecom_id", "dingtalk_id")


@takes("anke.channels")
def take(name: str, channel: Any) -> None:
    """channel: LABEL, NEED (to whom it goes), FIELDS (its settings), ADDRESS (which contact of a person, one of ADDRESSES; None:
    it speaks to a group) and send(settings, parcels, net), as lms.notices.channels.Adapter. Raises Unfit.
    """
    needs(channel, "LABEL", "NEED", "FIELDS", "ADDRESS", "send")
    if name in set(ChannelKind):
        raise Unfit("there is such a channel already")
    if not all(isinstance(one, Field) for one in channel.FIELDS):
        raise Unfit("FIELDS are to be lms.notices.channels.fields.Field")
    if channel.ADDRESS is not None and channel.ADDRESS not in ADDRESSES:
        raise Unfit(f"ADDRESS is to be None or one of {', '.join(ADDRESSES)}")
    kind = bring_channel(name)
    LABELS[kind], NEEDS[kind], FIELDS[kind] = channel.LABEL, channel.NEED, tuple(channel.FIELDS)
    if channel.ADDRESS is None:
        TO_GROUPS.add(name)
    else:
        ADDRESS_OF[kind] = channel.ADDRESS
    ADAPTERS[kind] = channel.send
