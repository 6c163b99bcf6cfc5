"""Plug-ins: packages beside the product that bring what it has a place for, found by their entry points.

Each feature says what it takes with @takes(group). What does not fit, or cannot even be imported, is named and left out; the
product starts without it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{1,18}")  # kept in the database, and in addresses
Taker = Callable[[str, Any], None]
log = logging.getLogger(__name__)
_takers: dict[str, Taker] = {}
_loaded: dict[tuple[str, str], Plugin] = {}


class Unfit(Exception):
    """What a plug-in brings cannot be taken; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that a package brings. fault: why it was left out, "" where it was not."""

    group: str
    name: str
    package: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.package}: {self.name} ({self.group})" + (f": {self.fault}" if self.fault else "")


def takes(group: str) -> Callable[[Taker], Taker]:
    """Register who takes what the plug-ins of a group bring; it raises Unfit for what it cannot take."""

    def register(taker: Taker) -> Taker:
        _takers[group] = taker
        return taker

    return register


def needs(brought: Any, *names: str) -> None:
    """Raises Unfit naming what is missing."""
    missing = [name for name in names if not hasattr(brought, name)]
    if missing:
        raise Unfit(f"has no {', '.join(missing)}")


def load() -> list[Plugin]:
    """Take in what is installed, each thing once for this process; returns all there is, the broken ones too."""
    for group, take in _takers.items():
        for point in entry_points(group=group):
            if (group, point.name) not in _loaded:
                _loaded[group, point.name] = _load(point, take)
    return list(_loaded.values())


def _load(point: EntryPoint, take: Taker) -> Plugin:
    package = point.dist.name if point.dist else "?"
    try:
        if not NAME.fullmatch(point.name):
            raise Unfit("its name is to be a-z, 0-9 and _, 2 to 19 of them")
        take(point.name, point.load())
        return Plugin(point.group, point.name, package)
    except Unfit as fault:
        why = str(fault)
    except Exception as fault:  # somebody else's code: whatever it does, the product starts
        log.debug("plug-in", exc_info=fault)
        why = f"{type(fault).__name__}: {fault}"
    broken = Plugin(point.group, point.name, package, why)
    log.error("left out a broken plug-in: %s", broken)
    return broken
