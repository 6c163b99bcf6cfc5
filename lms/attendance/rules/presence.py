"""What follows from a person's marks: per sitting, and of several sittings the one that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    """One attendance event: kind "in", "out" or "recheck", at the aware time of the scan, how it came and is trusted.

    for_all: an "out" by which everybody still in was checked out at the end (统一签退).
    """

    kind: str
    at: datetime
    method: str = "scan"
    trust: str = "live"
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """The presence that follows. status: present, late, left_early, excused or absent.

    minutes: None while not known. at_least: nobody saw the person leave, so the minutes are those that are proven.
    """

    status: str
    first_in_at: datetime | None = None
    last_out_at: datetime | None = None
    late_minutes: int = 0
    minutes: int | None = None
    method: str | None = None
    trust: str | None = None

    @property
    def at_least(self) -> bool:
        """Whether it may have been more: nobody saw the person leave."""
        return self.minutes is not None and self.last_out_at is None


def minutes_present(marks: Iterable[Mark], held: Span) -> int | None:
    """Whole minutes one person is proven to have spent in a sitting.

    marks: that person's marks, in any order; aware scan times, not arrival times.
    held: the sitting as it really was, not as planned.

    From an "in" to the next "out" they were there. An answered re-check proves that they were there at that moment: who
    answered and has no check-out was there at least until then, who answered without a check-in at least from then. A
    re-check that was missed is no mark and takes nothing away. An "in" with neither a check-out nor a re-check after it
    proves no minute more than was proven before it, and neither does an "out" without anything before it: what is not known
    is not zero. Marks after the end of somebody who has already left count for nothing.

    Returns 0 … the sitting's length, rounded down; None when not known.
    """
    return _walk(_leaving(list(marks), held), held)[0]


def weakest(levels: Iterable[str]) -> str | None:
    """The least trusted of these levels; None of none."""
    return max(levels, key=TRUST_ORDER.index, default=None)


def derive(marks: Iterable[Mark], held: Span, *, closed: bool, excused: bool, called_for: datetime | None = None) -> Derived:
    """The presence of one person in one sitting.

    held: as it really was; while it runs, up to now. closed: only then has anybody left early. excused: 请假; whoever
    came all the same is present. called_for: the time in the notice; who is there by then is not late, although the
    lecturer began earlier. Whoever has nothing but a check-out has not come: nobody knows since when they were there.
    """
    ordered = _leaving(sorted(marks, key=lambda mark: (mark.at, mark.kind, TRUST_ORDER.index(mark.trust), mark.method)), held)
    if not ordered:
        return Derived("excused" if excused else "absent")
    arrivals = [mark.at for mark in ordered if mark.kind != "out"]
    departures = [mark.at for mark in ordered if mark.kind == "out"]
    method, trust = ordered[0].method, weakest(mark.trust for mark in ordered)
    if not arrivals:
        return Derived("excused" if excused else "absent", last_out_at=departures[-1], method=method, trust=trust)
    minutes, still_in = _walk(ordered, held)
    first_in = arrivals[0]
    last_out = departures[-1] if departures and not still_in else None
    begins = max(held.start, called_for or held.start)
    late = max((first_in - begins) // MINUTE, 0)
    early = closed and last_out is not None and held.end - last_out >= EARLY_GRACE
    return Derived(
        status="left_early" if early else "late" if late else "present",
        first_in_at=first_in,
        last_out_at=last_out,
        late_minutes=late,
        minutes=minutes,
        method=method,
        trust=trust,
    )


def counting(sittings: Sequence[Derived]) -> int:
    """Which of the sittings somebody came to is the one that counts: a lecture is held for each person once.

    sittings: what follows from the marks in each, in the order in which they were held, at least one. The one with the
    most minutes; one where they are not known counts only where none is known.
    """
    return max(range(len(sittings)), key=lambda at: (-1 if (known := sittings[at].minutes) is None else known, -at))


def _leaving(marks: list[Mark], held: Span) -> list[Mark]:
    """The marks that are looked at: checking out everybody is the end of whoever is still in by the own marks, of nobody else.

    What arrives late – a scan told ten minutes after, a tablet without a network – stands above what was said for all.
    """
    own = [mark for mark in marks if not (mark.kind == "out" and mark.for_all)]
    if not own or len(own) == len(marks):
        return marks
    if not _walk(own, held)[1]:
        return own
    for_all = [mark for mark in marks if mark.kind == "out" and mark.for_all]
    last = max(for_all, key=lambda mark: (mark.at, TRUST_ORDER.index(mark.trust), mark.method))
    return [*own, replace(last, at=max(last.at, *(mark.at for mark in own)))]


def _walk(marks: Iterable[Mark], held: Span) -> tuple[int | None, bool]:
    """Minutes as in minutes_present, and whether the last that is known of the person is that they were there."""
    total, since, proven, came, left = timedelta(), None, None, False, False
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.kind)):
        at = min(max(mark.at, held.start), held.end)
        if mark.kind == "out":
            left = True
            if since:
                total, since, proven = total + (at - since), None, None
            continue
        if left and mark.at >= held.end:
            continue
        came, since = True, since or at
        if mark.kind == "recheck":
            proven = at
    if since is None:
        return total // MINUTE if came else None, False
    total += proven - since if proven else timedelta()
    return (total // MINUTE if total else None), True
