"""Mean to sit in, write what was found, answer it, and draw lectures by chance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select

from lms.access.models import Role
from lms.attendance.rules import is_signature
from lms.core.chance import new_seed
from lms.core.db import db, new_id, put
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import HELD, Lecture, LectureState
from lms.ledger.service import Fact, append, named, witnesses
from lms.notices.service import tell_staff
from lms.registry.models import Jurisdiction
from lms.supervision import queries, rules
from lms.supervision.models import Observation, ObservationDraw, ObservationReply, ObservationVisit, Replied

SUBMITTED = "observation.submitted"
COMES, FOUND = "observation.announced", "observation.found"
_MEAN = put(db.metadata.tables[ObservationVisit.__tablename__])


def plan_visit(uow: UnitOfWork, lecture: Lecture, *, announced: bool) -> ObservationVisit:
    """Whoever acts means to sit in; announced: the firm is told, once. Of two clicks at once the second waits for the first."""
    values = {
        "id": new_id(), "enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "user_id": uow.actor.user_id,
        "officer": uow.actor.name, "announced": False, "planned_at": uow.now,
    }  # fmt: skip
    uow.execute(_MEAN[uow.dialect], values)
    own = (ObservationVisit.lecture_id == lecture.id, ObservationVisit.user_id == uow.actor.user_id)
    visit = uow.session.scalars(select(ObservationVisit).where(*own).with_for_update()).one()
    if announced and not visit.announced:
        visit.announced = True
        _tell(uow, lecture, COMES, f"监管部门来旁听：{lecture.title}", f"{uow.actor.name}将到场旁听，不用另作准备。")
    uow.session.flush()
    return visit


def miss_visit(uow: UnitOfWork, lecture: Lecture) -> ObservationVisit:
    """Whoever acts did not come after all, and owes no comment. Raises NotOwed where none is, or the lecture is not over."""
    visit = queries.own_visit(uow, lecture.id)
    owes = visit is not None and lecture.is_held and queries.own_observation(uow, lecture.id) is None
    if visit is None or not owes:
        raise rules.NotOwed
    visit.missed_at = visit.missed_at or uow.now
    return visit


def submit(
    uow: UnitOfWork,
    lecture: Lecture,
    facts: Collection[str],
    remark: str,
    sent_id: UUID,
    photos: Sequence[tuple[str, BinaryIO]] = (),
    *,
    sure: bool = False,
    signature: str = "",
) -> tuple[Observation, list[str]]:
    """Write what was found; sent twice it counts once, and a later one replaces the officer's own earlier one.

    photos: name and bytes each; they become photos of the lecture. sure: as rules.facts_kept(). signature: the path
    of a finger; what is none is not kept. Returns the observation and what
    was wrong with photos. Raises NotYetHeld, SentBefore, DimensionEmpty, Contradiction, Doubted.
    """
    uow.session.refresh(lecture, ["state"], with_for_update={"key_share": True})  # of two at once the second finds the first
    again = uow.session.scalar(select(Observation).where(Observation.sent_id == sent_id))
    if again is not None and (again.lecture_id, again.user_id) != (lecture.id, uow.actor.user_id):
        raise rules.SentBefore
    if again is not None:
        return again, []
    if lecture.state != LectureState.OPEN and lecture.state not in HELD:
        raise rules.NotYetHeld
    ticked = sorted(rules.KNOWN.intersection(facts))
    rules.check_facts(ticked)
    numbers = queries.numbers_of(uow, lecture)
    ticked = rules.facts_kept(ticked, numbers.here, numbers.expected, sure=sure)
    visit, before = queries.own_visit(uow, lecture.id), queries.own_observation(uow, lecture.id)
    kept, faults = [], []
    for name, file in photos:
        try:
            kept.append(str(lectures.add_photo(uow, lecture, name, file).id))
        except Problem as problem:
            faults.append(str(problem))
    held = uow.actor.held_as(Role.OFFICER)
    found = Observation(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, user_id=uow.actor.user_id, officer=uow.actor.name,
        jurisdiction_id=held.jurisdiction_id if held else None,
        announced=visit is not None and visit.announced, facts=ticked, remark=remark,
        photo_ids=[*(before.photo_ids if before else []), *kept],
        signature=signature if is_signature(signature) else None, sent_id=sent_id, submitted_at=uow.now,
        replaces_id=before.id if before else None,
    )  # fmt: skip
    uow.session.add(found)
    uow.session.flush()
    append(uow, lecture.enterprise_id, SUBMITTED, found.id, _fact(found))
    _tell(uow, lecture, FOUND, f"收到旁听点评：{lecture.title}", f"{found.officer}：{remark}"[:500])
    return found, faults


def reply(uow: UnitOfWork, observation: Observation, kind: Replied, text: str) -> None:
    """The firm answers, or says what it has improved."""
    uow.session.add(
        ObservationReply(
            enterprise_id=observation.enterprise_id, observation_id=observation.id, kind=kind, text=text,
            said_by=uow.actor.name, said_at=uow.now,
        )
    )  # fmt: skip
    uow.session.flush()


def draw(uow: UnitOfWork, jurisdiction: Jurisdiction, number: int) -> ObservationDraw:
    """Pick lectures that are to come in a jurisdiction by chance; seed and pool are kept, so that anybody can pick again."""
    pool = queries.to_come(uow, jurisdiction)
    made = ObservationDraw(
        jurisdiction_id=jurisdiction.id, seed=new_seed(), pool=[str(lecture_id) for lecture_id in pool],
        number=number, drawn_by=uow.actor.name, drawn_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    return made


def _tell(uow: UnitOfWork, lecture: Lecture, kind: str, title: str, body: str) -> None:
    tell_staff(
        uow, lecture.enterprise_id, Role.TRAINER, Role.HEAD, kind=kind, about_id=lecture.id, title=title, body=body,
        link=f"/lectures/{lecture.id}#observations",
    )  # fmt: skip


@witnesses(SUBMITTED)
def submitted_observations(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every observation, as the table has it."""
    for one in uow.session.scalars(select(Observation).where(Observation.enterprise_id == enterprise_id)):
        yield one.id, _fact(one)


def _fact(one: Observation) -> Fact:
    signed = {"signature": sha256(one.signature.encode()).hexdigest()} if one.signature else {}
    return {
        "lecture": one.lecture_id, "officer": named(one.officer), "announced": one.announced, "facts": one.facts,
        "remark": one.remark, "at": one.submitted_at, "replaces": one.replaces_id, **signed,
    }  # fmt: skip
