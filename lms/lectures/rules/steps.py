"""What may happen to a lecture: pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid

STEPS: dict[str, set[str]] = {
    "draft": {"notified", "cancelled"},
    "notified": {"open", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": set(),
    "cancelled": set(),
}
CHANGEABLE = {"draft", "notified"}
LONGEST = timedelta(hours=12)


class WrongState(Conflict):
    code = "lecture-state"
    sentence = _l("这一步现在不能做：这堂课已经是「%(state)s」。请刷新页面看看最新的情况。")


class NotAsHeld(Invalid):
    code = "lecture-times"
    sentence = _l("实际时间不对：结束要晚于开始，不能晚于现在，一堂课也不会超过 12 小时。")


STATE_WORDS = {
    "draft": _l("草稿"), "notified": _l("已通知"), "open": _l("签到中"), "closed": _l("已结束"), "cancelled": _l("已取消"),
}  # fmt: skip
STATE_KINDS = {"draft": "none", "notified": "far", "open": "ok", "closed": "none", "cancelled": "bad"}  # of the mark beside it


def check_step(state: str, wanted: str) -> None:
    """Raises WrongState unless a lecture in `state` may become `wanted`."""
    if wanted not in STEPS[state]:
        raise WrongState(state=STATE_WORDS[state])


def check_changeable(state: str) -> None:
    """Time, place and materials change until check-in opens; afterwards what happened is written down. Raises WrongState."""
    if state not in CHANGEABLE:
        raise WrongState(state=STATE_WORDS[state])


def check_held(started_at: datetime, ended_at: datetime, now: datetime) -> None:
    """Raises NotAsHeld unless a lecture can have been held like this."""
    if not started_at < ended_at <= now or ended_at - started_at > LONGEST:
        raise NotAsHeld
