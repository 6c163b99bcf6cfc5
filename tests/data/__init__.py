"""Input files and what must come out of them; the two biggest hostile ones are made here."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
HEADER = "工号,姓名,性别,部门,手机,身份证号"
FIRST = "H001,杜宁英,男,灌装车间,19981970882,430699199810227238"
THIRD = "H003,朱琳磊,男,仓储部,19998572210,430699199907121333"


def content(name: str) -> bytes:
    """The bytes of a file of this folder, or of one made here."""
    return MADE[name]() if name in MADE else (FOLDER / name).read_bytes()


def expected(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return told


def xlsx(sheet_data: str, extra: dict[str, str] | None = None, tail: str = "") -> bytes:
    """A workbook of one sheet 花名册 from the inside of its <sheetData>, without help from any library."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="花名册" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet_data}</sheetData>{tail}</worksheet>',
    } | (extra or {})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package_file:
        for path, text in parts.items():
            package_file.writestr(path, text)
    return packed.getvalue()


def text_row(number: int, cells: list[str]) -> str:
    inside = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inside}</row>'


@cache
def rows_200k() -> bytes:
    """200,000 people in a sheet."""
    return xlsx("".join(text_row(n, (HEADER if n == 1 else FIRST).split(",")) for n in range(1, 200_002)))


@cache
def cell_1mb() -> bytes:
    """A name of a megabyte between two people."""
    long = f"H002,{'张' * 350_000},男,灌装车间,19962284573,430699199205170958"
    return "\r\n".join([HEADER, FIRST, long, THIRD]).encode("utf-8-sig")


MADE = {"hostile/rows-200k.xlsx": rows_200k, "hostile/cell-1mb.csv": cell_1mb}
