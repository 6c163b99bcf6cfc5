"""What a process tree uses."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as they still are."""
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        try:
            waiting += [int(child) for child in _read(one, f"task/{one}/children").split()]
        except OSError:
            continue


def cpu_of_tree(pid: int) -> float:
    """Seconds of CPU that these processes have used so far."""
    return sum(cpu_seconds(one) for one in tree(pid))


def memory_of_tree(pid: int) -> float:
    """Proportional set size in MB: pages that processes share are counted once."""
    return sum(filter(None, (memory_of(one) for one in tree(pid))))


def cpu_seconds(pid: int) -> float:
    """What a process has used so far; 0 when it is gone."""
    try:
        fields = _read(pid, "stat").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float | None:
    """The share of one process in MB; None when it is gone."""
    try:
        return next(int(line.split()[1]) for line in _read(pid, "smaps_rollup").splitlines() if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return None


def _read(pid: int, name: str) -> str:
    return (Path("/proc") / str(pid) / name).read_text()


def kill(pid: int) -> None:
    """kill -9 of a process and all that came from it: no time to say or to write anything."""
    for process in reversed(list(tree(pid))):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
