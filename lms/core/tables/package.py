"""The zip around an xlsx file: counted while it unpacks, whatever its headers say."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast
from xml.parsers import expat

from lms.core.tables.faults import FileDamaged, FileEncrypted, NotATable, UnpackedTooBig
from lms.core.tables.limits import MAX_MEMBERS, MAX_UNPACKED_BYTES

CHUNK = 1024 * 1024  # expat looks at an unfinished token again with every piece: few big ones
LOCAL_HEADER = 30
ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of an xlsx file by lower-case path."""

    content: bytes
    members: dict[str, zipfile.ZipInfo]

    def chunks(self, path: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, piece by piece. Raises FileDamaged; KeyError is a fault of ours."""
        return _unpack(self.content, self.members[path])

    def part(self, path: str) -> bytes:
        """All of one part of the package. Raises as chunks() does."""
        return b"".join(self.chunks(path))


MOST_DIRECTORY = 4 * 1024 * 1024  # bytes of a zip's list of its members: some 40,000 of them
UNREADABLE = (zipfile.BadZipFile, ValueError, RuntimeError, struct.error, OverflowError)  # all that zipfile may raise


class Sparing:
    """A file of which zipfile cannot be made to take in more at once than a directory may have.

    It makes an object of each entry before anybody can count them, two gigabytes out of a file of three hundred megabytes.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises BadZipFile where so much is asked for at once."""
        if size > MOST_DIRECTORY:
            raise zipfile.BadZipFile("its directory is too big")
        return self._file.read(size)


def members_of(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The directory of a zip, with nothing unpacked. Raises UNREADABLE."""
    return zipfile.ZipFile(cast("BinaryIO", Sparing(file))).infolist()


def open_package(content: bytes) -> Package:
    """The zip of a workbook, checked before anything else opens it.

    Raises what open_zip() does, NotATable for another kind of zip.
    """
    package = open_zip(content, refuse_doctypes=True)
    if "xl/workbook.xml" not in package.members:
        raise NotATable
    return package


def open_zip(content: bytes, *, refuse_doctypes: bool = False, most: int = MAX_MEMBERS) -> Package:
    """Check any zip before anything else opens it: nothing is written anywhere, and no more is unpacked than allowed.

    most: members it may have. refuse_doctypes: look for a DOCTYPE in its XML parts too; who reads them with parse_xml() need not.
    Raises FileDamaged (no end, two parts of one name, a DOCTYPE), FileEncrypted, UnpackedTooBig.
    Python's zipfile reads the directory only: its own check against overlapping members answers less clearly.
    """
    try:
        members = members_of(io.BytesIO(content))
    except UNREADABLE as error:
        raise FileDamaged from error
    if len(members) > most:
        raise UnpackedTooBig
    named = {member.filename.replace("\\", "/").lower(): member for member in members}
    if len(named) < len(members):
        raise FileDamaged
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise FileEncrypted
    package = Package(content, named)
    room = MAX_UNPACKED_BYTES
    for path in named:
        is_xml = refuse_doctypes and path.endswith((".xml", ".rels", ".vml"))
        head = b""
        for chunk in package.chunks(path):
            head = head or chunk
            room -= len(chunk)
            if room < 0:
                raise UnpackedTooBig
        if is_xml:
            refuse_doctype(head)
    return package


def _unpack(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    at = member.header_offset
    if at < 0 or content[at : at + 4] != b"PK\x03\x04" or len(content) < at + LOCAL_HEADER:
        raise FileDamaged
    name_length, extra_length = struct.unpack_from("<HH", content, at + 26)
    at += LOCAL_HEADER + name_length + extra_length
    if member.compress_type == zipfile.ZIP_STORED:
        for start in range(at, min(at + member.compress_size, len(content)), CHUNK):
            yield content[start : min(start + CHUNK, at + member.compress_size)]
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise FileDamaged
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflate.eof:
        packed = inflate.unconsumed_tail
        if not packed:
            packed = content[at : at + CHUNK]
            at += CHUNK
        if not packed:
            raise FileDamaged  # the data ends before its end mark
        try:
            piece = inflate.decompress(packed, CHUNK)
        except zlib.error as error:
            raise FileDamaged from error
        if piece:
            yield piece


def refuse_doctype(head: bytes) -> None:
    """Raises FileDamaged when an XML document declares a DOCTYPE. head: its beginning, up to the root element or 64 KB.

    No office file has one; it is the way to entities that unfold without end or read other files.
    """
    parser = expat.ParserCreate()

    def found(*_: object) -> None:
        raise FileDamaged

    parser.StartDoctypeDeclHandler = found
    try:
        parser.Parse(head, False)
    except expat.ExpatError as error:
        raise FileDamaged from error
