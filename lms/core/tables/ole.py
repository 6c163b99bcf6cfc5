"""The OLE2 container around an old .xls (and around an encrypted .xlsx): directory and streams."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from lms.core.tables.faults import FileDamaged

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA  # above: marks such as end of chain
HEADER = 512
DIRECTORY_ENTRY = 128


@dataclass(frozen=True, slots=True)
class Stream:
    name: str
    start: int
    size: int


class Container:
    """Reads streams without following a chain twice. Raises FileDamaged. Source: [MS-CFB]."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            self._read_header()
        except struct.error as error:
            raise FileDamaged from error

    def _read_header(self) -> None:
        shift, mini_shift = struct.unpack_from("<HH", self.content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise FileDamaged
        self.sector, self.mini_sector = 1 << shift, 1 << mini_shift
        fat_count, directory = struct.unpack_from("<II", self.content, 44)
        self.cutoff, mini_fat, _, difat, _ = struct.unpack_from("<5I", self.content, 56)
        fat_sectors = list(struct.unpack_from("<109I", self.content, 76))
        seen = set()
        while difat < LAST_SECTOR and difat not in seen:
            seen.add(difat)
            *more, difat = struct.unpack(f"<{self.sector // 4}I", self._sector(difat))
            fat_sectors += more
        used = [number for number in fat_sectors if number < LAST_SECTOR][:fat_count]
        self.fat = [entry for number in used for entry in struct.unpack(f"<{self.sector // 4}I", self._sector(number))]
        entries = self._chain(directory)
        self.streams = [
            stream
            for at in range(0, len(entries) - DIRECTORY_ENTRY + 1, DIRECTORY_ENTRY)
            if (stream := self._entry(entries[at : at + DIRECTORY_ENTRY]))
        ]
        root = self.streams[0] if self.streams else Stream("", LAST_SECTOR, 0)
        packed = self._chain(mini_fat)
        self.mini_fat = struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4])
        self.mini = self._chain(root.start) if root.start < LAST_SECTOR else b""

    def _entry(self, entry: bytes) -> Stream | None:
        length = struct.unpack_from("<H", entry, 64)[0]
        start, size = struct.unpack_from("<II", entry, 116)
        kind = entry[66]
        return Stream(entry[: max(length - 2, 0)].decode("utf-16-le", "replace"), start, size) if kind else None

    def _sector(self, number: int) -> bytes:
        at = HEADER + number * self.sector if self.sector == HEADER else (number + 1) * self.sector
        data = self.content[at : at + self.sector]
        if not data:
            raise FileDamaged
        return data.ljust(self.sector, b"\0")  # the last one may be cut short

    def _chain(self, number: int) -> bytes:
        parts, seen = [], set()
        while number < LAST_SECTOR:
            if number in seen or number >= len(self.fat):
                raise FileDamaged
            seen.add(number)
            parts.append(self._sector(number))
            number = self.fat[number]
        return b"".join(parts)

    def read(self, name: str) -> bytes | None:
        """A stream by name, None when there is none. Raises FileDamaged."""
        stream = next((stream for stream in self.streams if stream.name.lower() == name.lower()), None)
        if stream is None:
            return None
        if stream.size >= self.cutoff:
            return self._chain(stream.start)[: stream.size]
        parts, seen, number = [], set(), stream.start
        while number < LAST_SECTOR:
            if number in seen or number >= len(self.mini_fat):
                raise FileDamaged
            seen.add(number)
            parts.append(self.mini[number * self.mini_sector : (number + 1) * self.mini_sector])
            number = self.mini_fat[number]
        return b"".join(parts)[: stream.size]
