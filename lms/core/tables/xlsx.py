"""xlsx: values by calamine, and from the sheet's own XML what calamine does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from lms.core.tables.calamine import sheets_of
from lms.core.tables.faults import FileDamaged, TooManyRows
from lms.core.tables.limits import MAX_CELLS, MAX_ROWS, TITLE_ROWS
from lms.core.tables.package import Package, open_package
from lms.core.tables.table import Mark, Span, Table, build

ALL_DIGITS = re.compile(r"\d{16,30}")
PADDED = re.compile(r"0{2,}")  # the number format 0000 shows 102 as 0102
COLUMN_AND_ROW = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


def read_xlsx(content: bytes) -> list[Table]:
    """Every worksheet. Raises the TableFaults of the package, FileDamaged, TooManyRows."""
    package = open_package(content)
    widths = _padded_styles(package)
    # Scanned before calamine opens the file: it takes room for the whole rectangle around the cells.
    scans = {name: _scan(package, part, widths) for name, part in _sheet_parts(package)}
    tables = []
    for sheet in sheets_of(content):
        scan = scans.get(sheet["name"])
        if scan is None:
            raise FileDamaged
        rows = sheet["rows"]
        marks = dict(scan.marks)
        marks.update({(row, column): Mark.DIGITS_LOST for row, column in sheet["lost"] if (row, column) not in scan.typed})
        for (row, column), text in scan.typed.items():
            if row <= len(rows) and column < len(rows[row - 1]):
                rows[row - 1][column] = text
        rows += [[] for _ in range(max((row for row, _ in marks), default=0) - len(rows))]
        spans = [Span(*merged) for merged in sheet["merged"]]
        tables.append(build(sheet["name"], rows, marks, spans, sheet["hidden"]))
    return tables


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part in order: local name and attributes without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (_local(name), {_local(key): value for key, value in attributes.items()})
    )
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FileDamaged from error
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheet_parts(package: Package) -> list[tuple[str, str]]:
    """(sheet name, path of its part), in the order of the workbook."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in package.members:
        raise FileDamaged
    targets = {a.get("Id"): a.get("Target", "") for tag, a in _elements(package.part(relations)) if tag == "Relationship"}
    parts = []
    for tag, attributes in _elements(package.part("xl/workbook.xml")):
        if tag != "sheet":
            continue
        target = targets.get(attributes.get("id"), "").lower()
        path = target.lstrip("/") if target.startswith(("/", "xl/")) else "xl/" + target
        if path not in package.members:
            raise FileDamaged
        parts.append((attributes.get("name", ""), path))
    return parts


def _padded_styles(package: Package) -> dict[str, int]:
    """Style number → digits shown, for the formats 00, 000 …"""
    if "xl/styles.xml" not in package.members:
        return {}
    formats: dict[str, int] = {}
    styles: dict[str, int] = {}
    inside, number = False, 0
    for tag, attributes in _elements(package.part("xl/styles.xml")):
        if tag == "numFmt" and PADDED.fullmatch(attributes.get("formatCode", "")):
            formats[attributes.get("numFmtId", "")] = len(attributes["formatCode"])
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            if attributes.get("numFmtId") in formats:
                styles[str(number)] = formats[attributes["numFmtId"]]
            number += 1
    return styles


@dataclass(slots=True)
class _Scan:
    """One pass over the XML of a sheet. marks: as in Table. typed: cells whose written digits calamine would lose."""

    widths: dict[str, int]
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)
    typed: dict[tuple[int, int], str] = field(default_factory=dict)
    row: int = 0
    column: int = -1
    last_filled: int = 0
    filled: int = 0
    most_columns: int = 0
    kind: str = ""
    style: str = ""
    formula: bool = False
    value: str | None = None
    inline: bool = False
    listening: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "c":
            self.begin_cell(attributes)
        elif tag == "v":
            self.value, self.listening = "", True
        elif tag == "f":
            self.formula = True
        elif tag == "is":
            self.inline = True
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() and len(number) < 8 else self.row + 1
            self.column = -1

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.kind, self.style = attributes.get("t", ""), attributes.get("s", "")
        self.formula, self.value, self.inline = False, None, False
        if place := COLUMN_AND_ROW.fullmatch(attributes.get("r", "")):
            self.column, self.row = column_index(place[1]), int(place[2])
        else:
            self.column += 1

    def data(self, text: str) -> None:
        if self.listening and self.value is not None:
            self.value += text

    def end(self, name: str) -> None:
        tag = _local(name)
        if tag == "v":
            self.listening = False
        elif tag == "c":
            self.end_cell()

    def end_cell(self) -> None:
        if not (self.value or self.formula or self.inline):
            return  # formatted, but empty
        if self.row != self.last_filled:
            self.last_filled, self.filled = self.row, self.filled + 1
        self.most_columns = max(self.most_columns, self.column + 1)
        if self.filled > MAX_ROWS + TITLE_ROWS or self.row * self.most_columns > MAX_CELLS:
            raise TooManyRows(rows=MAX_ROWS)
        place = self.row, self.column
        if self.kind == "e":
            self.marks[place] = Mark.CELL_ERROR
        elif self.formula and (self.value is None or (not self.value and self.kind != "str")):
            self.marks[place] = Mark.FORMULA_NO_VALUE
        elif self.kind in ("", "n") and self.value and self.value.isascii():
            # Written digit by digit, not as a double that has rounded them.
            if ALL_DIGITS.fullmatch(self.value) and int(float(self.value)) != int(self.value):
                self.typed[place] = self.value
            elif self.style in self.widths and self.value.isdecimal():
                self.typed[place] = self.value.zfill(self.widths[self.style])


def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def _scan(package: Package, path: str, widths: dict[str, int]) -> _Scan:
    scan = _Scan(widths)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.data
    try:
        for chunk in package.chunks(path):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileDamaged from error
    return scan
