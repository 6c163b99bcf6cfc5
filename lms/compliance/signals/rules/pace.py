"""More check-ins at once than people, phones and doors can bring about."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from lms.compliance.signals.rules.facts import OWN_PHONE, SEEN, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import SERIOUS, Limit, Signal, at_least, level

HALL_WINDOWS = (5, 10, 20, 30, 40)  # seconds
DEVICE_WINDOWS = (10, 60)


def burst(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """By when it happened, not by when it reached the server: what was kept offline may come all at once."""
    yield from _on_devices(lecture, limit)
    yield from _in_hall(lecture, limit)


def _on_devices(lecture: Lecture, limit: Limit) -> Iterator[Signal]:
    """One device that serves people faster than it can, by far."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for event in lecture.arrivals.values():
        if event.device_id and event.method in SEEN:
            own = "leader" if event.device_id in lecture.passed_round else "phone"
            kind = own if event.method in OWN_PHONE else event.method
            times[event.device_id, kind].append(event.scanned_at.timestamp())
    worst: tuple[float, int, int] | None = None
    devices = 0
    for (_device, kind), marks in times.items():
        over = [found for window in DEVICE_WINDOWS if (found := _too_many(sorted(marks), window, limit[f"seconds_{kind}"]))]
        if over:
            devices += 1
            worst = max(worst, *over) if worst else max(over)
    if worst:
        _excess, people, window = worst
        yield Signal("burst", SERIOUS, {"people": people, "seconds": window, "devices": devices})


def _too_many(times: Sequence[float], window: int, seconds: float) -> tuple[float, int, int] | None:
    """More than fit into a window and three standard deviations beyond: (how many times too many, people, window)."""
    fits = window / seconds + 1
    people = densest(times, window)
    return (people / fits, people, window) if people > fits + 3 * math.sqrt(fits) else None


def _in_hall(lecture: Lecture, limit: Limit) -> Iterator[Signal]:
    """People on their own phones, all within a moment in which not all can have taken theirs out."""
    times = sorted(event.scanned_at.timestamp() for event in lecture.arrivals.values() if event.method in OWN_PHONE)
    for window in HALL_WINDOWS:
        people = densest(times, window)
        share = 1 - math.exp(-window / limit["mean_seconds"])
        if people >= limit["people"] and at_least(len(times), people, share) < limit["chance"] / len(HALL_WINDOWS):
            devices = len({event.device_id for event in lecture.arrivals.values() if event.method in OWN_PHONE})
            yield Signal("burst", SERIOUS, {"people": people, "seconds": window, "devices": devices})
            return


def densest(times: Sequence[float], window: float) -> int:
    """The most of these within so many seconds. times: in order."""
    best = first = 0
    for last, time in enumerate(times):
        while time - times[first] > window:
            first += 1
        best = max(best, last - first + 1)
    return best


def one_step(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Nearly everybody scanned one and the same code of 15 seconds."""
    steps = Counter(event.step for event in lecture.arrivals.values() if event.method in OWN_PHONE and event.step is not None)
    if not steps:
        return
    people, (step, most) = steps.total(), steps.most_common(1)[0]
    share = 1 - math.exp(-limit["step_seconds"] / limit["mean_seconds"])
    serious = at_least(people, most, share) < limit["chance"]
    if serious or (most == people and people >= limit["people_notice"]):
        yield Signal("one_step", level(serious), {"people": most, "of": people, "step": step or 0})


def old_code(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """The same code scanned again long after it had left the screen: a picture of it went round."""
    times: dict[tuple[str | None, int], list[float]] = defaultdict(list)
    for event in lecture.events:
        if event.method in OWN_PHONE and event.step is not None:
            times[event.screen, event.step].append(event.scanned_at.timestamp())
    allowed = limit["seconds_poor" if lecture.network in ("poor", "none") else "seconds"]
    spread = {step: max(those) - min(those) for step, those in times.items()}
    late = sum(sum(time - min(those) > allowed for time in those) for step, those in times.items() if spread[step] > allowed)
    if late:
        serious = late >= max(limit["people"], limit["share"] * len(lecture.arrivals))
        yield Signal("old_code", level(serious), {"people": late, "seconds": round(max(spread.values()))})
