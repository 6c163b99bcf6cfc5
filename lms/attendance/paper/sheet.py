"""The sheet that hangs at the door: the printed page."""

from __future__ import annotations

from dataclasses import dataclass

from lms.attendance.rules.sheets import lines_of, pages_of, row_code

NAME_SIZES = ((6, "name"), (10, "name long"), (99, "name longer"))  # up to so many ems: classes of the style sheet


@dataclass(frozen=True, slots=True)
class Order:
    """Everything on a sheet, as frozen when it was made.

    number: of the sheet within the enterprise. rows: (name, work number, department) in the order of the lines.
    address: where its QR code leads, without the page.
    """

    number: int
    title: str
    enterprise: str
    lecturer: str
    when: str
    place: str
    rows: tuple[tuple[str, str, str], ...]
    address: str


def sheet_pdf(order: Order) -> bytes:
    """The PDF of a sheet, A4, one page for each 25 rows. The same order gives the same bytes. Raises MissingCharacters."""
    from lms.core.documents import fill, render_pdf, style
    from lms.core.documents.drawing import qr

    count = pages_of(len(order.rows))
    pages = []
    for page in range(1, count + 1):
        rows = []
        for line in lines_of(page):
            name, work_no, department = order.rows[line - 1] if line <= len(order.rows) else ("", "", "")
            rows.append((row_code(order.number, line), work_no, name, _size(name), department, _size(department)))
        listed = sum(1 for row in rows if row[2])
        pages.append((page, qr(f"{order.address}?page={page}", border=0), rows, listed))
    html = fill("sign_sheet.html", order=order, pages=pages, count=count, code=f"S-{order.number:04}")
    return render_pdf(html, style("sign_sheet.css"))


def _size(text: str) -> str:
    from lms.core.documents.fonts import SANS, ems

    width = ems(text, SANS)
    return next(name for widest, name in NAME_SIZES if width <= widest)
