"""A logo or the picture of a seal, as it goes into documents: small, upright, with nothing but its pixels."""

from __future__ import annotations

import io
import warnings

LEAST, MOST = 80, 600  # pixels: fewer are a blur on paper, more nobody sees at 44 mm
COLOURS = 128


class NotAnEmblem(ValueError):
    """why: damaged (or no PNG, JPEG or WebP), or small."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def emblem(content: bytes) -> bytes:
    """The picture as a PNG that keeps what is see-through. To be run apart, with a limit of memory. Raises NotAnEmblem."""
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise NotAnEmblem("damaged") from fault
    if min(picture.size) < LEAST:
        raise NotAnEmblem("small")
    picture.thumbnail((MOST, MOST))
    made = io.BytesIO()
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(made, "PNG", optimize=True)
    return made.getvalue()
