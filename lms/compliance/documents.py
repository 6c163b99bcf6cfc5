"""The summary of a campaign (情况汇总) to hand on: on paper (PDF) and as a workbook (xlsx), as of one instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.core import clock
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.fonts import with_boxes
from lms.core.shares import shade, share
from lms.core.sheets import Column, Share, Sheet, xlsx

MOST = 100  # names on paper; a city's are in the workbook whole


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it is made of. label: 开讲率 … note: the unit or a remark, behind the figures (家, 补考 612 人)."""

    label: str
    numerator: int
    denominator: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Enterprises that have lectured, of those there are. A denominator of 0: there is no such enterprise."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A street or district, or the total. cells: one for each column, in their order."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """An enterprise that has not lectured. state_text: how it stands in words (逾期 9 天, 未开讲); late: it is overdue."""

    enterprise: str
    street: str
    industry: str
    officer: str
    state_text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class EnterpriseLine:
    """An enterprise as it stood, for the workbook. credit_code: 统一社会信用代码. expected … passed: numbers of people."""

    name: str
    credit_code: str
    street: str
    industry: str
    officer: str
    state_text: str
    lectured_on: date | None
    minutes: int
    expected: int
    attended: int
    examined: int
    passed: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryData:
    """Everything a summary says.

    bureau: on whose paper. as_of: the cut-off (数据截至), aware. due_on: the last day of the campaign. rule_lines: how each
    rate is counted, one sentence each. places: what the rows are, streets or districts. columns: industries, the total last;
    rows: the total last.
    Raises ValueError when a row has another number of cells than there are columns, or as_of has no zone.
    """

    campaign_title: str
    jurisdiction_name: str
    bureau: str
    as_of: datetime
    due_on: date
    rule_lines: tuple[str, ...]
    rates: tuple[Rate, ...]
    places: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    gaps: tuple[GapLine, ...]

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError("as_of must be aware")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{row.label}: {len(row.cells)} cells for {len(self.columns)} columns")


def summary_pdf(summary: SummaryData) -> bytes:
    """The summary as a PDF, A4 portrait, with page numbers and the first MOST names. The same data give the same bytes.
    □ for a sign that no font has: one firm's name keeps no bureau from its summary.
    """
    return render_pdf(with_boxes(summary_html(summary)), style("summary.css"))


def summary_html(summary: SummaryData) -> str:
    """The page of a summary, to be printed with the sheet summary.css."""
    return fill(
        "summary.html",
        summary=summary,
        cut_off=clock.moment(summary.as_of),
        due=due(summary.due_on, clock.local(summary.as_of).date()),
        share=share,
        shade=shade,
        rows=[(row.label, [(cell.numerator, cell.denominator) for cell in row.cells]) for row in summary.rows],
        overdue=sum(gap.late for gap in summary.gaps),
        MOST=MOST,
    )


def summary_xlsx(summary: SummaryData, enterprises: Iterable[EnterpriseLine]) -> bytes:
    """The summary as a workbook: 汇总, 企业名单 (every enterprise), 覆盖矩阵, 未开讲. The same data give the same bytes."""
    first = f"数据截至 {clock.moment(summary.as_of)}"
    about = (f"{summary.jurisdiction_name} · {summary.campaign_title}", f"完成期限 {summary.due_on.isoformat()}")
    sheets = (
        Sheet("汇总", _RATE_COLUMNS, _rate_rows(summary), (first, *about)),
        Sheet("企业名单", _ENTERPRISE_COLUMNS, _enterprise_rows(enterprises), (first, about[0])),
        Sheet("覆盖矩阵", tuple(_matrix_columns(summary.places, summary.columns)), _matrix_rows(summary.rows), (first, about[0])),
        Sheet("未开讲", _GAP_COLUMNS, _gap_rows(summary.gaps), (first, about[0])),
    )
    title = f"{summary.campaign_title} 情况汇总"
    return xlsx(sheets, title=title, author=summary.bureau, created_at=summary.as_of)


def due(last: date, today: date) -> str:
    """How far the last day is: 还有 18 天, 今天截止, 已过 3 天."""
    days = (last - today).days
    return f"还有 {days} 天" if days > 0 else "今天截止" if days == 0 else f"已过 {-days} 天"


_RATE_COLUMNS = (Column("指标", 16), Column("分子", 12), Column("分母", 12), Column("比率", 10), Column("说明", 80))
_GAP_COLUMNS = (Column("企业", 36), Column("街道", 18), Column("行业", 14), Column("责任人", 12), Column("情况", 22))
_ENTERPRISE_COLUMNS = (
    Column("企业", 36),
    Column("统一社会信用代码", 22),
    Column("街道", 18),
    Column("行业", 14),
    Column("责任人", 12),
    Column("情况", 22),
    Column("开讲日期", 13),
    Column("讲课分钟", 10),
    Column("应到", 8),
    Column("实到", 8),
    Column("参考", 8),
    Column("合格", 8),
    Column("备注", 40),
)


def _rate_rows(summary: SummaryData) -> Iterator[Sequence[str | int | Share | None]]:
    for rate in summary.rates:
        whole = Share(rate.numerator, rate.denominator)
        yield rate.label, rate.numerator, rate.denominator, whole, rate.note
    for line in summary.rule_lines:
        yield "怎么算的", None, None, None, line


def _enterprise_rows(lines: Iterable[EnterpriseLine]) -> Iterator[Sequence[str | int | date | None]]:
    for line in lines:
        who = (line.name, line.credit_code, line.street, line.industry, line.officer, line.state_text)
        yield *who, line.lectured_on, line.minutes, line.expected, line.attended, line.examined, line.passed, line.note


def _matrix_columns(places: str, columns: Iterable[str]) -> Iterator[Column]:
    yield Column(places, 18)
    for name in columns:
        yield Column(f"{name} 已开讲", 11)
        yield Column(f"{name} 企业数", 11)


def _matrix_rows(rows: Iterable[MatrixRow]) -> Iterator[Sequence[str | int]]:
    for row in rows:
        yield row.label, *(number for cell in row.cells for number in (cell.numerator, cell.denominator))


def _gap_rows(gaps: Iterable[GapLine]) -> Iterator[Sequence[str]]:
    for gap in gaps:
        yield gap.enterprise, gap.street, gap.industry, gap.officer, gap.state_text
