"""Word documents out (docx): headings, paragraphs and tables that a word processor can go on editing.

Only what we write, by ECMA-376 part 1; the same content gives the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first a ZIP can say
_WIDTH = 9_638  # twentieths of a point between the margins of A4
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# A control character has no place in XML 1.0 (§2.2), and no document for it.
_CONTROL = dict.fromkeys(at for at in range(32) if at not in (9, 10, 13)) | {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. style: Normal, Title, Heading1 or Small. A line break in it stays one."""

    text: str
    style: str = "Normal"


@dataclass(frozen=True, slots=True)
class Table:
    """widths: parts of the page's width, one for each heading. ends: columns of numbers, set to the right."""

    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
    ends: frozenset[int] = field(default=frozenset())


def docx(blocks: Iterable[Text | Table], *, title: str, author: str, foot: str) -> bytes:
    """A document of A4 pages. foot: stands on every page beside its number."""
    body = "".join(_paragraph(block) if isinstance(block, Text) else _table(block) for block in blocks)
    section = (
        f'<w:sectPr><w:footerReference xmlns:r="{_OFFICE}" w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" '
        'w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "word/document.xml"), (f"{_PACKAGE}/relationships/metadata/core-properties", "core.xml")
        ),
        "word/_rels/document.xml.rels": _relations((f"{_OFFICE}/styles", "styles.xml"), (f"{_OFFICE}/footer", "footer1.xml")),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{body}{section}</w:body></w:document>',
        "word/styles.xml": _STYLES,
        "word/footer1.xml": f'{_HEAD}<w:ftr xmlns:w="{_MAIN}">{_foot(foot)}</w:ftr>',
        "core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_said(title)}</dc:title><dc:creator>{_said(author)}</dc:creator></cp:coreProperties>",
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _NO_TIME), content.encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _said(text: str) -> str:
    return escape(text.translate(_CONTROL))


def _runs(text: str) -> str:
    return "<w:r><w:br/></w:r>".join(f'<w:r><w:t xml:space="preserve">{_said(line)}</w:t></w:r>' for line in text.split("\n"))


def _paragraph(block: Text) -> str:
    style = "" if block.style == "Normal" else f'<w:pPr><w:pStyle w:val="{block.style}"/></w:pPr>'
    return f"<w:p>{style}{_runs(block.text)}</w:p>"


def _table(table: Table) -> str:
    whole = sum(table.widths)
    widths = [_WIDTH * width // whole for width in table.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(table.headings, widths, table.ends, "TableHead", "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
    body = "".join(_row(row, widths, table.ends, "TableText", "<w:trPr><w:cantSplit/></w:trPr>") for row in table.rows)
    properties = (
        f'<w:tblPr><w:tblStyle w:val="Lines"/><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl><w:p/>"  # two tables must not touch


def _row(cells: Sequence[str], widths: Sequence[int], ends: frozenset[int], style: str, properties: str) -> str:
    if len(cells) != len(widths):
        raise ValueError(f"{len(cells)} cells for {len(widths)} columns")
    written = []
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        side = '<w:jc w:val="right"/>' if at in ends else ""
        written.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{side}</w:pPr>{_runs(cell)}</w:p></w:tc>'
        )
    return f"<w:tr>{properties}{''.join(written)}</w:tr>"


def _foot(text: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{at}"/></w:r>' for at in ("begin", "end")]
    number = "<w:r><w:instrText>PAGE</w:instrText></w:r>".join(marks)
    return f'<w:p><w:pPr><w:pStyle w:val="Small"/></w:pPr>{_runs(f"{text} · 第 ")}{number}{_runs(" 页")}</w:p>'


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(f'<Relationship Id="rId{at}" Type="{kind}" Target="{to}"/>' for at, (kind, to) in enumerate(targets, 1))
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _content_types() -> str:
    kinds = {
        "/word/document.xml": f"{MEDIA_TYPE}.main+xml",
        "/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    kinds |= {
        f"/word/{part}.xml": f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        for part, kind in (("styles", "styles"), ("footer1", "footer"))
    }
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{rows}</Types>'
    )


def _style(
    name: str, size: int, *, bold: bool = False, color: str = "14211D", before: int = 0, after: int = 0, keep: bool = False
) -> str:
    first = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{first}><w:name w:val="{name}"/>'
        f"<w:pPr>{'<w:keepNext/>' if keep else ''}"
        f'<w:spacing w:before="{before}" w:after="{after}" w:line="300" w:lineRule="auto"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="Noto Sans CJK SC" w:hAnsi="Noto Sans CJK SC" w:eastAsia="Noto Sans CJK SC"/>'
        f'{"<w:b/>" if bold else ""}<w:color w:val="{color}"/><w:sz w:val="{size}"/></w:rPr></w:style>'
    )


def _line(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="CFD8D4"/>'


_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_MAIN}">'
    + _style("Normal", 21, after=80)
    + _style("Title", 36, bold=True, after=60)
    + _style("Heading1", 25, bold=True, before=280, after=80, keep=True)
    + _style("Small", 17, color="5D6B66", after=40)
    + _style("TableHead", 17, color="5D6B66")
    + _style("TableText", 18)
    + '<w:style w:type="table" w:styleId="Lines"><w:name w:val="Lines"/><w:tblPr><w:tblBorders>'
    + "".join(_line(side) for side in ("top", "bottom", "insideH"))
    + '</w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    "</w:styles>"
)
