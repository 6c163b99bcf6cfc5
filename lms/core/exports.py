"""Any list as a file: CSV, xlsx or JSON with the same cells, and on top what it is, its filters, its order and its cut-off.

A page with a list takes its rows by `page_asked`, and hands out `exported(kind, listing_of(…))` where `file_asked` names a kind
(`table_asked` on a page with several lists): so the file has the rows of the page, all of them, and whoever may see the page may
take it along. `list_as` is the address, and `page_at` that of another page.
"""

from __future__ import annotations

import csv
import json
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _

from lms.core import clock, sheets
from lms.core.downloads import download
from lms.core.errands import Bar, Later, Tell, errand
from lms.core.errors import NotFound
from lms.core.sheets import ACTIVE, Cell, Column, Share, Sheet

R = TypeVar("R")
QUICK = 60_000  # cells of a workbook: its library takes 12 µs for each, so what is longer is written by a worker
LONG_NUMBER = 12  # digits from which on a spreadsheet program would round a number that is none


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is seen. name: of the file. about: lines above it, the cut-off first. as_of: the cut-off, aware."""

    name: str
    about: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
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
    return _book(listing, listing.rows)


def _book(listing: Listing, rows: Iterable[Sequence[Cell]]) -> bytes:
    page = Sheet("名单", listing.columns, rows, listing.about)
    return sheets.xlsx((page,), title=listing.name, author=listing.author, created_at=listing.as_of)


def as_json(listing: Listing) -> bytes:
    """{"about": […], "as_of": …, "rows": [{heading: value}]}; a share is its two numbers."""
    headings = [column.heading for column in listing.columns]
    rows = [{heading: _plain(cell) for heading, cell in zip(headings, row, strict=True)} for row in listing.rows]
    whole = {"about": list(listing.about), "as_of": clock.local(listing.as_of).isoformat(timespec="seconds"), "rows": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


KINDS: dict[str, tuple[Callable[[Listing], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, sheets.MEDIA_TYPE),
    "json": (as_json, "application/json"),
}


def exported(kind: str, listing: Listing) -> Response:
    """The file to hand out. Raises NotFound for a kind there is none of, and Later for a long workbook."""
    if kind not in KINDS:
        raise NotFound
    if kind == "xlsx" and len(listing.rows) * len(listing.columns) > QUICK:
        raise Later(workbook, f"{listing.name}.xlsx", pickle.dumps(listing), back=_address())
    make, media_type = KINDS[kind]
    return download(make(listing), media_type, f"{listing.name}.{kind}")


@errand
def workbook(_actor: object, given: bytes, tell: Tell) -> bytes:
    """A long list as a workbook. given: the list as its page saw it, so that whoever may see the page may have it and no more."""
    listing: Listing = pickle.loads(given)  # ours: it was kept encrypted under our key
    return _book(listing, Bar(tell).over(listing.rows))


def table_asked(*tables: str) -> tuple[str, str] | None:
    """(kind of file, list) that is asked for of a page with several lists, None for the page itself. tables: the further lists;
    the first has no name. Raises NotFound for a kind or a list there is none of.
    """
    if "as" not in request.args:
        return None
    kind, table = request.args["as"], request.args.get("table", "")
    if kind not in KINDS or table not in ("", *tables):
        raise NotFound
    return kind, table


def file_asked() -> str | None:
    """The kind of file that is asked for of the one list of this page, None for the page itself. Raises NotFound as above."""
    asked = table_asked()
    return asked[0] if asked else None


def page_asked(*tables: str) -> int | None:
    """The page of a list somebody wants to see; None where they want all of it, as a file. tables: as in `table_asked`."""
    return None if table_asked(*tables) else request.args.get("page", 1, int)


def list_as(kind: str, name: str = "") -> str:
    """The address of a list of this page as a file, with the filters of the page: an empty one may mean those without."""
    return _address(*([("table", name)] if name else []), ("as", kind))


def page_at(number: int) -> str:
    """The address of another page of the list of this page, with the filters of the page."""
    return _address(("page", str(number)))


def _address(*asked: tuple[str, str]) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in ("as", "table", "page")]
    return f"{request.script_root}{request.path}?{urlencode([*kept, *asked])}"


def listing_of(
    now: datetime,
    title: str,
    columns: Sequence[tuple[str, int, Callable[[R], Cell]]],
    rows: Iterable[R],
    filters: Iterable[str | None] = (),
    order: str = "",
    *,
    more: Iterable[str] = (),
    author: str = "",
) -> Listing:
    """Rows as a list to hand out.

    columns: heading, width, and how a row tells it. filters: in words, as the page is narrowed; what is empty is left out. order:
    in words. now: the cut-off, aware. more: further lines above the list. author: who answers for it, as a workbook names them.
    """
    lines = [[tell(row) for _heading, _width, tell in columns] for row in rows]
    narrowed = _("；").join(filter(None, filters)) or _("没有筛选")
    about = [f"{_('数据截至')} {clock.moment(now)}", title, *narrowed_by({_("筛选"): narrowed, _("排序"): order})]
    return Listing(
        name=f"{title}-{clock.local(now):%Y-%m-%d}",
        about=(*about, *more, _("共 %(n)s 行", n=len(lines))),
        columns=[Column(heading, width) for heading, width, _tell in columns],
        rows=lines,
        as_of=now,
        author=author,
    )


def narrowed_by(told: Mapping[str, str | None]) -> list[str]:
    """Filters in words, from what each is called and what was chosen; those that are empty are left out."""
    return [f"{label}{_('：')}{value}" for label, value in told.items() if value]


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Share(numerator, denominator):
            return f"{numerator / denominator:.1%}" if denominator else ""
        case datetime():
            return clock.moment(cell)
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
            return clock.local(cell).isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case Decimal():
            return str(cell)
        case _:
            return cell
