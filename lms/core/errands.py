"""What takes longer than anybody waits for a page: a view raises Later, and a worker does it while its progress is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
STEPS = 1_000  # of each part of a bar
SAID = 100  # times while the rows of a part are gone through
Tell = Callable[[int, int], None]  # how much is done, of how much
Work = Callable[[Any, bytes, Tell], bytes | None]
_works: dict[str, Work] = {}


def untold(_done: int, _total: int) -> None:
    """Tell nobody: somebody waits for it."""


class Each(Protocol):
    """Rows to go through, one after another."""

    def __call__(self, rows: Sequence[T], /) -> Iterable[T]: ...


def plainly(rows: Sequence[T]) -> Iterable[T]:
    """Nobody is told how far it is."""
    return rows


class Bar:
    """How far something long is, in parts of the same length on the bar."""

    def __init__(self, tell: Tell = untold, parts: int = 1) -> None:
        self._tell, self._parts, self._over = tell, parts, 0
        self._say(0)

    def over(self, rows: Sequence[T], /) -> Iterator[T]:
        """Rows that are gone through as the next part: it moves with them."""
        every = max(len(rows) // SAID, 1)
        for number, row in enumerate(rows):
            if number % every == 0:
                self._say(number * STEPS // len(rows))
            yield row
        self.part_over()

    def part_over(self) -> None:
        """The next part is done, of which nothing could be told before."""
        self._over += 1
        self._say(0)

    def _say(self, steps: int) -> None:
        self._tell(self._over * STEPS + steps, self._parts * STEPS)


def errand(work: Work) -> Work:
    """Register what a worker may do by its name: (who asked, what with, tell) → the file that comes of it, if one does.

    What it raises as a Problem is shown to whoever asked. It may be called again where a worker was killed.
    """
    _works[work.__name__] = work
    return work


def work_of(name: str) -> Work:
    """What a worker does by this name. Raises KeyError."""
    return _works[name]


class Later(Exception):
    """An answer that is not waited for. Whatever the view wrote until then stands.

    work: what is to be done. title: what it is called, for a file its name. given: what with. back: the address of the page it
    is asked on. goal: the one to go on to, None where a file comes of it.
    """

    def __init__(self, work: Work, title: str, given: bytes, *, back: str, goal: str | None = None) -> None:
        super().__init__(work.__name__)
        self.work, self.title, self.given, self.back, self.goal = work.__name__, title, given, back, goal
