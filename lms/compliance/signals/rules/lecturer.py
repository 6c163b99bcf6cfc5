"""Who gave the lecture."""

from __future__ import annotations

from collections.abc import Iterator

from lms.compliance.signals.rules.facts import Elsewhere, Lecture
from lms.compliance.signals.rules.signal import NOTICE, Figure, Limit, Signal, level


def not_head(lecture: Lecture, _elsewhere: Elsewhere, _limit: Limit) -> Iterator[Signal]:
    """Somebody else than the head: to be looked at where a campaign waits for the head alone, everyday life where none does.

    Where it is not known whether a campaign takes a deputy, it is taken to wait for the head.
    """
    if lecture.head_person_id and lecture.lecturer_person_id and lecture.head_person_id != lecture.lecturer_person_id:
        facts = {"lecturer": lecture.lecturer_person_id, "head": lecture.head_person_id}
        waits = lecture.campaign_due_on is not None and lecture.campaign_head_only is not False
        yield Signal("not_head", level(waits), facts)


def unproven(lecture: Lecture, _elsewhere: Elsewhere, _limit: Limit) -> Iterator[Signal]:
    """Nobody but the trainer says that the lecturer was there."""
    if lecture.lecturer_person_id and lecture.closed_at and not proven(lecture):
        yield Signal("unproven", NOTICE, {"marks": len(lecture.lecturer_marks)})


def proven(lecture: Lecture) -> bool:
    """By the lecturer's own phone and the code in the room, or by an officer."""
    return any(mark.method in ("own_phone", "officer") for mark in lecture.lecturer_marks)


def two_places(_lecture: Lecture, elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """The lecturer spoke somewhere else at the time."""
    again = [one for one in elsewhere.lecturer if one.minutes > limit["minutes_notice"]]
    if again:
        long = [one for one in again if one.minutes > limit["minutes"] or one.share >= limit["share"]]
        serious = any(one.certain and not one.better_proven for one in long)
        minutes = round(max(one.minutes for one in again))
        facts: dict[str, Figure] = {"minutes": minutes, "lectures": [one.lecture_id for one in again]}
        yield Signal("two_places", level(serious), facts)
