"""Freezing the data of a bulletin: how every enterprise of its area stood at the cut-off."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from lms.attendance.models import Trust
from lms.attendance.queries.known import check_ins
from lms.attendance.words import TRUST_WORDS
from lms.compliance import queries
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.bulletins.rules import Anchor, Dimension, Firm, Frozen, Hazard, SatIn, Signal
from lms.compliance.models import Standing
from lms.compliance.queries import Scope, met
from lms.compliance.rules import LECTURED
from lms.compliance.signals.queries import dealt_with, signals_of
from lms.core.clock import end_of, local, local_date
from lms.core.uow import UnitOfWork
from lms.hazards.queries import stood
from lms.hazards.words import RUNGS
from lms.lectures.models import Lecture
from lms.ledger.models import ChainHead
from lms.supervision.models import Observation, ObservationVisit
from lms.supervision.queries import handed_in, owed_then
from lms.supervision.rules import DIMENSIONS

PIECE = 500  # ids in one statement


def gather(uow: UnitOfWork, bulletin: Bulletin) -> Frozen:
    """The data of a bulletin as they are now of its day: again for a day that is over, the same figures, whatever came later.

    The rules and doubts are those of its day. Names of enterprises and the state of the chains are those of the moment, which
    stands beside them, so that the hash is another.

    A dozen queries however many enterprises there are, and two for each one whose record is being looked into.
    """
    scope = Scope(bulletin.campaign, bulletin.area, bulletin.day)
    doubtful = met("doubtful", scope.day)
    counted = scope.clause(uow), ~Standing.stopped()
    rows = uow.session.execute(
        select(Standing, doubtful)
        .join(Standing.enterprise)
        .where(*counted)
        .options(contains_eager(Standing.enterprise))
        .order_by(Standing.enterprise_id)
    ).all()
    asked = queries.terms_of(uow, scope)
    known = check_ins(uow, _lectures(counted), end_of(scope.day))
    places = queries.rows_of(uow, scope, {line.street_code for line, _doubt in rows})
    with force_locale("zh"):  # a bulletin is evidence: its words do not depend on who reads the pages in which language
        firms = tuple(
            _firm(
                line,
                scope,
                places.get(line.street_code, (line.street_code, line.street_name)),
                _doubt(uow, line, is_doubtful, scope.day),
                {trust.value: number for trust, number in known.get(line.enterprise_id, {}).items()}
                if line.state in LECTURED
                else {},
            )
            for line, is_doubtful in rows
        )
        rule_lines = queries.rule_lines(asked)
        trusts = tuple((trust.value, str(TRUST_WORDS[trust.value])) for trust in Trust)
        dimensions = tuple(
            Dimension(str(one.title), tuple((code, str(words)) for code, words in one.facts.items()))
            for one in DIMENSIONS.values()
        )
    theirs = select(Standing.enterprise_id).join(Standing.enterprise).where(*counted)
    return Frozen(
        campaign=bulletin.campaign.title,
        starts_on=asked.starts_on,
        due_on=asked.due_on,
        bureau=bulletin.jurisdiction.bureau,
        area=bulletin.area.name,
        as_of=local(queries.cut_off(uow, scope)).replace(microsecond=0),
        day=scope.day,
        rule_lines=rule_lines,
        industries=tuple(sorted({firm.industry for firm in firms}, key=queries.industry_order)),
        anchor=_anchor(uow, [line.enterprise_id for line, _doubt in rows]),
        firms=firms,
        hazards=_hazards(uow, bulletin, firms, theirs),
        signals=_signals(uow, bulletin, firms, theirs),
        sat_in=_sat_in(uow, bulletin, firms, theirs),
        trusts=trusts,
        dimensions=dimensions,
    )


def _hazards(uow: UnitOfWork, bulletin: Bulletin, firms: Collection[Firm], enterprise_ids: Select[UUID]) -> tuple[Hazard, ...]:
    """Major hazards of these enterprises as they stood at the end of the day. enterprise_ids: theirs, for the database."""
    by_id = {UUID(firm.id): firm for firm in firms}
    with force_locale("zh"):
        return tuple(
            Hazard(
                id=str(line.hazard.id), firm_id=str(line.hazard.enterprise_id), name=line.hazard.enterprise.name,
                street=by_id[line.hazard.enterprise_id].street, clause=line.hazard.clause_text, place=line.hazard.place,
                rung=str(RUNGS[line.rung]), found_on=line.hazard.found_on, over=line.over, due_on=line.due_on,
                closed_on=line.closed_on,
            )
            for line in stood(uow, enterprise_ids, bulletin.campaign.starts_on, bulletin.day)
        )  # fmt: skip


def _signals(uow: UnitOfWork, bulletin: Bulletin, firms: Collection[Firm], enterprise_ids: Select[UUID]) -> tuple[Signal, ...]:
    """What somebody should have looked at in these enterprises, and what became of it by the end of the day."""
    by_id = {UUID(firm.id): firm for firm in firms}
    with force_locale("zh"):
        return tuple(
            Signal(
                lecture_id=str(one.line.lecture_id), what=one.title, raised_on=local_date(one.line.raised_at),
                closed_on=local_date(one.closed_at) if one.closed_at else None, **_who(by_id[one.line.enterprise_id]),
            )
            for one in dealt_with(uow, enterprise_ids, bulletin.campaign.starts_on, bulletin.day)
        )  # fmt: skip


def _sat_in(uow: UnitOfWork, bulletin: Bulletin, firms: Collection[Firm], enterprise_ids: Select[UUID]) -> tuple[SatIn, ...]:
    """Where officers sat in with these enterprises, and where what they found was still to come at the end of the day."""
    by_id, span = {UUID(firm.id): firm for firm in firms}, (bulletin.campaign.starts_on, bulletin.day)

    def one(of: Observation | ObservationVisit, lecture: Lecture, found_on: date | None, facts: Collection[str]) -> SatIn:
        who = _who(by_id[of.enterprise_id]) | {"officer": of.officer, "officer_id": str(of.user_id)}
        held_on = local_date(lecture.closed_at) if lecture.closed_at and lecture.closed_at < end_of(bulletin.day) else None
        return SatIn(lecture_id=str(lecture.id), held_on=held_on, found_on=found_on, facts=tuple(facts), **who)

    found = handed_in(uow, enterprise_ids, *span)
    return (
        *(one(each, each.lecture, local_date(each.submitted_at), each.facts) for each in found),
        *(one(visit, lecture, None, ()) for visit, lecture in owed_then(uow, enterprise_ids, *span)),
    )


def _who(firm: Firm) -> dict[str, str]:
    return {"firm_id": firm.id, "name": firm.name, "street": firm.street, "officer": firm.officer}


def _lectures(counted: tuple[ColumnElement[bool], ...]) -> Select[UUID]:
    """The lectures that count for these lines, and those that make up for them."""
    counts = select(Standing.lecture_id).join(Standing.enterprise).where(*counted, Standing.state.in_(LECTURED))
    return select(Lecture.id).where(or_(Lecture.id.in_(counts), Lecture.makes_up_for_id.in_(counts)))


def _firm(line: Standing, scope: Scope, place: tuple[str, str], doubt: str, known: Mapping[str, int]) -> Firm:
    exempt = line.is_exempt(scope.day)
    return Firm(
        id=str(line.enterprise_id),
        name=line.enterprise.name,
        uscc=line.enterprise.uscc,
        place_code=place[0],
        place=place[1],
        street=line.street_name,
        industry=line.industry,
        officer=line.officer_name or "",
        state=line.state,
        due_on=line.due_on,
        lectured_on=line.lectured_on,
        minutes=line.minutes,
        expected=line.expected,
        attended=line.attended,
        examined=line.examined,
        passed=line.passed,
        reason=line.reason or "",
        note=line.note or "",
        exempt=f"免除到 {line.exempt_until}，{line.exempt_by}批准：{line.exempt_reason}" if exempt else "",
        doubt=doubt,
        known=known,
    )


def _doubt(uow: UnitOfWork, line: Standing, is_doubtful: bool, day: date) -> str:
    if not is_doubtful or line.lecture_id is None:
        return ""
    said = [one.sentence for one in signals_of(uow, line.lecture_id, day) if one.open]
    return "；".join(said) or "当天有没看过的信号"


def _anchor(uow: UnitOfWork, enterprise_ids: Collection[object]) -> Anchor:
    ids = list(enterprise_ids)
    heads: list[Any] = []
    for at in range(0, len(ids), PIECE):
        wanted = select(ChainHead.enterprise_id, ChainHead.seq, ChainHead.hash).where(
            ChainHead.enterprise_id.in_(ids[at : at + PIECE])
        )
        heads += uow.session.execute(wanted).all()
    lines = sorted(f"{firm}:{seq}:{head}" for firm, seq, head in heads)
    return Anchor(
        chains=len(lines),
        entries=sum(seq for _firm, seq, _head in heads),
        digest=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        at=local(uow.now).replace(microsecond=0),
    )
