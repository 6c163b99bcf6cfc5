"""Questions that rest on clauses which were replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, or_, select

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import LawChange, LawCheck, Question, QuestionVersion
from lms.quizzes.queries.newest import is_newest


@dataclass(frozen=True, slots=True)
class Citing:
    """A question whose law reference names a replaced clause. why: paused, reworded (since then) or kept (still right)."""

    question_id: UUID
    stem: str
    law_ref: str
    why: str


def bears_on(enterprise_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Whether a LawChange stands, and holds for an enterprise."""
    return LawChange.holds_for(enterprise_id) & LawChange.withdrawn_at.is_(None)


def paused(uow: UnitOfWork, enterprise_id: UUID) -> set[UUID]:
    """The questions an enterprise is not asked until somebody has looked at them again. One query, or three."""
    changes = list(uow.session.scalars(select(LawChange).where(bears_on(enterprise_id))))
    if not changes:
        return set()
    found = _citing(uow, changes, Question.enterprise_id.is_(None) | (Question.enterprise_id == enterprise_id), enterprise_id)
    return {one.question_id for own in found.values() for one in own if one.why == "paused"}


def citing(uow: UnitOfWork, change: LawChange) -> list[Citing]:
    """The questions within reach that name the clause of a change, those that wait first."""
    found = _citing(uow, [change], reach(uow, Question), uow.actor.enterprise_id)[change.id]
    return sorted(found, key=lambda one: (one.why != "paused", one.stem))


def _citing(
    uow: UnitOfWork, changes: Iterable[LawChange], where: ColumnElement[bool], enterprise_id: UUID | None
) -> dict[UUID, list[Citing]]:
    by = {change.id: change for change in changes}
    checks = select(LawCheck).where(
        LawCheck.law_change_id.in_(by), or_(LawCheck.enterprise_id.is_(None), LawCheck.enterprise_id == enterprise_id)
    )
    kept = {(check.law_change_id, check.question_id) for check in uow.session.scalars(checks)}
    rows = uow.session.execute(
        select(Question.id, QuestionVersion.stem, QuestionVersion.law_ref)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(where, Question.retired_at.is_(None), QuestionVersion.law_ref.is_not(None), is_newest())
    ).all()
    cites = [(change, row) for change, row in product(by.values(), rows) if rules.cites(row.law_ref, change.clause)]
    wordings = _wordings(uow, {row.id for _change, row in cites}) if cites else {}
    found: dict[UUID, list[Citing]] = defaultdict(list)
    for change, row in cites:
        why = "reworded" if _is_reworded(wordings[row.id], change.recorded_at) else "paused"
        why = "kept" if (change.id, row.id) in kept else why
        found[change.id].append(Citing(row.id, row.stem, row.law_ref, why))
    return found


def _wordings(uow: UnitOfWork, question_ids: Collection[UUID]) -> dict[UUID, list[QuestionVersion]]:
    """Of each question its versions, the first first."""
    found: dict[UUID, list[QuestionVersion]] = defaultdict(list)
    wanted = select(QuestionVersion).where(QuestionVersion.question_id.in_(question_ids)).order_by(QuestionVersion.version)
    for version in uow.session.scalars(wanted):
        found[version.question_id].append(version)
    return found


def _is_reworded(wordings: Sequence[QuestionVersion], since: datetime) -> bool:
    """Whether what is asked, or the clause it names, is another one than when the clause was replaced. A translation, another
    difficulty or other points make a version too, and nobody looks at the clause for them. A newer question is new altogether.
    """
    then = next((one for one in reversed(wordings) if one.created_at <= since), None)
    now = wordings[-1]
    return then is None or (then.stem, then.body, then.explanation, then.law_ref) != (
        now.stem, now.body, now.explanation, now.law_ref,
    )  # fmt: skip


def said_here(uow: UnitOfWork, change: LawChange) -> bool:
    """Whether it was the actor's side that said so."""
    if change.enterprise_id:
        return change.enterprise_id == uow.actor.enterprise_id
    return not uow.actor.enterprise_id and change.jurisdiction_id == uow.actor.jurisdiction_id


def law_changes(uow: UnitOfWork) -> list[LawChange]:
    """The changes within reach that hold, the newest first."""
    wanted = select(LawChange).where(reach(uow, LawChange), LawChange.withdrawn_at.is_(None))
    return list(uow.session.scalars(wanted.order_by(LawChange.id.desc())))
