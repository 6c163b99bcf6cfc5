"""A channel: posts to the robot of a group chat, one message a request."""

from __future__ import annotations

from lms.notices.channels.fields import Field
from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Outcome, Parcel, Result, Unreachable, post_json

LABEL = "机器人"
NEED = "讲课通知同时发到群里"
FIELDS = (Field("webhook", "机器人地址", "群里添加机器人得到的地址，https:// 开头。", secret=True, towards=True),)
ADDRESS = None  # it speaks to a group


def send(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    return [_sent(settings["webhook"], parcel, net) for parcel in parcels]


def _sent(webhook: str, parcel: Parcel, net: Net) -> Outcome:
    try:
        status = net.ask(post_json(webhook, {"text": parcel.text})).status
    except Unreachable as fault:
        return Outcome(Result.AGAIN, fault.code, said=fault.said)
    return Outcome(Result.SENT) if status < 300 else Outcome(Result.REFUSED, f"机器人答复 {status}")
