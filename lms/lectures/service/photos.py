"""Photos of a lecture: kept as they were taken, looked at by the worker, compared with those of other lectures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import or_, select

from lms.access.actor import Actor
from lms.core.errors import Invalid
from lms.core.jobs import enqueue
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.core.viewing import Seen
from lms.core.viewing.shots import look_at_new
from lms.lectures import rules
from lms.lectures.events import EvidenceChanged
from lms.lectures.models import Lecture, LectureState, Photo, PhotoBand, PhotoMatch
from lms.ledger.service import Fact, append, witnesses

LOOKER = Actor.system("lectures.photos")
ADDED, WITHDRAWN, RESTORED, EXPLAINED = "photo.added", "photo.withdrawn", "photo.restored", "photo.explained"


def add_photo(uow: UnitOfWork, lecture: Lecture, file_name: str, file: BinaryIO) -> Photo:
    """Keep a photo as it is; the same bytes twice are one. The worker looks at it soon.

    One that was taken out comes back so, also when the lecture is on file. Raises NoPhotosYet before check-in is open,
    NotAPhoto, NotReadableHere, MaterialTooBig. Says EvidenceChanged.
    """
    file.seek(0)
    known = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    there = uow.session.scalar(select(Photo).where(Photo.lecture_id == lecture.id, Photo.sha256 == known))
    if there is not None:
        if there.withdrawn_at is not None:
            there.withdrawn_at = None
            append(uow, there.enterprise_id, RESTORED, there.id, {"at": uow.now})
            _say_changed(uow, there)
        return there
    if lecture.state not in (LectureState.OPEN, LectureState.CLOSED):
        raise rules.NoPhotosYet
    judged = rules.judge_material(file_name, file)
    if judged.media_type not in rules.IMAGES:
        raise rules.NotAPhoto(name=judged.name)
    size, sha256 = file.seek(0, 2), storage().put_file(file)
    photo = Photo(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, file_name=judged.name, media_type=judged.media_type,
        size=size, sha256=sha256, added_by=uow.actor.name, received_at=uow.now,
    )  # fmt: skip
    uow.session.add(photo)
    uow.session.flush()
    append(uow, lecture.enterprise_id, ADDED, photo.id, added_fact(photo))
    _say_changed(uow, photo)
    uow.after_commit(lambda: enqueue("look_at_photos"))
    return photo


def added_fact(photo: Photo) -> Fact:
    """What the chain says of a photo."""
    return {"lecture": photo.lecture_id, "sha256": photo.sha256, "size": photo.size, "at": photo.received_at}


def withdraw_photo(uow: UnitOfWork, photo: Photo) -> None:
    """Take a photo out of the evidence; it stays kept, and the chain says both."""
    if photo.withdrawn_at is None:
        photo.withdrawn_at = uow.now
        append(uow, photo.enterprise_id, WITHDRAWN, photo.id, {"at": uow.now})
        _say_changed(uow, photo)


@witnesses(WITHDRAWN, undone_by=RESTORED)
def photos_out(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every photo of an enterprise that is out of the evidence, as the table has it."""
    out = select(Photo.id, Photo.withdrawn_at).where(Photo.enterprise_id == enterprise_id, Photo.withdrawn_at.is_not(None))
    for photo_id, withdrawn_at in uow.session.execute(out):
        yield photo_id, {"at": withdrawn_at}


def explain_match(uow: UnitOfWork, match: PhotoMatch, explanation: str) -> None:
    """Say why two photos are alike. explanation: a key of rules.EXPLANATIONS; a mistake takes the photo out that came later.

    Raises Invalid.
    """
    if explanation not in rules.EXPLANATIONS:
        raise Invalid(rules.UNKNOWN_EXPLANATION)
    match.explanation, match.explained_by, match.explained_at = explanation, uow.actor.name, uow.now
    append(uow, match.enterprise_id, EXPLAINED, match.id, {"at": uow.now, "explanation": explanation})
    if explanation == "mistake":
        withdraw_photo(uow, match.photo)


def _say_changed(uow: UnitOfWork, photo: Photo) -> None:
    uow.say(EvidenceChanged(photo.lecture_id, photo.enterprise_id, at=uow.now))


def look_at_photos() -> None:
    """Look at the photos nobody has looked at yet."""
    look_at_new(Photo, LOOKER, note=_note)


def _note(uow: UnitOfWork, photo: Photo, seen: Seen | None) -> None:
    """Its size and hour, and which photos of the enterprise's other lectures it is like."""
    if seen is not None:
        photo.width, photo.height, photo.prints = seen.width, seen.height, list(seen.prints)
        photo.taken_at = rules.capture_time(seen.taken, seen.offset)
        pieces = enumerate(rules.bands(photo.prints))
        uow.session.add_all(PhotoBand(photo_id=photo.id, band=band, value=value) for band, value in pieces)
    for other in _others(uow, photo):
        bits = 0 if other.sha256 == photo.sha256 else rules.unlike(photo.prints or [], other.prints or [])
        if bits <= rules.ALIKE:
            uow.session.add(
                PhotoMatch(
                    enterprise_id=photo.enterprise_id, photo_id=photo.id, earlier_id=other.id, unlike=bits, noted_at=uow.now
                )
            )  # fmt: skip


def _others(uow: UnitOfWork, photo: Photo) -> list[Photo]:
    """The photos of the enterprise's other lectures that were looked at before, or hold the very same bytes."""
    known = or_(Photo.prints.is_not(None), Photo.sha256 == photo.sha256)
    return list(
        uow.session.scalars(
            select(Photo).where(
                Photo.enterprise_id == photo.enterprise_id,
                Photo.lecture_id != photo.lecture_id,
                Photo.looked_at.is_not(None),
                Photo.id != photo.id,
                Photo.withdrawn_at.is_(None),
                known,
            )
        )
    )
