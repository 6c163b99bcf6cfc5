"""What can be asked of standings, each metric by one clause: a figure is the length of its list because both ask the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, literal_column, or_, select, tuple_

from lms.compliance.models import ChaseEscalation, Deferral, Standing, StandingState
from lms.compliance.rules import LACKS, LECTURED, Reason
from lms.compliance.signals.queries import ANSWER_WITHIN, doubtful, unanswered
from lms.core.clock import end_of
from lms.core.workdays import longer_than
from lms.registry.models import EnterpriseState
from lms.registry.queries.charge import nobody_answers

RECENT = timedelta(days=7)
SEEN = next(index for index in Standing.metadata.tables["standing"].indexes if index.name == "ix_standing_seen").columns
LINES = "lines"
TOLD = ("lectured", "exempt", "stopped", "owes")  # what most metrics ask, each in its own way


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A standing as metrics ask of it on a day. of: its columns. The clauses say whether the enterprise has lectured, is exempt
    or out of business, or owes the lecture, being neither of these.
    """

    of: Any
    day: date
    lectured: ColumnElement[bool]
    exempt: ColumnElement[bool]
    stopped: ColumnElement[bool]
    owes: ColumnElement[bool]

    @property
    def asked(self) -> ColumnElement[bool]:
        """Whether the enterprise is counted: it owes the lecture or has given it."""
        return or_(self.lectured, self.owes)


@lru_cache(maxsize=8)  # a page asks it a dozen times
def line_on(day: date) -> Line:
    """A line of the table."""
    lectured, exempt, stopped = Standing.state.in_(LECTURED), Standing.exempt_on(day), Standing.stopped()
    owes = and_(
        Standing.state.not_in(LECTURED),
        or_(Standing.exempt_until.is_(None), Standing.exempt_until < day),
        Standing.firm_state == EnterpriseState.ACTIVE,
    )  # told by itself: said as not exempt and not stopped a database asks each three times
    return Line(of=Standing, day=day, lectured=lectured, exempt=exempt, stopped=stopped, owes=owes)


def told_lines(day: date) -> Select[*tuple[Any, ...]]:
    """The lines with what TOLD says of each, for the sums above them."""
    line = line_on(day)
    return select(*SEEN, *(getattr(line, name).label(f"is_{name}") for name in TOLD))


def line_above(day: date) -> Line:
    """One of `told_lines`, whichever they are, where these are called LINES: so that sums are said once for all."""
    columns = {of.name: literal_column(f"{LINES}.{of.name}", of.type) for of in SEEN}
    return Line(of=SimpleNamespace(**columns), day=day, **{name: literal_column(f"{LINES}.is_{name}", Boolean) for name in TOLD})


@lru_cache(maxsize=100)  # a list orders itself by half a dozen of them
def met(metric: str, day: date) -> ColumnElement[bool]:
    """Whether a line of the table is one of a metric on a day."""
    return METRICS[metric](line_on(day))


def _attention(line: Line) -> ColumnElement[bool]:
    """Whether an officer has to do something: about a firm that is behind, one that has waited for an answer for more than five
    working days, one that says nothing to a signal. A firm that has lectured and lacks something asks as well.
    """
    behind = and_(line.owes, or_(line.of.due_on < line.day, line.of.reason.is_not(None)))
    return or_(behind, _waiting(line), unanswered(line.of.lecture_id, line.day))


def _waiting(line: Line) -> ColumnElement[bool]:
    """Whether an enterprise that is not done has waited for an answer for more than five working days."""
    waits = _asking(line, asked_by=longer_than(line.day, ANSWER_WITHIN))
    return and_(or_(line.owes, line.of.state == StandingState.LECTURED), waits)


def _asking(line: Line, asked_by: date | None = None) -> ColumnElement[bool]:
    """Whether an enterprise waited for an answer at the end of a day, having asked by another. Looked up once for all lines."""
    end = end_of(line.day)
    waiting = select(Deferral.campaign_id, Deferral.enterprise_id).where(
        Deferral.asked_at < end_of(asked_by or line.day), or_(Deferral.decided_at.is_(None), Deferral.decided_at >= end)
    )
    return tuple_(line.of.campaign_id, line.of.enterprise_id).in_(waiting)


def _escalated(line: Line) -> ColumnElement[bool]:
    """Whether an enterprise that has not lectured was named to the next level by the end of a day. Looked up once as well."""
    named = select(ChaseEscalation.campaign_id, ChaseEscalation.enterprise_id).where(
        ChaseEscalation.escalated_at < end_of(line.day)
    )
    return and_(line.owes, tuple_(line.of.campaign_id, line.of.enterprise_id).in_(named))


def nobody_for(line: Line) -> ColumnElement[bool]:
    """Whether nobody answered for the enterprise of a line on its day."""
    return nobody_answers(line.day, line.of.officer_name, lambda place: place.code == line.of.street_code)


def _no_officer(line: Line) -> ColumnElement[bool]:
    return and_(line.asked, nobody_for(line))


def _because(reason: Reason) -> Callable[[Line], ColumnElement[bool]]:
    return lambda line: and_(line.owes, line.of.reason == reason)


def _lacks(reason: Reason) -> Callable[[Line], ColumnElement[bool]]:
    """Whether an enterprise has lectured and this is one of the things that its lecture lacks."""
    return lambda line: and_(line.of.state == StandingState.LECTURED, line.of.lacks.bitwise_and(LACKS[reason]) != 0)


METRICS: dict[str, Callable[[Line], ColumnElement[bool]]] = {
    "asked": lambda line: line.asked,
    "lectured": lambda line: line.lectured,
    "not_lectured": lambda line: line.owes,
    "completed": lambda line: line.of.state == StandingState.COMPLETED,
    "unfinished": lambda line: line.of.state == StandingState.LECTURED,
    "planned": lambda line: and_(line.of.state == StandingState.PLANNED, line.asked),
    "attention": _attention,
    "overdue": lambda line: and_(line.owes, line.of.due_on < line.day),
    "not_head": _because(Reason.NOT_HEAD),
    "too_short": _because(Reason.TOO_SHORT),
    "no_theme": _lacks(Reason.NO_THEME),
    "no_evidence": _lacks(Reason.NO_EVIDENCE),
    "not_passed_on": _lacks(Reason.NOT_PASSED_ON),
    "fresh": lambda line: and_(line.lectured, line.of.lectured_on > max(line.day, date.min + RECENT) - RECENT),
    "attended": lambda line: and_(line.asked, line.of.expected > 0),
    "passed": lambda line: and_(line.asked, line.of.examined > 0),
    "no_officer": _no_officer,
    "exempt": lambda line: line.exempt,
    "stopped": lambda line: line.stopped,
    "asking": _asking,
    "waiting": _waiting,
    "escalated": _escalated,
    "doubtful": lambda line: and_(line.lectured, doubtful(line.of.lecture_id, line.day)),
    "unanswered": lambda line: unanswered(line.of.lecture_id, line.day),
}
