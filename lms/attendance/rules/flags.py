"""What somebody should look at: facts that are unusual, each with its reason. A flag blocks nothing and takes nothing away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

SAME_DEVICE, BURST, TWO_AT_ONCE, CLOCK_OFF, NOT_ON_LIST, MISSED_RECHECK, OTHER_PHONE, CLAIMED, LENT_PHONE = (
    "same_device", "burst", "two_at_once", "clock_off", "not_on_list", "missed_recheck", "other_phone", "claimed",
    "lent_phone",
)  # fmt: skip
OWN_PHONE = {"scan", "code", "tap"}
SHARED_DEVICE = {"kiosk", "leader"}  # made to be passed round: several people on one are what it is for
BURST_WINDOW = timedelta(seconds=40)
# Seconds a device needs for one person: on a phone scan, say who and confirm; at a kiosk or a leader's phone tap and confirm.
# A projector has no such number: any count of phones can read one code at once, 300 in a minute are an honest hall.
PHONE_SECONDS, SHARED_SECONDS = 5, 2
CLOCK_TOLERANCE = timedelta(minutes=2)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """One attendance event. at: when it happened; recorded_at: when it reached the server; both aware.

    station: the tablet or leader's phone it came from. clock_offset: seconds by which the clock there was behind the server's;
    device_at: what that clock said.
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
    device_at: datetime | None = None

    @property
    def paced_at(self) -> datetime:
        """How marks of one device follow each other: by its own clock, which is not set right in between."""
        return self.device_at or self.at


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A mark of the same person in another lecture. recorded_at: when it reached the server."""

    person_id: UUID
    lecture_id: UUID
    at: datetime
    recorded_at: datetime
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
class Spoke:
    """A lecturer's tap on a phone that is not known as theirs alone. signed_in: somebody else's account was, there.
    others: who else checked in on it, with when that was first known.
    """

    person_id: UUID
    recorded_at: datetime
    signed_in: bool
    others: tuple[tuple[UUID, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at. about: what it is about, the same each time it is found; person_id None: about many.

    known_at: when the last of what it rests on was known; None where there is only one thing to know. others: further people
    in it. number, devices, at, title: figures of the sentence, as each kind needs them.
    """

    kind: str
    about: str
    person_id: UUID | None = None
    others: tuple[UUID, ...] = ()
    number: int = 0
    devices: int = 0
    at: datetime | None = None
    title: str = ""
    known_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What somebody who looks at it looks at: with what comes to be known later it is another. At most 60 characters."""
        return f"{self.about}@{(self.known_at - _EPOCH) // _MICROSECOND}" if self.known_at else self.about

    @property
    def look(self) -> tuple[object, ...]:
        """The same where one look answers several: all people who share a phone; else each flag is looked at by itself."""
        if self.kind == SAME_DEVICE:
            return self.kind, frozenset((self.person_id, *self.others)), self.known_at
        return self.kind, self.subject

    def is_about(self, kind: str, subject: str) -> bool:
        """Whether a kind and subject are of this flag, whatever was known then."""
        return (kind, subject.partition("@")[0]) == (self.kind, self.about)

    def explained_by(self, kind: str, subject: str, at: datetime) -> bool:
        """Whether somebody who looked at a flag of this kind and subject at that time has seen all there is to this one.

        A line that names only what a flag is about, as all once did, speaks of what was known when it was written.
        """
        if not self.is_about(kind, subject):
            return False
        known = subject.partition("@")[2]
        return self.known_at is None or self.known_at <= (_EPOCH + int(known) * _MICROSECOND if known else at)


def flags_of(
    events: Iterable[Seen],
    *,
    opened_at: datetime | None,
    until: datetime,
    elsewhere: Iterable[Elsewhere] = (),
    extras: Iterable[UUID] = (),
    missed: Mapping[UUID, Sequence[datetime]] | None = None,
    refused: Iterable[Refused] = (),
    spoke: Iterable[Spoke] = (),
) -> list[Flag]:
    """Everything of one lecture that somebody should look at, in a fixed order whatever the order of the events.

    opened_at: when check-in opened. until: its end, or now. elsewhere: marks of these people in other lectures.
    extras: people who came without being on the list. missed: who did not answer re-checks, and when each was asked.
    refused: scans that somebody else tried to use. spoke: taps of the lecturer.
    """
    seen = sorted(set(events), key=lambda one: (one.at, one.person_id, one.mark, one.recorded_at, one.method))
    found = [
        *same_device(_firsts(seen)),
        *_bursts(seen),
        *_two_at_once(seen, until, elsewhere),
        *_clock_off(seen, opened_at),
        *_station_clock_off(seen),
        *(Flag(NOT_ON_LIST, str(person_id), person_id) for person_id in extras),
        *(
            Flag(MISSED_RECHECK, str(person_id), person_id, number=len(asked), at=max(asked), known_at=max(asked))
            for person_id, asked in (missed or {}).items()
        ),
        *(_refused(one) for one in refused),
        *_lent(spoke),
    ]
    return sorted(set(found), key=lambda flag: (flag.kind, flag.about))


def _refused(one: Refused) -> Flag:
    kind = OTHER_PHONE if one.other_phone else CLAIMED
    return Flag(kind, str(one.claim_id), one.who, (one.whose,) if one.whose else (), at=one.at)


def _lent(spoke: Iterable[Spoke]) -> Iterable[Flag]:
    """A lecturer's phone that was somebody else's too: the code proves the room, and this is why it may not prove the person."""
    taps: dict[UUID, list[Spoke]] = defaultdict(list)
    for one in spoke:
        if one.signed_in or one.others:
            taps[one.person_id].append(one)
    for who, theirs in taps.items():
        others = dict(sorted(other for one in theirs for other in one.others))
        first, signed_in = min(one.recorded_at for one in theirs), any(one.signed_in for one in theirs)
        known_at = max([first, *others.values()])
        yield Flag(LENT_PHONE, str(who), who, tuple(others), number=int(signed_in), at=first, known_at=known_at)


def same_device(firsts: Mapping[tuple[str, UUID], datetime]) -> list[Flag]:
    """Several people on one phone. firsts: phone, person → when their first own mark on it reached the server.

    That two share a phone is known once; whoever else comes on it is news about everybody there.
    """
    on_phone: dict[str, dict[UUID, datetime]] = defaultdict(dict)
    for (device, person_id), at in firsts.items():
        on_phone[device][person_id] = at
    pairs: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for people in on_phone.values():
        for person_id, at in people.items():
            for other, came in people.items():
                if other != person_id:
                    known = max(at, came)
                    pairs[person_id][other] = min(pairs[person_id].get(other, known), known)
    shared = {who: frozenset((who, *those)) for who, those in pairs.items()}
    known_at: dict[frozenset[UUID], datetime] = {}
    for who, those in pairs.items():
        known_at[shared[who]] = max(known_at.get(shared[who], _EPOCH), *those.values())
    return [
        Flag(SAME_DEVICE, str(who), who, tuple(sorted(those)), known_at=known_at[shared[who]]) for who, those in pairs.items()
    ]


def _firsts(seen: list[Seen]) -> dict[tuple[str, UUID], datetime]:
    firsts: dict[tuple[str, UUID], datetime] = {}
    for one in seen:
        if one.device and one.method in OWN_PHONE:
            key = one.device, one.person_id
            firsts[key] = min(firsts.get(key, one.recorded_at), one.recorded_at)
    return firsts


def _bursts(seen: list[Seen]) -> Iterable[Flag]:
    """More people in one window than the devices they came by can serve; all such devices are one flag."""
    by_device: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for one in seen:
        device = str(one.station) if one.method in SHARED_DEVICE and one.station else one.device
        if device and one.mark == "in" and one.method in OWN_PHONE | SHARED_DEVICE:
            by_device[device, SHARED_SECONDS if one.method in SHARED_DEVICE else PHONE_SECONDS].append(one)
    people, devices, since, known_at = 0, 0, None, None
    for (_device, seconds), marks in by_device.items():
        fit = int(BURST_WINDOW.total_seconds() // seconds) + 1
        most, start, last = _too_dense(sorted(marks, key=lambda one: one.paced_at), fit)
        if most:
            people, devices, since, known_at = people + most, devices + 1, min(since or start, start), max(known_at or last, last)
    return [Flag(BURST, "burst", number=people, devices=devices, at=since, known_at=known_at)] if devices else []


def _too_dense(marks: list[Seen], fit: int) -> tuple[int, datetime, datetime]:
    """The most people within one window, when it begins, and when the last mark of any window with more people than fit
    reached the server; no people where no window has more. marks: in the order of the device, at least one.
    """
    best, start, last = 0, marks[0].at, marks[0].recorded_at
    for first, mark in enumerate(marks):
        within = [one for one in marks[first:] if one.paced_at - mark.paced_at <= BURST_WINDOW]
        people = len({one.person_id for one in within})
        if people > fit:
            last = max(last, *(one.recorded_at for one in within))
        if people > max(best, fit):
            best, start = people, mark.at
    return best, start, last


def _two_at_once(seen: list[Seen], until: datetime, elsewhere: Iterable[Elsewhere]) -> Iterable[Flag]:
    """Marks in another lecture between the first and the last that is known of somebody here."""
    here: dict[UUID, list[Seen]] = defaultdict(list)
    for one in seen:
        here[one.person_id].append(one)
    lectures: dict[tuple[UUID, UUID], Elsewhere] = {}
    for other in sorted(elsewhere, key=lambda other: (other.recorded_at, other.at, other.title)):
        marks = here.get(other.person_id)
        if not marks:
            continue
        last = marks[-1].at if marks[-1].mark == "out" else max(until, marks[-1].at)
        if marks[0].at <= other.at <= last:
            lectures.setdefault((other.person_id, other.lecture_id), other)
    found: dict[UUID, Flag] = {}
    for (who, _lecture_id), other in lectures.items():  # of several the one known last
        known_at = max(other.recorded_at, min(one.recorded_at for one in here[who]))
        found[who] = Flag(TWO_AT_ONCE, str(who), who, at=other.at, title=other.title, known_at=known_at)
    return found.values()


def _clock_off(seen: list[Seen], opened_at: datetime | None) -> Iterable[Flag]:
    """Offline marks whose time cannot be right: later than their arrival, or before check-in was open."""
    off: dict[UUID, list[tuple[timedelta, Seen]]] = defaultdict(list)
    for one in seen:
        ahead = one.at - one.recorded_at
        early = opened_at - one.at if opened_at else timedelta()
        if one.trust == "offline" and max(ahead, early) > CLOCK_TOLERANCE:
            off[one.person_id].append((max(ahead, early), one))
    found = []
    for who, marks in off.items():
        far, worst = max(marks, key=lambda mark: (mark[0], mark[1].at))
        known_at = max(one.recorded_at for _far, one in marks)
        found.append(Flag(CLOCK_OFF, str(who), who, number=int(far.total_seconds() // 60), at=worst.at, known_at=known_at))
    return found


def _station_clock_off(seen: list[Seen]) -> Iterable[Flag]:
    """Tablets and leaders' phones with a wrong clock: the times are set right by what was measured, and this says so."""
    worst: dict[UUID, int] = {}
    for one in seen:
        if one.station and one.clock_offset is not None and abs(one.clock_offset) > CLOCK_TOLERANCE.total_seconds():
            worst[one.station] = max(worst.get(one.station, 0), abs(one.clock_offset) // 60)
    return [Flag(CLOCK_OFF, str(station), number=minutes) for station, minutes in worst.items()]
