"""An HTML page with a table, which many office systems export under the name .xls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.core.tables.faults import NotATable, TooManyRows
from lms.core.tables.limits import MAX_COLUMNS, MAX_ROWS, TITLE_ROWS
from lms.core.tables.table import Span, Table, build

UNSEEN = frozenset(("script", "style", "head", "title"))
PIECE = 1024 * 1024


def read_html(text: str) -> list[Table]:
    """Every table of the page. text: the page, already decoded. Raises NotATable, TooManyRows."""
    from lxml import etree  # here, not above: every process of the server would hold it, few ever read such a file

    reader = _Reader()
    parser = etree.HTMLParser(target=reader, no_network=True, encoding="utf-8")
    page = text.encode(errors="replace")
    try:
        for start in range(0, len(page), PIECE):
            parser.feed(page[start : start + PIECE])
        parser.close()
    except (etree.LxmlError, ValueError) as error:
        raise NotATable from error
    if not reader.tables:
        raise NotATable
    return [build(None, table.rows, spans=table.spans) for table in reader.tables]


@dataclass(slots=True)
class _Table:
    """until: column → last row that a cell above covers. cell: the text of the cell being read, None between cells."""

    rows: list[list[str]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    until: dict[int, int] = field(default_factory=dict)
    cell: list[str] | None = None
    over: tuple[int, int] = (1, 1)


class _Reader:
    """Takes the page piece by piece, so that no tree of it stands in memory. A table inside a cell is a table of its own."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.unseen = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "table":
            self.open.append(_Table())
            self.tables.append(self.open[-1])
        elif not self.open:
            return
        elif tag == "tr":
            table = self.open[-1]
            self._finish(table)
            if len(table.rows) > 2 * (MAX_ROWS + TITLE_ROWS):
                raise TooManyRows(rows=MAX_ROWS)
            table.rows.append([])
        elif tag in ("td", "th"):
            table = self.open[-1]
            self._finish(table)
            if table.rows:
                table.cell = []
                table.over = _count(attributes, "rowspan", MAX_ROWS), _count(attributes, "colspan", MAX_COLUMNS)
        elif tag == "br":
            self.data("\n")

    def data(self, text: str) -> None:
        if self.open and not self.unseen and self.open[-1].cell is not None:
            self.open[-1].cell.append(text)

    def end(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(self.unseen - 1, 0)
        elif self.open and tag in ("td", "th", "tr"):
            self._finish(self.open[-1])
        elif self.open and tag == "table":
            self._finish(self.open.pop())

    def close(self) -> None:
        while self.open:
            self._finish(self.open.pop())

    @staticmethod
    def _finish(table: _Table) -> None:
        """Put the cell being read into its row, behind those that cells above cover."""
        if table.cell is None:
            return
        text, table.cell = "".join(table.cell), None
        (down, across), cells, number = table.over, table.rows[-1], len(table.rows)
        while table.until.get(len(cells), 0) >= number:
            cells.append("")
        left = len(cells)
        if left >= MAX_COLUMNS:
            return
        cells.append(text)
        cells += [""] * (across - 1)
        if down * across > 1:
            table.spans.append(Span(number, left, number + down - 1, left + across - 1))
        if down > 1:
            table.until.update((column, number + down - 1) for column in range(left, left + across))


def _count(attributes: Mapping[str, str], name: str, most: int) -> int:
    value = (attributes.get(name) or "").strip()
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 9 else 1
