"""Asking for an archive, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from lms.archives.models import ArchiveOrder, Format, Subject
from lms.core.errors import NotFound
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.holding import hold_firm
from lms.registry.models import Enterprise, Person
from lms.registry.privacy.events import PersonErased
from lms.registry.privacy.service import NOBODY

KEPT = timedelta(days=7)
AGAIN = "有人依法被删除，请再做一次"


def order(uow: UnitOfWork, subject: Enterprise | Lecture | Person, wanted: Format) -> ArchiveOrder:
    """Ask for an archive; while the same one is being made, nothing more is asked. Whether the actor may was asked before.

    Raises NotFound for what there is none of: a lecture that was not held, a ZIP of a person.
    """
    if (isinstance(subject, Lecture) and not subject.is_held) or (isinstance(subject, Person) and wanted is Format.ZIP):
        raise NotFound
    match subject:
        case Enterprise():
            kind, enterprise_id, title = Subject.ENTERPRISE, subject.id, f"{subject.name} 一企一档"
        case Lecture():
            kind, enterprise_id = Subject.LECTURE, subject.enterprise_id
            title = f"{subject.year} 年第 {subject.number} 期 {subject.title} 一期一档"
        case Person():
            kind, enterprise_id, title = Subject.PERSON, subject.enterprise_id, f"{subject.name} 一人一档"
    same = (ArchiveOrder.subject_id == subject.id, ArchiveOrder.format == wanted)
    there = uow.session.scalar(select(ArchiveOrder).where(*same, ArchiveOrder.made_at.is_(None), ArchiveOrder.problem.is_(None)))
    if there is not None:
        return there
    asked = ArchiveOrder(
        enterprise_id=enterprise_id, subject=kind, subject_id=subject.id, format=wanted, title=title[:200],
        asked_by=uow.actor.name, asked_at=uow.now,
    )  # fmt: skip
    uow.session.add(asked)
    uow.session.flush()
    order_id = str(asked.id)
    uow.after_commit(lambda: enqueue("make_archives", order_id=order_id))
    return asked


def waiting(uow: UnitOfWork, order_id: UUID | None) -> list[UUID]:
    """Archives to be made, the one or all, the oldest first."""
    wanted = select(ArchiveOrder.id).where(ArchiveOrder.made_at.is_(None), ArchiveOrder.problem.is_(None))
    if order_id is not None:
        wanted = wanted.where(ArchiveOrder.id == order_id)
    return list(uow.session.scalars(wanted.order_by(ArchiveOrder.asked_at, ArchiveOrder.id)))


def forgotten(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """How many of a firm were forgotten by law."""
    gone = select(func.count(Person.id)).where(Person.enterprise_id == enterprise_id, Person.erased_at.is_not(None))
    return uow.session.scalar(gone) or 0


def held(uow: UnitOfWork, order_id: UUID) -> ArchiveOrder:
    """An order, and whether somebody is forgotten meanwhile, held until the end of the transaction."""
    hold_firm(uow, uow.session.get_one(ArchiveOrder, order_id).enterprise_id)
    return uow.session.get_one(ArchiveOrder, order_id, with_for_update=True, populate_existing=True)


def made(uow: UnitOfWork, asked: ArchiveOrder, sha256: str, size: int, before: int) -> str | None:
    """The file is in the store; of two workers that made it the first one counts, and none once somebody in it was forgotten
    meanwhile. asked: held. before: forgotten() when its reading began. Returns the file that is kept.
    """
    if asked.making and forgotten(uow, asked.enterprise_id) != before:
        asked.problem = AGAIN
    if asked.making:
        asked.sha256, asked.size, asked.made_at, asked.done = sha256, size, uow.now, asked.total
    return asked.sha256


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Somebody is forgotten by law: their name is in the files of the enterprise, which can be made anew, also in those that
    somebody makes at this moment, and in the titles of their own.
    """
    hold_firm(uow, event.enterprise_id)  # whoever keeps an archive of it has, or will see who was forgotten
    own = ArchiveOrder.subject_id == event.person_id
    uow.session.execute(update(ArchiveOrder).where(own).values(title=f"{NOBODY} 一人一档"))
    of_firm = ArchiveOrder.enterprise_id == event.enterprise_id
    making = (of_firm, ArchiveOrder.made_at.is_(None), ArchiveOrder.problem.is_(None))
    uow.session.execute(update(ArchiveOrder).where(*making).values(problem=AGAIN))
    files = select(ArchiveOrder).where(of_firm, ArchiveOrder.sha256.is_not(None))
    for one in uow.session.scalars(files).all():
        event.files.append(one.sha256 or "")
        one.sha256 = None


def let_go(uow: UnitOfWork, before: datetime) -> list[str]:
    """Forget the files of archives made before an instant; returns those that no other archive is."""
    over = uow.session.scalars(select(ArchiveOrder).where(ArchiveOrder.made_at < before, ArchiveOrder.sha256.is_not(None))).all()
    files = {one.sha256 for one in over if one.sha256}
    for one in over:
        one.sha256 = None
    uow.session.flush()
    still = set(uow.session.scalars(select(ArchiveOrder.sha256).where(ArchiveOrder.sha256.in_(files))))
    return sorted(files - still)
