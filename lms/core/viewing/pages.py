"""Pages of a PDF, or one photo, as WebP pictures: made in a process of its own and handed over one by one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.core.viewing.problems import CannotShow

SECONDS = 600  # for all pages of one file


@dataclass(frozen=True, slots=True)
class Picture:
    """One page. number: from 1. width, height: pixels of `path`; `small` is the thumbnail. of: pages of the file in all."""

    number: int
    width: int
    height: int
    of: int
    path: Path
    small: Path


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo as it was looked at. width, height: pixels.

    taken, offset: as its camera wrote them ("2026:11:23 14:40:05", "+08:00").
    prints: 32 hex digits each, of the whole first, then of its windows (see looking.prints_of). path, small: pictures.
    """

    width: int
    height: int
    taken: str | None
    offset: str | None
    prints: tuple[str, ...]
    path: Path
    small: Path


def pictures(source: Path, folder: Path, *, seconds: float = SECONDS) -> Iterator[Picture]:
    """The pages of a PDF, or a photo as one page, each as soon as it is painted into `folder`, which is the caller's.

    Raises CannotShow.
    """
    for told in _told("painting", source, folder, seconds):
        number = told["number"]
        yield Picture(**told, path=folder / f"{number}.webp", small=folder / f"{number}-small.webp")


def words_of(source: Path, folder: Path, *, seconds: float = SECONDS) -> str | None:
    """By which words a PDF is known (see wording.py); None where it has too few. Raises CannotShow."""
    words: str | None = next(_told("wording", source, folder, seconds))["words"]
    return words


def look_at(source: Path, folder: Path, *, seconds: float = SECONDS) -> Seen:
    """One photo: what is known of it, and its pictures in `folder`, which is the caller's. Raises CannotShow."""
    told = next(_told("looking", source, folder, seconds))
    return Seen(**told | {"prints": tuple(told["prints"])}, path=folder / "1.webp", small=folder / "1-small.webp")


def _told(script: str, source: Path, folder: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """What a script of this package says of a file, line by line."""
    command = [sys.executable, "-m", f"lms.core.viewing.{script}", str(source), str(folder)]
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, text=True)
        late = threading.Event()

        def give_up() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            assert child.stdout is not None
            for line in child.stdout:
                told: dict[str, Any] = json.loads(line)
                if "fault" in told:
                    raise CannotShow(told["fault"])
                yield told
            if child.wait() != 0:
                raise CannotShow("slow" if late.is_set() else "damaged")
        finally:
            timer.cancel()
            child.kill()
            child.wait()
