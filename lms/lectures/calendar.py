"""Lectures as an iCalendar object (RFC 5545) that calendars subscribe to.

UID stays the same for a sitting; SEQUENCE and LAST-MODIFIED move when its content does, so that a calendar which has it
already changes it in place; a lecture called off stays in it as STATUS:CANCELLED (§3.8.1.11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from lms.core import clock

if TYPE_CHECKING:
    from icalendar import Timezone

REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One sitting in a calendar. uid: for ever. starts_at, ends_at: aware. url: of its page."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    description: str
    url: str
    cancelled: bool

    @property
    def content_hash(self) -> str:
        """Changes when anything a calendar shows does."""
        shown = (self.title, self.starts_at.timestamp(), self.ends_at.timestamp(), self.place, self.description, self.cancelled)
        return hashlib.sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of an event this is. sequence: from 0. changed_at: aware, when it became so."""

    sequence: int
    changed_at: datetime


def calendar(name: str, events: Sequence[tuple[Event, Version]]) -> bytes:
    """The calendar of that name: folded lines, each ended by CR LF, as UTF-8. The same events are the same bytes."""
    import icalendar

    found = icalendar.Calendar()
    found.add("prodid", "-//anke//lectures//ZH")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", clock.ZONE.key)
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    found.add_component(_zone())
    for event, version in events:
        one = icalendar.Event()
        one.add("uid", event.uid)
        one.add("sequence", version.sequence)
        one.add("dtstamp", version.changed_at)
        one.add("last-modified", version.changed_at)
        one.add("dtstart", clock.local(event.starts_at))
        one.add("dtend", clock.local(event.ends_at))
        one.add("summary", event.title)
        one.add("location", event.place)
        one.add("description", event.description)
        one.add("url", event.url)
        one.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
        found.add_component(one)
    return found.to_ical()


@cache
def _zone() -> Timezone:
    """VTIMEZONE Asia/Shanghai: one offset since 1991, which is before every lecture."""
    from icalendar import Timezone

    return Timezone.from_tzid(clock.ZONE.key, first_date=date(2000, 1, 1), last_date=date(2038, 1, 1))
