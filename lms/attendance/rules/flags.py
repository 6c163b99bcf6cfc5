"""What somebody should look at: facts that are unusual, each with its reason. A flag blocks nothing and takes nothing away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

SAME_DEVICE, BURST, TWO_AT_ONCE, CLOCK_OFF, NOT_ON_LIST, MISSED_RECHECK, OTHER_PHONE, CLAIMED = (
    "same_device", "burst", "two_at_once", "clock_off", "not_on_list", "missed_recheck", "other_phone", "claimed",
)  # fmt: skip
OWN_PHONE = {"scan", "code", "tap"}
SHARED_DEVICE = {"kiosk", "leader"}  # made to be passed round: several people on one are what it is for
BURST_WINDOW = timedelta(seconds=40)
# Seconds a device needs for one person: on a phone scan, say who and confirm; at a kiosk or a leader's phone tap and confirm.
# A projector has no such number: any count of phones can read one code at once, 300 in a minute are an honest hall.
PHONE_SECONDS, SHARED_SECONDS = 5, 2
CLOCK_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Seen:
    """One attendance event. at: when it happened; recorded_at: when it reached the server; both aware.

    station: the tablet or leader's phone it came from. clock_offset: seconds by which the clock there was behind the server's.
    """

    person_id: UUID
    mark: str
    at: datetime
    recorded_at: datetime
    method: str = "scan"
    trust: str = "live"
    device: str | None = None
    station: UUID | None = None
    clock_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same person's mark in another lecture."""

    person_id: UUID
    at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A scan that somebody else tried to use. who: tried; whose: it counted for. None: not known, or for nobody."""

    claim_id: UUID
    at: datetime
    other_phone: bool
    who: UUID | None = None
    whose: UUID | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at. subject: what it is about, the same each time it is found; person_id None: about many.

    others: further people in it. number, seconds, at, title: figures of the sentence, as each kind needs them.
    """

    kind: str
    subject: str
    person_id: UUID | None = None
    others: tuple[UUID, ...] = ()
    number: int = 0
    devices: int = 0
    at: datetime | None = None
    title: str = ""


def flags_of(
    events: Iterable[Seen],
    *,
    opened_at: datetime | None,
    until: datetime,
    elsewhere: Iterable[Elsewhere] = (),
    extras: Iterable[UUID] = (),
    missed: Mapping[UUID, datetime] | None = None,
    refused: Iterable[Refused] = (),
) -> list[Flag]:
    """Everything of one lecture that somebody should look at, in a fixed order whatever the order of the events.

    opened_at: when check-in opened. until: its end, or now. elsewhere: marks of these people in other lectures.
    extras: people who came without being on the list. missed: who did not answer a re-check, and when it was asked.
    refused: scans that somebody else tried to use.
    """
    seen = sorted(set(events), key=lambda one: (one.at, one.person_id, one.mark, one.recorded_at, one.method))
    found = [
        *_same_device(seen),
        *_bursts(seen),
        *_two_at_once(seen, until, elsewhere),
        *_clock_off(seen, opened_at),
        *_station_clock_off(seen),
        *(Flag(NOT_ON_LIST, str(person_id), person_id) for person_id in extras),
        *(Flag(MISSED_RECHECK, str(person_id), person_id, at=at) for person_id, at in (missed or {}).items()),
        *(_refused(one) for one in refused),
    ]
    return sorted(set(found), key=lambda flag: (flag.kind, flag.subject))


def _refused(one: Refused) -> Flag:
    kind = OTHER_PHONE if one.other_phone else CLAIMED
    return Flag(kind, str(one.claim_id), one.who, (one.whose,) if one.whose else (), at=one.at)


def _same_device(seen: list[Seen]) -> Iterable[Flag]:
    """Several people on one phone."""
    on_phone: dict[str, set[UUID]] = defaultdict(set)
    for one in seen:
        if one.device and one.method in OWN_PHONE:
            on_phone[one.device].add(one.person_id)
    others: dict[UUID, set[UUID]] = defaultdict(set)
    for people in on_phone.values():
        for person_id in people:
            others[person_id] |= people - {person_id}
    return [Flag(SAME_DEVICE, str(who), who, tuple(sorted(those))) for who, those in others.items() if those]


def _bursts(seen: list[Seen]) -> Iterable[Flag]:
    """More people in one window than the devices they came by can serve; all such devices are one flag."""
    by_device: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for one in seen:
        if one.device and one.mark == "in" and one.method in OWN_PHONE | SHARED_DEVICE:
            by_device[one.device, SHARED_SECONDS if one.method in SHARED_DEVICE else PHONE_SECONDS].append(one)
    people, devices, since = 0, 0, None
    for (_device, seconds), marks in by_device.items():
        most, start = _densest(marks)
        if most > BURST_WINDOW.total_seconds() // seconds + 1:
            people, devices, since = people + most, devices + 1, min(since or start, start)
    return [Flag(BURST, "burst", number=people, devices=devices, at=since)] if devices else []


def _densest(marks: list[Seen]) -> tuple[int, datetime]:
    """The most people within one window, and when that begins. marks: by time, at least one."""
    best, start = 0, marks[0].at
    for first, mark in enumerate(marks):
        within = {one.person_id for one in marks[first:] if one.at - mark.at <= BURST_WINDOW}
        if len(within) > best:
            best, start = len(within), mark.at
    return best, start


def _two_at_once(seen: list[Seen], until: datetime, elsewhere: Iterable[Elsewhere]) -> Iterable[Flag]:
    """Marks in another lecture between the first and the last that is known of somebody here."""
    here: dict[UUID, list[Seen]] = defaultdict(list)
    for one in seen:
        here[one.person_id].append(one)
    found: dict[UUID, Elsewhere] = {}
    for other in sorted(elsewhere, key=lambda other: (other.at, other.title)):
        marks = here.get(other.person_id)
        if not marks or other.person_id in found:
            continue
        last = marks[-1].at if marks[-1].mark == "out" else max(until, marks[-1].at)
        if marks[0].at <= other.at <= last:
            found[other.person_id] = other
    return [Flag(TWO_AT_ONCE, str(who), who, at=other.at, title=other.title) for who, other in found.items()]


def _clock_off(seen: list[Seen], opened_at: datetime | None) -> Iterable[Flag]:
    """Offline marks whose time cannot be right: later than their arrival, or before check-in was open."""
    worst: dict[UUID, tuple[int, datetime]] = {}
    for one in seen:
        if one.trust != "offline":
            continue
        ahead = one.at - one.recorded_at
        early = opened_at - one.at if opened_at else timedelta()
        off = max(ahead, early)
        if off > CLOCK_TOLERANCE:
            minutes = int(off.total_seconds() // 60)
            worst[one.person_id] = max(worst.get(one.person_id, (0, one.at)), (minutes, one.at))
    return [Flag(CLOCK_OFF, str(who), who, number=minutes, at=at) for who, (minutes, at) in worst.items()]


def _station_clock_off(seen: list[Seen]) -> Iterable[Flag]:
    """Tablets and leaders' phones with a wrong clock: the times are set right by what was measured, and this says so."""
    worst: dict[UUID, int] = {}
    for one in seen:
        if one.station and one.clock_offset is not None and abs(one.clock_offset) > CLOCK_TOLERANCE.total_seconds():
            worst[one.station] = max(worst.get(one.station, 0), abs(one.clock_offset) // 60)
    return [Flag(CLOCK_OFF, str(station), number=minutes) for station, minutes in worst.items()]
