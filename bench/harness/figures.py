"""Figures and how they are told: a table for people, one object for machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. bar: the most (or, with at_least, the least) it may be; None where it is only told."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass(slots=True)
class Report:
    """The figures of one benchmark, in the order they were measured. notes: what one must know to read them.

    headline: the figures that others ask for by name, on the top of the JSON.
    """

    name: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    headline: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, bar: float | None = None, *, at_least: bool = False) -> None:
        self.figures.append(Figure(name, round(value, 3 if abs(value) < 10 else 1), unit, bar, at_least))

    def add_times(self, what: str, seconds: Sequence[float], p95_bar_ms: float | None = None) -> None:
        """p50, p95 and the longest of these times, in milliseconds."""
        self.add(f"{what} p50", percentile(seconds, 50) * 1000, "ms")
        self.add(f"{what} p95", percentile(seconds, 95) * 1000, "ms", p95_bar_ms)
        self.add(f"{what} max", max(seconds) * 1000, "ms")

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "machine": machine(),
            "holds": self.holds,
            **self.headline,
            "figures": [asdict(figure) | {"holds": figure.holds} for figure in self.figures],
            "notes": self.notes,
        }

    def as_text(self) -> str:
        width = max(len(figure.name) for figure in self.figures)
        lines = [self.name]
        for figure in self.figures:
            bar = ""
            if figure.bar is not None:
                sign = "at least" if figure.at_least else "at most"
                bar = f"   {sign} {figure.bar:g}: {'ok' if figure.holds else 'MISSED'}"
            lines.append(f"  {figure.name:<{width}}  {figure.value:>9g} {figure.unit}{bar}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


def headline(seconds: Sequence[float], per_s: float, floor_per_s: float, cpu: float, memory: float) -> dict[str, float]:
    """What is asked for by name of one kind of request. seconds: of each. cpu: seconds of the server a piece. memory: MB."""
    return {
        "per_s": round(per_s, 1), "p50_ms": round(percentile(seconds, 50) * 1000, 1),
        "p95_ms": round(percentile(seconds, 95) * 1000, 1), "share_of_floor": round(per_s / floor_per_s, 3),
        "cpu_ms": round(cpu * 1000, 2), "memory_mb": round(memory, 1),
    }  # fmt: skip


def machine() -> dict[str, Any]:
    """Where the figures were measured. load: how many wanted a core in the last minute; above the cores, others were busy."""
    cpu = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    system = next((line.partition("=")[2].strip('"') for line in _lines("/etc/os-release") if line.startswith("PRETTY_NAME")), "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "cpu": cpu,
        "system": system or platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
