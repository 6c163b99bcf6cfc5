"""Text: CSV, tab-separated, semicolons, and what is pasted from a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lms.core.tables.faults import NotATable, TooManyRows
from lms.core.tables.limits import MAX_ROWS, TITLE_ROWS
from lms.core.tables.table import Table, build

DELIMITERS = "\t,;|，；"
LOOKED_AT = 200  # records read to choose the delimiter
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

# The csv module knows only one limit per process, far below what a quoted cell may hold; ours is checked in build().
csv.field_size_limit(2**31 - 1)


def decode(content: bytes) -> str:
    """Strictly, so that a wrong guess shows: UTF-16 by its mark or its zeros, UTF-8, then GB18030. Raises NotATable."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:4096]:
        first, second = content[:4096:2].count(0), content[1:4096:2].count(0)  # the zeros are the upper halves of digits
        encodings = [] if first and second else ["utf-16-be" if first else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text):
            return text.removeprefix("\ufeff").rstrip("\x1a")
    raise NotATable


def read_text(text: str) -> Table:
    """One table. Rows are records: a quoted line break does not start one. Raises TooManyRows."""
    named = SEPARATOR_LINE.match(text)
    delimiter = named[1] if named else _delimiter(text)
    rows = list(islice(_records(text, delimiter), 2 * (MAX_ROWS + TITLE_ROWS)))
    if named and rows:
        rows[0] = []
    if len(rows) == 2 * (MAX_ROWS + TITLE_ROWS):
        raise TooManyRows(rows=MAX_ROWS)
    return build(None, rows)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """The one that cuts the most records into the same number of columns, more than one."""

    def cut(delimiter: str) -> int:
        widths = Counter(len(record) for record in islice(_records(text, delimiter), LOOKED_AT) if len(record) > 1)
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    return max(DELIMITERS, key=cut)
