"""Somebody is forgotten by law: the files that bear their name, and the name in what is kept of them."""

from __future__ import annotations

from sqlalchemy import select, update

from lms.core.uow import UnitOfWork
from lms.credentials.models import Award, CarriedRecord, Certificate, Completion, EnteredTraining, WorkPermit
from lms.notices.service import forget_name
from lms.registry.privacy.events import PersonErased
from lms.registry.privacy.service import NOBODY
from lms.registry.queries import names_with


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Certificates and scans of one person lose name and file; number, days, hours and hashes stay, and so does the chain."""
    session = uow.session
    for certificate in session.scalars(select(Certificate).where(Certificate.person_id == event.person_id)):
        event.files.append(certificate.pdf_sha256)
        certificate.data = certificate.data | {"holder_name": NOBODY, "masked_id": None}
        certificate.erased_at = event.at
    for rests_on in (Completion, Award):  # what was still to be printed would bear the name
        due = update(rests_on).where(rests_on.person_id == event.person_id, rests_on.certificate_due)
        session.execute(due.values(certificate_due=False, problem=None))
    carried = update(CarriedRecord).where(CarriedRecord.person_id == event.person_id)
    session.execute(carried.values(statement=None, ended_at=event.at))
    own = EnteredTraining.person_id == event.person_id
    shared = select(EnteredTraining.sha256).where(EnteredTraining.person_id != event.person_id)  # a scan may be of several
    event.files.extend(session.scalars(select(EnteredTraining.sha256).where(own, EnteredTraining.sha256.not_in(shared))))
    session.execute(update(EnteredTraining).where(own).values(file_name=NOBODY))
    permits = WorkPermit.person_id == event.person_id
    session.execute(update(WorkPermit).where(permits).values(card_no=None))
    others = names_with(uow, event.enterprise_id, event.name)
    forget_name(uow, event.name, NOBODY, select(WorkPermit.id).where(permits), others)
