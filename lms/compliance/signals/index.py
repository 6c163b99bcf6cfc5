"""What is used twice in one file: photos, decks, a lecturer or people in two places at once."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from lms.compliance.signals.rules.facts import (
    SEEN,
    Attendance,
    Elsewhere,
    Lecture,
    LecturerAgain,
    PersonAgain,
    Photo,
    PhotoAgain,
    Span,
)
from lms.compliance.signals.rules.lecturer import proven
from lms.compliance.signals.rules.signal import limits

BANDS, BAND_BITS = 4, 16
FLIPS = [0, *(1 << bit for bit in range(BAND_BITS)), *(1 << one | 1 << two for one, two in combinations(range(BAND_BITS), 2))]
MANY = 200  # other lectures with the same photo: enough to say so


@dataclass(frozen=True, slots=True)
class _Shown:
    """A photo in a lecture. since: when it came, as seconds, then its place in the file."""

    lecture: int
    phash: int | None
    since: tuple[float, int]
    sha256: str


@dataclass(frozen=True, slots=True)
class _Spoke:
    starts: float
    ends: float
    lecture: int
    certain: bool
    proven: bool


class Index:
    """Filled with every lecture once, then asked about each. The stays of people are kept on disk: there may be a million."""

    def __init__(self) -> None:
        self.ids: list[tuple[str, str]] = []  # lecture, firm
        self.by_hash: dict[str, list[_Shown]] = defaultdict(list)
        self.bands: list[dict[int, list[_Shown]]] = [defaultdict(list) for _ in range(BANDS)]
        self.decks: dict[str, set[int]] = defaultdict(set)
        self.spoke: dict[str, list[_Spoke]] = defaultdict(list)
        self.longest: dict[str, float] = defaultdict(float)
        self.firms: dict[str, Attendance] = {}
        self.came: list[int] = []  # people of each lecture
        self.people = sqlite3.connect("")  # a file of its own that goes with the connection
        self.people.execute("CREATE TABLE stay (lecture INT, person TEXT, starts REAL, ends REAL, seen INT)")
        self.ready = False

    def add(self, lecture: Lecture) -> None:
        """Take in the facts of one lecture, to be compared with those of all others."""
        number = len(self.ids)
        self.came.append(len(lecture.arrivals))
        self.ids.append((lecture.lecture_id, lecture.enterprise_id))
        for photo in lecture.photos:
            self._add_photo(number, lecture, photo)
        for deck in lecture.materials:
            if deck.text_sha256:
                self.decks[deck.text_sha256].add(number)
        if lecture.lecturer_person_id and lecture.span:
            starts, ends = lecture.span.starts_at.timestamp(), lecture.span.ends_at.timestamp()
            spoke = _Spoke(starts, ends, number, lecture.actual is not None, proven(lecture))
            self.spoke[lecture.lecturer_person_id].append(spoke)
            self.longest[lecture.lecturer_person_id] = max(ends - starts, self.longest[lecture.lecturer_person_id])
        if lecture.arrivals and lecture.asked:
            firm = self.firms.get(lecture.enterprise_id, Attendance())
            self.firms[lecture.enterprise_id] = Attendance(
                firm.lectures + 1,
                firm.asked + len(lecture.asked),
                firm.missing + len(lecture.asked - lecture.arrivals.keys()),
            )
        self.people.executemany("INSERT INTO stay VALUES (?, ?, ?, ?, ?)", _stays(number, lecture))

    def _add_photo(self, number: int, lecture: Lecture, photo: Photo) -> None:
        came = photo.uploaded_at or photo.taken_at or lecture.created_at or (lecture.span.starts_at if lecture.span else None)
        shown = _Shown(number, photo.phash, (came.timestamp() if came else 0.0, number), photo.sha256)
        self.by_hash[photo.sha256].append(shown)
        if photo.phash is not None:
            for band, value in zip(self.bands, _bands(photo.phash), strict=True):
                band[value].append(shown)

    def _prepare(self) -> None:
        for spoke in self.spoke.values():
            spoke.sort(key=lambda one: one.starts)
        self.people.execute("CREATE INDEX of_person ON stay (person)")
        self.people.execute("CREATE INDEX of_lecture ON stay (lecture)")
        self.ready = True

    def elsewhere(self, number: int, lecture: Lecture) -> Elsewhere:
        """What the others show. number: its place among the lectures that were added."""
        if not self.ready:
            self._prepare()
        return Elsewhere(
            photos=tuple(self._photos(number, lecture)),
            decks=dict(self._decks(number, lecture)),
            lecturer=tuple(self._lecturer(number, lecture)),
            people=tuple(self._people(number)),
            firm=self.firms.get(lecture.enterprise_id, Attendance()),
        )

    def _photos(self, number: int, lecture: Lecture) -> Iterator[PhotoAgain]:
        most = int(limits()["same_photo"]["unlike_notice"])
        for photo in lecture.photos:
            own = [one for one in self.by_hash[photo.sha256] if one.lecture == number]
            since = min(one.since for one in own)
            found: dict[int, tuple[int, _Shown]] = {}
            for other in self._alike(photo, most):
                if other.lecture == number:
                    continue
                same = other.sha256 == photo.sha256
                unlike = 0 if same else (photo.phash or 0) ^ (other.phash or 0)
                found[other.lecture] = min(
                    found.get(other.lecture, (65, other)), (unlike.bit_count(), other), key=lambda each: (each[0], each[1].since)
                )
                if len(found) > MANY:
                    break
            for unlike, other in sorted(found.values(), key=lambda each: each[1].since):
                lecture_id, _firm = self.ids[other.lecture]
                yield PhotoAgain(
                    sha256=photo.sha256,
                    lecture_id=lecture_id,
                    unlike=unlike,
                    same_bytes=other.sha256 == photo.sha256,
                    earlier=other.since < since,
                )

    def _alike(self, photo: Photo, most: int) -> Iterator[_Shown]:
        """Every photo with the same bytes or at most so many bits away.

        At most 11 bits in four bands leave one band with at most two, so a look at all values that near finds them all.
        """
        yield from self.by_hash[photo.sha256]
        if photo.phash is None:
            return
        for band, value in zip(self.bands, _bands(photo.phash), strict=True):
            for flip in FLIPS:
                for other in band.get(value ^ flip, ()):
                    if (photo.phash ^ (other.phash or 0)).bit_count() <= most:
                        yield other

    def _decks(self, number: int, lecture: Lecture) -> Iterator[tuple[str, tuple[int, int]]]:
        for deck in lecture.materials:
            others = self.decks.get(deck.text_sha256 or "", set()) - {number}
            if deck.text_sha256 and others:
                yield deck.text_sha256, (len(others), len({self.ids[other][1] for other in others} - {lecture.enterprise_id}))

    def _lecturer(self, number: int, lecture: Lecture) -> Iterator[LecturerAgain]:
        if not lecture.lecturer_person_id or not lecture.span:
            return
        spoke = self.spoke[lecture.lecturer_person_id]
        starts, ends = lecture.span.starts_at.timestamp(), lecture.span.ends_at.timestamp()
        first = bisect_left(spoke, starts - self.longest[lecture.lecturer_person_id], key=lambda one: one.starts)
        for other in spoke[first:]:
            if other.starts >= ends:
                break
            shared = min(ends, other.ends) - max(starts, other.starts)
            if other.lecture != number and shared > 0:
                yield LecturerAgain(
                    lecture_id=self.ids[other.lecture][0],
                    minutes=shared / 60,
                    share=shared / max(1.0, min(ends - starts, other.ends - other.starts)),
                    certain=other.certain and lecture.actual is not None,
                    better_proven=proven(lecture) and not other.proven,
                )

    def _people(self, number: int) -> Iterator[PersonAgain]:
        margin = limits()["person_twice"]["minutes"] * 60
        rows = self.people.execute(
            """SELECT here.person, there.lecture, here.seen > there.seen FROM stay AS here
            JOIN stay AS there ON there.person = here.person AND there.lecture <> here.lecture
            WHERE here.lecture = ? AND min(here.ends, there.ends) - max(here.starts, there.starts) > ?""",
            (number, margin),
        ).fetchall()
        shared = Counter(other for _person, other, _better in rows)
        for person_id, other, better in rows:
            if self._same_people(number, other, shared[other]):
                yield PersonAgain(person_id, self.ids[other][0], bool(better))

    def _same_people(self, number: int, other: int, shared: int) -> bool:
        """Whether equal ids mean the same people: in one firm they do; of another firm's people they are some, not most."""
        fewest = min(self.came[number], self.came[other])
        most = limits()["person_twice"]["other_firm"]
        return self.ids[number][1] == self.ids[other][1] or shared < most * fewest


def _bands(phash: int) -> list[int]:
    return [phash >> (BAND_BITS * band) & 0xFFFF for band in range(BANDS)]


def _stays(number: int, lecture: Lecture) -> Iterable[tuple[int, str, float, float, bool]]:
    """Who did not check out is taken to have stayed until the end; of several shifts nobody knows which."""
    end = lecture.span.ends_at if lecture.span and lecture.sessions == 1 else None
    for person_id, stay in lecture.stays.items():
        whole = Span(stay.starts_at, max(stay.ends_at, end)) if end and stay.ends_at == stay.starts_at else stay
        seen = lecture.arrivals[person_id].method in SEEN
        yield number, person_id, whole.starts_at.timestamp(), whole.ends_at.timestamp(), seen
