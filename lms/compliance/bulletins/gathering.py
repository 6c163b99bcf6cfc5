"""Freezing the data of a bulletin: how every enterprise of its area stood at the cut-off."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from lms.compliance import queries
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.bulletins.rules import Anchor, Firm, Frozen, Hazard
from lms.compliance.models import Standing
from lms.compliance.queries import Scope, met
from lms.compliance.signals.queries import signals_of
from lms.core.clock import local
from lms.core.uow import UnitOfWork
from lms.hazards.queries import stood
from lms.hazards.words import RUNGS
from lms.ledger.models import ChainHead

PIECE = 500  # ids in one statement


def gather(uow: UnitOfWork, bulletin: Bulletin) -> Frozen:
    """The data of a bulletin as they are now of its day: again for a day that is over, the same figures, whatever came later.

    The rules are those of its day. Names of enterprises, doubts and the state of the chains are those of the moment, which
    stands beside them, so that the hash is another.

    A handful of queries however many enterprises there are, and two for each one whose record is being looked into.
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
    places = queries.rows_of(uow, scope, {line.street_code for line, _doubt in rows})
    with force_locale("zh"):  # a bulletin is evidence: its words do not depend on who reads the pages in which language
        firms = tuple(
            _firm(line, scope, places.get(line.street_code, (line.street_code, line.street_name)), _doubt(uow, line, is_doubtful))
            for line, is_doubtful in rows
        )
        rule_lines = queries.rule_lines(asked)
    return Frozen(
        campaign=bulletin.campaign.title,
        starts_on=asked.starts_on,
        due_on=asked.due_on,
        bureau=bulletin.jurisdiction.name,
        area=bulletin.area.name,
        as_of=local(queries.cut_off(uow, scope)).replace(microsecond=0),
        day=scope.day,
        rule_lines=rule_lines,
        industries=tuple(sorted({firm.industry for firm in firms}, key=queries.industry_order)),
        anchor=_anchor(uow, [line.enterprise_id for line, _doubt in rows]),
        firms=firms,
        hazards=_hazards(uow, bulletin, firms, select(Standing.enterprise_id).join(Standing.enterprise).where(*counted)),
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


def _firm(line: Standing, scope: Scope, place: tuple[str, str], doubt: str) -> Firm:
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
    )


def _doubt(uow: UnitOfWork, line: Standing, is_doubtful: bool) -> str:
    if not is_doubtful or line.lecture_id is None:
        return ""
    said = [one.sentence for one in signals_of(uow, line.lecture_id) if one.open]
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
