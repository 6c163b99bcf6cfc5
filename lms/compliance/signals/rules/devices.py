"""Many people on few phones, at the door and at the quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lms.compliance.signals.rules.facts import OWN_PHONE, Attempt, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import Limit, Signal, at_least, level


def few_devices(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """People who have a phone of their own and checked in on fewer phones than they are."""
    used: dict[str, set[str]] = defaultdict(set)
    for event in lecture.events:
        if not event.device_id or not lecture.may_have_phone(event.person_id):
            continue
        known = lecture.listed.get(event.person_id)
        if event.method in OWN_PHONE or (event.method == "leader" and known is not None and known.has_phone):
            used[event.device_id].add(event.person_id)
    people, most, serious = _crowded(used, limit)
    if serious or most >= limit["on_one_notice"]:
        yield Signal("few_devices", level(serious), {"people": people, "devices": len(used), "most_on_one": most})


def few_quiz_devices(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Answer sheets of people who have a phone, on few devices: serious where two of them were at work on one at once."""
    kiosks = {event.device_id for event in lecture.events if event.method == "kiosk"}
    on_device: dict[str, list[Attempt]] = defaultdict(list)
    for sheet in lecture.sheets.values():
        if sheet.device_id and sheet.device_id not in kiosks and lecture.may_have_phone(sheet.person_id):
            on_device[sheet.device_id].append(sheet)
    used = {device: {sheet.person_id for sheet in sheets} for device, sheets in on_device.items()}
    people, most, crowded = _crowded(used, limit)
    at_once = sum(_at_once(sheets) for sheets in on_device.values())
    if crowded:
        serious = at_once >= limit["at_once"]
        facts = {"people": people, "devices": len(used), "most_on_one": most, "at_once": at_once}
        yield Signal("few_quiz_devices", level(serious), facts)


def _crowded(used: dict[str, set[str]], limit: Limit) -> tuple[int, int, bool]:
    """How many people, the most on one device, and whether borrowing a phone now and then cannot explain it."""
    if not used:
        return 0, 0, False
    people = len(set().union(*used.values()))
    most = max(map(len, used.values()))
    borrowed = people - len(used)
    unlikely = at_least(people, borrowed, limit["borrowing"]) < limit["chance"]
    enough = people >= limit["people"] and borrowed >= limit["borrowed"]
    return people, most, most >= limit["on_one"] or (enough and unlikely)


def _at_once(sheets: Iterable[Attempt]) -> int:
    """Sheets that were begun on a device before the one before was handed in."""
    ordered = sorted(sheets, key=lambda sheet: sheet.started_at)
    return sum(before.submitted_at is not None and after.started_at < before.submitted_at for before, after in pairwise(ordered))
