"""Pictures of the demo, drawn when it is loaded: photos of a lecture, and a workshop to look for hazards in."""

from __future__ import annotations

import io
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from lms.core.clock import local
from lms.quizzes.rules import Place

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SIZE = (1200, 900)
WALL, FLOOR, SCREEN, INK = (214, 220, 216), (150, 140, 128), (245, 248, 246), (40, 52, 47)
CLOTHES = ((46, 92, 140), (58, 110, 90), (120, 78, 60), (86, 86, 96), (168, 120, 48))
TAKEN, EXIF_IFD = 0x9003, 0x8769  # the tag of EXIF for when a photo was taken, and where it stands
WORKSHOP = "粮油加工车间一角：设备、通道、配电箱和人"
HAZARDS = (
    Place("安全出口被料袋堵住", ((0.06, 0.38), (0.27, 0.86))),
    Place("配电箱敞开着门", ((0.4, 0.22), (0.59, 0.54))),
    Place("传动皮带没有防护罩", ((0.65, 0.56), (0.97, 0.85))),
)


def hall(rng: Random, at: datetime, *, rows: int, speaker: bool) -> bytes:
    """A JPEG of people in rows before a screen, seen from the back, as a phone took it at that time."""
    from PIL import Image, ImageDraw, ImageFilter

    picture = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, *SIZE), fill=FLOOR)
    left = rng.randint(240, 380)
    pen.rectangle((left, 90, left + 560, 420), fill=SCREEN, outline=INK, width=6)
    for line in range(5):
        pen.rectangle((left + 50, 150 + 50 * line, left + 50 + rng.randint(180, 440), 166 + 50 * line), fill=(120, 150, 138))
    if speaker:
        _person(pen, left - 90, 470, 74, (60, 60, 68))
    for row in range(rows):
        size = 46 + 16 * row
        for seat in range(-1, 12):
            if rng.random() < 0.85:
                across = round(seat * size * 2.2 + (row % 2) * size + rng.randint(-8, 8))
                _person(pen, across, 560 + 92 * row, size, rng.choice(CLOTHES))
    noise = Image.effect_noise(SIZE, 22).convert("RGB")
    return _jpeg(Image.blend(picture.filter(ImageFilter.GaussianBlur(1.2)), noise, 0.08), at)


def door(rng: Random, at: datetime) -> bytes:
    """A JPEG of a table at the door with a sheet of paper and people queuing."""
    from PIL import Image, ImageDraw, ImageFilter

    picture = Image.new("RGB", SIZE, (226, 218, 200))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 620, *SIZE), fill=(126, 132, 128))
    pen.rectangle((760, 120, 1060, 640), fill=(92, 70, 52), outline=INK, width=5)
    for number in range(5):
        _person(pen, 90 + 150 * number, 520 + rng.randint(-12, 12), 92, rng.choice(CLOTHES))
    pen.polygon(((180, 700), (980, 700), (1100, 880), (60, 880)), fill=(176, 140, 96), outline=INK)
    pen.polygon(((460, 730), (700, 730), (720, 850), (430, 850)), fill=(250, 250, 246), outline=INK)
    for line in range(6):
        pen.line((470, 748 + 16 * line, 690, 748 + 16 * line), fill=(140, 140, 140), width=2)
    noise = Image.effect_noise(SIZE, 22).convert("RGB")
    return _jpeg(Image.blend(picture.filter(ImageFilter.GaussianBlur(1.2)), noise, 0.08), at)


def paper(rng: Random, at: datetime) -> bytes:
    """A JPEG of a printed page with a stamp, as somebody scans a proof that was given elsewhere."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, (238, 236, 230))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((300, 60, 900, 860), fill=(252, 252, 248), outline=INK, width=3)
    pen.rectangle((440, 120, 760, 160), fill=INK)
    for line in range(9):
        pen.rectangle((360, 230 + 50 * line, 360 + rng.randint(320, 480), 246 + 50 * line), fill=(120, 124, 120))
    pen.ellipse((690, 660, 850, 820), outline=(190, 50, 40), width=8)
    return _jpeg(picture, at)


def workshop() -> bytes:
    """A JPEG of a workshop with the HAZARDS in it, and things that are in order."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, (222, 226, 222))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 640, *SIZE), fill=(168, 168, 160))
    pen.line((380, 640, 330, 900), fill=(232, 190, 40), width=10)
    pen.rectangle((90, 150, 310, 640), fill=(70, 120, 90), outline=INK, width=5)  # the way out
    pen.rectangle((110, 90, 290, 140), fill=(20, 140, 80))
    for step in range(3):
        pen.line((150 + 40 * step, 115, 175 + 40 * step, 115), fill="white", width=8)
    for number, (across, down) in enumerate(((80, 660), (190, 660), (130, 560), (240, 560), (180, 460), (90, 380))):
        pen.rounded_rectangle(
            (across, down, across + 110, down + 100), 18, fill=(206, 178 - 6 * number, 130), outline=INK, width=4
        )
    pen.rectangle((560, 210, 690, 450), fill=(120, 130, 136), outline=INK, width=5)  # the switch box, its door open
    pen.polygon(((560, 210), (490, 240), (490, 480), (560, 450)), fill=(150, 160, 166), outline=INK, width=4)
    for line in range(4):
        pen.rectangle((585, 240 + 48 * line, 665, 266 + 48 * line), fill=(40, 40, 44))
        pen.line((600, 266 + 48 * line, 640, 286 + 48 * line), fill=(200, 40, 40), width=4)
    for across in (860, 1080):  # two wheels and the belt between them
        pen.ellipse((across - 80, 520, across + 80, 680), fill=(90, 96, 100), outline=INK, width=6)
        pen.ellipse((across - 14, 586, across + 14, 614), fill=INK)
    pen.line((860, 520, 1080, 520), fill=INK, width=14)
    pen.line((860, 680, 1080, 680), fill=INK, width=14)
    pen.rectangle((830, 690, 1110, 760), fill=(70, 78, 82), outline=INK, width=5)
    pen.rounded_rectangle((402, 520, 446, 640), 12, fill=(200, 30, 30), outline=INK, width=4)  # a fire extinguisher in its place
    pen.rectangle((414, 500, 434, 522), fill=INK)
    _person(pen, 650, 700, 96, (46, 92, 140))
    pen.pieslice((602, 490, 698, 590), 180, 360, fill=(238, 190, 30), outline=INK, width=4)  # a helmet, worn
    return _jpeg(picture, None)


def _person(pen: ImageDraw.ImageDraw, across: int, down: int, size: int, clothes: tuple[int, int, int]) -> None:
    """Head and shoulders; down: where the shoulders end. size: pixels across the shoulders, by half."""
    head = size * 0.52
    pen.rounded_rectangle(
        (across - size * 0.8, down - size * 0.7, across + size * 0.8, down + size * 1.4), size * 0.5, fill=clothes
    )
    pen.ellipse((across - head, down - size * 1.75, across + head, down - size * 0.6), fill=(66, 50, 42))


def _jpeg(picture: Image.Image, at: datetime | None) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    if at is not None:
        exif.get_ifd(EXIF_IFD)[TAKEN] = f"{local(at):%Y:%m:%d %H:%M:%S}"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()
