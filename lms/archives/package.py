"""一期一档 as a file: everything of one lecture with a signed manifest, which a script inside checks anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from sqlalchemy import select, union_all

from lms.archives.books import book_xlsx
from lms.archives.lecture_book import certificates_in, lecture_book, photo_in_archive, photos_in, place_in_archive
from lms.archives.packing import packed
from lms.attendance.models import AttendanceEvent, Visitor
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate
from lms.lectures.models import Lecture, Photo, PhotoMatch
from lms.quizzes.models import Attempt, Quiz

FORMAT = "anke-lecture-1"
ID = re.compile(r'"([0-9a-f-]{36})"')  # as a fact tells it


def lecture_package(uow: UnitOfWork, lecture: Lecture) -> BinaryIO:
    """The archive of a lecture as an open file on disk, with its certificates and photos.

    Materials are in it by their hash and the address of their bytes, which stay where they are kept.
    """
    subject = {"id": lecture.id, "title": lecture.title, "year": lecture.year, "number": lecture.number}
    own = _own(uow, lecture)
    return packed(
        uow,
        lecture.enterprise_id,
        {"format": FORMAT, "lecture": subject},
        book_xlsx(lecture_book(uow, lecture)),
        _kept(uow, lecture),
        lambda entry: entry.fact is not None and not own.isdisjoint((str(entry.subject_id), *ID.findall(entry.fact))),
    )


def _own(uow: UnitOfWork, lecture: Lecture) -> set[str]:
    """The ids of what belongs to a lecture, by which its chain speaks of it: what was corrected names the mark or the attempt."""
    photos = select(Photo.id).where(Photo.lecture_id == lecture.id)
    rows = union_all(
        select(AttendanceEvent.id).where(AttendanceEvent.lecture_id == lecture.id),
        select(Visitor.id).where(Visitor.lecture_id == lecture.id),
        select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id).where(Quiz.lecture_id == lecture.id),
        select(Certificate.id).where(Certificate.lecture_id == lecture.id),
        photos,
        select(PhotoMatch.id).where(PhotoMatch.photo_id.in_(photos) | PhotoMatch.earlier_id.in_(photos)),
    )
    return {str(lecture.id), *map(str, uow.session.scalars(rows))}


def _kept(uow: UnitOfWork, lecture: Lecture) -> Iterator[tuple[str, str]]:
    for certificate, department in certificates_in(uow, lecture):
        if certificate.erased_at is None:
            yield place_in_archive(certificate, department), certificate.pdf_sha256
    for number, photo in enumerate(photos_in(uow, lecture), 1):
        yield photo_in_archive(number, photo), photo.sha256
