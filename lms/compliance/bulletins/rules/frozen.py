"""The data of a bulletin, frozen: one line for each enterprise, as text with a hash. Everything else is counted from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from lms.compliance.rules import LECTURED, StandingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """How one enterprise stood at the cut-off. place: the row of the matrix it is in, a street or, for a city, a district.

    expected … passed: people. exempt: in words, "" where it is not. doubt: what the signals of its lecture say, "" where
    nobody has to look. known: check-ins of its lecture by how they are known, as in Frozen.trusts; None in data frozen before
    that was told.
    """

    id: str
    name: str
    uscc: str
    place_code: str
    place: str
    street: str
    industry: str
    officer: str
    state: StandingState
    due_on: date
    lectured_on: date | None = None
    minutes: int = 0
    expected: int = 0
    attended: int = 0
    examined: int = 0
    passed: int = 0
    reason: str = ""
    note: str = ""
    exempt: str = ""
    doubt: str = ""
    known: Mapping[str, int] | None = None

    @property
    def lectured(self) -> bool:
        return self.state in LECTURED


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """How one major hazard (重大事故隐患) of these enterprises stood at the cut-off. due_on: of what was to be signed next.

    over: nothing was waited for: it was closed, or another authority had taken it over.
    """

    id: str
    firm_id: str
    name: str
    street: str
    clause: str
    place: str
    rung: str
    found_on: date
    over: bool
    due_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal of a lecture of these enterprises that somebody should look at. closed_on: the day on which an officer had looked
    or its facts were gone; None while it was open at the cut-off.
    """

    lecture_id: str
    firm_id: str
    name: str
    street: str
    officer: str
    what: str
    raised_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SatIn:
    """An officer sat in on a lecture of one of these enterprises. found_on: when that was handed in; None: the lecture is over
    and the officer who meant to sit in has found nothing yet (待点评). facts: codes, as in Frozen.dimensions.
    """

    lecture_id: str
    firm_id: str
    name: str
    street: str
    officer_id: str
    officer: str
    held_on: date | None
    found_on: date | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """One side on which a lecture is commented, with what can be ticked: (code, words)."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the chains of these enterprises ended: how many chains and entries, and SHA-256 of "enterprise:seq:hash" lines.

    at: when they were looked at, aware: a chain tells where it ends now, not where it ended on a day. None in data frozen
    before that was told.
    """

    chains: int
    entries: int
    digest: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Everything a bulletin counts. as_of: the cut-off (数据截至), aware; day: its day. industries: in their printed order.

    hazards, signals, sat_in: those found, closed or handed in since the campaign began, or still open; None in data frozen
    before they were told. trusts: ways in which a check-in is known, (code, word), best first.
    """

    campaign: str
    starts_on: date
    due_on: date
    bureau: str
    area: str
    as_of: datetime
    day: date
    rule_lines: tuple[str, ...]
    industries: tuple[str, ...]
    anchor: Anchor
    firms: tuple[Firm, ...]
    hazards: tuple[Hazard, ...] | None = None
    signals: tuple[Signal, ...] | None = None
    sat_in: tuple[SatIn, ...] | None = None  # with what is still to be handed in
    trusts: tuple[tuple[str, str], ...] = ()
    dimensions: tuple[Dimension, ...] = ()


def to_text(frozen: Frozen) -> str:
    """The data as JSON that is always the same text: sorted keys, an enterprise a line, so that two versions can be compared."""
    values = asdict(frozen)
    firms = values.pop("firms")
    parts = {name: rows for name in LATER_FROM if (rows := values.pop(name)) is not None}
    for name in ("trusts", "dimensions"):  # the same text as ever of what was frozen before they were told
        if not values[name]:
            del values[name]
    if frozen.anchor.at is None:
        del values["anchor"]["at"]
    for firm in firms:
        if firm["known"] is None:
            del firm["known"]
    also = "".join(f',\n"{name}":[\n{_lines(rows)}\n]' for name, rows in parts.items())
    return f'{{"about":{_json(values)},\n"firms":[\n{_lines(firms)}\n]{also}}}\n'


def frozen_from(text: str) -> Frozen:
    """The inverse of to_text. Raises ValueError, KeyError or TypeError when it is no such text."""
    read = json.loads(text)
    about: dict[str, Any] = read["about"]
    anchor = about.pop("anchor")
    later: dict[str, Any] = {name: tuple(of(one) for one in read[name]) for name, of in LATER_FROM.items() if name in read}
    return Frozen(
        firms=tuple(_firm(firm) for firm in read["firms"]),
        trusts=tuple((code, word) for code, word in about.pop("trusts", ())),
        dimensions=tuple(
            Dimension(one["title"], tuple((code, words) for code, words in one["facts"])) for one in about.pop("dimensions", ())
        ),
        anchor=Anchor(**anchor | ({"at": datetime.fromisoformat(anchor["at"])} if "at" in anchor else {})),
        starts_on=date.fromisoformat(about.pop("starts_on")),
        due_on=date.fromisoformat(about.pop("due_on")),
        as_of=datetime.fromisoformat(about.pop("as_of")),
        day=date.fromisoformat(about.pop("day")),
        rule_lines=tuple(about.pop("rule_lines")),
        industries=tuple(about.pop("industries")),
        **about,
        **later,
    )


def _hazard(values: dict[str, Any]) -> Hazard:
    return Hazard(**values | {"found_on": date.fromisoformat(values["found_on"])} | _days(values, "due_on", "closed_on"))


def _signal(values: dict[str, Any]) -> Signal:
    return Signal(**values | {"raised_on": date.fromisoformat(values["raised_on"])} | _days(values, "closed_on"))


def _sat_in(values: dict[str, Any]) -> SatIn:
    return SatIn(**values | {"facts": tuple(values["facts"])} | _days(values, "held_on", "found_on"))


def _days(values: dict[str, Any], *names: str) -> dict[str, date | None]:
    return {name: date.fromisoformat(values[name]) if values[name] else None for name in names}


# What data tell of besides, as long as they were not frozen before that was told.
LATER_FROM: dict[str, Callable[[dict[str, Any]], Any]] = {"hazards": _hazard, "signals": _signal, "sat_in": _sat_in}


def _firm(values: dict[str, Any]) -> Firm:
    known = {field.name for field in fields(Firm)}
    if unknown := values.keys() - known:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    lectured = values.get("lectured_on")
    return Firm(
        **values
        | {
            "state": StandingState(values["state"]),
            "due_on": date.fromisoformat(values["due_on"]),
            "lectured_on": date.fromisoformat(lectured) if lectured else None,
        }
    )


def _lines(rows: Iterable[Any]) -> str:
    return ",\n".join(_json(row) for row in rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text)


def _text(value: object) -> str:
    if isinstance(value, date):  # an instant is one, too
        return value.isoformat()
    raise TypeError(f"cannot freeze a {type(value).__name__}")
