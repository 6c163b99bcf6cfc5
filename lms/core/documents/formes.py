"""A forme (印版): of many pages that differ in a few lines one is set by the printer, and of the others these lines alone.

A page of a certificate takes the printer a hundred milliseconds; five lines set in the places of five others take three. What
is told to screen readers, where a line belongs and all else in the file are the printer's own. Where a line cannot be set by
itself in the same way – it breaks, does not fit, wants a second font, its letters join – nothing is cast.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lms.core.documents.typesetting import Line, Type

if TYPE_CHECKING:
    import weasyprint

Said = Mapping[str, Sequence[str]]  # the runs of each slot: pieces of a line that are written the same way
RUN = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm\n/(\w+) (\S+) Tf\n\[[^\]]*\] TJ(?=\nET)")
PAINTED = re.compile(rb"/(\w+) \S+ Tf|<([0-9a-f]+)>")
NEAR = 0.001  # px
HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """What belongs to a page that is to be kept. facts: JSON that it was made of, put inside as FACTS. beneath: drawings
    under it, of drawing.stroked and drawing.code.
    """

    title: str
    author: str
    facts: bytes
    beneath: Sequence[bytes]


class Run(NamedTuple):
    """A run as the printer set it. begin, end: its bytes in the drawing. x, y, size: in px; spacing: thousandths of an em."""

    begin: int
    end: int
    x: float
    y: bytes
    font: str
    size: float
    spacing: float
    line: Line


class Slot(NamedTuple):
    """A line whose text may be another. room: px that it may take."""

    runs: list[Run]
    centred: bool
    room: float


class Unlike(Exception):
    """A line cannot be set by itself as the printer would set it."""


class Forme:
    """Casts files of pages that are alike; made by Press.forme."""

    def __init__(self, document: weasyprint.Document, pdf: Any, bodies: Mapping[tuple[str, int], bytes], said: Said) -> None:
        """document: of one page, painted as pdf. bodies: the fonts, by family and weight. said: what stands in its slots.

        Raises Unlike.
        """
        self._objects = {one.number: one for one in pdf.objects if one.free != "f"}
        self._catalog, self._metadata, self._producer = pdf.catalog, document.metadata, pdf.info["Producer"]
        (page,) = (one for one in self._objects.values() if isinstance(one, dict) and one.get("Type") == "/Page")
        *self._beneath, self._content = (_number(one) for one in page["Contents"])
        self._told = _number(pdf.catalog["Metadata"])
        (self._inside,) = (n for n, one in self._objects.items() if getattr(one, "extra", {}).get("Type") == "/EmbeddedFile")
        fonts = {font.hash: font for font in document.fonts.values()}
        self._types = {name: Type(bodies[font.family, font.weight]) for name, font in fonts.items()}
        drawing = _bytes_of(self._objects[self._content])
        self._slots = dict(self._found(document.pages[0], drawing, said))
        if self._slots.keys() != said.keys():  # a text that nobody would change is the first person's
            raise Unlike
        runs = sorted(run[:2] for slot in self._slots.values() for run in slot.runs)
        starts, ends = [0, *(end for _begin, end in runs)], [*(begin for begin, _end in runs), len(drawing)]
        self._around = [drawing[start:end] for start, end in zip(starts, ends, strict=True)]
        self._fonts = {run.font: self._numbers_of(run.font) for slot in self._slots.values() for run in slot.runs}
        painted = _painted(self._around)
        self._always = {name: {glyph: fonts[name].to_unicode[glyph] for glyph in painted[name]} for name in self._fonts}
        self._set_up()

    def cast(self, kept: Kept, said: Said) -> bytes | None:
        """The file of another page, or None where a line of it cannot be set by itself."""
        try:
            cast = [one for name, slot in self._slots.items() for one in _cast(slot, said[name], self._types)]
        except Unlike:
            return None
        cast.sort(key=lambda one: one[0].begin)
        parts = [self._around[0]]
        lines: dict[str, list[Line]] = defaultdict(list)
        for (run, x, line), after in zip(cast, self._around[1:], strict=True):
            place = f"1 0 0 -1 {x:.6f} ".encode() + run.y + f" Tm\n/{run.font} {run.size} Tf\n[".encode()
            parts += [place, line.shown(run.spacing), b"] TJ", after]
            lines[run.font].append(line)
        own = [(self._content, _stream(b"", zlib.compress(b"".join(parts))))]
        own += [(number, _stream(b"", packed(one))) for number, one in zip(self._beneath, kept.beneath, strict=True)]
        for name, type_ in ((name, self._types[name]) for name in self._fonts):
            body, read, widths = type_.objects(type_.read_as(self._always[name], lines[name]))
            file, reading, (number, before, after_it) = self._fonts[name]
            own += [
                (file, _stream(b"/Subtype /OpenType", body)),
                (reading, _stream(b"", read)),
                (number, before + widths + after_it),
            ]
        return self._assembled([*own, *self._named(kept)])

    def _found(self, page: Any, drawing: bytes, said: Said) -> Iterator[tuple[str, Slot]]:
        """Where the slots are in the drawing: by the places at which the printer laid out their text."""
        from weasyprint.formatting_structure.boxes import LineBox, TextBox

        painted = [(float(one[1]), float(one[2]), one) for one in RUN.finditer(drawing)]
        for box in page._page_box.descendants(placeholders=True):
            name: str = box.element.get("data-slot", "") if box.element is not None and box.children else ""
            if name not in said or not isinstance(box.children[0], LineBox):
                continue
            texts = [one for one in box.descendants() if isinstance(one, TextBox)]
            if len(box.children) != 1 or [one.text for one in texts] != [*said[name]]:
                raise Unlike
            runs = []
            for text in texts:
                x, y, style = text.position_x, text.position_y + text.baseline, text.style
                at = [one for left, top, one in painted if abs(left - x) < NEAR and abs(top - y) < NEAR]
                if len(at) != 1:
                    raise Unlike
                font, size = at[0][3].decode(), float(at[0][4])
                spacing = 0.0 if style["letter_spacing"] == "normal" else style["letter_spacing"] / style["font_size"] * 1000
                line = self._types[font].set(text.text, bool(spacing))
                if line is None:
                    raise Unlike
                runs.append(Run(*at[0].span(), x, at[0][2], font, size, spacing, line))
            yield name, Slot(runs, box.style["text_align_all"] == "center", box.width)

    def _numbers_of(self, name: str) -> tuple[int, int, tuple[int, bytes, bytes]]:
        """The objects of a font: its file, how it is read, and that of its widths with what stands before and after them."""
        resources = next(one for one in self._objects.values() if isinstance(one, dict) and "ExtGState" in one)
        font = self._objects[_number(self._objects[_number(resources["Font"])][name])]
        number = _number(font["DescendantFonts"][0])
        below = self._objects[number]
        before, after = below.data.split(below["W"].data)
        file = _number(self._objects[_number(below["FontDescriptor"])]["FontFile3"])
        return file, _number(font["ToUnicode"]), (number, before, after)

    def _set_up(self) -> None:
        """Lay down what is the same in every file: its streams one after another, its other objects in one, packed."""
        own = {self._content, *self._beneath, self._told, self._inside}
        own |= {number for file, read, (below, *_around) in self._fonts.values() for number in (file, read, below)}
        same = [(number, one) for number, one in self._objects.items() if number not in own]
        self._first = HEADER
        self._places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        within, data = [], []
        for number, one in same:
            if one.compressible:
                within.append((number, one.data))
            else:
                self._places[number] = (1, len(self._first), 0)
                self._first += _indirect(number, one.data)
        self._info = max(self._objects) + 1
        packed_in, at = self._info + 1, 0
        for index, (number, body) in enumerate(within):
            self._places[number] = (2, packed_in, index)
            data.append((f"{number} {at}", body))
            at += len(body) + 1
        index_of = " ".join(head for head, _body in data).encode()
        told = f"/Type /ObjStm/N {len(data)}/First {len(index_of) + 1}".encode()
        self._places[packed_in] = (1, len(self._first), 0)
        self._first += _indirect(
            packed_in, _stream(told, zlib.compress(b"\n".join([index_of, *(body for _head, body in data)]), 9))
        )
        self._told_of_inside, self._root = self._objects[self._inside].extra, self._catalog.reference
        self._digest = hashlib.sha256(self._first).digest()
        del self._objects, self._catalog

    def _named(self, kept: Kept) -> Iterator[tuple[int, bytes]]:
        """What a file says of itself, in both places, and its data."""
        import pydyf

        title, author = pydyf.String(kept.title), pydyf.String(kept.author)
        yield self._info, pydyf.Dictionary({"Producer": self._producer, "Title": title, "Author": author}).data
        metadata, scrap = copy(self._metadata), pydyf.PDF()
        metadata.title, metadata.authors = kept.title, [kept.author]
        metadata.include_in_pdf(scrap, "a", 3, "A", True)
        yield self._told, scrap.objects[-1].data
        md5 = hashlib.md5(kept.facts, usedforsecurity=False).hexdigest()  # as the format has it
        of_file = pydyf.Dictionary(self._told_of_inside["Params"] | {"CheckSum": f"<{md5}>", "Size": len(kept.facts)})
        yield self._inside, pydyf.Stream([kept.facts], self._told_of_inside | {"Params": of_file}, compress=True).data

    def _assembled(self, own: Sequence[tuple[int, bytes]]) -> bytes:
        """A file of what is the same in all and what is this one's own."""
        file, at, places = [self._first], len(self._first), dict(self._places)
        for number, data in own:
            places[number] = (1, at, 0)
            file.append(_indirect(number, data))
            at += len(file[-1])
        last = len(places)
        places[last] = (1, at, 0)
        table = b"".join(
            kind.to_bytes(1) + first.to_bytes(4) + second.to_bytes(2) for _number, (kind, first, second) in sorted(places.items())
        )
        mark = hashlib.sha256(self._digest + b"".join(data for _number, data in own)).hexdigest()[:32].encode()
        told = b"/Type /XRef/W [1 4 2]/Size %d/Root %b/Info %d 0 R/ID [<%b> <%b>]" % (
            last + 1,
            self._root,
            self._info,
            mark,
            mark,
        )
        file += [_indirect(last, _stream(told, zlib.compress(table))), b"startxref\n%d\n%%%%EOF\n" % at]
        return b"".join(file)


