"""Photos of a printed sheet: signed with strokes, put on a table, seen from an angle, in bad light."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Collection
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from lms.attendance.paper.flat import plane
from lms.attendance.rules.sheets import PAGE, ROWS

TABLE = 70  # how grey the table is


def pages(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages of a PDF as a printer would put them on paper."""
    (folder / "sheet.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", folder / "sheet.pdf", folder / "sheet"], check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("sheet-*.png"))]


def signed(page: Image.Image, came: Collection[int], left: Collection[int] = (), seed: int = 1) -> Image.Image:
    """A copy of a page on which people signed in these lines; lines of the second page go on from the first."""
    paper, chance = page.copy(), random.Random(seed)
    scale, pen = page.width / PAGE.width, ImageDraw.Draw(paper)
    for lines, box in ((came, PAGE.in_left), (left, PAGE.out_left)):
        for line in lines:
            top = PAGE.first_row + ((line - 1) % ROWS) * PAGE.row_height
            stroke = [(box + 3 + step * 2.6, top + chance.uniform(1.6, 6.2)) for step in range(13)]
            pen.line([(x * scale, y * scale) for x, y in stroke], fill=60, width=round(scale * 0.45))
    return paper


def photo(
    paper: Image.Image, *, turned: float = 0, skew: float = 0, light: float = 1, blur: float = 0, side: int = 2000
) -> bytes:
    """A JPEG of a page on a table. turned: degrees. skew: how slanted it is seen, 0.1 is a lot. side: pixels of the longer."""
    width, height = paper.size
    scene = Image.new("L", (width * 3 // 2, height * 7 // 5), TABLE)
    scene.paste(paper, (width // 4, height // 5))
    scene = scene.rotate(turned, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    w, h = scene.size
    seen = ((w * skew, h * skew * 0.7), (w * (1 - skew * 1.2), 0), (w, h), (0, h * (1 - skew * 0.5)))
    slant = plane(((0, 0), (w, 0), (w, h), (0, h)), seen)
    scene = scene.transform((w, h), Image.Transform.PERSPECTIVE, slant, Image.Resampling.BICUBIC, fillcolor=TABLE)
    scene = ImageEnhance.Brightness(scene).enhance(light)
    scene.thumbnail((side, side))
    if blur:
        scene = scene.filter(ImageFilter.GaussianBlur(blur))
    taken = io.BytesIO()
    scene.save(taken, "JPEG", quality=80)
    return taken.getvalue()
