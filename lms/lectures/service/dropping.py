"""What was proposed and came to nothing stays on record: who wanted what and why, and who said no to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.access.proposals import Proposal
from lms.access.service import hands_of
from lms.core.uow import UnitOfWork
from lms.lectures.models import DroppedProposal, Lecture, LecturerStep, ProposedAct, Sitting
from lms.ledger.service import Fact, append, named, witnesses

KINDS = {ProposedAct.TIME: "lecture.time-dropped", ProposedAct.VOID: "lecture.void-dropped"}  # of entries in the chain


def drop_void_of(uow: UnitOfWork, two: Proposal, lecture: Lecture) -> None:
    """Nobody declares the lecture void. Raises what two.drop raises."""
    _keep(uow, two.drop(lecture), lecture.enterprise_id, lecture.id, ProposedAct.VOID)


def drop_time_of(uow: UnitOfWork, two: Proposal, sitting: Sitting) -> None:
    """When the sitting began and ended stays as it was recorded. Raises what two.drop raises."""
    step, moved_to = sitting.time_step, sitting.time_to
    told = two.drop(sitting)
    assert step is not None
    _keep(uow, told, sitting.enterprise_id, sitting.lecture_id, ProposedAct.TIME, sitting.id, LecturerStep(step), moved_to)


def _keep(
    uow: UnitOfWork, told: tuple[datetime, str, str, str], enterprise_id: UUID, lecture_id: UUID, act: ProposedAct,
    sitting_id: UUID | None = None, step: LecturerStep | None = None, moved_to: datetime | None = None,
) -> None:  # fmt: skip
    at, by, key, reason = told
    line = DroppedProposal(
        enterprise_id=enterprise_id, lecture_id=lecture_id, sitting_id=sitting_id, act=act, step=step, moved_to=moved_to,
        proposed_by=by, proposed_key=key, proposed_at=at, reason=reason, dropped_by=uow.actor.name, dropped_at=uow.now,
        withdrawn=key in hands_of(uow),
    )  # fmt: skip
    uow.session.add(line)
    uow.session.flush()
    append(uow, enterprise_id, KINDS[act], line.id, _fact(line))


@witnesses(KINDS[ProposedAct.TIME])
def dropped_times(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every correction of a time that came to nothing, as the table has it."""
    return _lines(uow, enterprise_id, ProposedAct.TIME)


@witnesses(KINDS[ProposedAct.VOID])
def dropped_voids(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every time a lecture was to be declared void and was not, as the table has it."""
    return _lines(uow, enterprise_id, ProposedAct.VOID)


def _lines(uow: UnitOfWork, enterprise_id: UUID, act: ProposedAct) -> Iterator[tuple[UUID, Fact]]:
    own = (DroppedProposal.enterprise_id == enterprise_id, DroppedProposal.act == act)
    for line in uow.session.scalars(select(DroppedProposal).where(*own)):
        yield line.id, _fact(line)


def _fact(line: DroppedProposal) -> Fact:
    return {
        "lecture": line.lecture_id, "sitting": line.sitting_id, "step": line.step, "moved_to": line.moved_to,
        "reason": line.reason, "proposed_by": named(line.proposed_by), "proposed_key": line.proposed_key,
        "proposed_at": line.proposed_at, "dropped_by": named(line.dropped_by), "dropped_at": line.dropped_at,
        "withdrawn": line.withdrawn,
    }  # fmt: skip
