"""Figures and lists of a bulletin. A figure is summed up over the lines, its list is picked from them; they must agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lms.compliance.bulletins.rules.frozen import Firm, Frozen, Hazard
from lms.compliance.rules import Reason, StandingState, progress, sum_cells, with_total

# What can be counted and listed. An exempt enterprise is in its own list only.
LISTS: dict[str, Callable[[Firm, date], bool]] = {
    "asked": lambda firm, day: not firm.exempt,
    "lectured": lambda firm, day: firm.lectured,
    "not_lectured": lambda firm, day: not firm.lectured and not firm.exempt,
    "completed": lambda firm, day: firm.state is StandingState.COMPLETED,
    "unfinished": lambda firm, day: firm.state is StandingState.LECTURED,
    "overdue": lambda firm, day: not firm.lectured and not firm.exempt and firm.due_on < day,
    "not_head": lambda firm, day: not firm.lectured and not firm.exempt and firm.reason == Reason.NOT_HEAD,
    "too_short": lambda firm, day: not firm.lectured and not firm.exempt and firm.reason == Reason.TOO_SHORT,
    "doubtful": lambda firm, day: bool(firm.doubt),
    "exempt": lambda firm, day: bool(firm.exempt),
    "attended": lambda firm, day: not firm.exempt and firm.expected > 0,  # whose people are in the rate
    "passed": lambda firm, day: not firm.exempt and firm.examined > 0,
}
HAZARDS: dict[str, Callable[[Hazard, Frozen], bool]] = {  # what is counted of major hazards, each with its names
    "found": lambda one, frozen: frozen.starts_on <= one.found_on <= frozen.day,
    "closed": lambda one, frozen: one.closed_on is not None and frozen.starts_on <= one.closed_on <= frozen.day,
    "open": lambda one, frozen: not one.over,
    "counted": lambda one, frozen: HAZARDS["closed"](one, frozen) or HAZARDS["open"](one, frozen),
    "late": lambda one, frozen: not one.over and one.due_on is not None and one.due_on < frozen.day,
}
NAMING = ("overdue", "not_head", "too_short", "doubtful")  # lists that may be printed with names, apart from praise


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over enterprises: how many of each list, and their people."""

    firms: dict[str, int]
    expected: int
    attended: int
    examined: int
    passed: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Place × industry, (lectured, asked) each, the last row and the last column totals. rows: (code, name, cells)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...]


def listed(frozen: Frozen, name: str, place: str = "", industry: str = "") -> list[Firm]:
    """The enterprises behind a figure, the most overdue first; of a place (by code) or an industry where one is named."""
    met = LISTS[name]
    found = [
        firm
        for firm in frozen.firms
        if met(firm, frozen.day) and place in ("", firm.place_code) and industry in ("", firm.industry)
    ]
    return sorted(found, key=lambda firm: (firm.lectured, firm.due_on, firm.name, firm.id))


def perils(frozen: Frozen, name: str) -> list[Hazard]:
    """The major hazards behind a figure, the nearest deadline first."""
    met = HAZARDS[name]
    found = [one for one in frozen.hazards or () if met(one, frozen)]
    return sorted(found, key=lambda one: (one.closed_on or date.min, one.due_on or date.max, one.name, one.id))


def total(frozen: Frozen) -> Total:
    """The figures of the whole, in one pass."""
    firms: Counter[str] = Counter()
    people = [0, 0, 0, 0]
    for firm in frozen.firms:
        firms.update(name for name, met in LISTS.items() if met(firm, frozen.day))
        if not firm.exempt:
            for at, number in enumerate((firm.expected, firm.attended, firm.examined, firm.passed)):
                people[at] += number
    return Total({name: firms[name] for name in LISTS}, *people)


def matrix(frozen: Frozen) -> Grid:
    """Every total is the sum of its cells. The highest rate first, as it is printed; equal ones by code."""
    cells: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    names = {firm.place_code: firm.place for firm in frozen.firms if not firm.exempt}
    for firm in frozen.firms:
        if not firm.exempt:
            where = firm.place_code, firm.industry
            cells[where] = sum_cells((cells[where], (firm.lectured, 1)))
    rows = []
    for code, name in names.items():
        rows.append((code, name, with_total([cells.get((code, industry), (0, 0)) for industry in frozen.industries])))
    rows.sort(key=lambda row: (-row[2][-1][0] / row[2][-1][1], row[0]))
    down = [sum_cells(row[2][at] for row in rows) for at in range(len(frozen.industries))]
    return Grid((*frozen.industries, "合计"), (*rows, ("", "合计", with_total(down))))


def industries(frozen: Frozen) -> list[tuple[str, int, int]]:
    """(industry, lectured, asked) of each industry, the lowest rate first."""
    across = matrix(frozen).rows[-1][2][:-1]
    found = [(name, *cell) for name, cell in zip(frozen.industries, across, strict=True) if cell[1]]
    return sorted(found, key=lambda row: (row[1] / row[2], -row[2], row[0]))


def trend(frozen: Frozen, steps: int = 10) -> list[tuple[date, int]]:
    """(day, enterprises that had lectured by then), evenly from the start of the campaign to the cut-off; the last is the figure.

    A lecture whose day is not known counts from the start on.
    """
    held = Counter(firm.lectured_on for firm in frozen.firms if firm.lectured)
    return progress(frozen.starts_on, frozen.day, held, steps)
