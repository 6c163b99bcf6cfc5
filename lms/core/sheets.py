"""Spreadsheets out: xlsx in which text stays text, numbers are numbers and the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from lms.core.clock import local

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # characters a cell can hold
# What a spreadsheet program may take for a formula when the cell is typed again; some take the wide marks of a Chinese keyboard.
ACTIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class Share(NamedTuple):
    """A part of a whole, written as a percentage that calculates; an empty cell when the whole is nothing."""

    numerator: int
    denominator: int


Cell = str | int | float | Decimal | date | datetime | Share | None


@dataclass(frozen=True, slots=True)
class Column:
    """heading: its name. width: in characters of Latin text; a Chinese one takes two."""

    heading: str
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines of text above the table, then headings that stay in view, then rows.

    name: at most 31 characters. preface: the first is set bold. rows: cells in the order of the columns; read once, so a
    generator will do.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    preface: Sequence[str] = field(default=())


def xlsx(sheets: Iterable[Sheet], *, title: str, author: str, created_at: datetime) -> bytes:
    """A workbook of these sheets.

    created_at: aware; it goes into the file in place of the clock, so that the same content gives the same bytes.
    Memory does not grow with the rows. Raises TypeError for a cell of another kind.
    """
    import xlsxwriter  # here, not above: every process of the server would hold it, few ever write a workbook

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    created = created_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": author, "created": created})
    formats = _Formats(book)
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return target.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        def make(**properties: object) -> Format:
            return book.add_format({"font_name": "Noto Sans CJK SC", "font_size": 11, "valign": "top", **properties})

        self.lead = make(bold=True)
        self.line = make(font_color="#5d6b66")
        self.heading = make(bold=True, bg_color="#e3f4ec", bottom=1, text_wrap=True)
        self.text = make(text_wrap=True)
        # Excel and WPS keep such a cell as text even when somebody opens it and presses Enter. The value has no apostrophe in it.
        self.quoted = make(text_wrap=True, quote_prefix=True)
        self.number = make(num_format="#,##0.0#")
        self.whole = make(num_format="#,##0")
        self.share = make(num_format="0.0%")
        self.day = make(num_format="yyyy-mm-dd", align="left")
        self.instant = make(num_format="yyyy-mm-dd hh:mm", align="left")


def _write(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    for row, line in enumerate(sheet.preface):
        page.write_string(row, 0, line[:LONGEST], formats.line if row else formats.lead)
    head = len(sheet.preface)
    for index, column in enumerate(sheet.columns):
        page.write_string(head, index, column.heading, formats.heading)
    row = head
    for row, cells in enumerate(sheet.rows, start=head + 1):
        for index, cell in enumerate(cells):
            _put(page, row, index, cell, formats)
    page.freeze_panes(head + 1, 1)
    if row > head:
        page.autofilter(head, 0, row, len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)


def _put(page: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    match cell:
        case None | "":
            return
        case str():
            page.write_string(row, column, cell[:LONGEST], formats.quoted if cell.startswith(ACTIVE) else formats.text)
        case Share(numerator, denominator):
            if denominator:
                page.write_number(row, column, numerator / denominator, formats.share)
        case bool():
            raise TypeError("a truth value is not a cell: say it in words")
        case int():
            page.write_number(row, column, cell, formats.whole)
        case float() | Decimal():
            page.write_number(row, column, float(cell), formats.number)
        case datetime():
            page.write_datetime(row, column, local(cell).replace(tzinfo=None), formats.instant)
        case date():
            page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats.day)  # noqa: DTZ001 - a day has no zone
        case _:
            raise TypeError(f"cannot write a {type(cell).__name__} into a cell")
