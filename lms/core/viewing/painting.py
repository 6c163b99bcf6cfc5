"""Paints the pages of a file; run as a script in a process of its own: SOURCE FOLDER.

For each page a line of JSON on stdout, when its two files are complete: number, width, height, of. A file that cannot be
opened: one line with `fault`.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

from lms.core.viewing.limits import MEMORY, confine

WIDTH = 1200  # pixels: three for each of a phone's 390
MOST_PIXELS = 5_000_000  # of one page, however long it is
SMALL = 360
MOST_PAGES = 300
QUALITY = 80


def paint(source: Path, folder: Path) -> None:
    """The pages of a PDF, or a photo, as pictures in the folder."""
    with source.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if is_pdf:
        _pdf(source, folder)
    else:
        _photo(source, folder)


def _pdf(source: Path, folder: Path) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        return say(fault="locked" if "password" in str(error).lower() else "damaged")
    for index in range(min(pages, MOST_PAGES)):
        page = document[index]
        wide, high = page.get_size()
        scale = min(WIDTH / max(wide, 1), (MOST_PIXELS / max(wide * high, 1)) ** 0.5)
        width, height = keep(page.render(scale=scale).to_pil().convert("RGB"), index + 1, folder)
        say(number=index + 1, width=width, height=height, of=pages)
        page.close()


def _photo(source: Path, folder: Path) -> None:
    upright, _exif = open_photo(source)
    if upright is None:
        return say(fault="damaged")
    width, height = keep(upright, 1, folder)
    return say(number=1, width=width, height=height, of=1)


def open_photo(source: Path) -> tuple[Any, Any]:
    """A photo the right way up, and what its camera wrote beside it; (None, None) when it is none or far too big."""
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as opened:
            exif = opened.getexif()
            opened.draft("RGB", (WIDTH * 2, WIDTH * 2))  # a JPEG is decoded no bigger than needed
            return ImageOps.exif_transpose(opened).convert("RGB"), exif
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None, None


def keep(picture: Any, number: int, folder: Path) -> tuple[int, int]:
    """Saved anew from pixels alone: nothing that was written beside them, such as a place, comes along. Returns its size."""
    picture.info.clear()
    picture.thumbnail((WIDTH, WIDTH * 4))
    size: tuple[int, int] = picture.size
    picture.save(folder / f"{number}.webp", quality=QUALITY, method=2, exif=b"")
    picture.thumbnail((SMALL, SMALL))
    picture.save(folder / f"{number}-small.webp", quality=70, method=2, exif=b"")
    return size


def say(**values: Any) -> None:
    """One line for whoever waits for it."""
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    confine(MEMORY)
    paint(Path(sys.argv[1]), Path(sys.argv[2]))
