"""What follows from a person's marks in one sitting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
EARLY_GRACE = timedelta(minutes=5)  # a hall leaves through one door: who checks out this close to the end has not left early
TRUST_ORDER = ("live", "offline", "leader", "paper", "backfill", "imported")


@dataclass(frozen=True, slots=True)
class Span:
    """From start to end, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """One attendance event: kind "in", "out" or "recheck", at the aware time of the scan, how it came and is trusted."""

    kind: str
    at: datetime
    method: str = "scan"
    trust: str = "live"


@dataclass(frozen=True, slots=True)
class Derived:
    """The presence that follows. status: present, late, left_early, excused or absent. minutes: None while not known."""

    status: str
    first_in_at: datetime | None = None
    last_out_at: datetime | None = None
    late_minutes: int = 0
    minutes: int | None = None
    method: str | None = None
    trust: str | None = None


def minutes_present(marks: Iterable[Mark], held: Span) -> int | None:
    """Whole minutes one person spent in a sitting.

    marks: that person's marks, in any order; aware scan times, not arrival times.
    held: the sitting as it really was, not as planned.
    Returns 0 … its length, rounded down; None when the last "in" has no "out", or an "out" has no "in": what is not
    known is not zero. An "in" after the end of somebody who has already left counts for nothing.
    """
    total, since, came, left = timedelta(), None, False, False
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.kind)):
        at = min(max(mark.at, held.start), held.end)
        if mark.kind != "out":  # a re-check proves that somebody is there, as an "in" does
            if left and mark.at >= held.end:
                continue
            came, since = True, since or at
        else:
            left = True
            if since:
                total, since = total + (at - since), None
    return None if since or not came else total // MINUTE


def weakest(levels: Iterable[str]) -> str | None:
    """The least trusted of these levels; None of none."""
    return max(levels, key=TRUST_ORDER.index, default=None)


def derive(marks: Iterable[Mark], held: Span, *, closed: bool, excused: bool) -> Derived:
    """The presence of one person.

    held: as it really was; while it runs, up to now. closed: only then has anybody left early. excused: 请假; whoever
    came all the same is present.
    """
    ordered = sorted(marks, key=lambda mark: (mark.at, mark.kind, TRUST_ORDER.index(mark.trust), mark.method))
    if not ordered:
        return Derived("excused" if excused else "absent")
    arrivals = [mark.at for mark in ordered if mark.kind != "out"]
    departures = [mark.at for mark in ordered if mark.kind == "out"]
    minutes = minutes_present(ordered, held)
    first_in = arrivals[0] if arrivals else None
    last_out = departures[-1] if departures and (minutes is not None or not arrivals) else None
    late = max((first_in - held.start) // MINUTE, 0) if first_in else 0
    early = closed and last_out is not None and held.end - last_out >= EARLY_GRACE
    return Derived(
        status="left_early" if early else "late" if late else "present",
        first_in_at=first_in,
        last_out_at=last_out,
        late_minutes=late,
        minutes=minutes,
        method=ordered[0].method,
        trust=weakest(mark.trust for mark in ordered),
    )
