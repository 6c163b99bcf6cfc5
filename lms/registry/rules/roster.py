"""A roster (花名册) as an enterprise keeps it: read, tidied, judged cell by cell. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.core.errands import Each, plainly
from lms.core.tables import Header, Heading, Table
from lms.registry.rules import synonyms
from lms.registry.rules.dates import read_date
from lms.registry.rules.identifiers import Wrong, compact, id_digits_lost, read_id_number, read_phone, sex_of
from lms.registry.rules.names import read_name, tidy, visible
from lms.registry.rules.relations import OWN
from lms.registry.rules.rows import NOTHING_CHOSEN, Cells, Duplicate, Fault, Ignored, Overrides, outcome, report

FIELDS = tuple(synonyms.ROSTER)
HELD = frozenset(("department", "category", "relation", "hired_on"))  # a merged cell holds for each of its rows
COUNTED = frozenset(("name", "work_no", "phone", "id_number", "department", "post"))
CATEGORIES = synonyms.folded(synonyms.CATEGORIES)
RELATIONS = synonyms.folded(synonyms.RELATIONS)
OTHER_STAFF = "其他从业人员"
LONGEST = {"work_no": 30, "department": 60, "post": 60, "shift": 20}
# Where somebody is told something: what cannot be an address is left out and said, and keeps nobody off the roster.
WAYS = {
    "email": (120, re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")),
    "wecom_id": (64, re.compile(r"[^\s|,]+")),
    "dingtalk_id": (64, re.compile(r"[^\s|,]+")),
}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person as the roster tells. id_number: 18 characters; phone: 11 digits; sex 男 / 女; None: not told, or not readable.

    category: one of the four of the training rules. relation: one of RELATIONS. Of somebody new they are OTHER_STAFF and OWN
    where the roster says nothing.
    """

    row: int
    name: str
    work_no: str | None = None
    sex: str | None = None
    department: str | None = None
    post: str | None = None
    phone: str | None = None
    id_number: str | None = None
    hired_on: date | None = None
    category: str | None = None
    relation: str | None = None
    shift: str | None = None
    email: str | None = None
    wecom_id: str | None = None
    dingtalk_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """In the words of the report."""
        return {
            "work_no": self.work_no,
            "name": self.name,
            "sex": self.sex,
            "department": self.department,
            "post": self.post,
            "phone": self.phone,
            "id_number": self.id_number,
            "hired": self.hired_on.isoformat() if self.hired_on else None,
            "category": self.category or OTHER_STAFF,
        }


