"""People in the hall: they scan, they come late, somebody has no phone, the trainer closes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from lms.attendance import queries, rules, service
from lms.attendance.models import Mark, Method, Trust
from lms.attendance.rules.flags import SAME_DEVICE
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.registry.models import Person
from lms.registry.principals import person_actor
from lms.seeding import pictures
from lms.seeding.house import HEAD, TRAINER, Mill
from lms.seeding.stage import acting

WITHOUT_PHONE, ON_PAPER, BACKFILLED, BY_CODE = 4, 3, 2, 6
LEFT_BEFORE_SCAN = 8  # people who walk out without scanning; the trainer checks them out
NO_PHONE = "手机没电，当面核对工牌"
PAPER = "纸质签到表第 {row} 行"
BACKFILL = "散会后核对签名表，漏扫补登"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who does what, by work number. late: minutes. shared: two who use one phone. Everybody else comes on time."""

    leave: dict[str, str]
    late: dict[str, int]
    absent: frozenset[str]
    shared: tuple[str, ...]


def hold(uow: UnitOfWork, mill: Mill, lecture: Lecture, cast: Cast, rng: Random, *, minutes: int, proven: bool) -> None:
    """A whole lecture, from the first leave to the trainer's corrections after it.

    minutes: its real length. proven: the head confirms beginning and end on the own phone. Few come by other ways than a phone
    of their own; each is marked as such.
    """
    starts = lecture.sitting.planned_starts_at
    ends = starts + timedelta(minutes=minutes)
    attendees = {row.person_id: row for row in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id))}
    expected = [no for no in sorted(mill.people) if mill.people[no].id in attendees]
    with acting(uow, starts - timedelta(hours=3), mill.trainer):
        for work_no, reason in cast.leave.items():
            service.excuse(uow, lecture, attendees[mill.people[work_no].id], reason)
    with acting(uow, starts - timedelta(minutes=25), mill.trainer):
        lectures.open_check_in(uow, lecture)

    punctual = [no for no in expected if no not in cast.leave and no not in cast.late and no not in cast.absent]
    others = [no for no in punctual if no not in (HEAD, TRAINER, *cast.shared)]
    rng.shuffle(others)
    by_hand, others = others[:WITHOUT_PHONE], others[WITHOUT_PHONE:]
    paper, others = others[:ON_PAPER], others[ON_PAPER:]
    backfilled, others = others[:BACKFILLED], others[BACKFILLED:]
    scanning = [no for no in punctual if no not in {*by_hand, *paper, *backfilled}]
    arrivals = {no: starts - timedelta(seconds=rng.randint(45, 1_380)) for no in scanning}
    arrivals |= {no: starts + timedelta(minutes=late, seconds=20) for no, late in cast.late.items()}
    phones = {no: _device(rng) for no in expected}
    if cast.shared:
        phones[cast.shared[1]] = phones[cast.shared[0]]
    spoken = set(others[:BY_CODE])
    for no, at in sorted(arrivals.items(), key=lambda item: item[1]):
        scan(uow, lecture, mill.people[no], Mark.IN, at, phones[no], rng, spoken=no in spoken)
    if proven:
        speak(uow, mill, lecture, "start", starts, rng)
    else:
        with acting(uow, starts + timedelta(minutes=4), mill.trainer):
            lectures.start(uow, lecture)
    for no in by_hand:
        at = starts - timedelta(seconds=rng.randint(60, 600))
        with acting(uow, starts + timedelta(minutes=6), mill.trainer):
            service.enter(uow, lecture, attendees[mill.people[no].id], mark=Mark.IN, at=at, reason=NO_PHONE)

    if proven:
        speak(uow, mill, lecture, "end", ends, rng)
    leaving = sorted({*scanning, *cast.late} - {HEAD})
    for no in leaving[LEFT_BEFORE_SCAN:]:
        scan(uow, lecture, mill.people[no], Mark.OUT, ends + timedelta(seconds=rng.randint(5, 300)), phones[no], rng)
    with acting(uow, ends + timedelta(minutes=7), mill.trainer):
        for row, no in enumerate(paper, 1):
            service.record(
                uow, lecture.sitting, mill.people[no].id, mark=Mark.IN, at=starts - timedelta(minutes=row),
                method=Method.PAPER, trust=Trust.PAPER, reason=PAPER.format(row=row),
            )  # fmt: skip
    with acting(uow, ends + timedelta(minutes=9), mill.trainer):
        lectures.close(uow, lecture, starts, ends, check_out_rest=True)
        if cast.shared:
            service.resolve(uow, lecture, SAME_DEVICE, str(mill.people[cast.shared[0]].id))
    _write_down_afterwards(uow, mill, lecture, [attendees[mill.people[no].id] for no in backfilled], starts, ends)


