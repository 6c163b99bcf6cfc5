"""Somebody is forgotten by law: their signatures, and their name on the sheets that were printed."""

from __future__ import annotations

from sqlalchemy import and_, delete, or_, select

from lms.attendance.models import AttendanceEvent, HeldMark, SheetImage, SheetPhoto, Signature, SignSheet
from lms.attendance.service import disputes, leave
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.registry.privacy.events import PersonErased
from lms.registry.privacy.service import NOBODY


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Take away pictures and words of one person. The events stay: they tell when somebody came, not who. Of a page that was
    photographed the rows of all others stay, each cut out; the page itself names everybody and goes, and so does one of a lecture
    of theirs that could not be read.
    """
    session, person_id = uow.session, event.person_id
    for table in (AttendanceEvent, HeldMark):
        signed = select(table.signature_sha256).where(table.person_id == person_id, table.signature_sha256.is_not(None))
        session.execute(
            delete(Signature).where(Signature.enterprise_id == event.enterprise_id, Signature.sha256.in_(signed)),
            execution_options={"synchronize_session": False},
        )
    event.files.extend(session.scalars(select(SheetImage.sha256).where(SheetImage.person_id == person_id)))
    pages = select(SheetImage.photo_id).where(SheetImage.person_id == person_id)
    listed = select(Attendee.lecture_id).where(Attendee.person_id == person_id)
    uncut = and_(SheetPhoto.lecture_id.in_(listed), SheetPhoto.id.not_in(select(SheetImage.photo_id)))  # could not be read
    for photo in session.scalars(select(SheetPhoto).where(or_(SheetPhoto.id.in_(pages), uncut))):
        event.files.append(photo.sha256)
        photo.forgotten_at = photo.forgotten_at or uow.now
    session.execute(delete(SheetImage).where(SheetImage.person_id == person_id))
    disputes.forget(uow, person_id)
    leave.forget_asked(uow, person_id)
    for sheet in session.scalars(select(SignSheet).where(SignSheet.enterprise_id == event.enterprise_id)):
        if any(row["person"] == str(person_id) for row in sheet.rows):
            sheet.rows = [
                row | {"name": NOBODY, "work_no": None} if row["person"] == str(person_id) else row for row in sheet.rows
            ]
