"""How a campaign stands as a whole: the three rates, and street by industry, as on the bureau's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.api.operations import operation
from lms.api.shapes import told
from lms.compliance import queries
from lms.compliance.asked import launched
from lms.compliance.documents import SummaryData
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class SummaryWanted:
    jurisdiction: Annotated[str, told(_l("区划代码，不填为令牌主人管的一整片"), maxLength=20)] = ""
    street: Annotated[str, told(_l("街道代码"), maxLength=20)] = ""
    industry: Annotated[str, told(maxLength=30)] = ""
    as_of: Annotated[date | None, told(_l("哪一天的情况，不填为今天"))] = None


@dataclass(frozen=True, slots=True)
class RateOut:
    """A rate as what it is made of; a denominator of 0 has none."""

    name: str
    numerator: int
    denominator: int
    unit: str


@dataclass(frozen=True, slots=True)
class CellOut:
    lectured: Annotated[int, told(_l("已开讲"))]
    asked: Annotated[int, told(_l("应开讲"))]


@dataclass(frozen=True, slots=True)
class RowOut:
    """A street, or the total at the end. cells: one for each column, in their order."""

    name: str
    cells: tuple[CellOut, ...]


@dataclass(frozen=True, slots=True)
class GapOut:
    enterprise: str
    street: str
    industry: str
    officer: Annotated[str, told(_l("监管责任人"))]
    state: Annotated[str, told(_l("还差什么"))]


@dataclass(frozen=True, slots=True)
class SummaryOut:
    campaign: str
    jurisdiction: str
    as_of: Annotated[datetime, told(_l("数据截至"))]
    due_on: date
    rules: Annotated[tuple[str, ...], told(_l("怎么算"))]
    rates: tuple[RateOut, ...]
    columns: Annotated[tuple[str, ...], told(_l("行业，最后一列是合计"))]
    rows: tuple[RowOut, ...]
    gaps: Annotated[tuple[GapOut, ...], told(_l("还没有开讲的企业"))]


@operation(
    "GET", "/campaigns/<uuid:campaign_id>/summary", "summary.read", _l("一个专项活动的汇总"),
    answer=SummaryOut, query=SummaryWanted,
)  # fmt: skip
def summary(uow: UnitOfWork, campaign_id: UUID, wanted: SummaryWanted) -> SummaryOut:
    day = asked_day(uow, wanted.as_of)
    scope = queries.scope_for(
        uow, launched(uow, campaign_id), day, jurisdiction_code=wanted.jurisdiction or None,
        place_code=wanted.street or None, industry=wanted.industry or None,
    )  # fmt: skip
    return _summary(queries.summary(uow, scope))


def _summary(data: SummaryData) -> SummaryOut:
    return SummaryOut(
        campaign=data.campaign_title, jurisdiction=data.jurisdiction_name, as_of=data.as_of, due_on=data.due_on,
        rules=data.rule_lines, columns=data.columns,
        rates=tuple(RateOut(one.label, one.numerator, one.denominator, one.note) for one in data.rates),
        rows=tuple(RowOut(row.label, tuple(CellOut(one.numerator, one.denominator) for one in row.cells)) for row in data.rows),
        gaps=tuple(GapOut(one.enterprise, one.street, one.industry, one.officer, one.state_text) for one in data.gaps),
    )  # fmt: skip
