"""Files for tests of materials, made here: photos, films, slides with something wrong, a big PDF."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

WORD = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>"
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()


def docx(text: str = "有限空间作业：先通风、再检测、后作业", **more: str | bytes) -> bytes:
    """A document that Word and LibreOffice open. more: further parts, or others in place of these."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": WORD % text,
    }
    return zip_of(parts | more)


def scene(seed: int, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Something like a photo of a hall: light that falls off, a screen, rows of people, noise; another for each seed."""
    return _hall(seed).resize(size)


@lru_cache(maxsize=8)
def _hall(seed: int) -> Image.Image:
    chance = random.Random(seed)
    wide, high = 1600, 1200
    base = tuple(chance.randint(60, 200) for _ in range(3))
    picture = Image.new("RGB", (wide, high), base)
    draw = ImageDraw.Draw(picture)
    for band in range(12):
        shade = chance.randint(-40, 40)
        tone = tuple(max(0, min(255, part + shade)) for part in base)
        draw.rectangle((0, high * band // 12, wide, high * (band + 1) // 12), fill=tone)
    for _ in range(chance.randint(25, 60)):
        x, y = chance.randint(-100, wide), chance.randint(-100, high)
        w, h = chance.randint(40, wide // 3), chance.randint(40, high // 3)
        colour = tuple(chance.randint(0, 255) for _ in range(3))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)((x, y, x + w, y + h), fill=colour)
    noise = Image.frombytes("L", (wide // 4, high // 4), chance.randbytes(wide * high // 16)).resize((wide, high)).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(3)), noise, 0.15)


def photo(seed: int = 1, size: tuple[int, int] = (1600, 1200), kind: str = "JPEG", **options: object) -> bytes:
    made = io.BytesIO()
    scene(seed, size).save(made, kind, **options)
    return made.getvalue()


def film(size: int = 4096) -> bytes:
    """The outer boxes of an MP4: enough to be judged and handed out in pieces."""
    head = struct.pack(">I4s4sI8s", 24, b"ftyp", b"isom", 512, b"isommp42")
    body = random.Random(7).randbytes(max(size - len(head) - 8, 0))
    return head + struct.pack(">I4s", len(body) + 8, b"mdat") + body


def scanned_pdf(pages: int, megabytes: float) -> bytes:
    """A PDF of scanned pages, about so big in all."""
    chance = random.Random(3)
    side = int((megabytes * 1024 * 1024 / pages / 0.9) ** 0.5)
    sheets = []
    for _ in range(pages):
        noise = Image.frombytes("L", (side, side), chance.randbytes(side * side))
        sheets.append(noise)
    made = io.BytesIO()
    sheets[0].save(made, "PDF", save_all=True, append_images=sheets[1:], quality=95)
    return made.getvalue()
