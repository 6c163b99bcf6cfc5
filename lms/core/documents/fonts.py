"""The faces our documents are set in: where they are on this machine, and cut to the characters of a batch.

The source is Noto CJK (SIL Open Font License). It is cut before it reaches the printer because the whole file costs
150 ms and 400 MB a document, its cut 50 ms and 180 MB.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path

import uharfbuzz as hb
from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid

FOLDERS = (  # where distributions keep Noto CJK: Debian and Ubuntu, Arch, Fedora
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/usr/share/fonts/google-noto-sans-cjk-fonts"),
    Path("/usr/share/fonts/google-noto-serif-cjk-fonts"),
)
UNPRINTED = frozenset("\t\n\f\r ")
BLOCKS = (  # where a character that is missing is likely to come from, so that the message can say so
    (0x0600, 0x06FF, _l("阿拉伯字母")),
    (0x0F00, 0x0FFF, _l("藏文")),
    (0x1800, 0x18AF, _l("蒙古文")),
    (0x200B, 0x200F, _l("看不见的控制字符")),
    (0x3400, 0x4DBF, _l("统一汉字扩展 A 区")),
    (0xE000, 0xF8FF, _l("自造字")),
    (0xFE00, 0xFE0F, _l("异体字选择符")),
    (0x1F300, 0x1FAFF, _l("表情符号")),
    (0x20000, 0x2A6DF, _l("统一汉字扩展 B 区")),
    (0x2A700, 0x2B73F, _l("统一汉字扩展 C 区")),
    (0x2B740, 0x2B81F, _l("统一汉字扩展 D 区")),
    (0x2B820, 0x2CEAF, _l("统一汉字扩展 E 区")),
    (0x2CEB0, 0x2EBEF, _l("统一汉字扩展 F 区")),
    (0x2EBF0, 0x2EE5D, _l("统一汉字扩展 I 区")),
    (0x30000, 0x3134F, _l("统一汉字扩展 G 区")),
    (0x31350, 0x323AF, _l("统一汉字扩展 H 区")),
    (0x323B0, 0x33479, _l("统一汉字扩展 J 区")),
    (0xE0100, 0xE01EF, _l("异体字选择符")),
)


class FontsMissing(RuntimeError):
    """A font the documents are set in is not on this machine: a fault of the set-up, `anke doctor` says what to install."""


class MissingCharacters(Invalid):
    """A document holds characters no font of ours can draw. It is not printed: a box in a name is worse than no certificate."""

    code = "character-missing"
    sentence = _l("这些字不在打印字体里，没有生成文件：%(characters)s。请核对用字；确实无误时，请管理员更新中文字体。")


@dataclass(frozen=True, slots=True)
class Face:
    """One face of ours. family, weight: its name in style sheets. source: its name inside `file`, a font collection."""

    family: str
    weight: int
    file: str
    source: str


SANS = Face("Anke Sans", 400, "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC")
SANS_BOLD = Face("Anke Sans", 700, "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC")
SERIF_BOLD = Face("Anke Serif", 700, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC")
MONO = Face("Anke Mono", 400, "NotoSansCJK-Regular.ttc", "Noto Sans Mono CJK SC")
FACES = (SANS, SANS_BOLD, SERIF_BOLD, MONO)


def find_file(face: Face) -> Path | None:
    """The font collection a face is in: one of the usual folders, or what fontconfig says. None when it is not installed."""
    for folder in FOLDERS:
        if (path := folder / face.file).is_file():
            return path
    if matcher := shutil.which("fc-match"):
        weight = "bold" if face.weight > 400 else "regular"
        query = [matcher, "-f", "%{file}", f"{face.source}:weight={weight}:fontformat=CFF"]
        path = Path(subprocess.run(query, capture_output=True, text=True, timeout=30, check=False).stdout)
        if path.name == face.file and path.is_file():  # fc-match always answers, with something else when it has not got it
            return path
    return None


@lru_cache(maxsize=len(FACES))
def source_of(face: Face) -> hb.Face:
    """The whole face as installed, mapped from its file, not read. Raises FontsMissing."""
    path = find_file(face)
    if path is None:
        raise FontsMissing(f"font file {face.file} not found: install fonts-noto-cjk (see `anke doctor`)")
    blob = hb.Blob.from_file_path(str(path))
    for index in range(hb.Face(blob).count):
        candidate = hb.Face(blob, index)
        if candidate.get_name(1) == face.source:
            return candidate
    raise FontsMissing(f"{path} holds no face named {face.source}: install fonts-noto-cjk (see `anke doctor`)")


def ems(text: str, face: Face) -> float:
    """How wide a text is in a face, in ems; a character that the face lacks is taken for a Chinese one."""
    return sum(_advance(face, char) for char in text)


@lru_cache(maxsize=4096)
def _advance(face: Face, char: str) -> float:
    font = _font_of(face)
    glyph = font.get_nominal_glyph(ord(char))
    return float(font.get_glyph_h_advance(glyph)) / source_of(face).upem if glyph else 1.0


@lru_cache(maxsize=len(FACES))
def _font_of(face: Face) -> hb.Font:
    return hb.Font(source_of(face))


def characters_of(texts: Iterable[str]) -> frozenset[str]:
    """Every character that printing these texts (plain, HTML or CSS) may draw; a few more do no harm."""
    found: set[str] = set()
    for text in texts:
        found.update(unescape(text))
    return frozenset(found - UNPRINTED)


def check_drawable(characters: Iterable[str]) -> None:
    """Raises MissingCharacters, naming them, when the sans faces lack one.

    The serif face lacks 64 rare characters that the sans has: style sheets name the sans after it.
    """
    faces = [source_of(face).unicodes for face in (SANS, SANS_BOLD)]
    missing = sorted(char for char in characters if not all(ord(char) in face for face in faces))
    if missing:
        raise MissingCharacters(characters="、".join(_described(char) for char in missing))


def with_boxes(text: str) -> str:
    """The text with □ for each character that the sans faces lack: for a long document that one rare character must not stop."""
    faces = [source_of(face).unicodes for face in (SANS, SANS_BOLD)]
    missing = [char for char in characters_of([text]) if not all(ord(char) in face for face in faces)]
    return text.translate(dict.fromkeys(map(ord, missing), "□"))


def cut(face: Face, characters: Iterable[str]) -> bytes:
    """An OpenType font with the given characters of a face and nothing else; what the face lacks is left out."""
    order = hb.SubsetInput()
    order.unicode_set.update(map(ord, characters))
    order.unicode_set.update(range(0x20, 0x7F))
    order.drop_table_tag_set.update(int.from_bytes(tag) for tag in (b"vhea", b"vmtx", b"VORG", b"BASE"))  # for vertical text
    return bytes(hb.subset(source_of(face), order).blob.data)


def _described(char: str) -> str:
    code = ord(char)
    block = next((name for first, last, name in BLOCKS if first <= code <= last), None)
    shown = char if char.isprintable() else "□"
    return f"{shown}（U+{code:04X}，{block}）" if block else f"{shown}（U+{code:04X}）"
