"""Looks at one photo; run as a script in a process of its own: SOURCE FOLDER.

Writes 1.webp and 1-small.webp without anything that was written beside the pixels; one line of JSON on stdout: width and
height of the original, taken and offset as the camera wrote them, prints (see `prints_of`); or `fault`.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.core.viewing.limits import MEMORY, confine
from lms.core.viewing.painting import keep, open_photo, say

if TYPE_CHECKING:
    from PIL import Image as Images

SIDE = 256  # pixels of the square on which prints are taken
GRID = 8
SHARES = (1.0, 0.92, 0.84, 0.76)  # of width and of height that a window keeps
DETAILS, TAKEN, OFFSET = 0x8769, 0x9003, 0x9011  # EXIF: the sub-directory, DateTimeOriginal, OffsetTimeOriginal


def look(source: Path, folder: Path) -> None:
    """Say a photo's size, hour of capture and prints on stdout, or that it is damaged, and keep it upright in the folder."""
    upright, exif = open_photo(source)
    if upright is None:
        return say(fault="damaged")
    details: dict[int, Any] = exif.get_ifd(DETAILS) if exif else {}
    width, height = upright.size
    prints = [f"{each:032x}" for each in prints_of(upright)]
    keep(upright, 1, folder)
    say(width=width, height=height, taken=_text(details.get(TAKEN)), offset=_text(details.get(OFFSET)), prints=prints)
    return None


def prints_of(photo: Images.Image) -> list[int]:
    """Perceptual prints of the whole, first, and of windows of it: what was cut out of a photo is nearly one of its windows.

    A print (dHash): 128 bits, whether each of 8 × 8 cells is darker than its neighbour to the right, and below. Two photos
    differ by the number of unlike bits.
    """
    from PIL import Image

    plain = photo.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    found = []
    for wide in SHARES:
        for high in SHARES:
            for left in _starts(wide):
                for top in _starts(high):
                    found.append(_print(plain.crop((left, top, left + int(SIDE * wide), top + int(SIDE * high)))))
    return found


def _starts(share: float) -> tuple[int, ...]:
    """Where windows of this share begin: at the edge, in the middle, at the other edge."""
    slack = SIDE - int(SIDE * share)
    return (0, slack // 2, slack) if slack else (0,)


def _print(window: Images.Image) -> int:
    from PIL import Image

    cells = window.resize((GRID + 1, GRID + 1), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(GRID):
        for column in range(GRID):
            here = row * (GRID + 1) + column
            bits = bits << 2 | (cells[here] < cells[here + 1]) << 1 | (cells[here] < cells[here + GRID + 1])
    return bits


def _text(value: Any) -> str | None:
    return value.strip("\0 ")[:40] if isinstance(value, str) else None


if __name__ == "__main__":
    confine(MEMORY)
    warnings.simplefilter("ignore")
    look(Path(sys.argv[1]), Path(sys.argv[2]))
