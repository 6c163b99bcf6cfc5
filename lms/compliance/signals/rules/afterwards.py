"""What was written down when it was over, or too early."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from lms.compliance.signals.rules.facts import AFTERWARDS, Edit, Elsewhere, Event, Lecture
from lms.compliance.signals.rules.signal import NOTICE, Limit, Signal, level
from lms.core import clock


def early_certificate(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Issued before the lecture was over, or before the person had handed in the quiz."""
    slack = timedelta(minutes=limit["minutes"])
    first_sheet: dict[str, datetime] = {}
    for sheet in lecture.attempts:
        if sheet.submitted_at:
            first_sheet[sheet.person_id] = min(sheet.submitted_at, first_sheet.get(sheet.person_id, sheet.submitted_at))
    early = []
    for one in lecture.certificates:
        due = [at for at in (_over_for(lecture, one.person_id), first_sheet.get(one.person_id)) if at]
        if due and one.issued_at < max(due) - slack:
            early.append((max(due) - one.issued_at).total_seconds() / 60)
    if early:
        yield Signal("early_certificate", level(True), {"people": len(early), "minutes": round(max(early))})


def _over_for(lecture: Lecture, person_id: str) -> datetime | None:
    """When it was over for somebody: with several shifts, when that person went."""
    if lecture.sessions == 1:
        if lecture.actual:
            return lecture.actual.ends_at
        return min(lecture.planned.ends_at, lecture.closed_at or lecture.planned.ends_at) if lecture.planned else None
    stay = lecture.stays.get(person_id)
    return stay.ends_at if stay else None


def no_attendance(lecture: Lecture, _elsewhere: Elsewhere, _limit: Limit) -> Iterator[Signal]:
    """A certificate for somebody of whom no check-in is known."""
    if lecture.events:
        missing = {one.person_id for one in lecture.certificates} - lecture.arrivals.keys()
        if missing:
            yield Signal("no_attendance", NOTICE, {"people": len(missing)})


def backfilled(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Check-ins entered afterwards; serious where that was much, and just before the deadline."""
    entered = [event for event in lecture.arrivals.values() if _is_late(event, limit)]
    if not entered:
        return
    people, everybody = len(entered), len(lecture.arrivals)
    hasty = [event for event in entered if _near_deadline(lecture, event.recorded_at, limit)]
    much = len(hasty) >= limit["people"] and (len(hasty) >= limit["share"] * everybody or len(hasty) >= limit["many"])
    facts: dict[str, int | float | str | list[str]] = {"people": people, "of": everybody, "before_deadline": len(hasty)}
    by = Counter(event.by_person_id for event in entered if event.by_person_id)
    if by:
        facts["by_one"] = max(by.values())
    yield Signal("backfilled", level(much), facts)


def _is_late(event: Event, limit: Limit) -> bool:
    """Entered afterwards by name of its method, or paper that was keyed in days later."""
    if event.method in AFTERWARDS:
        return True
    return event.method == "paper" and event.recorded_at - event.scanned_at > timedelta(days=limit["paper_days"])


def _near_deadline(lecture: Lecture, at: datetime, limit: Limit) -> bool:
    due_on, near = lecture.campaign_due_on, limit["hours_before"] / 24 + limit["days_after"] + 1
    if due_on is None or abs((due_on - clock.local_date(at)).days) > near:
        return False  # asked first: who means «always» types the last day there is, and there is none after it
    ends = clock.end_of(due_on)
    return ends - timedelta(hours=limit["hours_before"]) <= at <= ends + timedelta(days=limit["days_after"])


def made_afterwards(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """The record of the lecture was begun when the lecture was over; serious long after it and just before the deadline."""
    if not lecture.span or not lecture.created_at or lecture.created_at <= lecture.span.ends_at:
        return
    hours = (lecture.created_at - lecture.span.ends_at).total_seconds() / 3600
    serious = hours > limit["hours"] and _near_deadline(lecture, lecture.created_at, limit)
    yield Signal("made_afterwards", level(serious), {"hours": round(hours)})


def night_edits(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Corrections in the night; not those right after a lecture that was itself in the night."""
    settled = lecture.closed_at + timedelta(hours=limit["hours_after_closing"]) if lecture.closed_at else None
    night = [edit for edit in lecture.edits if _is_night(edit.at, limit) and (settled is None or edit.at > settled)]
    if night:
        silent = sum(not (edit.reason or "").strip() for edit in night)
        serious = sum(_reach(edit) for edit in night) >= limit["edits"] or silent > 0
        yield Signal("night_edits", level(serious), {"edits": len(night), "without_reason": silent})


def _reach(edit: Edit) -> int:
    """How many people a correction says it is about, at least one."""
    return max([1, *(int(number) for number in re.findall(r"(\d{1,4})\s*[人名]", edit.what or ""))])


def _is_night(at: datetime, limit: Limit) -> bool:
    hour = at.astimezone(clock.ZONE).hour
    return hour >= limit["from_hour"] or hour < limit["to_hour"]


def many_edits(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Many corrections after closing."""
    if len(lecture.edits) >= max(limit["edits"], limit["share"] * len(lecture.arrivals)):
        yield Signal("many_edits", NOTICE, {"edits": len(lecture.edits), "people": len(lecture.arrivals)})
