"""Where the header of a table is and which column is which field, by the many names people give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.core.tables.faults import NoHeader
from lms.core.tables.table import Table

SEARCHED = 30  # rows from the top
SAMPLES = 3
LONGEST = 80  # characters of a heading that are looked at
IN_BRACKETS = re.compile(r"[(\[【〔（].*?[)\]】〕）]")
NOT_IN_NAMES = re.compile(r"[\s*＊:：#。、_\-/\\“”\"'·.]+")

Synonyms = Mapping[str, Sequence[str]]
"""Field → its names, the surest first, written as plain() gives them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of the source. text: its heading as written, blanks tidied. field: what it feeds, None for nothing."""

    column: int
    text: str
    field: str | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """row: sheet row of the (last) header line, 0 when the table has none. columns: field → column from 0."""

    table: Table
    row: int
    headings: tuple[Heading, ...]
    columns: Mapping[str, int]

    def heading_of(self, field: str) -> str | None:
        """The source's own word for a field, None when it has no such column."""
        column = self.columns.get(field)
        return None if column is None else self.headings[column].text

    def rows(self) -> Iterator[int]:
        """The sheet rows below the header."""
        return iter(range(self.row + 1, len(self.table.rows) + 1))


def plain(heading: str) -> str:
    """A heading without what does not tell names apart: blanks, stars, brackets with their content, width of letters."""
    whole = unicodedata.normalize("NFKC", heading[:LONGEST])
    return NOT_IN_NAMES.sub("", IN_BRACKETS.sub("", whole)).lower() or NOT_IN_NAMES.sub("", whole).lower()


def find_header(
    tables: Sequence[Table],
    synonyms: Synonyms,
    required: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    mapping: Mapping[int, str] | None = None,
    wanted: str = "",
    least: int = 1,
) -> Header:
    """The best header among all sheets: the row that names the most fields, the first of equals.

    required: the field without which a row is no header. sheet, header_row (0: there is none), mapping (column → field,
    "" for nothing): what a person chose instead. wanted: how the required column is called, for the sentence.
    least: how many fields a header names.
    Raises NoHeader.
    """
    names = {plain(name): (field, rank) for field, many in synonyms.items() for rank, name in enumerate(many)}
    chosen = [table for table in tables if sheet is None or table.name == sheet] or list(tables)
    best: tuple[int, int, Table, int] | None = None
    for order, table in enumerate(sorted(chosen, key=lambda table: table.hidden)):
        rows = range(1, min(SEARCHED, len(table.rows)) + 1) if header_row is None else [header_row]
        for row in rows:
            score = _score(table, row, names, required)
            if header_row is not None:
                score = max(score, least)
            if score >= least and (best is None or score > best[0]):
                best = score, order, table, row
    if best is None:
        raise NoHeader(wanted=wanted)
    _, _, table, row = best
    columns = _matched(table, row, names)
    if mapping:
        columns = {field: column for field, column in columns.items() if column not in mapping and field not in mapping.values()}
        columns |= {field: column for column, field in mapping.items() if field in synonyms}
    if required not in columns:
        raise NoHeader(wanted=wanted)
    fields = {column: field for field, column in columns.items()}
    width = len(table.rows[0]) if table.rows else 0
    headings = tuple(
        Heading(column, " ".join(_label(table, row, column).split()), fields.get(column), _samples(table, row, column))
        for column in range(max([width, *(column + 1 for column in fields)]))
    )
    return Header(table, row, headings, columns)


def _label(table: Table, row: int, column: int) -> str:
    """The heading of a column; under a merged or two-line header the line above where this one is empty."""
    return table.held(row, column) or (table.held(row - 1, column) if row > 1 else "")


def _matched(table: Table, row: int, names: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    found: dict[str, tuple[int, int]] = {}
    for column in range(len(table.rows[0]) if row and table.rows else 0):
        match = names.get(plain(_label(table, row, column)))
        if match and (match[0] not in found or match[1] < found[match[0]][0]):
            found[match[0]] = match[1], column
    return {field: column for field, (_, column) in found.items()}


def _score(table: Table, row: int, names: Mapping[str, tuple[str, int]], required: str) -> int:
    """How many fields this row names; 0 when it is no header."""
    own = [cell for cell in table.rows[row - 1] if cell.strip()] if row else []
    if not any(plain(cell) in names for cell in own):
        return 0
    matched = _matched(table, row, names)
    return len(matched) if required in matched else 0


def _samples(table: Table, row: int, column: int) -> tuple[str, ...]:
    """A few values below the heading, cut short."""
    found = []
    for below in range(row + 1, min(row + 50, len(table.rows)) + 1):
        if text := table.held(below, column).strip():
            found.append(text if len(text) <= 40 else text[:39] + "…")
            if len(found) == SAMPLES:
                break
    return tuple(found)
