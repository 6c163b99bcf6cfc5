"""Excel 2003 XML ("XML 表格 2003"), which some systems export under the name .xls."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from lms.core.tables.faults import FileDamaged, TooManyRows
from lms.core.tables.limits import MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, TITLE_ROWS
from lms.core.tables.table import Mark, Span, Table, build

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(slots=True)
class _Sheet:
    name: str
    rows: list[list[str]] = field(default_factory=list)
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.row = self.column = self.filled = 0
        self.text: list[str] = []
        self.attributes: dict[str, str] = {}
        self.kind = ""
        self.listening = False
        self.characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._local(name)
        own = {self._local(key): value for key, value in attributes.items()}
        if tag == "Worksheet":
            self.sheets.append(_Sheet(own.get("Name", "")))
            self.row = 0
        elif not self.sheets:
            return
        elif tag == "Row":
            self.row = self._index(own, self.row + 1)
            self.column = -1
        elif tag == "Cell":
            self.column = self._index(own, self.column + 2) - 1
            self.attributes, self.kind, self.text = own, "", []
            if self.row * (self.column + 1) > MAX_CELLS or self.row > MAX_CELLS // 10:
                raise TooManyRows(rows=MAX_ROWS)
        elif tag == "Data":
            self.kind, self.listening = own.get("Type", "String"), True

    @staticmethod
    def _local(name: str) -> str:
        return name.rpartition(" ")[2]

    @staticmethod
    def _index(attributes: dict[str, str], otherwise: int) -> int:
        index = attributes.get("Index", "")
        return int(index) if index.isdecimal() and 0 < len(index) < 8 and int(index) > 0 else otherwise

    def data(self, text: str) -> None:
        if self.listening:
            self.text.append(text)
            self.characters += len(text)
            if self.characters > MAX_CHARACTERS:
                raise TooManyRows(rows=MAX_ROWS)

    def end(self, name: str) -> None:
        tag = self._local(name)
        if tag == "Data":
            self.listening = False
        elif tag == "Cell" and self.sheets:
            self.end_cell(self.sheets[-1])

    def end_cell(self, sheet: _Sheet) -> None:
        place = self.row, self.column
        across, down = (self._count(self.attributes.get(key, "")) for key in ("MergeAcross", "MergeDown"))
        if across or down:
            sheet.spans.append(Span(self.row, self.column, self.row + down, self.column + across))
        text = "".join(self.text)
        if self.kind == "Error":
            sheet.marks[place], text = Mark.CELL_ERROR, ""
        elif "Formula" in self.attributes and not self.kind:
            sheet.marks[place] = Mark.FORMULA_NO_VALUE
        elif self.kind == "Number":
            if len(text.lstrip("-").partition(".")[0]) > 15 or "E" in text.upper():
                sheet.marks[place] = Mark.DIGITS_LOST
        elif self.kind == "DateTime":
            text = text.replace("T", " ").removesuffix(".000").removesuffix(" 00:00:00")
        if (text or place in sheet.marks) and self.column < MAX_COLUMNS:
            if len(sheet.rows) < self.row:
                self.filled += 1
                if self.filled > MAX_ROWS + TITLE_ROWS:
                    raise TooManyRows(rows=MAX_ROWS)
                sheet.rows += [[] for _ in range(self.row - len(sheet.rows))]
            cells = sheet.rows[self.row - 1]
            cells += [""] * (self.column + 1 - len(cells))
            cells[self.column] = text
        self.column += across

    @staticmethod
    def _count(text: str) -> int:
        return int(text) if text.isdecimal() and len(text) < 6 else 0


def read_xml2003(content: bytes) -> list[Table]:
    """Every worksheet. Raises FileDamaged (also for a DOCTYPE), TooManyRows."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.data

    def refuse(*_: object) -> None:
        raise FileDamaged

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise FileDamaged from error
    return [build(sheet.name, sheet.rows, sheet.marks, sheet.spans) for sheet in reader.sheets]
