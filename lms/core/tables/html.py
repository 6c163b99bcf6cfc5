"""An HTML page with a table, which many office systems export under the name .xls."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from lms.core.tables.faults import NotATable, TooManyRows
from lms.core.tables.limits import MAX_COLUMNS, MAX_ROWS, TITLE_ROWS
from lms.core.tables.table import Span, Table, build


def read_html(text: str) -> list[Table]:
    """Every table of the page. text: the page, already decoded. Raises NotATable, TooManyRows."""
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = lxml_html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise NotATable from error
    tables = [_table(element) for element in root.iter("table")]
    if not tables:
        raise NotATable
    return tables


def _table(element: etree._Element) -> Table:
    rows: list[list[str]] = []
    spans: list[Span] = []
    until: dict[int, int] = {}  # column → last row that a cell above covers
    for number, row in enumerate(_rows(element), 1):
        if number > 2 * (MAX_ROWS + TITLE_ROWS):
            raise TooManyRows(rows=MAX_ROWS)
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while until.get(len(cells), 0) >= number:
                cells.append("")
            down, across = _count(cell, "rowspan", MAX_ROWS), _count(cell, "colspan", MAX_COLUMNS)
            left = len(cells)
            if left >= MAX_COLUMNS:
                break
            cells.append(_text(cell))
            cells += [""] * (across - 1)
            if down * across > 1:
                spans.append(Span(number, left, number + down - 1, left + across - 1))
            if down > 1:
                until.update((column, number + down - 1) for column in range(left, left + across))
        rows.append(cells)
    return build(None, rows, spans=spans)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    """The rows of this table, not those of a table inside a cell."""
    for child in element:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _text(cell: etree._Element) -> str:
    for line_break in cell.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return "".join(str(piece) for piece in cell.itertext())


def _count(cell: etree._Element, attribute: str, most: int) -> int:
    value = (cell.get(attribute) or "").strip()
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 9 else 1
