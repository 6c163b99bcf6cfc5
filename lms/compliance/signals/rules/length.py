"""How long it was, and who was there while it went on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from lms.compliance.signals.rules.facts import AFTERWARDS, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import Limit, Signal, level


def short(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Shorter than planned, by its own times or by those at which the lecturer began and ended."""
    if not lecture.planned or not lecture.planned.minutes:
        return
    lengths = [lecture.actual.minutes] if lecture.actual else []
    starts = [mark.at for mark in lecture.lecturer_marks if mark.kind == "start"]
    ends = [mark.at for mark in lecture.lecturer_marks if mark.kind == "end"]
    if starts and ends and max(ends) > min(starts) and lecture.sessions == 1:
        lengths.append((max(ends) - min(starts)).total_seconds() / 60)
    if not lengths:
        return
    planned, lasted = lecture.planned.minutes, min(lengths)
    missing, share = planned - lasted, lasted / planned
    if share < limit["share_notice"] and missing >= limit["minutes_notice"]:
        serious = share < limit["share"] and missing >= limit["minutes"]
        yield Signal("short", level(serious), {"minutes": round(lasted), "planned": round(planned)})


def short_stay(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Half of those who checked out had been there for a small part of the lecture."""
    if lecture.sessions != 1 or not lecture.span or not lecture.span.minutes:
        return
    out = {event.person_id for event in lecture.events if event.kind == "out"}
    stays = [span.minutes for who, span in lecture.stays.items() if who in out]
    if len(stays) >= limit["people"] and (half := median(stays)) < limit["share"] * lecture.span.minutes:
        facts = {"people": len(stays), "minutes": round(half), "lasted": round(lecture.span.minutes)}
        yield Signal("short_stay", level(half < limit["share_serious"] * lecture.span.minutes), facts)


def outside(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Check-ins when the lecture was over, or long before it."""
    if lecture.sessions != 1 or not lecture.actual:
        return
    opens = lecture.actual.starts_at - timedelta(hours=limit["hours_before"])
    closes = lecture.actual.ends_at + timedelta(minutes=limit["minutes_after"])
    counted = [event for event in lecture.arrivals.values() if event.method not in AFTERWARDS]
    late = sum(not opens <= event.scanned_at <= closes for event in counted)
    if late:
        serious = late >= max(limit["people"], limit["share"] * len(counted))
        yield Signal("outside", level(serious), {"people": late, "of": len(counted)})


def recorded_before(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Marks that were on record before they can have happened."""
    ahead = [
        (event.scanned_at - event.recorded_at).total_seconds() / 60
        for event in lecture.events
        if event.scanned_at - event.recorded_at > timedelta(minutes=limit["minutes"])
    ]
    if ahead:
        serious = len(ahead) >= max(limit["marks"], limit["share"] * len(lecture.events))
        yield Signal("recorded_before", level(serious), {"marks": len(ahead), "minutes": round(max(ahead))})
