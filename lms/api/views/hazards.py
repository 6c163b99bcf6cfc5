"""Major hazards: where each stands and what was signed, registering one, evidence. A signature is a person's: a token moves none
a rung up, and what it registers or adds says that it came by a token.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.reach import find
from lms.api.operations import Listed, WantedOn, listed, operation, within
from lms.api.shapes import shown, told
from lms.api.views.steps import Number
from lms.core.db import new_id
from lms.core.given import asked_day
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.hazards import queries, rules, service
from lms.hazards.forms import RegisterForm
from lms.hazards.models import Hazard, HazardFile
from lms.hazards.rules import Act
from lms.registry.models import Enterprise
from lms.registry.queries import own_jurisdiction, reach_on

BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class HazardOut:
    """stage: what was signed last. proposed: the next act that is lawful, None where nothing is waited for."""

    id: UUID
    enterprise_id: UUID
    clause_code: str
    clause_sector: str
    clause_article: str
    clause_text: str
    clause_standard: str
    clause_confidence: str
    place: str
    text: str
    found_at: datetime
    found_by: str
    rectify_first: date
    rectify_by: date
    stage: str
    proposed: str | None
    due_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class StepFileOut:
    id: UUID
    file_name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StepOut:
    """An act that somebody signed, with the law it rests on as it was told that day."""

    number: int
    act: str
    choice: str
    words: str
    receiver: str
    document: str
    basis: str
    confidence: str
    due_before: date | None
    due_on: date | None
    signed_by: str
    signed_at: datetime
    as_head: bool
    on_paper: bool
    files: tuple[StepFileOut, ...]


@dataclass(frozen=True, slots=True)
class HazardsWanted(WantedOn):
    enterprise_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EvidenceWanted:
    name: Annotated[str, told(_l("文件名"), maxLength=120)]
    words: Annotated[str, told(_l("说明"), maxLength=500)] = ""


@operation("GET", "/hazards", "hazard.read", _l("重大隐患"), answer=HazardOut, query=HazardsWanted, many=True)
def hazards(uow: UnitOfWork, wanted: HazardsWanted) -> Listed:
    day = asked_day(uow, wanted.as_of)
    of = [Hazard.enterprise_id == wanted.enterprise_id] if wanted.enterprise_id else []
    if day == uow.today:
        return within(uow, Hazard, wanted, _hazard, *of)
    ids = select(Hazard.id).where(reach_on(uow, Hazard, day), Hazard.found_on <= day, *of)
    found = listed(uow, ids, Hazard.id, wanted, lambda hazard_id: hazard_id)
    return Listed([_hazard(one) for one in queries.as_they_stood(uow, found.items, day)], found.next_cursor)


@operation("GET", "/hazards/<uuid:hazard_id>", "hazard.read", _l("一条重大隐患"), answer=HazardOut)
def hazard(uow: UnitOfWork, hazard_id: UUID) -> HazardOut:
    return _hazard(find(uow, Hazard, hazard_id))


@operation("GET", "/hazards/<uuid:hazard_id>/steps", "hazard.read", _l("一条重大隐患签过的每一步"), answer=StepOut, many=True)
def hazard_steps(uow: UnitOfWork, hazard_id: UUID) -> Listed:
    return _steps(uow, find(uow, Hazard, hazard_id))


@operation(
    "GET", "/hazard-files/<uuid:hazard_file_id>/file", "hazard.read", _l("一份证据，和收到时一字不差"), answer=bytes, media=BYTES
)
def hazard_file(uow: UnitOfWork, hazard_file_id: UUID) -> bytes:
    return storage().get(find(uow, HazardFile, hazard_file_id).sha256)


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/hazards", "hazard.write", _l("登记一条重大隐患"),
    answer=HazardOut, form=RegisterForm, status=201, pages="hazards.new",
)  # fmt: skip
def register_hazard(uow: UnitOfWork, enterprise_id: UUID, given: Callable[..., Any]) -> HazardOut:
    enterprise = find(uow, Enterprise, enterprise_id)
    form = given({"sent_id": str(new_id())}, industry=enterprise.industry)
    clause = rules.clauses()[form.clause.data]
    made, _faults = service.register(
        uow, enterprise, own_jurisdiction(uow), clause, place=form.place.data, text=form.text.data,
        rectify_by=form.rectify_by.data, sent_id=UUID(form.sent_id.data),
        other_sector="" if clause.is_of(enterprise.industry) else form.other_sector.data, came_by=_by_token(),
    )  # fmt: skip
    return _hazard(made)


@operation(
    "POST", "/hazards/<uuid:hazard_id>/evidence", "hazard.write", _l("监管人员补一份证据：文件的内容原样发来"),
    answer=StepOut, many=True, query=EvidenceWanted, sends=BYTES, status=201,
)  # fmt: skip
def add_evidence(uow: UnitOfWork, hazard_id: UUID, wanted: Callable[[], EvidenceWanted], given: Callable[[], bytes]) -> Listed:
    found, asked = find(uow, Hazard, hazard_id), wanted()
    files = [service.Came(asked.name, io.BytesIO(given()))]
    service.sign(uow, found, Act.EVIDENCE, words=f"{asked.words.strip()}{_by_token()}", files=files)
    return _steps(uow, found)


@operation("POST", "/hazards/<uuid:hazard_id>/ask", "hazard.write", _l("催下一个要签字的人"), answer=Number, pages="hazards.ask")
def ask_for_signature(uow: UnitOfWork, hazard_id: UUID) -> Number:
    """To how many people it went."""
    return Number(service.ask(uow, find(uow, Hazard, hazard_id)))


def _by_token() -> str:
    return f"（接口令牌“{g.bearer.name}”）"


def _hazard(row: Hazard) -> HazardOut:
    return shown(HazardOut, row, stage=str(row.stage), proposed=row.where.proposed)


def _steps(uow: UnitOfWork, found: Hazard) -> Listed:
    detail = queries.detail(uow, found)
    rows = [
        shown(StepOut, one, act=str(one.act), files=tuple(shown(StepFileOut, kept) for kept in detail.files.get(one.id, ())))
        for one in detail.steps
    ]
    return Listed(rows, None)
