"""Photos of a lecture as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, Material, Photo, PhotoBand, PhotoMatch, Sitting
from lms.lectures.queries.lecturer import proof_of


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo with what is odd about its time, a key of rules.TIMES."""

    photo: Photo
    odd: str | None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a lecture still lacks when a sitting is closed, and who owes it.

    photos: how many are there; matches: alike ones nobody explained; lecturer: whose beginning nobody in the room has confirmed.
    planner: who owes the other ones.
    """

    materials: bool
    photos: int | None
    matches: int
    lecturer: str | None
    planner: str

    def __bool__(self) -> bool:
        return self.materials or self.photos is not None or self.matches > 0 or self.lecturer is not None


def missing_evidence(uow: UnitOfWork, lecture: Lecture, sitting: Sitting) -> Missing:
    """What to see to before a sitting is closed, or soon after; nothing of it holds anybody up."""
    materials = uow.session.scalar(select(func.count(Material.id)).where(Material.lecture_id == lecture.id)) or 0
    standing = select(func.count(Photo.id)).where(Photo.lecture_id == lecture.id, Photo.withdrawn_at.is_(None))
    photos = uow.session.scalar(standing) or 0
    open_ones = [match for match in matches_of(uow, lecture.id) if not match.explanation]
    seen = proof_of(uow, sitting.id).start_witness in rules.IN_THE_ROOM
    return Missing(
        not materials, photos if photos < rules.WANTED_PHOTOS else None, len(open_ones),
        None if seen else lecture.lecturer.name, lecture.created_by,
    )  # fmt: skip


def photos_of(uow: UnitOfWork, lecture: Lecture) -> list[Shot]:
    """The photos of a lecture that stand, in the order in which they came."""
    rows = uow.session.scalars(
        select(Photo).where(Photo.lecture_id == lecture.id, Photo.withdrawn_at.is_(None)).order_by(Photo.id)
    ).all()
    begins = min(sitting.started_at or sitting.planned_starts_at for sitting in lecture.sittings)
    ended = [sitting.ended_at for sitting in lecture.sittings]
    ends = max(each for each in ended if each) if all(ended) else None
    return [
        Shot(row, rules.odd_time(row.taken_at, row.received_at, begins, ends) if row.looked_at and not row.fault else None)
        for row in rows
    ]


def has_withdrawn(uow: UnitOfWork, lecture_id: UUID) -> bool:
    """Whether a photo was taken out of a lecture that can come back."""
    gone = select(Photo.id).where(Photo.lecture_id == lecture_id, Photo.withdrawn_at.is_not(None)).limit(1)
    return uow.session.scalar(gone) is not None


def matches_of(uow: UnitOfWork, lecture_id: UUID) -> list[PhotoMatch]:
    """Photos of this lecture that are like one of another lecture, or the other way round; both still standing or explained."""
    mine = select(Photo.id).where(Photo.lecture_id == lecture_id)
    rows = uow.session.scalars(
        select(PhotoMatch)
        .where(PhotoMatch.photo_id.in_(mine) | PhotoMatch.earlier_id.in_(mine))
        .options(joinedload(PhotoMatch.photo).joinedload(Photo.lecture), joinedload(PhotoMatch.earlier).joinedload(Photo.lecture))
        .order_by(PhotoMatch.id)
    ).unique()
    return [row for row in rows if row.explanation or not (row.photo.withdrawn_at or row.earlier.withdrawn_at)]


def of_other_firms(uow: UnitOfWork, photo: Photo) -> list[tuple[Photo, int]]:
    """The photos of other enterprises that show the same with other bytes, each with by how many of 128 bits the whole pictures
    differ: sent on by a chat, saved again, made smaller. What was cut is found within an enterprise alone.
    """
    pieces = enumerate(rules.bands(photo.prints or []))
    alike = [and_(PhotoBand.band == band, PhotoBand.value.in_(rules.near(piece))) for band, piece in pieces]
    if not alike:
        return []
    candidates = select(PhotoBand.photo_id).where(or_(*alike))
    others = uow.session.scalars(
        select(Photo).where(
            Photo.id.in_(candidates), Photo.enterprise_id != photo.enterprise_id, Photo.sha256 != photo.sha256,
            Photo.withdrawn_at.is_(None),
        )
    ).all()  # fmt: skip
    found = [(other, rules.unlike(photo.prints[:1], other.prints[:1])) for other in others if photo.prints and other.prints]
    return [(other, bits) for other, bits in found if bits < rules.PLAIN]
