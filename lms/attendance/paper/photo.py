"""A photographed or scanned sheet: which one it is, how it lies in the picture, and what stands in each row.

The QR code names sheet and page and says where its corner of the page is; the four corner marks say how the whole page
lies. Pillow lays it flat, and each row is cut out.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.attendance.paper.flat import Plane, Point, apart, blobs, nearest, on, plane
from lms.attendance.rules.sheets import PAGE, ROWS
from lms.core.errors import Invalid
from lms.core.viewing.scans import codes_on, pictures_of

if TYPE_CHECKING:
    from PIL import Image

DOTS = 8  # per millimetre of the page laid flat
LOOK = 1400  # pixels of the longer side while marks are looked for
ADDRESS = re.compile(r"/sheets/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\?page=(\d{1,3})$")
NEAR, FAR = PAGE.mark_centre, PAGE.mark_centre
CORNERS: tuple[Point, ...] = (  # top left, top right, bottom right, bottom left
    (NEAR, NEAR), (PAGE.width - FAR, NEAR), (PAGE.width - FAR, PAGE.height - FAR), (NEAR, PAGE.height - FAR),
)  # fmt: skip
_L, _T, _S = PAGE.code_left, PAGE.code_top, PAGE.code_side
CODE: tuple[Point, ...] = ((_L, _T), (_L + _S, _T), (_L + _S, _T + _S), (_L, _T + _S))


class NoCode(Invalid):
    code = "sheet-no-code"
    sentence = _l("照片里没有认出表上的二维码。请在亮处对准整张表，拍清楚，不要反光，再传一次。")


class NoCorners(Invalid):
    code = "sheet-no-corners"
    sentence = _l("认出了是哪张表，但四角的黑块没有拍全，或者纸折了。请把表放平，四个角都拍进去，再传一次。")


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One row of a page. picture: a JPEG. ink_in, ink_out: thousandths of the two boxes that are dark."""

    picture: bytes
    ink_in: int
    ink_out: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One page that was recognised, with its rows from top to bottom. sheet_id None: no code; no rows: no corners."""

    sheet_id: UUID | None = None
    page: int = 0
    rows: tuple[RowSeen, ...] = ()


def read_photo(content: bytes) -> bytes:
    """The readings of a photo or of the pages of a scan, pickled. Made for lms.core.documents.apart.

    Raises NotAPicture, PictureTooBig.
    """
    return pickle.dumps([_read(picture) for picture in pictures_of(content)])


def _read(picture: Image.Image) -> Reading:
    named = _named(picture)
    if named is None:
        return Reading()
    sheet_id, page, corners = named
    lies = _lies(picture, corners)
    if lies is None:
        return Reading(sheet_id, page)
    return Reading(sheet_id, page, tuple(_rows(_flattened(picture, lies, DOTS))))


def _named(picture: Image.Image) -> tuple[UUID, int, tuple[Point, ...]] | None:
    """Sheet, page and the corners of the code in the picture, clockwise from the code's own top left."""
    for text, corners in codes_on(picture):
        if found := ADDRESS.search(text):
            return UUID(found[1]), int(found[2]), corners
    return None


def _lies(picture: Image.Image, corners: tuple[Point, ...]) -> Plane | None:
    """The perspective from page millimetres to the picture, by the marks that best agree with the code and the rows."""
    shrink = min(1.0, LOOK / max(picture.size))
    code = [(x * shrink, y * shrink) for x, y in corners]
    side = sum(apart(code[at], code[at - 1]) for at in range(4)) / 4
    mark = side / PAGE.code_side * PAGE.mark_side  # pixels of a mark's side, near the code
    full, hollow = _marks(picture.resize((round(picture.width * shrink), round(picture.height * shrink))), mark, code)
    across = tuple((code[1][at] - code[0][at]) / PAGE.code_side for at in (0, 1))
    down = tuple((code[3][at] - code[0][at]) / PAGE.code_side for at in (0, 1))

    def about(wanted: Point, base: Point = CODE[0], place: Point = code[0]) -> Point:
        """Where a point of the page is, going straight on from a known one in the directions of the code."""
        dx, dy = wanted[0] - base[0], wanted[1] - base[1]
        return place[0] + dx * across[0] + dy * down[0], place[1] + dx * across[1] + dy * down[1]

    best: tuple[float, Plane] | None = None
    millimetre = side / PAGE.code_side
    for top_right in nearest(full, about(CORNERS[1]), 12 * millimetre, 2):
        for top_left in nearest(hollow, about(CORNERS[0]), 80 * millimetre, 5):
            for bottom_right in nearest(full, about(CORNERS[2]), 120 * millimetre, 4):
                fourth = tuple(top_left[at] + bottom_right[at] - top_right[at] for at in (0, 1))
                for bottom_left in nearest(full, (fourth[0], fourth[1]), 90 * millimetre, 4):
                    if len({top_right, bottom_right, bottom_left}) < 3:
                        continue
                    lies = plane(CORNERS, (top_left, top_right, bottom_right, bottom_left))
                    if lies is None or max(apart(on(lies, a), b) for a, b in zip(CODE, code, strict=True)) > 3 * millimetre:
                        continue
                    a, b, c, d, e, f, g, h = lies
                    whole = (a / shrink, b / shrink, c / shrink, d / shrink, e / shrink, f / shrink, g, h)
                    ruled = _ruled(_flattened(picture, whole, 4))
                    if ruled >= 0.9:
                        return whole
                    if best is None or ruled > best[0]:
                        best = ruled, whole
    return best[1] if best and best[0] >= 0.6 else None


