"""Old .xls (and WPS .et): values by calamine; errors, passwords and size from the records themselves."""

from __future__ import annotations

import struct

from lms.core.tables.calamine import sheets_of
from lms.core.tables.faults import FileDamaged, FileEncrypted, NotATable, TooManyRows
from lms.core.tables.limits import MAX_CELLS, MAX_ROWS, TITLE_ROWS
from lms.core.tables.ole import Container
from lms.core.tables.table import Mark, Span, Table, build

BOF, EOF, FILEPASS, BOUNDSHEET, DIMENSIONS, FORMULA, BOOLERR = 0x809, 0x0A, 0x2F, 0x85, 0x200, 0x06, 0x205
VALUES = {0x203, 0x204, 0xFD, 0x27E, 0xBD, 0xD6, FORMULA, BOOLERR}  # numbers, texts, formulas; not the blank ones
WORKSHEET = 0


def read_xls(content: bytes) -> list[Table]:
    """Every worksheet. Raises FileEncrypted (also for an encrypted .xlsx), NotATable, FileDamaged, TooManyRows."""
    container = Container(content)
    if container.read("EncryptedPackage") is not None:
        raise FileEncrypted
    stream = container.read("Workbook")
    if stream is None:
        stream = container.read("Book")
    if stream is None:
        raise NotATable
    marks = _scan(stream)
    tables = []
    # calamine lists the worksheets in the order of the workbook, as _scan does.
    sheets = sheets_of(content)
    if len(sheets) != len(marks):
        raise FileDamaged
    for sheet, found in zip(sheets, marks, strict=True):
        every = dict(found) | dict.fromkeys(sheet["lost"], Mark.DIGITS_LOST)
        spans = [Span(*merged) for merged in sheet["merged"]]
        tables.append(build(sheet["name"], sheet["rows"], every, spans, sheet["hidden"]))
    return tables


def _scan(stream: bytes) -> list[dict[tuple[int, int], Mark]]:
    """The marks of each worksheet. Source: [MS-XLS]."""
    offsets, at = [], 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if kind == FILEPASS:
            raise FileEncrypted
        if kind == BOUNDSHEET and len(body) >= 6 and body[5] == WORKSHEET:
            offsets.append(struct.unpack_from("<I", body)[0])
        if kind == EOF:
            break
        at += 4 + length
    return [_scan_sheet(stream, offset) for offset in offsets[:1000]]


def _scan_sheet(stream: bytes, at: int) -> dict[tuple[int, int], Mark]:
    marks: dict[tuple[int, int], Mark] = {}
    filled: set[int] = set()
    columns, depth = 0, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            break
        if depth > 1:
            continue  # a chart inside the sheet
        if kind == DIMENSIONS and len(body) >= 12:
            first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", body)
            # calamine takes room for what this record says before it has seen a cell.
            if last_row > 65_536 or last_column > 256 or first_row > last_row or first_column > last_column:
                raise FileDamaged
        if kind in VALUES and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            filled.add(row)
            columns = max(columns, column + 1)
            if len(filled) > MAX_ROWS + TITLE_ROWS or (row + 1) * columns > MAX_CELLS:
                raise TooManyRows(rows=MAX_ROWS)
            is_error = (kind == BOOLERR and len(body) >= 8 and body[7] == 1) or (
                kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2
            )
            if is_error:
                marks[row + 1, column] = Mark.CELL_ERROR
    return marks
