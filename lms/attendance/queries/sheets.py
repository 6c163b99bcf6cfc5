"""Printed sign-in sheets, what was photographed of them, and what of them is already recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from lms.attendance.models import AttendanceEvent, Correction, Mark, Method, SheetImage, SheetPhoto, SignSheet
from lms.attendance.rules.sheets import lines_of, page_of, row_code, signed
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a mark of a person happened, and whether it came from paper."""

    at: datetime
    on_paper: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet as it is keyed in. name "": a blank row. looks_in, looks_out: the photo looks signed there."""

    line: int
    code: str
    person_id: UUID | None
    name: str
    work_no: str
    department: str
    in_at: Recorded | None
    out_at: Recorded | None
    image_id: UUID | None
    looks_in: bool
    looks_out: bool


def sheets_of(uow: UnitOfWork, lecture_id: UUID) -> list[SignSheet]:
    """The sheets printed for a lecture, the latest first."""
    wanted = select(SignSheet).where(SignSheet.lecture_id == lecture_id).order_by(SignSheet.number.desc())
    return list(uow.session.scalars(wanted))


def next_sheet_number(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """The number that the enterprise's next sign-in sheet takes, from 1."""
    return (uow.session.scalar(select(func.max(SignSheet.number)).where(SignSheet.enterprise_id == enterprise_id)) or 0) + 1


def people_for_sheet(uow: UnitOfWork, lecture_id: UUID) -> list[dict[str, str]]:
    """Who is on the list, as rows of a sheet: by department, then work number, as people queue."""
    rows = uow.session.execute(
        select(Attendee.person_id, Person.name, Person.work_no, Attendee.department_name)
        .join(Person, Person.id == Attendee.person_id)
        .where(Attendee.lecture_id == lecture_id)
        .order_by(Attendee.department_name, Person.work_no.is_(None), Person.work_no, Person.name, Person.id)
    )
    return [
        {"person": str(person_id), "name": name, "work_no": work_no or "", "department": department}
        for person_id, name, work_no, department in rows
    ]


def page_rows(uow: UnitOfWork, sheet: SignSheet, page: int) -> list[SheetRow]:
    """The rows of one page with what is recorded and what was photographed. Three queries."""
    people = {line: person_on(sheet, line) for line in lines_of(page)}
    ids = [person_id for person_id in people.values() if person_id]
    marks = recorded(uow, sheet.sitting_id, ids)
    extras = [UUID(text) for text in sheet.extras.values()]
    named = {
        row.id: row for row in uow.session.execute(select(Person.id, Person.name, Person.work_no).where(Person.id.in_(extras)))
    }
    images = latest_images(uow, sheet.id)
    rows = []
    for line, person_id in people.items():
        listed = sheet.rows[line - 1] if line <= len(sheet.rows) else {}
        extra, image = named.get(person_id) if not listed and person_id else None, images.get(line)
        rows.append(
            SheetRow(
                line=line,
                code=row_code(sheet.number, line),
                person_id=person_id,
                name=listed.get("name", extra.name if extra else ""),
                work_no=listed.get("work_no", (extra.work_no or "") if extra else ""),
                department=listed.get("department", ""),
                in_at=marks.get((person_id, Mark.IN)) if person_id else None,
                out_at=marks.get((person_id, Mark.OUT)) if person_id else None,
                image_id=image.id if image else None,
                looks_in=image is not None and signed(image.ink_in),
                looks_out=image is not None and signed(image.ink_out),
            )
        )
    return rows


def person_on(sheet: SignSheet, line: int) -> UUID | None:
    """Whose row a line is: as printed, or as somebody was named for a blank one."""
    if line <= len(sheet.rows):
        return UUID(sheet.rows[line - 1]["person"])
    named = sheet.extras.get(str(line))
    return UUID(named) if named else None


def recorded(uow: UnitOfWork, sitting_id: UUID, person_ids: Collection[UUID]) -> dict[tuple[UUID, Mark], Recorded]:
    """What is already recorded of these people in a sitting, by person and mark; the first of each, any way it came.

    What waits for a second person is there; what was struck is not.
    """
    rows = uow.session.execute(
        select(AttendanceEvent.person_id, AttendanceEvent.mark, AttendanceEvent.scanned_at, AttendanceEvent.method)
        .where(AttendanceEvent.sitting_id == sitting_id, AttendanceEvent.person_id.in_(person_ids))
        .where(~exists().where(Correction.event_id == AttendanceEvent.id))
        .order_by(AttendanceEvent.scanned_at.desc(), AttendanceEvent.id.desc())
    )
    return {(person_id, mark): Recorded(at, method is Method.PAPER) for person_id, mark, at, method in rows}


def latest_images(uow: UnitOfWork, sheet_id: UUID) -> dict[int, SheetImage]:
    """The latest picture of each line of a sheet."""
    wanted = select(SheetImage).where(SheetImage.sheet_id == sheet_id).order_by(SheetImage.taken_at, SheetImage.id)
    return {image.line: image for image in uow.session.scalars(wanted)}


@dataclass(frozen=True, slots=True)
class PhotoTold:
    """A photo with the pages found in it: (sheet, page, lines that look signed) each."""

    photo: SheetPhoto
    pages: tuple[tuple[SignSheet, int, int], ...]


def photos_of(uow: UnitOfWork, lecture_id: UUID) -> list[PhotoTold]:
    """The photos of a lecture's sheets, the latest first."""
    sheets = {sheet.id: sheet for sheet in sheets_of(uow, lecture_id)}
    photos = list(
        uow.session.scalars(
            select(SheetPhoto)
            .where(SheetPhoto.lecture_id == lecture_id)
            .order_by(SheetPhoto.taken_at.desc(), SheetPhoto.id.desc())
        )
    )
    found: dict[UUID, dict[tuple[UUID, int], int]] = defaultdict(lambda: defaultdict(int))
    for image in uow.session.scalars(select(SheetImage).where(SheetImage.sheet_id.in_(sheets)).order_by(SheetImage.line)):
        found[image.photo_id][image.sheet_id, page_of(image.line)] += signed(image.ink_in) or signed(image.ink_out)
    return [
        PhotoTold(photo, tuple((sheets[sheet_id], page, looks) for (sheet_id, page), looks in found[photo.id].items()))
        for photo in photos
    ]


def signatures_of(uow: UnitOfWork, person_id: UUID) -> list[SheetImage]:
    """The rows in which a person signed on paper, the latest first, one of each sheet."""
    rows = uow.session.scalars(
        select(SheetImage)
        .where(SheetImage.person_id == person_id)
        .order_by(SheetImage.taken_at.desc(), SheetImage.id.desc())
        .options(joinedload(SheetImage.sheet).joinedload(SignSheet.lecture).load_only(Lecture.id, Lecture.title))
    )
    latest: dict[UUID, SheetImage] = {}
    for image in rows:
        latest.setdefault(image.sheet_id, image)
    return list(latest.values())
