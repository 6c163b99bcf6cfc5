"""Hazards in a picture: where they are, and whether somebody has pointed at one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

COLUMNS = 7  # of the grid laid over a picture: at 360 px a cell is as wide as a finger needs (44 px)
FEWEST_ROWS, MOST_ROWS = 3, 12
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the store. width, height: pixels. alt: what is to be seen, for those who cannot see it; it names no hazard."""

    sha256: str
    width: int
    height: int
    alt: str

    def as_json(self) -> dict[str, Any]:
        """As the body of a question keeps it."""
        return asdict(self)

    @property
    def rows(self) -> int:
        """Rows of the grid, so that its cells are about square."""
        return min(max(round(COLUMNS * self.height / self.width), FEWEST_ROWS), MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Place:
    """A hazard. points: two opposite corners of a rectangle, or the corners of a polygon in order, as shares 0 … 1 of the
    picture's width and height from its top left corner."""

    name: str
    points: tuple[Point, ...]

    def as_json(self) -> dict[str, Any]:
        """As the body of a question keeps it."""
        return {"name": self.name, "points": [list(point) for point in self.points]}

    @property
    def outline(self) -> tuple[Point, ...]:
        """The corners in order, of a rectangle all four."""
        if len(self.points) > 2:
            return self.points
        (x1, y1), (x2, y2) = self.points
        return (x1, y1), (x2, y1), (x2, y2), (x1, y2)

    @property
    def middle(self) -> Point:
        """The middle of the box around it."""
        xs, ys = zip(*self.outline, strict=True)
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid. value: its middle, "x,y" as shares. row, column: from 1."""

    value: str
    row: int
    column: int


def cells_of(picture: Picture) -> Iterator[Cell]:
    """The grid over a picture, row by row."""
    for row in range(picture.rows):
        for column in range(COLUMNS):
            yield Cell(tap_at((column + 0.5) / COLUMNS, (row + 0.5) / picture.rows), row + 1, column + 1)


def tap_at(x: float, y: float) -> str:
    """A tap as it is kept: shares of width and height with four digits."""
    return f"{x:.4f},{y:.4f}"


def point_of(tap: str) -> Point | None:
    """Where a tap was; None for what is no point of a picture."""
    parts = tap.split(",")
    if len(parts) != 2 or not all(part.replace(".", "", 1).isascii() and part.replace(".", "", 1).isdigit() for part in parts):
        return None
    x, y = (float(part) for part in parts)
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def hits(place: Place, tap: str, picture: Picture) -> bool:
    """Whether a tap points at a place: the cell-sized box around it has a part of the place inside.

    A finger covers a cell; who taps the cell in which a hazard shows an edge has seen it.
    """
    point = point_of(tap)
    if point is None:
        return False
    half_width, half_height = 0.5 / COLUMNS, 0.5 / picture.rows
    outline = list(place.outline)
    for axis, edge, sign in (
        (0, point[0] - half_width, 1),
        (0, point[0] + half_width, -1),
        (1, point[1] - half_height, 1),
        (1, point[1] + half_height, -1),
    ):
        outline = _clipped(outline, axis, edge, sign)
    return _area(outline) > 0


def _clipped(outline: list[Point], axis: int, edge: float, sign: int) -> list[Point]:
    """What of an outline lies on one side of a line. Source: Sutherland and Hodgman, Reentrant polygon clipping, 1974."""
    kept: list[Point] = []
    for at, here in enumerate(outline):
        before = outline[at - 1]
        inside, was_inside = (here[axis] - edge) * sign >= 0, (before[axis] - edge) * sign >= 0
        if inside != was_inside:
            share = (edge - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])))
        if inside:
            kept.append(here)
    return kept


def _area(outline: list[Point]) -> float:
    """Twice the area, by the shoelace formula."""
    return abs(sum(outline[at - 1][0] * y - x * outline[at - 1][1] for at, (x, y) in enumerate(outline)))


def encloses_something(place: Place) -> bool:
    """Whether a place has any area at all."""
    return len(place.points) > 1 and _area(list(place.outline)) > 0.0001
