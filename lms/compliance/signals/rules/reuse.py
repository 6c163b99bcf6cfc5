"""What another lecture shows too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lms.compliance.signals.rules.facts import Elsewhere, Lecture
from lms.compliance.signals.rules.signal import NOTICE, Figure, Limit, Signal, level


def same_photo(_lecture: Lecture, elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """A photo that was in another lecture before; the one that had it first is only told."""
    again = [one for one in elsewhere.photos if one.same_bytes or one.unlike <= limit["unlike_notice"]]
    if not again:
        return
    serious = [one for one in again if one.earlier and (one.same_bytes or one.unlike <= limit["unlike"])]
    shown = serious or again
    facts: dict[str, Figure] = {
        "photos": len({one.sha256 for one in shown}),
        "unlike": min(0 if one.same_bytes else one.unlike for one in shown),
        "lectures": sorted({one.lecture_id for one in shown}),
    }
    yield Signal("same_photo", level(bool(serious)), facts)


def photo_time(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Photos taken on another day than the lecture. Clocks of cameras are often wrong: a notice."""
    if not lecture.span:
        return
    near = timedelta(hours=limit["hours"])
    odd = [
        photo
        for photo in lecture.photos
        if photo.taken_at and not lecture.span.starts_at - near <= photo.taken_at <= lecture.span.ends_at + near
    ]
    if odd:
        yield Signal("photo_time", NOTICE, {"photos": len(odd), "of": len(lecture.photos)})


def same_deck(_lecture: Lecture, elsewhere: Elsewhere, _limit: Limit) -> Iterator[Signal]:
    """A deck that is shown elsewhere. What a bureau hands out is shown by many: a notice."""
    if elsewhere.decks:
        lectures, firms = max(elsewhere.decks.values())
        yield Signal("same_deck", NOTICE, {"lectures": lectures, "firms": firms})
