"""What every import of a table has in common: faults named by row and column, what a person chose on the page, the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask_babel import gettext as _

from lms.core.tables import Header, Mark, NoRows, Table, TooManyRows, find_header
from lms.core.tables.headings import Synonyms
from lms.core.tables.limits import MAX_ROWS
from lms.registry.rules.identifiers import Wrong, id_digits_lost
from lms.registry.rules.names import visible

LONGEST_VALUE = 60  # characters of a faulty cell that a report repeats
TOTALS = frozenset(("合计", "总计", "小计", "共计", "累计", "总数", "合计人数", "总人数", "合 计"))
NO_NAME = re.compile(rf"|{'|'.join(TOTALS)}|\d+(\.\d+)?[人家户题]?")  # what stands for a name in a row of totals
NOTE_STARTS = ("制表", "填表", "填报", "审核", "备注", "说明", "注：", "注:", "复核", "负责人签", "单位盖章")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that is not taken over as it is. row: sheet row; column: the source's heading; value None when empty or too long.

    right: what it most likely should be, where that can be told.
    """

    row: int
    column: str
    field: str
    code: str
    value: str | None
    reason: str
    right: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As a command tells it."""
        told: dict[str, Any] = {"row": self.row, "column": self.column, "code": self.code, "value": self.value}
        if self.right is not None:
            told["right"] = self.right
        return told | {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that tells of the same person or firm as an earlier one and is merged into it."""

    row: int
    same_as_row: int
    key: str | None  # work number or credit code

    code = "DUPLICATE"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row without a record. why: blank, total, note, header (the heading printed again)."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a person chose on the preview page; it goes before what is in the file.

    fixes: (sheet row, field) → text. mapping: column from 0 → field, "" for nothing. header_row 0: the table has none.
    """

    fixes: Mapping[tuple[int, str], str] = field(default_factory=dict)
    mapping: Mapping[int, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None

    @classmethod
    def from_json(cls, fixes: Mapping[str, str] | None = None, mapping: Mapping[str, str] | None = None) -> Overrides:
        """From what is stored: {"row:field": text} and {"column": field}."""
        cells = {}
        for key, text in (fixes or {}).items():
            row, _colon, name = key.partition(":")
            cells[int(row), name] = text
        return cls(cells, {int(column): name for column, name in (mapping or {}).items()})

    def header(self, tables: Sequence[Table], names: Synonyms, required: str, wanted: str = "", least: int = 1) -> Header:
        """Where the rows are; as in find_header. Raises NoHeader."""
        return find_header(
            tables,
            names,
            required,
            sheet=self.sheet,
            header_row=self.header_row,
            mapping=self.mapping,
            wanted=wanted,
            least=least,
        )


NOTHING_CHOSEN = Overrides()


@dataclass(slots=True)
class Cells:
    """The cells of one table by field, with faults gathered on the way."""

    header: Header
    overrides: Overrides
    held: frozenset[str]  # fields whose merged cell holds for each of its rows
    exact: frozenset[str] = frozenset(("id_number",))  # fields that are wrong when a spreadsheet has lost their last digits
    faults: list[Fault] = field(default_factory=list)
    tidied: dict[str, int] = field(default_factory=dict)

    def raw(self, row: int, name: str) -> str:
        """The text of a cell, a person's fix before the file's."""
        if (row, name) in self.overrides.fixes:
            return self.overrides.fixes[row, name]
        column = self.header.columns.get(name)
        if column is None:
            return ""
        table = self.header.table
        return table.held(row, column) if name in self.held else table.text(row, column)

    def marked(self, row: int, name: str) -> Wrong | None:
        """What the file itself says is wrong with a cell that nobody has fixed."""
        column = self.header.columns.get(name)
        if column is None or (row, name) in self.overrides.fixes:
            return None
        match self.header.table.marks.get((row, column)):
            case Mark.CELL_ERROR:
                return Wrong("CELL_ERROR", _("这一格是公式算错的结果，请直接填写内容"))
            case Mark.FORMULA_NO_VALUE:
                return Wrong("FORMULA_NO_VALUE", _("这一格是公式，没有算出结果，请直接填写内容"))
            case Mark.CELL_TOO_LONG:
                return Wrong("CELL_TOO_LONG", _("这一格的文字太长，请只留需要的内容"))
            case Mark.DIGITS_LOST if name in self.exact:
                return id_digits_lost()
        return None

    def fault(self, row: int, name: str, wrong: Wrong, right: str | None = None) -> None:
        """Note that a cell cannot be read, and how it would be right."""
        text = visible(self.raw(row, name))
        value = text if 0 < len(text) <= LONGEST_VALUE else None
        column = self.header.heading_of(name) or name
        self.faults.append(Fault(row, column, name, wrong.code, value, wrong.reason, right))

    def count(self, what: str) -> None:
        """Note that a cell was tidied, by what was done to it."""
        self.tidied[what] = self.tidied.get(what, 0) + 1

    def records(self, required: str, counted: frozenset[str]) -> tuple[list[int], list[Ignored]]:
        """The rows that hold a record, and the others with the reason.

        counted: fields that make a row more than a number and a note. Raises NoRows, TooManyRows.
        """
        rows: list[int] = []
        ignored: list[Ignored] = []
        heading = [cell.text for cell in self.header.headings]
        for row in self.header.rows():
            if why := self._no_record(row, required, counted, heading):
                ignored.append(Ignored(row, why))
            else:
                rows.append(row)
        if not rows:
            raise NoRows
        if len(rows) > MAX_ROWS:
            raise TooManyRows(rows=MAX_ROWS)
        return rows, ignored

    def _no_record(self, row: int, required: str, counted: frozenset[str], heading: list[str]) -> str | None:
        marked = any(self.marked(row, name) for name in counted)
        filled = [name for name in counted if visible(self.raw(row, name)) and self._own(row, name)]
        cells = [visible(cell) for cell in self.header.table.rows[row - 1] if cell and not cell.isspace()]
        if not cells and not filled and not marked:
            return "blank"
        if any(cell in TOTALS for cell in cells[:3]) and NO_NAME.fullmatch(visible(self.raw(row, required))):
            return "total"
        if len(cells) > 1 and [cell for cell in heading if cell] == cells:
            return "header"
        if cells and len(filled) <= 1 and cells[0].startswith(NOTE_STARTS):
            return "note"
        return "blank" if not filled and not marked else None

    def _own(self, row: int, name: str) -> bool:
        """Whether the row itself says it, and not a merged cell that began above."""
        column = self.header.columns.get(name)
        return (row, name) in self.overrides.fixes or (column is not None and bool(self.header.table.text(row, column)))


def outcome(faults: Sequence[Fault]) -> str:
    """The word of the report for a file that was not refused."""
    return "accepted in part" if faults else "accepted"


class Reading(Protocol):
    """What every import makes of a file."""

    @property
    def sheet(self) -> str | None: ...
    @property
    def header_row(self) -> int | None: ...
    @property
    def faults(self) -> tuple[Fault, ...]: ...
    @property
    def duplicates(self) -> tuple[Duplicate, ...]: ...
    @property
    def ignored_rows(self) -> tuple[Ignored, ...]: ...
    @property
    def outcome(self) -> str: ...
    def as_dict(self) -> dict[str, Any]: ...


def report(reading: Reading, own: Mapping[str, Any], told_by: str | None = None) -> dict[str, Any]:
    """What `anke import … --dry-run --json` prints of any file. own: what only this import tells. told_by: what a row that is
    merged into another is told by, None where there is no such thing.
    """
    return {
        "outcome": reading.outcome,
        "sheet": reading.sheet,
        "header_row": reading.header_row,
        **own,
        "faults": _one_per_row(reading.faults),
        "duplicates": [
            {"row": one.row, "same_as_row": one.same_as_row, "code": one.code} | ({told_by: one.key} if told_by else {})
            for one in reading.duplicates
        ],
        "ignored_rows": [{"row": row.row, "why": row.why} for row in reading.ignored_rows],
    }


def _one_per_row(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """One entry per row, further faults of that row under "more"."""
    told: dict[int, dict[str, Any]] = {}
    for fault in faults:
        if fault.row in told:
            told[fault.row].setdefault("more", []).append(fault.as_dict())
        else:
            told[fault.row] = fault.as_dict()
    return list(told.values())
