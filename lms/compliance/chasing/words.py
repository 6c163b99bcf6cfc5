"""How an enterprise was chased, and what came of it, in words: for pages and for lists to hand out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _

from lms.compliance.chasing.rules import A_WEEK, INBOX, Came, Outcome, Refusal
from lms.compliance.models import ChaseWay
from lms.core import clock
from lms.notices.channels.fields import LABELS
from lms.notices.models import ChannelKind, DeliveryState


class Way(Protocol):
    @property
    def way(self) -> ChaseWay: ...
    @property
    def channel(self) -> str | None: ...


def refusal_words() -> dict[Refusal, str]:
    """Why an enterprise was not chased, or would not be now."""
    return {
        Refusal.DONE: _("已经完成"),
        Refusal.TODAY: _("24 小时内催过"),
        Refusal.WEEK: _("七天内已催 %(n)s 次", n=A_WEEK),
        Refusal.EXEMPT: _("在免除期内"),
        Refusal.STOPPED: _("停业、注销"),
        Refusal.LAPSED: _("停业期间截止，不再补"),
        Refusal.ASKED: _("有申请等您答复"),
        Refusal.ELSEWHERE: _("已经划出或者移交出去，现在由别的部门管"),
        Refusal.NOBODY: _("还没有开通账号，通知不到，请打电话"),
        Refusal.CHANNEL: _("没有接通选的渠道，或者联系人没有登记那里的号码，请换一个渠道"),
    }


def gone_words(number: int, leaves_at: datetime | None) -> str:
    """What an officer is told who has just chased so many. leaves_at: when the messages go out; None: they have."""
    if leaves_at is None:
        return _("已催办 %(n)s 家，消息已发出。", n=number)
    return _("已催办 %(n)s 家，现在是休息时间，消息 %(at)s 发出。", n=number, at=clock.near(leaves_at))


def way_words(chase: Way) -> str:
    """Message, with the channel where one was chosen; call or visit."""
    if chase.way is not ChaseWay.MESSAGE:
        return _("电话") if chase.way is ChaseWay.CALL else _("上门")
    return _("系统通知（%(channel)s）", channel=channel_words(chase.channel)) if chase.channel else _("系统通知")


def channel_words(channel: str) -> str:
    """A kind of channel, also of a plug-in that is not there any more, or the inbox."""
    return (
        _("只发通知箱") if channel == INBOX else str(next((label for kind, label in LABELS.items() if kind == channel), channel))
    )


def sent_words(sent: Mapping[ChannelKind, Mapping[DeliveryState, int]]) -> str:
    """What became of a message on each channel it left by; nothing where it left by none."""
    words = {
        DeliveryState.READ: lambda n: _("%(n)s 人已读", n=n),
        DeliveryState.DELIVERED: lambda n: _("%(n)s 人已送达", n=n),
        DeliveryState.SENT: lambda n: _("%(n)s 人已发出", n=n),
        DeliveryState.QUEUED: lambda n: _("%(n)s 人待发", n=n),
        DeliveryState.FAILED: lambda n: _("%(n)s 人没送到", n=n),
        DeliveryState.DROPPED: lambda n: _("%(n)s 人不用再发", n=n),
    }
    told = {
        kind: _("、").join(say(states[state]) for state, say in words.items() if state in states) for kind, states in sent.items()
    }
    return _("；").join(f"{channel_words(kind)}{_('：')}{said}" for kind, said in told.items())


def came_words(came: Came) -> tuple[str, str]:
    """In words, and the kind of its pill; no words where it is too early to say."""
    on = came.on.isoformat() if came.on else ""
    return {
        Outcome.NOTHING: (_("%(n)s 天没有动静", n=came.days) if came.days else "", "warn"),
        Outcome.EXTENSION: (_("%(on)s 申请改期", on=on), "far"),
        Outcome.EXEMPTION: (_("%(on)s 申请免除", on=on), "far"),
        Outcome.PLANNED: (_("%(on)s 安排了讲课", on=on), "far"),
        Outcome.LECTURED: (_("%(on)s 开讲", on=on), "ok"),
        Outcome.COMPLETED: (_("%(on)s 完成", on=on), "ok"),
    }[came.what]
