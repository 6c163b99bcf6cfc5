"""Somebody is forgotten by law: their signatures, and their name on the sheets that were printed."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from lms.attendance.models import AttendanceEvent, Dispute, HeldMark, SheetImage, SheetPhoto, Signature, SignSheet
from lms.core.uow import UnitOfWork
from lms.registry.privacy.events import PersonErased
from lms.registry.privacy.service import NOBODY


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Take away pictures and words of one person. The events stay: they tell when somebody came, not who. Of a page that was
    photographed the rows of all others stay, each cut out; the page itself names everybody and goes.
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
    event.files.extend(session.scalars(select(SheetPhoto.sha256).where(SheetPhoto.id.in_(pages))))
    session.execute(delete(SheetImage).where(SheetImage.person_id == person_id))
    session.execute(update(Dispute).where(Dispute.person_id == person_id).values(text="", answer=None))
    for sheet in session.scalars(select(SignSheet).where(SignSheet.enterprise_id == event.enterprise_id)):
        if any(row["person"] == str(person_id) for row in sheet.rows):
            sheet.rows = [
                row | {"name": NOBODY, "work_no": None} if row["person"] == str(person_id) else row for row in sheet.rows
            ]
