"""Who gave a sitting and for how long, from what was seen of it: pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.lectures.rules.steps import LONGEST, check_held

PHONES = ("own_phone", "named_phone", "lent_phone")  # the lecturer's own taps, the surest first
ORDER = ("corrected", "own_phone", "officer_code", "named_phone", "lent_phone", "officer", "trainer")  # what counts first
IN_THE_ROOM = (*PHONES, "officer_code")  # rest on the code in the room; the others on a word
TRIED_OUT = timedelta(hours=1)  # longer before its planned beginning nobody begins a lecture
STILL_BEGINS = timedelta(minutes=15)  # after a beginning that was only said, whoever has the code of the room confirms it
TRUST = {  # the fixed words of 可信等级
    "corrected": "backfill", "officer_code": "live", "officer": "leader", "trainer": "leader", **dict.fromkeys(PHONES, "live"),
}  # fmt: skip
WITNESS_WORDS = {
    "corrected": _l("更正，两人签字"),
    "own_phone": _l("本人手机扫现场的码"), "named_phone": _l("本人手机扫现场的码，当场核对身份"),
    "lent_phone": _l("本人扫现场的码，手机还有别人用过"), "officer_code": _l("监管人员旁听确认，凭现场的码"),
    "officer": _l("监管人员说明，没有现场的码"), "trainer": _l("培训管理员登记"),
}  # fmt: skip


class NotTheLecturer(Conflict):
    code = "not-the-lecturer"
    sentence = _l("这堂课登记的讲课人不是您。换了人讲的，请培训管理员先在这堂课的页面上写明。")


class NotBegun(Conflict):
    code = "lecturer-not-begun"
    sentence = _l("还没有确认开讲，不能确认讲完。请先确认开讲。")


class NotRecorded(Conflict):
    code = "lecturer-time-not-recorded"
    sentence = _l("这一步还没有记下来，没有什么可更正。")


class EndsByTapping(Conflict):
    code = "lecturer-time-still-open"
    sentence = _l("这一场还没有结束，不用更正讲完的时间：讲完点早了的，讲完时再点一次，以最后一次为准。")


class NotCarried(Invalid):
    code = "lecturer-time-not-carried"
    sentence = _l(
        "更正后的时间要在 %(earliest)s 和 %(latest)s 之间：不早于计划开始的时间，提前开放签到的不早于开放签到，最多提前 1 小时；"
        "不晚于计划结束的时间或现场最后一次签到签退。"
    )


class NothingToCorrect(Invalid):
    code = "lecturer-time-same"
    sentence = _l("现在记的就是这个时间，不用更正。")


class Planned(Protocol):
    @property
    def planned_starts_at(self) -> datetime: ...

    @property
    def planned_ends_at(self) -> datetime: ...

    @property
    def opened_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


class Said(Protocol):
    """One mark. id: in the order in which they were written down. person_id: who spoke."""

    @property
    def id(self) -> Any: ...

    @property
    def person_id(self) -> Any: ...

    @property
    def step(self) -> Any: ...

    @property
    def witness(self) -> Any: ...

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Proof:
    """What the marks of a sitting show. person_id: who spoke; None while nothing is known.

    start_witness, end_witness: how each is known; None while it is not. disputed: the marks name different people.
    """

    person_id: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    start_witness: str | None = None
    end_witness: str | None = None
    disputed: bool = False

    @property
    def proven(self) -> bool:
        """Somebody who had the code of the room, the lecturer or an officer, confirmed beginning and end."""
        return {self.start_witness, self.end_witness} <= set(IN_THE_ROOM)

    @property
    def minutes(self) -> int | None:
        """Whole minutes; None while the end is not known."""
        if self.started_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.started_at).total_seconds()) // 60


def proof(marks: Iterable[Said], until: datetime | None = None) -> Proof:
    """Who spoke and when, from the marks of one sitting in any order. until: its end where no mark says one, or now.

    What two people corrected counts before all for the time, and says nothing of who spoke; else the surest witness decides: of
    the beginnings seen by them the first counts, of the ends the last. A word, an officer's before a trainer's, stands only
    where nobody with the code of the room saw it, or confirmed it a little later; of several, and of corrections, the last
    written down. A beginning longer before the end than a lecture can last was of something else, of trying the projector the
    evening before.
    """
    every = sorted(marks, key=lambda mark: (mark.at, mark.id))
    ends = _surest(every, "end")
    end = ends[-1] if ends else None
    over = end.at if end else until
    near = [mark for mark in every if over is None or over - mark.at <= LONGEST]
    starts = _surest(near, "start")
    if not starts:
        return Proof()
    start = starts[0]
    named = _surest([mark for mark in near if mark.witness != "corrected"], "start") or starts
    return Proof(
        person_id=named[0].person_id,
        started_at=_began(every, start),
        ended_at=end.at if end else None,
        start_witness=str(start.witness),
        end_witness=str(end.witness) if end else None,
        disputed=len({mark.person_id for mark in every}) > 1,
    )


def ends_early(began: datetime, now: datetime, planned: timedelta, least: int = 0) -> bool:
    """Whether an end now is likelier a slip: before half of what is planned, or of fewer minutes than have to be.

    planned: how long the sitting is to last. least: minutes a campaign asks for; 0: none does.
    """
    return now - began < max(planned / 2, timedelta(minutes=least))


def _began(every: list[Any], start: Any) -> datetime:
    """A beginning that was said, and that the same person confirms in the room within a quarter of an hour, is the one said."""
    said = [mark for mark in every if mark.step == "start" and mark.witness not in IN_THE_ROOM]
    word = max(said, key=lambda mark: mark.id, default=start)
    confirmed = start.witness in IN_THE_ROOM and word.person_id == start.person_id
    began: datetime = word.at if confirmed and timedelta(0) <= start.at - word.at <= STILL_BEGINS else start.at
    return began


def _surest(marks: list[Any], step: str) -> list[Any]:
    of_step = [mark for mark in marks if mark.step == step]
    best = min((ORDER.index(mark.witness) for mark in of_step), default=None)
    surest = [mark for mark in of_step if ORDER.index(mark.witness) == best]
    return surest if best is None or ORDER[best] in IN_THE_ROOM else sorted(surest, key=lambda mark: mark.id)[-1:]


def check_time(found: Proof, step: str, at: datetime, plan: Planned, last_seen: datetime | None, now: datetime) -> None:
    """Whether the beginning or the end that is recorded can have been at another time.

    found: what is recorded. plan: the sitting. last_seen: when somebody last checked in or out in the room; None: nobody did.
    While the sitting takes place its end is not corrected, for whoever speaks would go on for nothing. Raises NotRecorded where
    that step is not recorded, EndsByTapping, NothingToCorrect, NotAsHeld, NotCarried.
    """
    was = found.started_at if step == "start" else found.ended_at
    if found.started_at is None or was is None:
        raise NotRecorded
    if step == "end" and plan.closed_at is None:
        raise EndsByTapping
    if clock.same_minute(at, was):
        raise NothingToCorrect
    begins, ends = (at, found.ended_at or now) if step == "start" else (found.started_at, at)
    check_held(begins, ends, now)
    opened = max(plan.opened_at or plan.planned_starts_at, plan.planned_starts_at - TRIED_OUT)
    earliest, latest = min(plan.planned_starts_at, opened), max(plan.planned_ends_at, last_seen or plan.planned_ends_at)
    if not earliest <= at <= latest:
        raise NotCarried(earliest=clock.near(earliest), latest=clock.near(latest))
