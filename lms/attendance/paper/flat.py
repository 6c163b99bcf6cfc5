"""Plane geometry for a photographed page, in plain numbers: four points say how a page lies in a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Plane = tuple[float, float, float, float, float, float, float, float]  # a … h of (ax+by+c, dx+ey+f) / (gx+hy+1)
_DARK = re.compile(rb"\xff+")


@dataclass(slots=True)
class Blob:
    """Dark pixels that touch: how many, the middle, and how spread out. spread: 1 for a full square, 1.56 for a hollow one."""

    area: int = 0
    x: float = 0
    y: float = 0
    xx: float = 0
    yy: float = 0

    def take(self, row: int, start: int, end: int) -> None:
        """Add the pixels start … end-1 of a row."""
        n = end - start
        total, last = n * (start + end - 1) / 2, end - 1
        self.area += n
        self.x += total
        self.y += n * row
        self.xx += (last * (last + 1) * (2 * last + 1) - (start - 1) * start * (2 * start - 1)) / 6
        self.yy += n * row * row

    @property
    def middle(self) -> Point:
        return self.x / self.area, self.y / self.area

    @property
    def spread(self) -> float:
        mx, my = self.middle
        return (self.xx / self.area - mx * mx + self.yy / self.area - my * my) * 6 / self.area


def blobs(pixels: bytes, width: int, least: int) -> list[Blob]:
    """The dark blobs of a black-and-white picture. pixels: a byte each, 255 for dark. least: pixels of the smallest."""
    roots: list[int] = []
    runs: list[tuple[int, int, int, int]] = []  # row, start, end, label

    def root(label: int) -> int:
        while roots[label] != label:
            roots[label] = roots[roots[label]]
            label = roots[label]
        return label

    above: list[tuple[int, int, int]] = []
    for row in range(len(pixels) // width):
        here, at = [], 0
        for found in _DARK.finditer(pixels, row * width, (row + 1) * width):
            start, end = found.start() - row * width, found.end() - row * width
            label = -1
            while at < len(above) and above[at][1] < start:
                at += 1
            look = at
            while look < len(above) and above[look][0] <= end:
                other = root(above[look][2])
                if label < 0:
                    label = other
                elif other != label:
                    roots[other] = label
                look += 1
            if label < 0:
                label = len(roots)
                roots.append(label)
            here.append((start, end, label))
            runs.append((row, start, end, label))
        above = here
    found_blobs: dict[int, Blob] = {}
    for row, start, end, label in runs:
        found_blobs.setdefault(root(label), Blob()).take(row, start, end)
    return [blob for blob in found_blobs.values() if blob.area >= least]


def plane(sources: Sequence[Point], targets: Sequence[Point]) -> Plane | None:
    """The perspective that takes four points to four others; None when three of them lie on a line."""
    rows = []
    for (x, y), (u, v) in zip(sources, targets, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    solved = _solve(rows)
    return None if solved is None else (*solved,)  # type: ignore[return-value]  # eight of them


def on(of: Plane, point: Point) -> Point:
    """Where a perspective takes a point."""
    a, b, c, d, e, f, g, h = of
    x, y = point
    below = g * x + h * y + 1 or 1e-9
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below


def apart(one: Point, other: Point) -> float:
    """How far two points are from each other, in pixels."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def nearest(candidates: Sequence[Point], wanted: Point, within: float, most: int) -> Iterator[Point]:
    """The candidates close to a point, the closest first."""
    near = sorted((apart(point, wanted), point) for point in candidates)
    yield from (point for distance, point in near[:most] if distance <= within)


def _solve(rows: list[list[float]]) -> list[float] | None:
    """Linear equations by elimination with the largest pivot; each row is its left side and its right side."""
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        if abs(rows[best][at]) < 1e-9:
            return None
        rows[at], rows[best] = rows[best], rows[at]
        pivot = rows[at][at]
        rows[at] = [value / pivot for value in rows[at]]
        for row in range(size):
            if row != at and rows[row][at]:
                factor = rows[row][at]
                rows[row] = [value - factor * base for value, base in zip(rows[row], rows[at], strict=True)]
    return [row[size] for row in rows]