def _marks(picture: Image.Image, mark: float, code: list[Point]) -> tuple[list[Point], list[Point]]:
    """The middles of what looks like a full and like a hollow mark. Those in the code itself are left out."""
    from PIL import ImageChops, ImageFilter

    around = picture.filter(ImageFilter.BoxBlur(max(mark * 1.6, 4))).point(lambda value: int(value * 0.72))
    dark = ImageChops.subtract(around, picture).point(lambda value: 255 if value else 0)
    middle = (sum(x for x, _y in code) / 4, sum(y for _x, y in code) / 4)
    reach = max(apart(middle, corner) for corner in code) * 1.1
    full, hollow = [], []
    for blob in blobs(dark.tobytes(), picture.width, int(mark * mark * 0.18)):
        if blob.area > mark * mark * 4 or apart(blob.middle, middle) < reach:
            continue
        if blob.spread < 1.3:
            full.append(blob.middle)
        elif blob.spread < 1.9 and blob.area > mark * mark * 0.3 and not dark.getpixel(_whole(blob.middle)):
            hollow.append(blob.middle)
    return full, hollow


def _whole(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _flattened(picture: Image.Image, lies: Plane, dots: int) -> Image.Image:
    """The page laid flat. dots: pixels for each millimetre."""
    from PIL import Image

    a, b, c, d, e, f, g, h = lies
    size = (round(PAGE.width * dots), round(PAGE.height * dots))
    data = (a / dots, b / dots, c, d / dots, e / dots, f, g / dots, h / dots)
    return picture.transform(size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC, fillcolor=255)


def _dark(flat: Image.Image, dots: int, share: float) -> Image.Image:
    """255 where the page is darker than the paper around it."""
    from PIL import ImageChops, ImageFilter

    paper = flat.filter(ImageFilter.BoxBlur(4 * dots)).point(lambda value: int(value * share))
    return ImageChops.subtract(paper, flat).point(lambda value: 255 if value > 6 else 0)


def _ruled(flat: Image.Image) -> float:
    """The share of row lines that are where they should be, at both ends: whether a page was laid flat rightly."""
    dots = 4
    dark, there = _dark(flat, dots, 0.97), 0
    for row in range(1, ROWS + 1):
        y = PAGE.first_row + row * PAGE.row_height
        for left in (PAGE.left + 1, PAGE.right - 9):
            # A line is a row of pixels nearly all dark within half a millimetre of its place.
            strip = dark.crop((round(left * dots), round((y - 0.75) * dots), round((left + 8) * dots), round((y + 0.5) * dots)))
            width = strip.width
            pixels = strip.tobytes()
            there += any(pixels[at : at + width].count(b"\xff") >= 0.6 * width for at in range(0, len(pixels), width))
    return there / (2 * ROWS)


def _rows(flat: Image.Image) -> Iterator[RowSeen]:
    dark = _dark(flat, DOTS, 0.8)
    for row in range(ROWS):
        top = PAGE.first_row + row * PAGE.row_height
        strip = flat.crop(_box(PAGE.left - 1, top - 1, PAGE.right + 1, top + PAGE.row_height + 1))
        picture = io.BytesIO()
        strip.resize((strip.width * 3 // 4, strip.height * 3 // 4)).save(picture, "JPEG", quality=72)
        ink = [_ink(dark, left, top) for left in (PAGE.in_left, PAGE.out_left)]
        yield RowSeen(picture.getvalue(), ink[0], ink[1])


def _ink(dark: Image.Image, left: float, top: float) -> int:
    """Thousandths of a signature box that are dark, its frame left out."""
    inside = dark.crop(_box(left + 1.5, top + 1, left + PAGE.out_left - PAGE.in_left - 1.5, top + PAGE.row_height - 1))
    return round(inside.histogram()[255] * 1000 / (inside.width * inside.height))


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return round(left * DOTS), round(top * DOTS), round(right * DOTS), round(bottom * DOTS)
