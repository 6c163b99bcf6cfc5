"""A filled form as a workbook: title, what is told once in two pairs a line, the list, what is told once below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lms.archives.official.forms import Column, Filled, Value
from lms.core.sheets import ACTIVE, LONGEST

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LONG = 26  # characters above which a value has a line of its own
FEWEST = 4  # columns of a sheet: label and value, twice
LINE, ROOM = 20, 44  # points of height
NOTE_LINE, NOTED = 13, 11  # of the note: points of height, characters to a column
Pair = tuple[Column, Value]


def form_xlsx(filled: Filled, created_at: datetime) -> bytes:
    """The workbook. created_at: aware; the same form gives the same bytes."""
    import xlsxwriter  # here, not above: every process of the server would hold it, few ever write a workbook

    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    book.set_properties({
        "title": f"{filled.form.name} {filled.about}", "author": "安课",
        "created": created_at.astimezone(UTC).replace(tzinfo=None),
    })  # fmt: skip
    page = book.add_worksheet(f"{filled.form.number:02}")
    width = max(len(filled.form.listed), FEWEST)
    looks = _looks(book)
    page.set_column(0, width - 1, 22 if width == FEWEST else 13)
    page.merge_range(0, 0, 0, width - 1, filled.form.name, looks["title"])
    page.merge_range(1, 0, 1, width - 1, filled.about, looks["about"])
    row = _once(page, 2, list(filled.pairs(filled.form.head)), width, looks)
    if filled.form.listed:
        row = _list(page, row, filled, looks)
    row = _once(page, row, list(filled.pairs(filled.form.foot)), width, looks)
    page.set_row(row, NOTE_LINE * -(-len(filled.note) // (NOTED * width)))
    page.merge_range(row, 0, row, width - 1, filled.note, looks["note"])
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if width > FEWEST:
        page.set_landscape()
    book.close()
    return target.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    def make(**more: object) -> Any:
        return book.add_format({"font_name": "Noto Sans CJK SC", "font_size": 11, "valign": "vcenter", "text_wrap": True, **more})

    return {
        "title": make(bold=True, font_size=16, align="center"), "about": make(align="center", font_color="#5d6b66"),
        "label": make(border=1, bg_color="#f3f6f5"), "value": make(border=1), "note": make(font_size=9, font_color="#5d6b66"),
        # Excel and WPS keep such a cell as text even when somebody opens it and presses Enter.
        "quoted": make(border=1, quote_prefix=True),
    }  # fmt: skip


def _once(page: Worksheet, row: int, pairs: Sequence[Pair], width: int, looks: dict[str, Any]) -> int:
    """Label and value side by side, two pairs a line, a long value on a line of its own; returns the next row."""
    half = width // 2
    for line in laid_out(pairs):
        page.set_row(row, max(_height(pair, width if len(line) == 1 else half) for pair in line))
        ends = [width - 1] if len(line) == 1 else [half - 1, width - 1]
        for start, end, (column, value) in zip((0, half), ends, line, strict=False):
            page.write_string(row, start, column.name, looks["label"])
            _spread(page, row, start + 1, end, value, looks)
        row += 1
    return row


def laid_out(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The pairs by lines: two short ones on one, a long one alone."""
    waiting: list[Pair] = []
    for column, value in pairs:
        alone = column.by_hand or len(str(value or "")) > LONG or len(column.name) > LONG // 2
        if alone:
            if waiting:
                yield waiting
            yield [(column, value)]
            waiting = []
            continue
        waiting.append((column, value))
        if len(waiting) == 2:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _height(pair: Pair, cells: int) -> int:
    column, value = pair
    lines = max(-(-len(str(value or "")) // (10 * (cells - 1))), -(-len(column.name) // 10), str(value or "").count("\n") + 1)
    return max(LINE * lines, ROOM if column.by_hand else LINE)


def _list(page: Worksheet, row: int, filled: Filled, looks: dict[str, Any]) -> int:
    for at, column in enumerate(filled.form.listed):
        page.write_string(row, at, column.name, looks["label"])
    page.repeat_rows(row)
    for line in filled.lines:
        row += 1
        page.set_row(row, LINE * max(-(-len(str(value or "")) // 6) for value in (*line.values(), "")) or LINE)
        for at, column in enumerate(filled.form.listed):
            _put(page, row, at, line.get(column.name), looks)
    return row + 1


def _spread(page: Worksheet, row: int, first: int, last: int, value: Value, looks: dict[str, Any]) -> None:
    if last > first:
        page.merge_range(row, first, row, last, "", looks["value"])
    _put(page, row, first, value, looks)


def _put(page: Worksheet, row: int, at: int, value: Value, looks: dict[str, Any]) -> None:
    match value:
        case None | "":
            page.write_blank(row, at, None, looks["value"])
        case str():
            page.write_string(row, at, value[:LONGEST], looks["quoted" if value.startswith(ACTIVE) else "value"])
        case _:
            page.write_number(row, at, float(value), looks["value"])
