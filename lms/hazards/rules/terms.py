"""On what law each act rests, how sure that is, and by when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lms.core.workdays import after_working_days
from lms.hazards.rules.clauses import _rows
from lms.hazards.rules.ladder import MOVES, Act, Stage

RECTIFY_DAYS = 30  # what the form proposes for the whole of it: ours, no law says it
SOON = 3  # days before a deadline from which on it stands in the worklist
ESCALATES_AFTER = 3  # days that pass after a deadline before it stands with the level above, if there is one: ours


@dataclass(frozen=True, slots=True)
class Basis:
    """A row of the ladder. days: until what follows is due, None where somebody sets the day. note: what to mind or verify."""

    law: str
    article: str
    duty: str
    confidence: str
    days: int | None
    working: bool
    term_basis: str
    note: str

    @property
    def cited(self) -> str:
        return f"{self.law}{self.article}"


@lru_cache(maxsize=1)
def _ladder() -> dict[str, Basis]:
    return {
        row["act"]: Basis(
            row["law"], row["article"], row["duty"], row["confidence"], int(row["days"]) if row["days"] else None,
            row["day_kind"] == "working", row["term_basis"], row["note"],
        )
        for row in _rows("hazard_ladder.csv")
    }  # fmt: skip


def basis_of(act: Act, choice: str = "") -> Basis:
    """Source: lms/data/hazard_ladder.csv."""
    return _ladder().get(f"{act}.{choice}") or _ladder()[act]


def by_working_days(stage: Stage) -> bool:
    """Whether the deadline of a hazard that stands there was reckoned by working days, unless somebody has set another."""
    return any(basis_of(act).working for (_before, act), after in MOVES.items() if after is stage)


def term(act: Act, choice: str, today: date) -> date | None:
    """By when what follows an act is due; None where its deadline is set by whoever signs, or nothing follows."""
    basis = basis_of(act, choice)
    if basis.days is None:
        return None
    return after_working_days(today, basis.days) if basis.working else today + timedelta(days=basis.days)
