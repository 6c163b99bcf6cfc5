"""Ways out of the product. Each adapter makes plain requests and reads plain answers; one thin sender carries them."""

from __future__ import annotations

from collections.abc import Callable

from lms.notices.channels import dingtalk, mail, sms, wecom
from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Outcome, Parcel, Result
from lms.notices.models import ChannelKind

Adapter = Callable[[dict[str, str], list[Parcel], Net], list[Outcome]]

ADDRESS_OF = {
    ChannelKind.EMAIL: "email",
    ChannelKind.SMS: "phone",
    ChannelKind.WECOM_APP: "wecom_id",
    ChannelKind.DINGTALK_APP: "dingtalk_id",
}
ADAPTERS: dict[ChannelKind, Adapter] = {
    ChannelKind.EMAIL: mail.send,
    ChannelKind.SMS: sms.send,
    ChannelKind.WECOM_APP: wecom.send_app,
    ChannelKind.WECOM_GROUP: wecom.send_group,
    ChannelKind.DINGTALK_APP: dingtalk.send_app,
    ChannelKind.DINGTALK_GROUP: dingtalk.send_group,
}

__all__ = ["ADAPTERS", "ADDRESS_OF", "Adapter", "Net", "Outcome", "Parcel", "Result"]
