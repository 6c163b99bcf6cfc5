"""Check-ins that follow the list: somebody ticked off names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from lms.compliance.signals.rules.facts import AFTERWARDS, Elsewhere, Event, Lecture
from lms.compliance.signals.rules.signal import SERIOUS, Limit, Signal, agreement, at_least


def roster_order(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Within departments and within one wave of arrivals; teams and shifts that come one after another are honest.

    A leader's phone is passed round along its own list, and what is entered afterwards is entered along some list: neither
    says anything.
    """
    counted = [
        event
        for event in sorted(lecture.arrivals.values(), key=lambda event: event.scanned_at)
        if event.method not in AFTERWARDS | {"leader"}
        and event.device_id not in lecture.passed_round
        and (known := lecture.listed.get(event.person_id)) is not None
        and known.row is not None
    ]
    groups: dict[tuple[int, str | None], list[tuple[float, int]]] = defaultdict(list)
    wave, before = 0, None
    for event in counted:
        now = event.scanned_at.timestamp()
        if before is not None and now - before > limit["wave_minutes"] * 60:
            wave += 1
        before = now
        groups[wave, lecture.listed[event.person_id].department].append((now, _row(lecture, event)))
    marks = [(event.scanned_at.timestamp(), _row(lecture, event)) for event in counted]
    within, whole = agreement(groups.values()), agreement([marks])
    following = sum(later > time and after == row + 1 for (time, row), (later, after) in pairwise(marks))
    if abs(within.tau) >= limit["tau"] and within.chance < limit["chance"]:
        people, percent = within.people, 50 + 50 * abs(within.tau)
    elif abs(whole.tau) >= limit["tau_whole"] and whole.chance < limit["chance"]:
        people, percent = whole.people, 50 + 50 * abs(whole.tau)  # departments too small to say anything, yet all came as listed
    elif at_least(len(marks) - 1, following, limit["neighbours"]) < limit["chance"]:
        people, percent = len(marks), 100 * following / (len(marks) - 1)  # some were swapped, and yet one follows the other
    else:
        return
    yield Signal("roster_order", SERIOUS, {"people": people, "percent": round(percent)})


def _row(lecture: Lecture, event: Event) -> int:
    return lecture.listed[event.person_id].row or 0
