"""The list of enterprises (企业底数) as an office keeps it: read, tidied, judged cell by cell. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from lms.core.errands import Each, plainly
from lms.core.tables import Heading, Table
from lms.registry.rules import synonyms
from lms.registry.rules.identifiers import Wrong, compact, read_phone, read_uscc, uscc_check
from lms.registry.rules.names import FORMULA_STARTS, read_name, tidy
from lms.registry.rules.rows import NOTHING_CHOSEN, Cells, Duplicate, Fault, Ignored, Overrides, outcome, report

FIELDS = tuple(synonyms.ENTERPRISES)
HELD = frozenset(("street", "industry", "trade_authority", "officer"))
COUNTED = frozenset(("name", "uscc", "head", "head_phone", "employees"))
INDUSTRIES = synonyms.folded(synonyms.INDUSTRIES)
STATES = synonyms.folded(synonyms.STATES)
ACTIVE, OTHER_INDUSTRY = "在营", "其他"
LONGEST = {"name": 120, "street": 60, "industry": 30}
STREET_ENDINGS = ("街道", "乡", "镇")
MOST_EMPLOYEES = 1_000_000


@dataclass(frozen=True, slots=True)
class ListedEnterprise:
    """One enterprise as the list tells. uscc_confirmed False: its check character is wrong, so it has a typing error somewhere.

    None: not told, or not readable. street: full name with 街道, 乡 or 镇. trade_authority: the department that supervises its
    trade. status: 在营, 停业 or 注销. employees: as declared. A new one of which the list does not say it is of OTHER_INDUSTRY,
    and ACTIVE.
    """

    row: int
    name: str
    uscc: str
    uscc_confirmed: bool
    street: str | None
    industry: str | None
    head: str | None
    head_phone: str | None
    employees: int | None
    officer: str | None
    status: str | None = None
    trade_authority: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """In the words of the report."""
        return {
            "row": self.row,
            "name": self.name,
            "uscc": self.uscc,
            "street": self.street,
            "industry": self.industry or OTHER_INDUSTRY,
            "head": self.head,
            "head_phone": self.head_phone,
            "employees": self.employees,
            "officer": self.officer,
            "status": self.status or ACTIVE,
        } | ({"trade_authority": self.trade_authority} if self.trade_authority else {})


@dataclass(frozen=True, slots=True)
class EnterprisesReading:
    """What the list says.

    A wrong check character of a credit code (USCC_CHECK) is a fault but keeps no firm out: the firm exists and must be
    supervised, so it is taken over with its code marked as unconfirmed. Every other fault keeps its row out.
    street_suffix_added_rows: where 街道 was left off and has been added. uncoded: rows with nothing wrong but that no credit code
    is told (uscc ""); they are at fault, unless somebody says which known firm they are.
    """

    sheet: str | None
    header_row: int
    headings: tuple[Heading, ...]
    enterprises: tuple[ListedEnterprise, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    duplicates: tuple[Duplicate, ...]
    ignored_rows: tuple[Ignored, ...]
    street_suffix_added_rows: tuple[int, ...]
    tidied: dict[str, int]
    uncoded: tuple[ListedEnterprise, ...] = ()

    @property
    def outcome(self) -> str:
        return outcome(self.faults)

    def as_dict(self) -> dict[str, Any]:
        """The report of `anke import enterprises --dry-run --json`."""
        own = {
            "rows": len(self.enterprises),
            "employees": sum(enterprise.employees or 0 for enterprise in self.enterprises),
            "enterprises": [enterprise.as_dict() for enterprise in self.enterprises],
            "warnings": [warning.as_dict() for warning in self.warnings],
            "street_suffix_added_rows": list(self.street_suffix_added_rows),
            "tidied": self.tidied,
        }
        return report(self, own, told_by="uscc")


def read_enterprises(
    tables: Sequence[Table],
    overrides: Overrides = NOTHING_CHOSEN,
    streets: Collection[str] | None = None,
    each: Each = plainly,
) -> EnterprisesReading:
    """The enterprises of a list.

    streets: full names of the streets of the jurisdiction; a row of another is at fault (STREET_UNKNOWN). None: any will do.
    Raises NoHeader, NoRows, TooManyRows.
    """
    header = overrides.header(tables, synonyms.ENTERPRISES, "name", _("企业名称"))
    cells = Cells(header, overrides, HELD)
    rows, ignored = cells.records("name", COUNTED)
    reader = _Reader(cells, streets)
    found = [enterprise for row in each(rows) if (enterprise := reader.enterprise(row))]
    enterprises, duplicates = _merged(found)
    kept = {enterprise.row for enterprise in enterprises}
    return EnterprisesReading(
        sheet=header.table.name,
        header_row=header.row,
        headings=header.headings,
        enterprises=enterprises,
        faults=tuple(cells.faults),
        warnings=tuple(warning for warning in reader.warnings if warning.row in kept),
        duplicates=duplicates,
        ignored_rows=tuple(ignored),
        street_suffix_added_rows=tuple(row for row in reader.suffixed if row in kept),
        tidied=cells.tidied,
        uncoded=tuple(reader.uncoded),
    )


class _Reader:
    """Row by row; gathers warnings and the rows whose street was completed."""

    def __init__(self, cells: Cells, streets: Collection[str] | None) -> None:
        self.cells, self.streets = cells, streets
        self.warnings: list[Fault] = []
        self.suffixed: list[int] = []
        self.uncoded: list[ListedEnterprise] = []

    def enterprise(self, row: int) -> ListedEnterprise | None:
        """One row, None when a fault keeps it out; then it may be one of the uncoded."""
        cells, before = self.cells, len(self.cells.faults)
        marked = [(field, wrong) for field in FIELDS if (wrong := cells.marked(row, field))]
        for field, wrong in marked:
            cells.fault(row, field, wrong)
        if marked:
            return None
        name = self._text(row, "name")
        if not name and len(cells.faults) == before:
            cells.fault(row, "name", Wrong("NAME_MISSING", _("没有填企业名称")))
        elif name and (name[0] in FORMULA_STARTS or "<" in name or ">" in name):
            cells.fault(row, "name", Wrong("NAME_BAD_CHARS", _("企业名称里有不该有的字符，请核对")))
        elif name and _is_code(name):
            cells.fault(row, "name", Wrong("NAME_IS_CODE", _("企业名称一格里是统一社会信用代码或数字，请核对是不是填错了列")))
        street = self._street(row)
        industry = self._text(row, "industry")
        head = self._head(row)
        head_phone = self._phone(row)
        keeps_out = len(cells.faults) > before
        uscc, confirmed = self._uscc(row)
        missing = not compact(cells.raw(row, "uscc"))
        if keeps_out or not name or not (uscc or missing):
            return None
        if not (officer := tidy(cells.raw(row, "officer"))):
            self.warn(row, "officer", "OFFICER_MISSING", None, _("没有填监管责任人，导入后请补上"))
        told = ListedEnterprise(
            row=row,
            name=name,
            uscc=uscc or "",
            uscc_confirmed=confirmed,
            street=street,
            industry=INDUSTRIES.get(industry, industry) or None,
            head=head,
            head_phone=head_phone,
            employees=self._employees(row),
            officer=officer[:50] or None,
            status=self._status(row),
            trade_authority=tidy(cells.raw(row, "trade_authority"))[:60] or None,
        )
        if missing:
            self.uncoded.append(told)
        return None if missing else told

    def warn(self, row: int, field: str, code: str, value: str | None, reason: str) -> None:
        self.warnings.append(Fault(row, self.cells.header.heading_of(field) or field, field, code, value, reason))

    def _text(self, row: int, field: str) -> str:
        raw = self.cells.raw(row, field)
        text = tidy(raw)
        if len(text) > LONGEST[field]:
            self.cells.fault(row, field, Wrong("CELL_TOO_LONG", _("最多 %(most)s 个字，请缩短", most=LONGEST[field])))
            return ""
        if text != raw:
            self.cells.count(field)
        return text

    def _uscc(self, row: int) -> tuple[str | None, bool]:
        """The code, None when it is none; whether its check character is right."""
        text = self.cells.raw(row, "uscc")
        if not compact(text):
            self.cells.fault(row, "uscc", Wrong("USCC_MISSING", _("没有填统一社会信用代码")))
            return None, False
        code, wrong = read_uscc(text)
        if wrong is None:
            if code != text:
                self.cells.count("uscc")
            return code, True
        if wrong.code != "USCC_CHECK":
            self.cells.fault(row, "uscc", wrong)
            return None, False
        self.cells.fault(row, "uscc", wrong, right=code[:17] + uscc_check(code[:17]))
        return code, False

    def _street(self, row: int) -> str | None:
        written = self._text(row, "street").removesuffix("办事处")
        if not written:
            return None
        street = written + "道" if written.endswith("街") and len(written) > 2 and not self._known(written) else written
        if not self._known(street) and not street.endswith(STREET_ENDINGS):
            endings = [ending for ending in STREET_ENDINGS if self.streets and street + ending in self.streets]
            street += endings[0] if endings else "街道"
            self.suffixed.append(row)
        if self.streets is not None and street not in self.streets:
            self.cells.fault(row, "street", Wrong("STREET_UNKNOWN", _("本辖区没有这个街道或乡镇，请核对")))
            return None
        return street

    def _known(self, street: str) -> bool:
        return self.streets is not None and street in self.streets

    def _head(self, row: int) -> str | None:
        if not tidy(self.cells.raw(row, "head")):
            return None
        name = read_name(self.cells.raw(row, "head"))
        if isinstance(name, Wrong):
            self.cells.fault(row, "head", name)
            return None
        return name

    def _phone(self, row: int) -> str | None:
        text = self.cells.raw(row, "head_phone")
        if not compact(text):
            return None
        phone = read_phone(text, landline=True)
        if isinstance(phone, Wrong):
            self.cells.fault(row, "head_phone", phone)
            return None
        if phone != text:
            self.cells.count("head_phone")
        return phone

    def _employees(self, row: int) -> int | None:
        written = compact(self.cells.raw(row, "employees")).removesuffix(".0").removesuffix("人").replace(",", "")
        if not written:
            return None
        if written.isdecimal() and len(written) < 8 and int(written) <= MOST_EMPLOYEES:
            return int(written)
        reason = _("不是人数，已按没有填写处理")
        self.warn(row, "employees", "EMPLOYEES_INVALID", written if len(written) < 20 else None, reason)
        return None

    def _status(self, row: int) -> str | None:
        written = tidy(self.cells.raw(row, "status"))
        if written and written not in STATES:
            shown = written if len(written) <= 30 else None
            self.warn(row, "status", "STATUS_UNKNOWN", shown, _("看不懂的经营状态，没有采用：新的企业按在营记，已有的不变"))
        return STATES.get(written)


def _is_code(name: str) -> bool:
    """Whether what stands as a name is a 统一社会信用代码, mistyped or not, or a number: a column was taken for another."""
    _code, wrong = read_uscc(name)
    return wrong is None or wrong.code == "USCC_CHECK" or compact(name).isdigit()


def _merged(found: Sequence[ListedEnterprise]) -> tuple[tuple[ListedEnterprise, ...], tuple[Duplicate, ...]]:
    """One line per credit code: the first, with what only a later one tells."""
    first: dict[str, int] = {}
    kept: list[ListedEnterprise] = []
    duplicates: list[Duplicate] = []
    for enterprise in found:
        if enterprise.uscc not in first:
            first[enterprise.uscc] = len(kept)
            kept.append(enterprise)
            continue
        at = first[enterprise.uscc]
        one = kept[at]
        duplicates.append(Duplicate(enterprise.row, one.row, enterprise.uscc))
        missing = ("street", "industry", "head", "head_phone", "employees", "trade_authority", "officer", "status")
        told = {name: getattr(one, name) if getattr(one, name) is not None else getattr(enterprise, name) for name in missing}
        kept[at] = replace(one, **told)
    return tuple(kept), tuple(duplicates)
