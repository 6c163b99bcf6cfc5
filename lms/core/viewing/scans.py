"""Photos and scans of printed pages: opened as grey pictures, and the QR codes on them. For a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid, TooBig

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 60_000_000
MOST_PAGES = 40
SCAN_DPI = 200
LARGEST_SIDE = 4000  # pixels
Corners = tuple[tuple[float, float], ...]


class NotAPicture(Invalid):
    code = "sheet-not-a-picture"
    sentence = _l("打不开这个文件：请上传照片（JPG、PNG）或扫描的 PDF。")


class PictureTooBig(TooBig):
    code = "sheet-picture-too-big"
    sentence = _l("这张照片太大（超过 6000 万像素），请用手机相机的普通模式重拍。")


def pictures_of(content: bytes) -> Iterator[Image.Image]:
    """Grey pictures, upright as far as the camera knew: of a photo the one, of a scanned PDF its pages.

    Raises NotAPicture, PictureTooBig.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    if content.startswith(b"%PDF-"):
        yield from _scanned(content)
        return
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooBig
            picture.draft("L", (LARGEST_SIDE, LARGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise NotAPicture from fault
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    yield upright


def _scanned(content: bytes) -> Iterator[Image.Image]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            longest = max(page.get_size())  # points
            scale = min(SCAN_DPI / 72, LARGEST_SIDE / max(longest, 1))
            yield page.render(scale=scale, grayscale=True).to_pil().convert("L")
    except pypdfium2.PdfiumError as fault:
        raise NotAPicture from fault


def codes_on(picture: Image.Image) -> Iterator[tuple[str, Corners]]:
    """What the QR codes of a picture say, and the corners of each, clockwise from its own top left.

    Looked for in several renderings, so that the same code may come more than once.
    """
    import zxingcpp
    from PIL import ImageOps

    def tries() -> Iterator[tuple[Image.Image, float]]:
        yield picture, 1
        yield ImageOps.autocontrast(picture, cutoff=2), 1
        half = picture.resize((picture.width // 2, picture.height // 2))
        yield ImageOps.autocontrast(half, cutoff=2), 2
        if max(picture.size) <= 2400:
            twice = picture.resize((picture.width * 2, picture.height * 2))
            yield ImageOps.autocontrast(twice, cutoff=2), 0.5

    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for attempt, scale in tries():
        for code in zxingcpp.read_barcodes(attempt, formats=only):
            at = code.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            yield code.text, tuple((corner.x * scale, corner.y * scale) for corner in corners)
