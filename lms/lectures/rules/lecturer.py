"""Who gave a sitting and for how long, from what was seen of it: pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.lectures.rules.steps import LONGEST

ORDER = ("own_phone", "officer_code", "officer", "trainer")  # the surest first
IN_THE_ROOM = ORDER[:2]  # rest on the code in the room; the others on a word
STILL_BEGINS = timedelta(minutes=15)  # after a beginning that was only said, whoever has the code of the room confirms it
TRUST = {"own_phone": "live", "officer_code": "live", "officer": "leader", "trainer": "leader"}  # the fixed words of 可信等级
WITNESS_WORDS = {
    "own_phone": _l("本人手机扫现场的码"), "officer_code": _l("监管人员旁听确认，凭现场的码"),
    "officer": _l("监管人员说明，没有现场的码"), "trainer": _l("培训管理员登记"),
}  # fmt: skip


class NotTheLecturer(Conflict):
    code = "not-the-lecturer"
    sentence = _l("这堂课登记的讲课人不是您。换了人讲的，请培训管理员先在这堂课的页面上写明。")


class NotBegun(Conflict):
    code = "lecturer-not-begun"
    sentence = _l("还没有确认开讲，不能确认讲完。请先确认开讲。")


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

    The surest witness decides: of the beginnings seen by them the first counts, of the ends the last. A word, an officer's
    before a trainer's, stands only where nobody with the code of the room saw it, or confirmed it a little later; of several
    the last written down. A beginning longer before the end than a lecture can last was of something else, of trying the
    projector the evening before.
    """
    every = sorted(marks, key=lambda mark: (mark.at, mark.id))
    ends = _surest(every, "end")
    end = ends[-1] if ends else None
    over = end.at if end else until
    starts = _surest([mark for mark in every if over is None or over - mark.at <= LONGEST], "start")
    if not starts:
        return Proof()
    start = starts[0]
    return Proof(
        person_id=start.person_id,
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
    return surest if best is None or best < len(IN_THE_ROOM) else sorted(surest, key=lambda mark: mark.id)[-1:]
