"""What counts as asked of an enterprise, and how much of a form counts as work."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from lms.hazards.rules import Act

LONGEST = timedelta(minutes=30)  # a page left open over lunch is not half a day of work
NOT_TYPED = {"csrf_token", "revision", "next", "back", "page"}
ORDERS = (Act.FOUND, Act.STOP, Act.RETURN, Act.APPROVE, Act.FAIL)  # after each of these the enterprise has something to do


class Way(enum.StrEnum):
    """What a bureau asks for."""

    DUTY = "duty"  # 布置
    AMENDMENT = "amendment"  # 改了要求
    CHASE = "chase"  # 催办
    REPLY = "reply"  # 通报征求意见
    SIGNAL = "signal"  # 请说明可信信号
    OBSERVATION = "observation"  # 旁听点评，请答复
    HAZARD = "hazard"  # 重大隐患的处置


class Asked(NamedTuple):
    """One thing a bureau asked of an enterprise. at: the instant. about: the campaign, lecture or hazard, in its own words."""

    at: datetime
    way: Way
    about: str
    bureau_id: UUID
    bureau: str


class OfBureau(NamedTuple):
    """How many things a bureau asked for, by way."""

    bureau_id: UUID
    bureau: str
    numbers: Counter[Way]


def by_bureau(things: Iterable[Asked]) -> list[OfBureau]:
    """Who asked most comes first."""
    found: dict[UUID, OfBureau] = {}
    for thing in things:
        row = found.setdefault(thing.bureau_id, OfBureau(thing.bureau_id, thing.bureau, Counter()))
        row.numbers[thing.way] += 1
    return sorted(found.values(), key=lambda row: (-row.numbers.total(), row.bureau, row.bureau_id))


def narrowed(things: Iterable[Asked], bureau_id: UUID | None, way: Way | None) -> list[Asked]:
    """Those of one bureau and one way; None: of all."""
    return [one for one in things if bureau_id in (None, one.bureau_id) and way in (None, one.way)]


def typed(fields: Iterable[tuple[str, str]]) -> int:
    """How many fields of a form were filled in; those the page fills in itself, and empty ones, left out."""
    return sum(1 for name, value in fields if name not in NOT_TYPED and value.strip())


def spent(shown_at: datetime | None, now: datetime) -> timedelta:
    """How long a form was open; nothing where it is not known, never less than nothing."""
    return min(max(now - shown_at, timedelta(0)), LONGEST) if shown_at else timedelta(0)
