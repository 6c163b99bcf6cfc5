"""The sign-in sheet on paper: made, photographed, and keyed in by the trainer, who is named with every line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select, update

from lms.attendance import paper, queries
from lms.attendance.models import (
    AttendanceEvent,
    Correction,
    HandMark,
    Mark,
    Method,
    SheetImage,
    SheetPhoto,
    SignSheet,
    Trust,
)
from lms.attendance.models import counts as counting
from lms.attendance.rules.sheets import lines_of, page_of, pages_of, row_code, signed
from lms.attendance.service.hands import note_hand_marks
from lms.attendance.service.presence import NotAtThatTime, check_begun, check_near, check_opened, lock, record_all
from lms.core import clock
from lms.core.documents.apart import print_apart
from lms.core.errors import Conflict, Invalid
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.lectures.rules import tidy_name
from lms.lectures.service import NO_DEPARTMENT_NAME, add_extra
from lms.registry.holding import hold_firm
from lms.registry.models import Enterprise, Person
from lms.registry.queries import RosterLine, roster_on

HEAD = "（主要负责人）"


class NobodyListed(Conflict):
    code = "sheet-nobody-listed"
    sentence = _l("名单上还没有人，打印不出签到表。请先发出通知，名单就有了。")


class RowTaken(Conflict):
    code = "sheet-row-taken"
    sentence = _l("%(row)s 行已经算作%(name)s的签名。写错了人的，请先在他的签到记录里作废那一条，再写这一行是谁。")


class AnotherSheet(Invalid):
    code = "sheet-another"
    sentence = _l("照片里不是本单位这堂课的签到表，没有收下。请核对表头的编号，拍这堂课的表。")


@dataclass(frozen=True, slots=True)
class Keyed:
    """What came of keying rows in. there: names of people whose mark was already recorded. gone: not on the roster any more.

    waiting: people whose marks wait for a second person.
    """

    came: int
    left: int
    waiting: int
    there: tuple[str, ...]
    gone: tuple[str, ...]


def make_sheet(uow: UnitOfWork, sitting: Sitting) -> SignSheet:
    """The sheet of a sitting; the one already made while the same people are on the list. Raises NobodyListed."""
    hold_firm(uow, sitting.enterprise_id)
    rows = queries.people_for_sheet(uow, sitting.lecture_id)
    if not rows:
        raise NobodyListed
    for made in queries.sheets_of(uow, sitting.lecture_id):
        if made.sitting_id == sitting.id and made.rows == rows:
            return made
    sheet = SignSheet(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, rows=rows, extras={},
        number=queries.next_sheet_number(uow, sitting.enterprise_id), printed_by=uow.actor.name, printed_at=uow.now,
    )  # fmt: skip
    uow.session.add(sheet)
    uow.session.flush()
    return sheet


def printed(uow: UnitOfWork, sheet: SignSheet, base_url: str) -> bytes:
    """The PDF of a sheet. Raises MissingCharacters."""
    lecture, sitting = sheet.lecture, sheet.sitting
    enterprise = uow.session.scalar(select(Enterprise.name).where(Enterprise.id == sheet.enterprise_id)) or ""
    lecturer = uow.session.scalar(select(Person.name).where(Person.id == lecture.lecturer_id)) or ""
    order = paper.Order(
        number=sheet.number,
        title=lecture.title,
        enterprise=enterprise,
        lecturer=lecturer + (HEAD if lecture.lecturer_is_head else ""),
        when=clock.span(sitting.planned_starts_at, sitting.planned_ends_at),
        place=sitting.place,
        rows=tuple((row["name"], row["work_no"], row["department"]) for row in sheet.rows),
        address=f"{base_url}/sheets/{sheet.id}",
    )
    return print_apart(paper.sheet_pdf, order)


def take_photo(uow: UnitOfWork, lecture: Lecture, file_name: str, content: bytes) -> SheetPhoto:
    """Keep a photo or scan of sheets of this lecture, for the worker to read."""
    photo = SheetPhoto(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, file_name=tidy_name(file_name),
        sha256=storage().put(content), taken_by=uow.actor.name, taken_at=uow.now,
    )  # fmt: skip
    uow.session.add(photo)
    uow.session.flush()
    return photo


def note_reading(uow: UnitOfWork, photo: SheetPhoto, readings: Collection[paper.Reading]) -> None:
    """Keep the rows that were read beside the rows of their sheet. Records nobody: that is for a person to confirm.

    Raises NoCode, NoCorners, and AnotherSheet unless every page is of a sheet of the photo's lecture.
    """
    own = {sheet.id: sheet for sheet in queries.sheets_of(uow, photo.lecture_id)}
    seen: list[tuple[SignSheet, paper.Reading]] = []
    for reading in readings:
        if reading.sheet_id is None:
            raise paper.NoCode
        sheet = own.get(reading.sheet_id)
        if sheet is None or not 1 <= reading.page <= pages_of(len(sheet.rows)):
            raise AnotherSheet
        if not reading.rows:
            raise paper.NoCorners
        seen.append((sheet, reading))
    for sheet, reading in seen:
        for line, row in zip(lines_of(reading.page), reading.rows, strict=True):
            uow.session.add(
                SheetImage(
                    enterprise_id=sheet.enterprise_id, sheet_id=sheet.id, photo_id=photo.id, line=line,
                    person_id=queries.person_on(sheet, line), sha256=storage().put(row.picture),
                    ink_in=row.ink_in, ink_out=row.ink_out, taken_at=photo.taken_at,
                )
            )  # fmt: skip
    photo.read_at = uow.now


def key_in(
    uow: UnitOfWork,
    sheet: SignSheet,
    came: Collection[int],
    left: Collection[int],
    *,
    in_at: datetime | None,
    out_at: datetime | None,
    extras: Mapping[int, UUID] | None = None,
) -> Keyed:
    """Record what was signed: lines of `came` at in_at, of `left` at out_at, as paper, entered by the actor.

    A mark that is already recorded in this sitting, by phone or from this sheet, is left as it is. What no photo of the sheet
    shows as signed rests on the word of whoever keys it in, and is a mark by hand. extras: who signed in a blank line.
    Raises NotHeldYet, NotAtThatTime, WrongSitting, FarFromSitting, RowTaken.
    """
    lecture = sheet.lecture
    check_begun(lecture)
    check_opened(sheet.sitting)
    if any(at is None or at > uow.now for lines, at in ((came, in_at), (left, out_at)) if lines):
        raise NotAtThatTime
    for lines, at in ((came, in_at), (left, out_at)):
        if lines and at:
            check_near(sheet.sitting, at)
    lock(uow, lecture.id)  # the whole list: the same page saved twice at once enters nobody twice
    uow.session.refresh(sheet, ["extras"])
    _name_extras(uow, sheet, extras or {})
    people = {line: queries.person_on(sheet, line) for line in {*came, *left}}
    ids = [person_id for person_id in people.values() if person_id]
    there = queries.recorded(uow, sheet.sitting_id, ids)
    gone = _put_on_list(uow, lecture, ids)
    names = {row.id: row.name for row in uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    seen = _seen_signed(uow, sheet)
    marks: list[tuple[UUID, Mark, datetime, str]] = []
    known: list[str] = []
    told: set[tuple[UUID, Mark]] = set()
    for mark, lines, at in ((Mark.IN, came, in_at), (Mark.OUT, left, out_at)):
        for line in sorted(lines):
            person_id = people[line]
            if person_id is None or person_id in gone or at is None:
                continue
            if (person_id, mark) in there:
                known.append(names[person_id])
                continue
            if (line, mark) not in seen:
                told.add((person_id, mark))
            marks.append((person_id, mark, at, _row_words(sheet, line)))
    noted: list[HandMark] = []

    def by_hand(events: list[AttendanceEvent]) -> None:
        unseen = [event for event in events if (event.person_id, event.mark) in told]
        noted.extend(note_hand_marks(uow, lecture, unseen))

    record_all(uow, sheet.sitting, marks, Method.PAPER, Trust.PAPER, by_hand)
    counts = Counter(mark for _person, mark, _at, _reason in marks)
    waiting = len({mark.person_id for mark in noted if mark.waits})
    return Keyed(counts[Mark.IN], counts[Mark.OUT], waiting, tuple(dict.fromkeys(known)), tuple(names[one] for one in gone))


def _row_words(sheet: SignSheet, line: int) -> str:
    """The row that a mark cites, as it is stored."""
    return f"纸质签到表 S-{sheet.number:04}-{page_of(line)}，{row_code(sheet.number, line)} 行"


def _seen_signed(uow: UnitOfWork, sheet: SignSheet) -> set[tuple[int, Mark]]:
    """Lines and boxes in which a photo of the sheet shows ink."""
    images = queries.latest_images(uow, sheet.id)
    boxes = {(line, Mark.IN): image.ink_in for line, image in images.items()}
    boxes |= {(line, Mark.OUT): image.ink_out for line, image in images.items()}
    return {box for box, ink in boxes.items() if signed(ink)}


def _name_extras(uow: UnitOfWork, sheet: SignSheet, extras: Mapping[int, UUID]) -> None:
    """Write down whose the blank rows are, also beside the pictures of them: one signature is of one person. Raises RowTaken."""
    fresh = {str(line): str(person_id) for line, person_id in extras.items() if line > len(sheet.rows)}
    if not fresh:
        return
    for row, named in fresh.items():
        if sheet.extras.get(row, named) != named:
            _check_free(uow, sheet, int(row), UUID(sheet.extras[row]))
    sheet.extras = {**sheet.extras, **fresh}
    for line, person_id in extras.items():
        uow.session.execute(
            update(SheetImage).where(SheetImage.sheet_id == sheet.id, SheetImage.line == line).values(person_id=person_id)
        )
    uow.session.flush()


def _check_free(uow: UnitOfWork, sheet: SignSheet, line: int, person_id: UUID) -> None:
    """Raises RowTaken while a mark of this person rests on the line, or waits."""
    cites = (
        AttendanceEvent.sitting_id == sheet.sitting_id, AttendanceEvent.person_id == person_id,
        AttendanceEvent.method == Method.PAPER, AttendanceEvent.reason == _row_words(sheet, line),
    )  # fmt: skip
    struck = exists().where(Correction.event_id == AttendanceEvent.id)
    if uow.session.scalar(select(AttendanceEvent.id).where(*cites, or_(counting(), ~struck)).limit(1)) is not None:
        name = uow.session.get_one(Person, person_id).name
        raise RowTaken(row=row_code(sheet.number, line), name=name)


def _put_on_list(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> set[UUID]:
    """Who signed without being on the list is put on it; returns those who cannot be, for they are not on the roster."""
    listed = set(uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id)))
    missing = [person_id for person_id in person_ids if person_id not in listed]
    if not missing:
        return set()
    day = clock.local_date(lecture.sitting.planned_starts_at)
    roster: dict[UUID, RosterLine] = {line.person_id: line for line in roster_on(uow, lecture.enterprise_id, day)}
    for person_id in missing:
        if line := roster.get(person_id):
            add_extra(uow, lecture, person_id, line.department_name or NO_DEPARTMENT_NAME, line.post, line.category)
    return {person_id for person_id in missing if person_id not in roster}
