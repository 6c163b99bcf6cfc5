"""What may happen to a lecture and to each of its sittings: pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.errors import Conflict, Invalid

STEPS: dict[str, set[str]] = {
    "draft": {"notified", "cancelled"},
    "notified": {"open", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": {"archived", "voided"},
    "archived": {"voided"},
    "cancelled": set(),
    "voided": set(),
}
CHANGEABLE = {"draft", "notified"}
LONGEST = timedelta(hours=12)
EARLY = timedelta(minutes=30)  # people come before it begins


class WrongState(Conflict):
    code = "lecture-state"
    sentence = _l("这一步现在不能做：这堂课已经是「%(state)s」。请刷新页面看看最新的情况。")


class WrongSitting(Conflict):
    code = "sitting-state"
    sentence = _l("这一步现在不能做：这一场是「%(state)s」。请刷新页面看看最新的情况。")


class StillOpen(Conflict):
    code = "sitting-open"
    sentence = _l("还有一场在签到，请先结束那一场。")


class PartlyHeld(Conflict):
    code = "lecture-partly-held"
    sentence = _l("已经有一场讲完了，不能整堂取消。请点“其余场次不讲了”，没讲的场次会记为“没有举行”。")


class NothingHeld(Conflict):
    code = "lecture-not-held"
    sentence = _l("一场都还没有讲，不能结束。不讲了请取消这堂课。")


class NotAsHeld(Invalid):
    code = "lecture-times"
    sentence = _l("实际时间不对：结束要晚于开始，不能晚于现在，一堂课也不会超过 12 小时。")


STATE_WORDS = {
    "draft": _l("草稿"), "notified": _l("已通知"), "open": _l("签到中"), "closed": _l("已结束"), "archived": _l("已归档"),
    "cancelled": _l("已取消"), "voided": _l("已作废"),
}  # fmt: skip
STATE_KINDS = {  # of the mark beside it
    "draft": "none", "notified": "far", "open": "ok", "closed": "none", "archived": "none", "cancelled": "bad", "voided": "bad",
}  # fmt: skip
SITTING_WORDS = {"planned": _l("还没开始签到"), "open": _l("签到中"), "closed": _l("已结束"), "dropped": _l("没有举行")}


class Held(Protocol):
    """A sitting as far as its steps go."""

    @property
    def opened_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


def check_step(state: str, wanted: str) -> None:
    """Raises WrongState unless a lecture in `state` may become `wanted`."""
    if wanted not in STEPS[state]:
        raise WrongState(state=STATE_WORDS[state])


def check_changeable(state: str) -> None:
    """Time, place and materials change until check-in opens; afterwards what happened is written down. Raises WrongState."""
    if state not in CHANGEABLE:
        raise WrongState(state=STATE_WORDS[state])


def check_open(state: str) -> None:
    """Raises WrongState unless a lecture is being held."""
    if state != "open":
        raise WrongState(state=STATE_WORDS[state])


def sitting_state(state: str, sitting: Held) -> str:
    """planned, open, closed; dropped when its lecture is over without it. state: of the lecture."""
    if sitting.opened_at is None:
        return "planned" if state in (*CHANGEABLE, "open") else "dropped"
    return "open" if sitting.closed_at is None else "closed"


def check_sitting(state: str, sitting: Held, wanted: str) -> None:
    """Raises WrongSitting unless a sitting is in the state `wanted`. state: of its lecture."""
    found = sitting_state(state, sitting)
    if found != wanted:
        raise WrongSitting(state=SITTING_WORDS[found])


def check_cancels(sittings: Iterable[Held]) -> None:
    """What was held cannot be called off. Raises PartlyHeld."""
    if any(sitting.closed_at is not None for sitting in sittings):
        raise PartlyHeld


def check_finishes(sittings: Iterable[Held]) -> None:
    """A lecture is over when no sitting is open and one was held. Raises StillOpen, NothingHeld."""
    every: list[Any] = list(sittings)
    if any(sitting.opened_at is not None and sitting.closed_at is None for sitting in every):
        raise StillOpen
    if all(sitting.closed_at is None for sitting in every):
        raise NothingHeld


def check_held(started_at: datetime, ended_at: datetime, now: datetime) -> None:
    """Raises NotAsHeld unless a lecture can have been held like this."""
    if not started_at < ended_at <= now or ended_at - started_at > LONGEST:
        raise NotAsHeld


def opens_from(planned_starts_at: datetime) -> datetime:
    """From when check-in of a sitting is the next thing to do; before, who opens it has to say that they mean it."""
    return planned_starts_at - EARLY


def end_offered(started_at: datetime, planned_starts_at: datetime, planned_ends_at: datetime, now: datetime) -> datetime:
    """The real end of a sitting as its closing form offers it: now, or the planned end where nobody closed it that day.

    It was forgotten when it is a later day than it began on and past its end by more than the plan is long; who began after
    the planned end is offered the plan's length.
    """
    length = planned_ends_at - planned_starts_at
    ends = planned_ends_at if started_at < planned_ends_at else started_at + length
    forgotten = clock.local_date(now) > clock.local_date(started_at) and now - ends > length
    return ends if forgotten else now
