"""A picture as somebody uploads it, made fit for a phone."""

from __future__ import annotations

import io

LARGEST_SIDE = 1_600  # pixels
MOST_PIXELS = 40_000_000  # of the picture as uploaded; more would unfold into more memory than a process has
QUALITY = 82


class NotAPicture(ValueError):
    """The bytes are no JPEG, PNG or WebP picture that can be read, or it is too large."""


def fit(content: bytes) -> tuple[bytes, int, int]:
    """A JPEG of at most 1,600 pixels a side, upright and without what the camera wrote into it; its width and height.

    Raises NotAPicture.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # here, not above: every process of the server would hold it

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture
            if opened.format == "JPEG" and opened.mode == "RGB" and max(opened.size) <= LARGEST_SIDE and not opened.getexif():
                opened.load()
                return content, opened.width, opened.height  # fit already, and it stays the same file
            opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), picture.width, picture.height
