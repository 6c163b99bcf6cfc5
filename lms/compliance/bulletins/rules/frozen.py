"""The data of a bulletin, frozen: one line for each enterprise, as text with a hash. Everything else is counted from them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from lms.compliance.rules import LECTURED, StandingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """How one enterprise stood at the cut-off. place: the row of the matrix it is in, a street or, for a city, a district.

    expected … passed: people. exempt: in words, "" where it is not. doubt: what the signals of its lecture say, "" where
    nobody has to look.
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

    hazards: those found or closed since the campaign began, or still open; None in data frozen before they were told.
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


def to_text(frozen: Frozen) -> str:
    """The data as JSON that is always the same text: sorted keys, an enterprise a line, so that two versions can be compared."""
    values = asdict(frozen)
    firms = values.pop("firms")
    hazards = values.pop("hazards")
    if frozen.anchor.at is None:  # the same text as ever of what was frozen before it was told
        del values["anchor"]["at"]
    lines = ",\n".join(_json(firm) for firm in firms)
    also = "" if hazards is None else ',\n"hazards":[\n' + ",\n".join(_json(one) for one in hazards) + "\n]"
    return f'{{"about":{_json(values)},\n"firms":[\n{lines}\n]{also}}}\n'


def frozen_from(text: str) -> Frozen:
    """The inverse of to_text. Raises ValueError, KeyError or TypeError when it is no such text."""
    read = json.loads(text)
    about: dict[str, Any] = read["about"]
    anchor = about.pop("anchor")
    return Frozen(
        firms=tuple(_firm(firm) for firm in read["firms"]),
        hazards=tuple(_hazard(one) for one in read["hazards"]) if "hazards" in read else None,
        anchor=Anchor(**anchor | ({"at": datetime.fromisoformat(anchor["at"])} if "at" in anchor else {})),
        starts_on=date.fromisoformat(about.pop("starts_on")),
        due_on=date.fromisoformat(about.pop("due_on")),
        as_of=datetime.fromisoformat(about.pop("as_of")),
        day=date.fromisoformat(about.pop("day")),
        rule_lines=tuple(about.pop("rule_lines")),
        industries=tuple(about.pop("industries")),
        **about,
    )


def _hazard(values: dict[str, Any]) -> Hazard:
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in ("due_on", "closed_on")}
    return Hazard(**values | {"found_on": date.fromisoformat(values["found_on"])} | days)


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


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text)


def _text(value: object) -> str:
    if isinstance(value, date):  # an instant is one, too
        return value.isoformat()
    raise TypeError(f"cannot freeze a {type(value).__name__}")