@lru_cache(maxsize=8)
def packed(drawing: bytes) -> bytes:
    """A drawing of those beneath, which are often the same."""
    return zlib.compress(drawing, 9)


def _cast(slot: Slot, texts: Sequence[str], types: Mapping[str, Type]) -> Iterator[tuple[Run, float, Line]]:
    """Each run of a slot with another text, and where it begins. Raises Unlike."""
    lines: list[Line] = []
    for run, text in zip(slot.runs, texts, strict=True):
        line = types[run.font].set(text, bool(run.spacing))
        if line is None:
            raise Unlike
        lines.append(line)
    widths = [line.width(run.size, run.spacing) for run, line in zip(slot.runs, lines, strict=True)]
    wider = [width - run.line.width(run.size, run.spacing) for run, width in zip(slot.runs, widths, strict=True)]
    if sum(widths) > slot.room:
        raise Unlike
    moved = -sum(wider) / 2 if slot.centred else 0.0
    for run, line, more in zip(slot.runs, lines, wider, strict=True):
        yield run, run.x + moved, line
        moved += more


def _painted(drawing: Sequence[bytes]) -> dict[str, set[int]]:
    """The glyphs that are shown, by the names of their fonts."""
    found: dict[str, set[int]] = defaultdict(set)
    for part in drawing:
        font = ""
        for name, glyphs in PAINTED.findall(part):
            if name:
                font = name.decode()
            else:
                found[font] |= {int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4)}
    return found


def _bytes_of(stream: Any) -> bytes:
    parts = (getattr(part, "data", part) for part in stream.stream)
    return b"\n".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _indirect(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (number, data)


def _stream(told: bytes, body: bytes) -> bytes:
    return b"<<%b/Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream" % (told, len(body), body)
