"""A sheet as plain text: what a reader of any format gives."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lms.core.tables.faults import TooManyRows
from lms.core.tables.limits import CELL_CHARACTERS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, TITLE_ROWS


class Mark(enum.StrEnum):
    """What cannot be told from the text of a cell."""

    CELL_ERROR = "CELL_ERROR"  # #REF!, #N/A …
    FORMULA_NO_VALUE = "FORMULA_NO_VALUE"  # a formula that was never calculated; we do not calculate it
    CELL_TOO_LONG = "CELL_TOO_LONG"  # its text is dropped
    DIGITS_LOST = "DIGITS_LOST"  # a number of more than 15 digits: the rest are zeros made up by the spreadsheet


@dataclass(frozen=True, slots=True)
class Span:
    """A merged cell: first and last row (from 1) and column (from 0), both included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Table:
    """name: of the sheet, None for a text file. rows: rows[0] is sheet row 1; each is as wide as the table.

    marks: (row from 1, column from 0) → Mark. spread: cells covered by a merged cell → its text.
    """

    name: str | None
    rows: tuple[tuple[str, ...], ...]
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    spread: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False

    def text(self, row: int, column: int) -> str:
        """The cell itself; "" outside the table."""
        if not 0 < row <= len(self.rows):
            return ""
        cells = self.rows[row - 1]
        return cells[column] if 0 <= column < len(cells) else ""

    def held(self, row: int, column: int) -> str:
        """The cell, or the merged cell that covers it."""
        return self.text(row, column) or self.spread.get((row, column), "")


def build(
    name: str | None,
    rows: Iterable[list[str]],
    marks: Mapping[tuple[int, int], Mark] | None = None,
    spans: Iterable[Span] = (),
    hidden: bool = False,
) -> Table:
    """A Table within the limits: long cells are marked and emptied, blank rows at the end are cut, columns made equal.

    Raises TooManyRows.
    """
    marks = dict(marks or {})
    kept: list[list[str]] = []
    filled, width = 0, 0
    for number, cells in enumerate(rows, 1):
        if len(cells) > MAX_COLUMNS:
            del cells[MAX_COLUMNS:]
        last = 0
        for column, cell in enumerate(cells):
            if len(cell) > CELL_CHARACTERS:
                cells[column] = ""
                marks[number, column] = Mark.CELL_TOO_LONG
                last = column + 1
            elif cell and not cell.isspace():
                last = column + 1
        del cells[last:]
        width = max(width, last)
        filled += last > 0
        if filled > MAX_ROWS + TITLE_ROWS or number * width > MAX_CELLS:
            raise TooManyRows(rows=MAX_ROWS)
        kept.append(cells)
    while kept and not kept[-1] and not any(row == len(kept) for row, _ in marks):
        kept.pop()
    if marks:
        width = max(width, *(min(column, MAX_COLUMNS - 1) + 1 for _, column in marks))
    table = tuple(tuple(cells) + ("",) * (width - len(cells)) for cells in kept)
    return Table(name, table, marks, _spread(table, spans), hidden)


def _spread(rows: tuple[tuple[str, ...], ...], spans: Iterable[Span]) -> dict[tuple[int, int], str]:
    """The text of each merged cell for every cell it covers. Stops when hostile spans would cover too much."""
    covered: dict[tuple[int, int], str] = {}
    left = MAX_CELLS
    for span in spans:
        if not 0 < span.top <= len(rows) or not 0 <= span.left < len(rows[span.top - 1]):
            continue
        text = rows[span.top - 1][span.left]
        bottom, right = min(span.bottom, len(rows)), min(span.right, len(rows[0]) - 1)
        left -= max(bottom - span.top + 1, 0) * max(right - span.left + 1, 0)
        if left < 0:
            break
        if text:
            covered.update(((row, column), text) for row in range(span.top, bottom + 1) for column in range(span.left, right + 1))
    return covered
