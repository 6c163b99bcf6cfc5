"""Lines of text in glyphs of a cut font, and that font in the objects of a PDF file: what a forme does without the printer."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from unicodedata import bidirectional, category

import uharfbuzz as hb

PLAIN = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS"})  # written from left to right, whatever stands beside it
USUAL = "0123456789abcdefX*"  # a font that has one of these has all, so that each number does not ask for a cut of its own


class Line(NamedTuple):
    """A text in glyphs, one a character. advances: of each, with kerning; nominal: without; in thousandths of an em."""

    text: str
    glyphs: tuple[int, ...]
    advances: tuple[int, ...]
    nominal: tuple[int, ...]

    def width(self, size: float, spacing: float) -> float:
        """In the unit of size. spacing: between letters, and after the last one, in thousandths of an em."""
        return (sum(self.advances) + spacing * len(self.glyphs)) * size / 1000

    def shown(self, spacing: float) -> bytes:
        """What TJ (ISO 32000-1 §9.4.3) takes to show it."""
        told = []
        for glyph, advance, nominal in zip(self.glyphs, self.advances, self.nominal, strict=True):
            back = nominal - advance - spacing
            told.append(f"<{glyph:04x}>{back:.6g}" if back else f"<{glyph:04x}>")
        return "".join(told).replace("><", "").encode()


class Type:
    """A font to set lines in. body: an OpenType file of a thousand units an em, as fonts.cut makes it."""

    def __init__(self, body: bytes) -> None:
        self._face = hb.Face(hb.Blob(body))
        self._font = hb.Font(self._face)
        self.set = lru_cache(maxsize=512)(self._set)
        self.objects = lru_cache(maxsize=16)(self._objects)  # of numbers always the same; of names hardly ever
        self._usual = {glyph: char for char in USUAL if (glyph := self._font.get_nominal_glyph(ord(char)))}

    def _set(self, text: str, spaced: bool) -> Line | None:
        """None for a text that is not simply one glyph after another. spaced: letters that stand apart are not joined."""
        plain = all(bidirectional(char) in PLAIN and category(char)[0] not in "MC" for char in text)
        if not plain or "  " in text:  # which a page shows as one
            return None
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, {"liga": False, "clig": False} if spaced else {})
        infos, places = buffer.glyph_infos or [], buffer.glyph_positions or []
        moved = any(place.x_offset or place.y_offset for place in places)
        if moved or [info.cluster for info in infos] != [*range(len(text))] or not all(info.codepoint for info in infos):
            return None
        glyphs = tuple(info.codepoint for info in infos)
        return Line(text, glyphs, tuple(place.x_advance for place in places), tuple(map(self._advance, glyphs)))

    def _advance(self, glyph: int) -> int:
        return int(self._font.get_glyph_h_advance(glyph))

    def read_as(self, always: Mapping[int, str], lines: Iterable[Line]) -> frozenset[tuple[int, str]]:
        """The glyphs that a file needs, with the characters that they are read as. always: those needed in any case."""
        new = {glyph: char for line in lines for glyph, char in zip(line.glyphs, line.text, strict=True)}
        usual = self._usual if self._usual.keys() & new.keys() else {}
        return frozenset((new | usual | dict(always)).items())

    def _objects(self, read_as: frozenset[tuple[int, str]]) -> tuple[bytes, bytes, bytes]:
        """The font with these glyphs alone, under their numbers; how they are read (§9.10.3); both packed; their widths (W)."""
        order = hb.SubsetInput()
        order.glyph_set.update(glyph for glyph, _text in read_as)
        order.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_HINTING
        order.drop_table_tag_set.update(int.from_bytes(tag) for tag in (b"GSUB", b"GPOS"))
        body = bytes(hb.subset(self._face, order).blob.data)
        pairs = sorted(read_as)
        widths = " ".join(f"{glyph} [{self._advance(glyph)}]" for glyph, _text in pairs)
        return zlib.compress(body), zlib.compress(_read(pairs)), f"[{widths}]".encode()


def _read(pairs: list[tuple[int, str]]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):  # as many as one part may have
        part = pairs[start : start + 100]
        lines += [f"{len(part)} beginbfchar", *(f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in part)]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()
