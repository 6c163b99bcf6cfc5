"""Spreadsheets out: xlsx in which text stays text, numbers are numbers and the same content gives the same bytes.

All but the rows is written by xlsxwriter: properties, formats, columns, what stays in view, what is printed. Its calls take 16 µs
a cell, six seconds for a list of 20,000 lines; so the rows are written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import IO, TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from lms.core.clock import local

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # characters a cell can hold
ROWS = 1_048_576  # a sheet can have
EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_|^\s|\s$")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
ESCAPE = re.compile(r"_(x[0-9a-fA-F]{4}_)")
STYLES = ("text", "quoted", "number", "whole", "share", "day", "instant")
ACTIVE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program may take for a formula when the cell is typed again


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
    Memory does not grow with the rows, but for the file. Raises TypeError for a cell of another kind.
    """
    pages, target = tuple(sheets), BytesIO()
    with ZipFile(BytesIO(_frame(pages, title, author, created_at))) as frame:
        parts = [(info, frame.read(info)) for info in frame.infolist()]
    names = {f"xl/worksheets/sheet{at + 1}.xml": at for at in range(len(pages))}
    ends: dict[bytes, bytes] = {}
    with ZipFile(target, "w", ZIP_DEFLATED) as out:
        for info, content in sorted(parts, key=lambda part: part[0].filename not in names):
            at = names.get(info.filename)
            if at is not None:
                with out.open(info, "w") as part:
                    last = _fill(part, content, pages[at], _last_of(at))
                ends[str(_last_of(at)).encode()] = str(last).encode()
                continue
            for told, end in ends.items() if info.filename == "xl/workbook.xml" else ():
                content = content.replace(told, end)
            out.writestr(info, content, ZIP_DEFLATED)
    return target.getvalue()


def _last_of(at: int) -> int:
    """The row a sheet is said to end with until it is known: so high that no other number of the frame is the same."""
    return ROWS - at


def _frame(pages: Sequence[Sheet], title: str, author: str, created_at: datetime) -> bytes:
    """The workbook without its rows. In their place each sheet has one of empty cells, of every format as in STYLES."""
    import xlsxwriter  # here, not above: every process of the server would hold it, few ever write a workbook

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    created = created_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": author, "created": created})
    formats = _Formats(book)
    for at, sheet in enumerate(pages):
        page, head = book.add_worksheet(sheet.name), len(sheet.preface)
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width)
            page.write_string(head, index, column.heading, formats.heading)
        for row, line in enumerate(sheet.preface):
            page.write_string(row, 0, line[:LONGEST], formats.line if row else formats.lead)
        for index, style in enumerate(STYLES):
            page.write_blank(head + 1, index, None, getattr(formats, style))
        page.freeze_panes(head + 1, 1)
        page.autofilter(head, 0, _last_of(at) - 1, len(sheet.columns) - 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
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


def _fill(part: IO[bytes], frame: bytes, sheet: Sheet, told: int) -> int:
    """Write a sheet of the frame with its rows in place of the row of formats; returns the last row, from 1.

    told: where the frame says that it ends.
    """
    first = len(sheet.preface) + 2
    at = re.search(rb'<row r="%d".*?</row>' % first, frame)
    assert at
    styles = dict(zip(STYLES, re.findall(r' s="(\d+)"', at[0].decode()), strict=True))
    # The size of a sheet is told before its rows, and may be left out.
    part.write(re.sub(rb'<dimension ref="[^"]*"/>', b"", frame[: at.start()]))
    last = first - 1
    for line in _lines(sheet, first, styles):
        part.write(line)
        last += 1
    rest = frame[at.end() :]
    if last < first:
        rest = re.sub(rb"<autoFilter[^>]*/>", b"", rest)
    part.write(rest.replace(str(told).encode(), str(last).encode()))
    return last


def _lines(sheet: Sheet, first: int, styles: Mapping[str, str]) -> Iterator[bytes]:
    names = [_letters(index) for index in range(len(sheet.columns))]
    for row, cells in enumerate(sheet.rows, start=first):
        told = [
            f'<c r="{name}{row}" s="{_cell(cell, styles)}</c>'
            for name, cell in zip(names, cells, strict=True)
            if cell is not None and cell != "" and not (isinstance(cell, Share) and not cell.denominator)
        ]
        yield f'<row r="{row}">{"".join(told)}</row>'.encode()


def _cell(cell: Cell, styles: Mapping[str, str]) -> str:
    """What follows the place of a cell: its style, and its value."""
    match cell:
        case str():
            text = cell[:LONGEST]
            space = ""
            if SPECIAL.search(text):
                space = ' xml:space="preserve"'
                text = ESCAPE.sub(r"_x005F_\1", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                text = CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
            return f'{styles["quoted" if cell.startswith(ACTIVE) else "text"]}" t="inlineStr"><is><t{space}>{text}</t></is>'
        case Share(numerator, denominator):
            return f'{styles["share"]}"><v>{numerator / denominator:.16G}</v>'
        case bool():
            raise TypeError("a truth value is not a cell: say it in words")
        case int():
            return f'{styles["whole"]}"><v>{cell}</v>'
        case float() | Decimal() if isfinite(cell):
            return f'{styles["number"]}"><v>{float(cell):.16G}</v>'
        case datetime():
            at = local(cell)
            seconds = at.hour * 3600 + at.minute * 60 + at.second
            return f'{styles["instant"]}"><v>{(at.date() - EPOCH).days + seconds / 86400:.16G}</v>'
        case date():
            return f'{styles["day"]}"><v>{(cell - EPOCH).days}</v>'
        case _:
            raise TypeError(f"cannot write a {type(cell).__name__} into a cell")


def _letters(index: int) -> str:
    """A, …, Z, AA, …: the name of a column, counted from 0."""
    over, rest = divmod(index, 26)
    return (_letters(over - 1) if over else "") + chr(ord("A") + rest)