@dataclass(frozen=True, slots=True)
class RosterReading:
    """What a roster says. A row with a fault is not among the people; a warning keeps nobody out.

    header_row 0: the table has no header. tidied: how often which kind of mess was undone, in the words of TIDIED.
    """

    sheet: str | None
    header_row: int
    headings: tuple[Heading, ...]
    people: tuple[RosterPerson, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    duplicates: tuple[Duplicate, ...]
    ignored_rows: tuple[Ignored, ...]
    tidied: dict[str, int]

    @property
    def outcome(self) -> str:
        return outcome(self.faults)

    def as_dict(self) -> dict[str, Any]:
        """The report of `anke import people --dry-run --json`."""
        own = {
            "accepted": len(self.people),
            "people": [person.as_dict() for person in self.people],
            "warnings": [warning.as_dict() for warning in self.warnings],
            "tidied": self.tidied,
        }
        return report(self, own, told_by="work_no")


def read_roster(tables: Sequence[Table], overrides: Overrides = NOTHING_CHOSEN, each: Each = plainly) -> RosterReading:
    """The people of a roster.

    tables: the sheets of one file; the one with the best header is taken. overrides: fixes and choices of the preview page.
    Raises NoHeader, NoRows, TooManyRows.
    """
    header = overrides.header(tables, synonyms.ROSTER, "name", _("姓名"))
    cells = Cells(header, overrides, HELD)
    rows, ignored = cells.records("name", COUNTED)
    warnings: list[Fault] = []
    found = [person for row in each(rows) if (person := _person(cells, row, warnings))]
    if any(fault.code == "ID_DIGITS_LOST" for fault in cells.faults):
        found = _without_lost_digits(cells, found)
    people, duplicates = _merged(found)
    return RosterReading(
        sheet=header.table.name,
        header_row=header.row,
        headings=header.headings,
        people=people,
        faults=tuple(sorted(cells.faults, key=lambda fault: fault.row)),
        warnings=tuple(sorted(warnings + _shared_work_numbers(header, people), key=lambda warning: warning.row)),
        duplicates=duplicates,
        ignored_rows=tuple(ignored),
        tidied=cells.tidied,
    )


def _person(cells: Cells, row: int, warnings: list[Fault]) -> RosterPerson | None:
    """One row, None when a cell of it is at fault; every faulty cell of the row is listed."""
    before = len(cells.faults)
    marked = [(field, wrong) for field in FIELDS if (wrong := cells.marked(row, field))]
    for field, wrong in marked:
        cells.fault(row, field, wrong)
    skipped = {field for field, _wrong in marked}

    name = _judged(cells, row, "name", read_name(cells.raw(row, "name")), skipped)
    phone = _optional(cells, row, "phone", skipped)
    id_number = _optional(cells, row, "id_number", skipped)
    hired_on = _hired_on(cells, row, skipped)
    texts = {field: _short_text(cells, row, field, skipped) for field in ("work_no", "department", "post", "shift")}
    if len(cells.faults) > before or not isinstance(name, str):
        return None
    if cells.raw(row, "name") != name:
        cells.count("name")
    return RosterPerson(
        row=row,
        name=name,
        phone=phone,
        id_number=id_number,
        hired_on=hired_on,
        sex=_sex(cells, row, id_number, warnings),
        category=_category(cells, row, warnings),
        relation=_relation(cells, row, warnings),
        **texts,
        **{field: _way(cells, row, field, warnings) for field in WAYS},
    )


def _without_lost_digits(cells: Cells, found: list[RosterPerson]) -> list[RosterPerson]:
    """In a column that has lost digits one in eleven made-up zeros passes the check: none that ends in 000 is believed."""
    believed = []
    for person in found:
        fixed = (person.row, "id_number") in cells.overrides.fixes
        if person.id_number and person.id_number.endswith("000") and not fixed:
            cells.fault(person.row, "id_number", id_digits_lost())
        else:
            believed.append(person)
    return believed


def _judged(cells: Cells, row: int, field: str, read: str | Wrong, skipped: set[str]) -> str | None:
    if field in skipped:
        return None
    if isinstance(read, Wrong):
        cells.fault(row, field, read)
        return None
    return read


def _optional(cells: Cells, row: int, field: str, skipped: set[str]) -> str | None:
    """Phone or ID number: may be missing, must be right when it is there."""
    text = cells.raw(row, field)
    if not compact(text):
        return None
    value = _judged(cells, row, field, read_phone(text) if field == "phone" else read_id_number(text), skipped)
    if value is not None and value != text:
        cells.count(field)
    return value


def _hired_on(cells: Cells, row: int, skipped: set[str]) -> date | None:
    text = cells.raw(row, "hired_on")
    if not visible(text) or "hired_on" in skipped:
        return None
    day = read_date(text)
    if isinstance(day, Wrong):
        cells.fault(row, "hired_on", day)
        return None
    if not ISO_DAY.fullmatch(text):
        cells.count("hired_on")
    return day


def _short_text(cells: Cells, row: int, field: str, skipped: set[str]) -> str | None:
    raw = cells.raw(row, field)
    if field in skipped or not raw:
        return None
    text = compact(raw) if field == "work_no" else tidy(raw)
    if len(text) > LONGEST[field]:
        cells.fault(row, field, Wrong("CELL_TOO_LONG", _("最多 %(most)s 个字，请缩短", most=LONGEST[field])))
        return None
    if text != raw:
        cells.count(field)
    return text or None


def _sex(cells: Cells, row: int, id_number: str | None, warnings: list[Fault]) -> str | None:
    """By the ID number where there is one; the roster's word where it has none."""
    written = compact(cells.raw(row, "sex"))
    said = {"男": "男", "女": "女", "男性": "男", "女性": "女", "M": "男", "F": "女", "MALE": "男", "FEMALE": "女"}.get(
        written.upper()
    )
    if id_number is None:
        return said
    known = sex_of(id_number)
    if said and said != known:
        warnings.append(
            _warning(cells.header, row, "sex", "SEX_MISMATCH", said, _("与身份证号不一致，已按身份证号记为%(sex)s", sex=known))
        )
    return known


def _category(cells: Cells, row: int, warnings: list[Fault]) -> str | None:
    reason = _("没有这个类别，没有采用：新来的人按“%(other)s”记，已有的人不变", other=OTHER_STAFF)
    return _one_of(CATEGORIES, cells, row, "category", reason, warnings)


def _relation(cells: Cells, row: int, warnings: list[Fault]) -> str | None:
    reason = _("没有这种用工形式，没有采用：新来的人按“%(other)s”记，已有的人不变", other=OWN)
    return _one_of(RELATIONS, cells, row, "relation", reason, warnings)


def _one_of(known: Mapping[str, str], cells: Cells, row: int, field: str, reason: str, warnings: list[Fault]) -> str | None:
    written = tidy(cells.raw(row, field))
    if written and written not in known:
        warnings.append(_warning(cells.header, row, field, f"{field.upper()}_UNKNOWN", _shown(written), reason))
    return known.get(written)


def _shown(written: str) -> str | None:
    return written if len(written) <= 30 else None


def _way(cells: Cells, row: int, field: str, warnings: list[Fault]) -> str | None:
    """An address as written; None with a warning when it cannot be one."""
    written = compact(cells.raw(row, field))
    longest, shape = WAYS[field]
    if not written or (len(written) <= longest and shape.fullmatch(written)):
        return written or None
    reason = _("这不是邮箱地址，没有采用") if field == "email" else _("这不是一个账号，没有采用")
    warnings.append(_warning(cells.header, row, field, "WAY_UNREADABLE", _shown(written), reason))
    return None


def _warning(header: Header, row: int, field: str, code: str, value: str | None, reason: str) -> Fault:
    return Fault(row, header.heading_of(field) or field, field, code, value, reason)


def _merged(found: Iterable[RosterPerson]) -> tuple[tuple[RosterPerson, ...], tuple[Duplicate, ...]]:
    """One line per person: the first, with what only a later one tells. Two of one name are two people.

    The same: equal ID numbers; where one has none, equal names with equal work number or phone.
    """
    people: list[RosterPerson] = []
    duplicates: list[Duplicate] = []
    known: dict[tuple[str, ...], int] = {}
    for person in found:
        keys = _keys(person)
        at = next((known[key] for key in keys if key in known and _may_be_same(people[known[key]], person)), None)
        if at is None:
            at = len(people)
            people.append(person)
        else:
            first = people[at]
            duplicates.append(Duplicate(person.row, first.row, person.work_no or first.work_no))
            told = {name: getattr(first, name) or getattr(person, name) for name in FIELDS}
            people[at] = replace(first, **told)
        for key in keys:
            known.setdefault(key, at)
    return tuple(people), tuple(duplicates)


def _keys(person: RosterPerson) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if person.id_number:
        keys.append(("id", person.id_number))
    if person.work_no:
        keys.append(("work_no", person.name, person.work_no))
    if person.phone:
        keys.append(("phone", person.name, person.phone))
    return keys


def _may_be_same(one: RosterPerson, other: RosterPerson) -> bool:
    return one.id_number == other.id_number or not one.id_number or not other.id_number


def _shared_work_numbers(header: Header, people: Iterable[RosterPerson]) -> list[Fault]:
    """Warnings for a work number given to two people; both stay."""
    first: dict[str, RosterPerson] = {}
    warnings = []
    for person in people:
        if person.work_no and first.setdefault(person.work_no, person) is not person:
            reason = _("与第 %(row)s 行工号相同，但不是同一个人，请核对", row=first[person.work_no].row)
            warnings.append(_warning(header, person.row, "work_no", "WORK_NO_TWICE", person.work_no, reason))
    return warnings
