"""Spreadsheets as people have them, read into plain rows within limits."""

from lms.core.tables.faults import (
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    NoHeader,
    NoRows,
    NotATable,
    TableFault,
    TooManyRows,
    UnpackedTooBig,
)
from lms.core.tables.headings import Header, Heading, find_header
from lms.core.tables.reading import read
from lms.core.tables.table import Mark, Table

__all__ = [
    "FileDamaged",
    "FileEmpty",
    "FileEncrypted",
    "Header",
    "Heading",
    "Mark",
    "NoHeader",
    "NoRows",
    "NotATable",
    "Table",
    "TableFault",
    "TooManyRows",
    "UnpackedTooBig",
    "find_header",
    "read",
]
