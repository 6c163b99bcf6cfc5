"""What other lectures in our own database say about one, as the rules read it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from lms.attendance.models import Presence, PresenceStatus
from lms.compliance.signals.rules import facts
from lms.compliance.signals.rules.facts import SEEN
from lms.compliance.signals.rules.lecturer import proven
from lms.compliance.signals.rules.signal import limits
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Attendee, Lecture, LecturerMark, Material, Photo, PhotoMatch, Rendition, Sitting, Witness
from lms.lectures.queries import of_other_firms

CAME = (PresenceStatus.PRESENT, PresenceStatus.LATE, PresenceStatus.LEFT_EARLY)
WITNESSED = (Witness.OWN_PHONE, Witness.NAMED_PHONE, Witness.LENT_PHONE, Witness.OFFICER_CODE, Witness.OFFICER)
BITS = 2  # our prints have 128 bits, the rules count in 64


def elsewhere(uow: UnitOfWork, lecture: Lecture, known: facts.Lecture) -> facts.Elsewhere:
    """known: the facts of this lecture. Seven queries, and one for each of its photos."""
    return facts.Elsewhere(
        photos=tuple(_photos(uow, lecture, known)),
        decks=_decks(uow, lecture, known),
        lecturer=tuple(_lecturer(uow, lecture, known)),
        people=tuple(_people(uow, lecture, known)),
        firm=_firm(uow, lecture.enterprise_id),
    )


def _photos(uow: UnitOfWork, lecture: Lecture, known: facts.Lecture) -> Iterator[facts.PhotoAgain]:
    """The same bytes anywhere, pictures that are alike within the firm, and those that another firm has with other bytes."""
    came = {photo.sha256: photo.uploaded_at for photo in known.photos}
    rows = uow.session.scalars(
        select(Photo).where(Photo.sha256.in_(list(came)), Photo.lecture_id != lecture.id, Photo.withdrawn_at.is_(None))
    )
    for row in rows:
        since = came[row.sha256]
        earlier = since is not None and row.received_at < since
        yield facts.PhotoAgain(row.sha256, str(row.lecture_id), 0, True, earlier)
    mine, other = aliased(Photo), aliased(Photo)
    for here, there, match in uow.session.execute(
        select(mine, other, PhotoMatch)
        .join(PhotoMatch, or_(PhotoMatch.photo_id == mine.id, PhotoMatch.earlier_id == mine.id))
        .join(other, or_(PhotoMatch.photo_id == other.id, PhotoMatch.earlier_id == other.id))
        .where(mine.lecture_id == lecture.id, other.id != mine.id, mine.withdrawn_at.is_(None), other.withdrawn_at.is_(None))
        .where(PhotoMatch.unlike > 0)
    ):
        earlier = match.earlier_id == there.id
        yield facts.PhotoAgain(here.sha256, str(there.lecture_id), match.unlike // BITS, False, earlier)
    for here in uow.session.scalars(select(Photo).where(Photo.lecture_id == lecture.id, Photo.withdrawn_at.is_(None))).all():
        for there, bits in of_other_firms(uow, here):
            earlier = there.received_at < here.received_at
            yield facts.PhotoAgain(here.sha256, str(there.lecture_id), bits // BITS, False, earlier)


def _decks(uow: UnitOfWork, lecture: Lecture, known: facts.Lecture) -> dict[str, tuple[int, int]]:
    wanted = [deck.text_sha256 for deck in known.materials if deck.text_sha256]
    told_by = func.coalesce(Rendition.words_sha256, Material.sha256)
    others: dict[str, set[tuple[UUID, UUID]]] = {}
    rows = uow.session.execute(
        select(told_by, Material.lecture_id, Material.enterprise_id)
        .outerjoin(Rendition, Rendition.source_sha256 == Material.sha256)
        .where(or_(Rendition.words_sha256.in_(wanted), Material.sha256.in_(wanted)), Material.lecture_id != lecture.id)
    )
    for words, lecture_id, firm in rows:
        others.setdefault(words, set()).add((lecture_id, firm))
    return {
        words: (len(those), len({firm for _lecture, firm in those} - {lecture.enterprise_id})) for words, those in others.items()
    }


def _lecturer(uow: UnitOfWork, lecture: Lecture, known: facts.Lecture) -> Iterator[facts.LecturerAgain]:
    """Sittings of other lectures of the same lecturer that meet ours."""
    if not known.actual:
        return
    who = func.coalesce(Lecture.spoken_by_id, Lecture.lecturer_id)
    sure = select(LecturerMark.id).where(LecturerMark.lecture_id == Lecture.id, LecturerMark.witness.in_(WITNESSED)).exists()
    rows = uow.session.execute(
        select(Sitting.lecture_id, Sitting.started_at, Sitting.ended_at, sure)
        .join(Lecture, Lecture.id == Sitting.lecture_id)
        .where(Lecture.enterprise_id == lecture.enterprise_id, Lecture.id != lecture.id, Lecture.state.in_(HELD))
        .where(who == (lecture.spoken_by_id or lecture.lecturer_id))
        .where(Sitting.started_at < known.actual.ends_at, Sitting.ended_at > known.actual.starts_at)
    )
    own = [facts.Span(one.started_at, one.ended_at) for one in lecture.sittings if one.started_at and one.ended_at]
    for other, started_at, ended_at, there_proven in rows:
        if started_at is None or ended_at is None:
            continue
        there = facts.Span(started_at, ended_at)
        shared = max((span.overlap(there) for span in own), default=0)
        shortest = min([there.minutes, *(span.minutes for span in own)])
        if shared:
            better = proven(known) and not there_proven
            yield facts.LecturerAgain(str(other), shared, shared / max(shortest, 1), True, better)


def _people(uow: UnitOfWork, lecture: Lecture, known: facts.Lecture) -> Iterator[facts.PersonAgain]:
    """People of other lectures of the firm whose stay meets theirs here."""
    rows = uow.session.execute(
        select(Presence.person_id, Presence.lecture_id, Presence.first_in_at, Presence.last_out_at, Presence.method)
        .join(Lecture, Lecture.id == Presence.lecture_id)
        .where(Presence.enterprise_id == lecture.enterprise_id, Presence.lecture_id != lecture.id, Lecture.state.in_(HELD))
        .where(Presence.person_id.in_([UUID(person_id) for person_id in known.stays]), Presence.status.in_(CAME))
    )
    least = limits()["person_twice"]["minutes"]
    for person_id, other, first_in, last_out, method in rows:
        here = known.stays[str(person_id)]
        if first_in and last_out and here.overlap(facts.Span(first_in, max(first_in, last_out))) > least:
            better = known.arrivals[str(person_id)].method in SEEN and str(method) not in SEEN
            yield facts.PersonAgain(str(person_id), str(other), better)


def _firm(uow: UnitOfWork, enterprise_id: UUID) -> facts.Attendance:
    """Its held lectures together."""
    held = (Lecture.enterprise_id == enterprise_id, Lecture.state.in_(HELD))
    asked = select(func.count(Attendee.id), func.count(Attendee.lecture_id.distinct())).join(Lecture).where(*held)
    people, lectures = uow.session.execute(asked.where(~Attendee.is_extra)).one()
    came = uow.session.scalar(
        select(func.count(Attendee.id))
        .join(Lecture)
        .join(Presence, (Presence.lecture_id == Attendee.lecture_id) & (Presence.person_id == Attendee.person_id))
        .where(*held, ~Attendee.is_extra, Presence.status.in_(CAME))
    )
    return facts.Attendance(lectures, people, people - (came or 0))