def _write_down_afterwards(
    uow: UnitOfWork, mill: Mill, lecture: Lecture, forgotten: Sequence[Attendee], starts: datetime, ends: datetime
) -> None:
    with acting(uow, ends + timedelta(minutes=12), mill.trainer):
        for attendee in forgotten:
            service.enter(uow, lecture, attendee, mark=Mark.IN, at=starts - timedelta(minutes=2), reason=BACKFILL)
            service.enter(uow, lecture, attendee, mark=Mark.OUT, at=ends, reason=BACKFILL)
    with acting(uow, ends + timedelta(minutes=40), mill.district):
        for one in queries.hand_marks_of(uow, lecture.id):  # more than a tenth of a small list takes a second person
            if one.mark.pending:
                service.confirm_hand_mark(uow, one.mark)


def photograph(uow: UnitOfWork, mill: Mill, lecture: Lecture, rng: Random) -> None:
    """The trainer takes three photos: people at the door, the beginning, and the hall later on."""
    starts = lecture.sitting.planned_starts_at
    taken = (
        ("签到处.jpg", pictures.door(rng, starts - timedelta(minutes=12))),
        ("开讲.jpg", pictures.hall(rng, starts + timedelta(minutes=3), rows=4, speaker=True)),
        ("会场.jpg", pictures.hall(rng, starts + timedelta(minutes=34), rows=3, speaker=False)),
    )
    with acting(uow, starts + timedelta(minutes=58), mill.trainer):
        for name, content in taken:
            lectures.add_photo(uow, lecture, name, io.BytesIO(content))


def gather(uow: UnitOfWork, mill: Mill, lecture: Lecture, rng: Random, now: datetime) -> None:
    """A lecture that is being given now: check-in is open since 20 minutes, 60 people are in."""
    opened = now - timedelta(minutes=20)
    with acting(uow, opened, mill.trainer):
        lectures.open_check_in(uow, lecture)
    attendees = {row.person_id: row for row in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id))}
    coming = [HEAD, TRAINER, *rng.sample([no for no in sorted(mill.people) if no not in (HEAD, TRAINER)], 58)]
    begins = lecture.sitting.planned_starts_at
    by_hand, spoken = coming[-2:], set(coming[-5:-2])
    for no in coming[:-2]:
        latest = 18 * 60 if no in coming[-8:-5] else max(int((begins - opened).total_seconds()) - 20, 60)
        at = opened + timedelta(seconds=rng.randint(20, latest))
        scan(uow, lecture, mill.people[no], Mark.IN, at, _device(rng), rng, spoken=no in spoken)
    speak(uow, mill, lecture, "start", max(begins, opened + timedelta(minutes=8)), rng)
    for no in by_hand:
        with acting(uow, now - timedelta(minutes=3), mill.trainer):
            at = opened + timedelta(minutes=5)
            service.enter(uow, lecture, attendees[mill.people[no].id], mark=Mark.IN, at=at, reason=NO_PHONE)


def speak(uow: UnitOfWork, mill: Mill, lecture: Lecture, step: str, at: datetime, rng: Random) -> None:
    """The head scans the code on the screen with the own phone and says: I am the lecturer."""
    head = mill.people[HEAD]
    with acting(uow, at, person_actor(head)):
        made = service.new_claim(
            uow, lecture.sitting.id, mark=Mark.IN if step == "start" else Mark.OUT, method=Method.SCAN, step=rules.step_of(at),
            screen="1", device_id=_device(rng),
        )  # fmt: skip
        service.confirm_by_scan(uow, service.hall_of(uow, lecture.sitting.id), made, head.id, step)


def scan(
    uow: UnitOfWork,
    lecture: Lecture,
    person: Person,
    mark: Mark,
    at: datetime,
    device: str,
    rng: Random,
    *,
    spoken: bool = False,
) -> None:
    """Scan first, say who one is some seconds after."""
    with acting(uow, at, person_actor(person)):
        made = service.new_claim(
            uow, lecture.sitting.id, mark=mark, method=Method.CODE if spoken else Method.SCAN, step=rules.step_of(at),
            screen="code" if spoken else "1", device_id=device,
        )  # fmt: skip
    with acting(uow, at + timedelta(seconds=rng.randint(3, 40)), person_actor(person)):
        service.claim(uow, service.hall_of(uow, lecture.sitting.id), made, person.id)


def _device(rng: Random) -> str:
    """A phone of the demo; random like a real one, but the same each time."""
    return f"demo-{rng.getrandbits(90):023x}"
