"""Any list as a file: CSV, xlsx or JSON with the same cells, and on top what it is, its filters and its cut-off."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from urllib.parse import quote

from flask import Response

from lms.core import sheets
from lms.core.clock import local
from lms.core.errors import NotFound
from lms.core.sheets import ACTIVE, Cell, Column, Share, Sheet

LONG_NUMBER = 12  # digits from which on a spreadsheet program would round a number that is none


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is seen. name: of the file. about: lines above it, the cut-off first. as_of: the cut-off, aware."""

    name: str
    about: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    as_of: datetime
    author: str = ""


def as_csv(listing: Listing) -> bytes:
    """UTF-8 with the mark Excel and WPS want. What a program would take for a formula begins with an apostrophe, and a long
    number ends with a tab, so that it stays text.
    """
    target = StringIO()
    writer = csv.writer(target)
    writer.writerows([[_text(line)] for line in listing.about])
    writer.writerow([_text(column.heading) for column in listing.columns])
    writer.writerows([_text(cell) for cell in row] for row in listing.rows)
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(listing: Listing) -> bytes:
    """One sheet, by core.sheets."""
    page = Sheet("名单", listing.columns, listing.rows, listing.about)
    return sheets.xlsx((page,), title=listing.name, author=listing.author, created_at=listing.as_of)


def as_json(listing: Listing) -> bytes:
    """{"about": […], "as_of": …, "rows": [{heading: value}]}; a share is its two numbers."""
    headings = [column.heading for column in listing.columns]
    rows = [{heading: _plain(cell) for heading, cell in zip(headings, row, strict=True)} for row in listing.rows]
    whole = {"about": list(listing.about), "as_of": local(listing.as_of).isoformat(timespec="seconds"), "rows": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


KINDS: dict[str, tuple[Callable[[Listing], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, sheets.MEDIA_TYPE),
    "json": (as_json, "application/json"),
}


def exported(kind: str, listing: Listing) -> Response:
    """The file to hand out. Raises NotFound for a kind there is none of."""
    if kind not in KINDS:
        raise NotFound
    make, media_type = KINDS[kind]
    response = Response(make(listing), mimetype=media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=list.{kind}; filename*=UTF-8''{quote(listing.name, safe='')}.{kind}"
    )
    return response


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Share(numerator, denominator):
            return f"{numerator / denominator:.1%}" if denominator else ""
        case datetime():
            return f"{local(cell):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case str():
            if cell.startswith(ACTIVE):
                return f"'{cell}"
            return f"{cell}\t" if cell.isdigit() and len(cell) >= LONG_NUMBER else cell
        case _:
            return str(cell)


def _plain(cell: Cell) -> object:
    match cell:
        case Share(numerator, denominator):
            return [numerator, denominator]
        case datetime():
            return local(cell).isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case Decimal():
            return str(cell)
        case _:
            return cell
