"""Any file that holds a table, judged by its bytes and never by its name."""

from __future__ import annotations

import re

from lms.core.tables.faults import FileDamaged, FileEmpty, NotATable, UnpackedTooBig
from lms.core.tables.html import read_html
from lms.core.tables.limits import MAX_UPLOAD_BYTES
from lms.core.tables.ole import SIGNATURE
from lms.core.tables.table import Table
from lms.core.tables.text import decode, read_text
from lms.core.tables.xls import read_xls
from lms.core.tables.xlsx import read_xlsx
from lms.core.tables.xml2003 import NAMESPACE, read_xml2003

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
HTML = re.compile(r"<(!doctype\s+html|html|head|body|meta|style|div|table)\b", re.IGNORECASE)
DOCTYPE = re.compile(r"<!doctype", re.IGNORECASE)
NOT_TABLES = (b"MZ", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", b"{\\rtf")


def read(content: bytes, name: str | None = None) -> list[Table]:
    """The tables of a file, or of text somebody pasted, in the order of the file; at least one, none of them all blank.

    Reads xlsx, xls, Excel 2003 XML, HTML saved as .xls, CSV with comma, tab or semicolon in UTF-8, UTF-16 or GB18030.
    name: as uploaded; not looked at. Formulas are not calculated: their stored value is read.
    Raises TableFault: FILE_EMPTY, NOT_A_TABLE, FILE_DAMAGED, FILE_ENCRYPTED, UNPACKED_TOO_BIG, TOO_MANY_ROWS.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        raise UnpackedTooBig
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise FileEmpty
    tables = [table for table in _tables(content) if table.rows]
    if not tables:
        raise FileEmpty
    return tables


def _tables(content: bytes) -> list[Table]:
    if content.startswith(ZIP):
        return read_xlsx(content)
    if content.startswith(SIGNATURE):
        return read_xls(content)
    if content.startswith(NOT_TABLES):
        raise NotATable
    text = decode(content)
    head = text[:4096].lstrip()
    if not head.startswith("<"):
        return [read_text(text)]
    if NAMESPACE in head:
        return read_xml2003(_as_utf8(text))
    if HTML.search(head):
        return read_html(text)
    if DOCTYPE.search(head):
        raise FileDamaged
    raise NotATable


def _as_utf8(text: str) -> bytes:
    """An XML document whose declaration says what its bytes are now."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode()
