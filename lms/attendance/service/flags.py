"""A flag is found anew each time from the facts; that somebody looked at it is a line of its own."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.attendance import queries
from lms.attendance.models import FlagResolution
from lms.attendance.rules import flags as rules
from lms.core.db import db, new_id, put
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.ledger.service import Fact, append, named, witnesses

RESOLVED = "attendance.flag-resolved"
_RESOLVE = put(db.metadata.tables[FlagResolution.__tablename__])


class NoSuchFlag(Conflict):
    code = "flag-gone"
    sentence = _l("这条提示已经不在了，或者又有了新情况。请刷新页面再看。")


def resolve(uow: UnitOfWork, lecture: Lecture, kind: str, subject: str) -> list[FlagResolution]:
    """Write down who found a flag explained, and when, a line for each flag one look answers. Doing it again changes nothing.

    subject: of the flag as it was seen, or only what it is about for whatever is known now. Raises NoSuchFlag, also when
    more has become known than was seen.
    """
    looked, found = queries.resolutions_of(uow, lecture.id), queries.flags(uow, lecture)
    there = next((row for row in looked if (row.kind, row.subject) == (kind, subject)), None)
    flag = next((one for one in found if one.kind == kind and subject in (one.subject, one.about)), None)
    if flag is not None:
        there = queries.explained(flag, looked)
    if there is not None:
        return [there]
    if flag is None:
        raise NoSuchFlag
    asked = [one for one in found if one.look == flag.look and not queries.explained(one, looked)]
    return [_write(uow, lecture, one) for one in asked]  # in one order whoever asks, so that two at once only wait


def _write(uow: UnitOfWork, lecture: Lecture, flag: rules.Flag) -> FlagResolution:
    values = {
        "id": new_id(), "enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "kind": flag.kind,
        "subject": flag.subject, "person_id": flag.person_id, "resolved_by": uow.actor.name, "resolved_at": uow.now,
    }  # fmt: skip
    written = uow.execute(_RESOLVE[uow.dialect], values).rowcount
    own = (FlagResolution.lecture_id == lecture.id, FlagResolution.kind == flag.kind, FlagResolution.subject == flag.subject)
    resolution = uow.session.scalars(select(FlagResolution).where(*own)).one()
    if written:
        append(uow, lecture.enterprise_id, RESOLVED, resolution.id, _fact(resolution))
    return resolution


def resolve_missed(uow: UnitOfWork, lecture: Lecture, department: str | None) -> int:
    """The same of all missed re-checks of a lecture, or of one department: each is a line of its own. Returns how many."""
    missed = [flag for flag in queries.flags_page(uow, lecture).open if flag.kind == rules.MISSED_RECHECK]
    wanted = [flag for flag in missed if department in (None, flag.department)]
    for flag in wanted:
        resolve(uow, lecture, flag.kind, flag.subject)
    return len(wanted)


@witnesses(RESOLVED, in_part=True, later=frozenset({"resolved_by"}))
def resolved(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every flag of an enterprise that was looked at, as the table has it."""
    for row in uow.session.scalars(select(FlagResolution).where(FlagResolution.enterprise_id == enterprise_id)):
        yield row.id, _fact(row)


def _fact(row: FlagResolution) -> Fact:
    return {
        "lecture": row.lecture_id, "kind": row.kind, "subject": row.subject, "resolved_by": named(row.resolved_by),
        "resolved_at": row.resolved_at,
    }  # fmt: skip
