"""Making an archive that was asked for: read, print or pack, keep."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from lms.access.actor import Actor
from lms.archives import service
from lms.archives.books import Book, book_pdf, book_xlsx
from lms.archives.firm_package import enterprise_book, enterprise_package, enterprise_print
from lms.archives.lecture_book import lecture_book
from lms.archives.models import ArchiveOrder, Format, Subject
from lms.archives.package import lecture_package
from lms.archives.person_book import person_book
from lms.core.documents.apart import print_apart
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person

ARCHIVIST = "archives.orders"
STEPS = 3  # read, made, kept


def make_archive(order_id: UUID) -> None:
    """Make it and keep it; how far it is can be read meanwhile."""
    with unit_of_work(Actor.system(ARCHIVIST), "system") as uow:
        asked = uow.session.get_one(ArchiveOrder, order_id)
        if not asked.making:
            return
        asked.done, asked.total = 0, STEPS
        by = asked.asked_by
    reader = Actor(Actor.system(ARCHIVIST).key, by, Actor.system(ARCHIVIST).held)
    with unit_of_work(reader, "system", write=False) as uow:
        asked = uow.session.get_one(ArchiveOrder, order_id)
        before = service.forgotten(uow, asked.enterprise_id)
        read = _read(uow, asked)
    _step(order_id, 1)
    with BytesIO(print_apart(book_pdf, read)) if isinstance(read, Book) else read as made:
        _step(order_id, 2)
        size, sha256 = made.seek(0, 2), storage().put_file(made)
    with unit_of_work(Actor.system(ARCHIVIST), "system") as uow:
        kept = service.made(uow, service.held(uow, order_id), sha256, size, before)
    if kept != sha256:
        storage().drop(sha256)


def _read(uow: UnitOfWork, asked: ArchiveOrder) -> Book | BinaryIO:
    """What is to be printed, with all that is read for it, or the finished file."""
    match asked.format:
        case Format.ZIP:
            return _package(uow, asked)
        case Format.XLSX:
            return BytesIO(book_xlsx(_book(uow, asked)))
        case Format.PDF:
            return _book(uow, asked).frozen()


def _book(uow: UnitOfWork, asked: ArchiveOrder) -> Book:
    match asked.subject:
        case Subject.ENTERPRISE:
            firm = uow.session.get_one(Enterprise, asked.subject_id)
            return enterprise_print(uow, firm) if asked.format is Format.PDF else enterprise_book(uow, firm)
        case Subject.LECTURE:
            return lecture_book(uow, uow.session.get_one(Lecture, asked.subject_id))
        case Subject.PERSON:
            return person_book(uow, uow.session.get_one(Person, asked.subject_id))


def _package(uow: UnitOfWork, asked: ArchiveOrder) -> BinaryIO:
    if asked.subject is Subject.LECTURE:
        return lecture_package(uow, uow.session.get_one(Lecture, asked.subject_id))
    return enterprise_package(uow, uow.session.get_one(Enterprise, asked.subject_id))


def _step(order_id: UUID, done: int) -> None:
    with unit_of_work(Actor.system(ARCHIVIST), "system") as uow:
        uow.session.get_one(ArchiveOrder, order_id).done = done
