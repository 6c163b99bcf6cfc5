"""Ornaments and codes as SVG, computed: nothing here is an image somebody drew."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from math import cos, pi, sin
from typing import Any

import segno
from markupsafe import Markup

Point = tuple[float, float]


@lru_cache
def guilloche(width: float, height: float, radius: float, amplitude: float, period: float, lines: int) -> tuple[str, ...]:
    """A band of interlaced waves around a rounded rectangle, as the `d` of one SVG path for each line.

    width, height, radius: the middle line of the band, from 0,0, in the unit of the drawing.
    amplitude: half the width of the band. period: wished length of a wave; it is stretched so that whole waves fit and
    the band closes without a seam. lines: how many waves, evenly out of step.
    """
    middle, length = _rounded_rectangle(width, height, radius)
    waves = round(length / period)

    def wave(phase: float) -> Callable[[float], Point]:
        def at(share: float) -> Point:
            (x, y), (nx, ny) = middle((share + phase / waves) % 1 * length)
            offset = amplitude * cos(2 * pi * waves * share)
            return x + nx * offset, y + ny * offset

        return at

    # From crest to trough in one step: half a cosine wave is within 1.5 % of one Bézier curve.
    return tuple(_smooth_loop(wave(line / lines), waves * 2) for line in range(lines))


@lru_cache
def rounded(left: float, top: float, width: float, height: float, radius: float) -> str:
    """A rounded rectangle, a circle where the radius is half its width, as the `d` of a path like those of guilloche()."""
    bend = radius * 0.5523  # a quarter of a circle as a Bézier curve, within 0.03 %
    right, bottom = left + width, top + height
    corners = (
        ((right - radius, top), (right - radius + bend, top), (right, top + radius - bend), (right, top + radius)),
        ((right, bottom - radius), (right, bottom - radius + bend), (right - radius + bend, bottom), (right - radius, bottom)),
        ((left + radius, bottom), (left + radius - bend, bottom), (left, bottom - radius + bend), (left, bottom - radius)),
        ((left, top + radius), (left, top + radius - bend), (left + radius - bend, top), (left + radius, top)),
    )
    at: Point = (left + radius, top)
    parts = [f"M{_n(at[0])} {_n(at[1])}"]
    for begin, *curve in corners:
        for three in ((at, begin, begin), curve):
            parts.append("C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in three))
        at = curve[-1]
    return "".join(parts) + "Z"


def code(content: str, *, left: float, top: float, size: float, height: float) -> bytes:
    """A QR code as such a drawing; the page keeps at least four modules white around it.

    As an SVG in the page the printer would take a third of its time for reading and writing the path. Arguments as in stroked().
    """
    import zxingcpp  # here, not above: only who prints has it in memory; it takes a tenth of the time of segno

    made = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = made.to_image(scale=1, add_quiet_zones=False)
    matrix: Any = memoryview(image).tolist()  # 0 is dark
    point = 72 / 25.4
    module = size / len(matrix) * point
    parts = [f"/Artifact BMC q {module:.6f} 0 0 {-module:.6f} {_n(left * point)} {_n((height - top) * point)} cm 0 g"]
    for y, row in enumerate(matrix):
        x = 0
        for light, run in groupby(row):
            wide = len(list(run))
            if not light:
                parts.append(f"{x} {y} {wide} 1 re")
            x += wide
    return "\n".join([*parts, "f Q EMC"]).encode()


@lru_cache
def stroked(
    lines: tuple[str, ...], *, color: str, width: float, left: float, top: float, height: float, dashes: str = ""
) -> bytes:
    """The lines of a guilloche as a drawing that lies ready in the language of PDF (ISO 32000-1 §8.5), for Press.print.

    As an SVG in the page the printer would read and write its thousands of points again for each of many like pages.
    color: as in CSS, #0b6e5a. width: of a stroke, and left, top: where 0,0 of the lines is, and height: of the page, all in mm.
    dashes: lengths of dash and gap, "1.6 1.1"; "" for none.
    """
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    point = 72 / 25.4
    # What is no part of the text is marked so, for who has the page read out (§14.8.2.2).
    parts = ["/Artifact BMC q", f"{point:.6f} 0 0 {-point:.6f} {_n(left * point)} {_n((height - top) * point)} cm"]
    parts.append(f"{red:.3f} {green:.3f} {blue:.3f} RG {width:g} w [{dashes}] 0 d")
    for line in lines:
        start, *curves = line.removeprefix("M").removesuffix("Z").split("C")
        parts += [f"{start} m", *(f"{curve} c" for curve in curves), "h"]
    return "\n".join([*parts, "S Q EMC"]).encode()


@lru_cache(maxsize=256)  # a document's page is filled more than once on its way to the press
def qr(content: str, *, border: int = 4, error: str = "m") -> Markup:
    """A QR code as an SVG element of class qr that fills its box.

    border: modules of quiet zone inside the box; 0 where the page keeps at least four modules white around it.
    error: level of error correction, l, m, q or h.
    """
    code = segno.make_qr(content, error=error, boost_error=False)
    return Markup(code.svg_inline(border=border, omitsize=True, svgclass="qr", lineclass=None))


def qr_on_screen(text: str) -> Markup:
    """A QR code for a screen, as inline SVG: few, large modules first, then as much error correction as fits.

    One module of its quiet zone is its own, the other three are the white panel around it.
    """
    return Markup(  # drawn by segno from our own text
        segno.make(text, error="l", boost_error=True, micro=False).svg_inline(
            border=1, omitsize=True, svgclass=None, lineclass=None, light="#fff"
        )
    )


def _rounded_rectangle(width: float, height: float, radius: float) -> tuple[Callable[[float], tuple[Point, Point]], float]:
    """The way around a rounded rectangle: distance → point and outward normal; and how long it is."""
    quarter = pi * radius / 2
    across, down = width - 2 * radius, height - 2 * radius
    sides = (across, down, across, down)
    starts = ((radius, 0.0), (width, radius), (width - radius, height), (0.0, height - radius))
    centres = ((width - radius, radius), (width - radius, height - radius), (radius, height - radius), (radius, radius))

    def middle(distance: float) -> tuple[Point, Point]:
        for turn, side in enumerate(sides):
            dx, dy = round(cos(turn * pi / 2)), round(sin(turn * pi / 2))
            if distance <= side:
                x, y = starts[turn]
                return (x + dx * distance, y + dy * distance), (dy, -dx)
            distance -= side
            if distance <= quarter:
                angle = (turn - 1) * pi / 2 + distance / radius
                x, y = centres[turn]
                return (x + radius * cos(angle), y + radius * sin(angle)), (cos(angle), sin(angle))
            distance -= quarter
        return starts[0], (0.0, -1.0)

    return middle, 2 * (across + down) + 4 * quarter


def _smooth_loop(at: Callable[[float], Point], steps: int) -> str:
    """A closed curve through `steps` points of at(0 … 1), with the tangents of the curve there (Hermite → Bézier)."""
    tiny = 1 / steps / 64
    points = []
    for step in range(steps):
        share = step / steps
        (x, y), (ax, ay), (bx, by) = at(share), at(share - tiny), at(share + tiny)
        scale = 1 / (2 * tiny) / steps / 3
        points.append((x, y, (bx - ax) * scale, (by - ay) * scale))
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (x, y, dx, dy), (u, v, du, dv) in zip(points, [*points[1:], points[0]], strict=True):
        parts.append(f"C{_n(x + dx)} {_n(y + dy)} {_n(u - du)} {_n(v - dv)} {_n(u)} {_n(v)}")
    return "".join(parts) + "Z"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
