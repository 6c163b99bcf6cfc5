"""Who was there, against who could be."""

from __future__ import annotations

from collections.abc import Iterator

from lms.compliance.signals.rules.facts import Elsewhere, Lecture
from lms.compliance.signals.rules.signal import NOTICE, SERIOUS, Limit, Signal, level


def more_than_roster(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """More people than the firm has."""
    firm = max(lecture.headcount or 0, len(lecture.listed))
    over = len(lecture.arrivals) - firm
    if firm and over > 0:
        serious = over > max(limit["people"], limit["share"] * firm)
        yield Signal("more_than_roster", level(serious), {"people": len(lecture.arrivals), "headcount": firm})


def not_on_roster(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """People who are neither on the roster nor invited."""
    if not lecture.listed:
        return
    strangers = lecture.arrivals.keys() - lecture.listed.keys() - frozenset(lecture.expected)
    if strangers:
        serious = len(strangers) > max(limit["people"], limit["share"] * len(lecture.listed))
        yield Signal("not_on_roster", level(serious), {"people": len(strangers), "roster": len(lecture.listed)})


def person_twice(lecture: Lecture, elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """People who were in another lecture at the time."""
    people = {one.person_id for one in elsewhere.people}
    if people:
        weaker = {one.person_id for one in elsewhere.people if not one.better_proven}
        serious = len(weaker) >= max(limit["people"], limit["share"] * len(lecture.arrivals))
        lectures = sorted({one.lecture_id for one in elsewhere.people})
        yield Signal("person_twice", level(serious), {"people": len(people), "lectures": lectures})


def nobody_absent(lecture: Lecture, elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Nobody of the firm was ever ill, on leave or on shift, in all its lectures together."""
    firm = elsewhere.firm
    if not lecture.arrivals or firm.missing or not firm.asked:
        return
    chance = (1 - limit["absent"]) ** firm.asked
    if chance < limit["chance_notice"]:
        serious = firm.lectures >= limit["lectures"] and chance < limit["chance"]
        yield Signal("nobody_absent", SERIOUS if serious else NOTICE, {"lectures": firm.lectures, "asked": firm.asked})
