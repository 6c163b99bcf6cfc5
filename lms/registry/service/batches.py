"""A file that is looked at, mended on the page, and only then taken over."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from lms.core.crypto import keyring
from lms.core.errands import Bar, Each, Tell, untold
from lms.core.tables import Heading, NoHeader, Table, find_header, read
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, ImportBatch, ImportKind, Jurisdiction, Person
from lms.registry.rules import (
    EnterprisesReading,
    Fault,
    ListedEnterprise,
    Overrides,
    RosterPerson,
    RosterReading,
    read_enterprises,
    read_roster,
    synonyms,
)
from lms.registry.rules.identifiers import compact
from lms.registry.rules.names import tidy
from lms.registry.rules.rows import Cells
from lms.registry.service import taking_back
from lms.registry.service.enterprises import EnterprisesPlan, import_enterprises, plan_enterprises, streets_of
from lms.registry.service.kept import LONGEST_ROW, conclude, hold, keep_fixes, new_batch
from lms.registry.service.moved import Way
from lms.registry.service.people import Mentioned, PeoplePlan, import_people, plan_people

LONGEST_FIX = 200
NAMED = 200  # of whom a page tells the names once the file is taken over
LOOKED = 3  # parts of looking at a file: the file, its rows, what is known of them
TAKEN = LOOKED + 2  # of taking over: and written, what is left over
MEANT = "meant"  # beside the fields of a row: which known enterprise it is
SKIPPED = "skipped"  # beside them too: that nobody wants to mend the row
LOST = "4.3E+17"  # how a spreadsheet shows an ID number whose last digits are gone
UNREADABLE = "?" * 80  # right in no column
SHOWN = {
    ImportKind.PEOPLE: ("name", "id_number", "phone", "department", "hired_on"),
    ImportKind.ENTERPRISES: ("name", "uscc", "street", "industry", "head", "head_phone"),
}
NAMES = {ImportKind.PEOPLE: synonyms.ROSTER, ImportKind.ENTERPRISES: synonyms.ENTERPRISES}


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row to look at. cells: field → its text as it stands now; faults: field → what is wrong with it."""

    row: int
    cells: dict[str, str]
    faults: dict[str, Fault]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file says and what importing it would do. no_header: no reading yet, somebody must name the columns first.

    waiting: rows with nothing wrong that may be a known enterprise, of which nobody has said yet. skipped: faulty rows that
    somebody said are not to be mended.
    """

    reading: RosterReading | EnterprisesReading | None
    plan: PeoplePlan | EnterprisesPlan | None
    faulty: tuple[FaultyRow, ...] = ()
    headings: tuple[Heading, ...] = ()
    no_header: NoHeader | None = None
    waiting: tuple[FaultyRow, ...] = ()
    skipped: frozenset[int] = frozenset()

    @property
    def left_over(self) -> tuple[FaultyRow, ...]:
        """The rows that are not taken over but to be mended, in the order of the file."""
        rows = (row for row in (*self.kept_out, *self.waiting) if row.row not in self.skipped)
        return tuple(sorted(rows, key=lambda row: row.row))

    @property
    def records(self) -> tuple[RosterPerson, ...] | tuple[ListedEnterprise, ...]:
        """What can be taken over as it is."""
        if self.reading is None:
            return ()
        return self.reading.people if isinstance(self.reading, RosterReading) else self.reading.enterprises

    @property
    def kept_out(self) -> tuple[FaultyRow, ...]:
        """The faulty rows that are not taken over; a mistyped credit code keeps nobody out, nor does a missing one where somebody
        said which enterprise it is.
        """
        taken = {record.row for record in self.records}
        if isinstance(self.plan, EnterprisesPlan):
            taken |= self.plan.decided
        return tuple(row for row in self.faulty if row.row not in taken)

    @property
    def faults(self) -> int:
        """How many cells are at fault."""
        return sum(len(row.faults) for row in self.faulty)


def open_batch(
    uow: UnitOfWork,
    kind: ImportKind,
    content: bytes,
    file_name: str,
    *,
    enterprise_id: UUID | None = None,
    jurisdiction_id: UUID | None = None,
    looked: bool = True,
) -> ImportBatch:
    """Keep a file to be looked at. A table without a header is kept too: its columns can be named on the page. looked: here
    and now.

    Raises TableFault for what cannot be used at all, NotADistrict.
    """
    batch = new_batch(uow, kind, content, file_name, enterprise_id=enterprise_id, jurisdiction_id=jurisdiction_id)
    if looked:
        look(uow, batch)  # a file that cannot be used leaves nothing behind
    uow.session.add(batch)
    uow.session.flush()
    return batch


def look(uow: UnitOfWork, batch: ImportBatch, bar: Bar | None = None) -> Look:
    """Read the file with the fixes made so far and compare it with what is known. Writes nothing. Raises TableFault."""
    assert batch.content is not None
    bar = bar or Bar()
    tables = read(batch.content, batch.file_name)
    bar.part_over()
    said = {key: int(key.partition(":")[0]) for key in batch.fixes}
    skipped = {row for key, row in said.items() if key.endswith(f":{SKIPPED}")}
    fixes = {key: batch.fixes[key] for key, row in said.items() if row not in skipped}  # mended as well, it stays as in the file
    overrides = replace(Overrides.from_json(fixes, batch.mapping), header_row=batch.header_row)
    try:
        if batch.kind is ImportKind.PEOPLE:
            looked = _look_at_people(uow, batch, tables, overrides, bar.over)
        else:
            looked = _look_at_enterprises(uow, batch, tables, overrides, bar.over)
        if batch.rest_of_id and looked.plan:
            looked.plan.left.clear()
        return replace(looked, skipped=frozenset(skipped.intersection(row.row for row in looked.kept_out)))
    except NoHeader as fault:
        return Look(None, None, headings=_headings(tables, batch.kind), no_header=fault)


def fix(
    uow: UnitOfWork,
    batch: ImportBatch,
    fixes: dict[str, str],
    mapping: dict[str, str],
    header_row: int | None = None,
) -> None:
    """Keep what was typed and chosen on the page. fixes: {"row:field": text}, an empty text takes a fix back.

    mapping: {column: field}, "" for nothing; empty leaves what was chosen. Raises AlreadyApplied.
    """
    known = NAMES[batch.kind]
    keep_fixes(uow, batch, fixes, {*known, MEANT, SKIPPED}.__contains__, LONGEST_FIX)
    if mapping:
        batch.mapping = {
            column: field
            for column, field in mapping.items()
            if column.isdecimal() and len(column) <= LONGEST_ROW and (field in known or not field)
        }
    if header_row is not None:
        batch.header_row = header_row


def apply(uow: UnitOfWork, batch: ImportBatch, tell: Tell = untold, way: Way = Way.IMPORT) -> dict[str, int]:
    """Take over what has no fault, once; returns the counts. The file is forgotten, the counts stay.

    Rows that were kept out become a batch of their own, to be mended at leisure.
    Raises AlreadyApplied, NotFound, TableFault, NoHeader.
    """
    hold(uow, batch)
    bar = Bar(tell, TAKEN)
    looked = look(uow, batch, bar)
    if looked.reading is None or looked.plan is None:
        raise looked.no_header or NoHeader
    was = None
    if isinstance(looked.plan, PeoplePlan) and batch.enterprise_id:
        was = taking_back.before(uow, batch.enterprise_id, looked.plan)
    counts = _take_over(uow, batch, looked, bar.over, way)
    rest = _rest(uow, batch, looked)
    more = {
        "duplicates": len(looked.reading.duplicates),
        "kept_out": len(looked.left_over),
        "skipped": len(looked.skipped),
        "rest": str(rest.id) if rest else None,
        "who": _who(uow, batch, looked.plan),
        "merged": [[one.row, one.same_as_row] for one in looked.reading.duplicates[:NAMED]],
    }
    conclude(uow, batch, counts | more)
    if was:
        taking_back.keep(uow, batch, was)
    return counts


def _take_over(uow: UnitOfWork, batch: ImportBatch, looked: Look, each: Each, way: Way) -> dict[str, int]:
    """Write what the reading says."""
    if isinstance(looked.reading, RosterReading):
        enterprise = uow.session.get_one(Enterprise, batch.enterprise_id)
        return import_people(uow, enterprise, looked.reading, mentioned=_mentioned(looked.faulty), each=each, way=way)
    assert looked.reading is not None
    jurisdiction = uow.session.get_one(Jurisdiction, batch.jurisdiction_id)
    assert isinstance(looked.plan, EnterprisesPlan)
    return import_enterprises(uow, jurisdiction, looked.reading, plan=looked.plan, each=each)


def _who(uow: UnitOfWork, batch: ImportBatch, plan: PeoplePlan | EnterprisesPlan) -> dict[str, list[str]]:
    """Ids of those who are new, changed and unchanged, as many as a page names: the file is forgotten, its names with it."""
    people = batch.kind is ImportKind.PEOPLE
    new = select(Person.id).where(Person.enterprise_id == batch.enterprise_id, Person.created_at == uow.now).order_by(Person.id)
    added = select(Enterprise.id).where(Enterprise.created_at == uow.now).order_by(Enterprise.id)
    found = {
        "new": uow.session.scalars((new if people else added).limit(NAMED)).all() if plan.new else [],
        "changed": [change.known.id for change in plan.changed[:NAMED]],
        "unchanged": [known.id for known, _told in plan.unchanged[:NAMED]],
    }
    return {kind: [str(one) for one in ids] for kind, ids in found.items()}


def _rest(uow: UnitOfWork, batch: ImportBatch, looked: Look) -> ImportBatch | None:
    """The rows that were kept out as a file of their own, each on the row it had, so that its number still tells."""
    if not looked.left_over or looked.reading is None:
        return None
    fields = list(NAMES[batch.kind])
    shift = 0 if looked.reading.header_row else 1
    lines: list[list[str]] = [[""] * len(fields) for _ in range(looked.left_over[-1].row + shift)]
    lines[looked.reading.header_row - 1 + shift] = [NAMES[batch.kind][field][0] for field in fields]
    for row in looked.left_over:
        lines[row.row - 1 + shift] = [_still(row, field) for field in fields]
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    rest = new_batch(
        uow,
        batch.kind,
        text.getvalue().encode(),
        batch.file_name,
        enterprise_id=batch.enterprise_id,
        jurisdiction_id=batch.jurisdiction_id,
        rest_of_id=batch.id,
    )
    uow.session.add(rest)
    uow.session.flush()
    return rest


def _still(row: FaultyRow, field: str) -> str:
    """The text of a cell such that what was wrong with it is wrong with it in a text file too."""
    fault = row.faults.get(field)
    if fault is None or fault.code in ("NAME_MISSING", "USCC_MISSING"):
        return row.cells[field]
    if fault.code == "ID_DIGITS_LOST":
        return LOST
    return row.cells[field] or UNREADABLE


def _look_at_people(uow: UnitOfWork, batch: ImportBatch, tables: Sequence[Table], overrides: Overrides, each: Each) -> Look:
    assert batch.enterprise_id is not None
    reading = read_roster(tables, overrides, each)
    faulty = _faulty(ImportKind.PEOPLE, tables, overrides, reading.faults)
    plan = plan_people(uow, batch.enterprise_id, reading, _mentioned(faulty), each)
    return Look(reading, plan, faulty, reading.headings)


def _look_at_enterprises(uow: UnitOfWork, batch: ImportBatch, tables: Sequence[Table], overrides: Overrides, each: Each) -> Look:
    jurisdiction = uow.session.get_one(Jurisdiction, batch.jurisdiction_id)
    reading = read_enterprises(tables, overrides, streets_of(uow, jurisdiction), each)
    faulty = _faulty(ImportKind.ENTERPRISES, tables, overrides, reading.faults)
    plan = plan_enterprises(uow, jurisdiction, reading, _named(faulty), _said(batch), each)
    waits = {one.told.row for one in plan.waiting} - {row.row for row in faulty}
    waiting = _rows(ImportKind.ENTERPRISES, tables, overrides, {row: {} for row in waits})
    return Look(reading, plan, faulty, reading.headings, waiting=waiting)


def _said(batch: ImportBatch) -> dict[int, str]:
    """What was chosen of rows whose name is like that of a known enterprise."""
    keys = {key: key.partition(":") for key in batch.fixes}
    return {int(row): batch.fixes[key] for key, (row, _colon, field) in keys.items() if field == MEANT}


def _faulty(kind: ImportKind, tables: Sequence[Table], overrides: Overrides, faults: Sequence[Fault]) -> tuple[FaultyRow, ...]:
    """The rows at fault with their other cells, so that somebody can tell who they are about."""
    rows: dict[int, dict[str, Fault]] = {}
    for fault in faults:
        rows.setdefault(fault.row, {})[fault.field] = fault
    return _rows(kind, tables, overrides, rows)


def _rows(
    kind: ImportKind, tables: Sequence[Table], overrides: Overrides, rows: dict[int, dict[str, Fault]]
) -> tuple[FaultyRow, ...]:
    """Rows with their cells and what is wrong with them, in the order of the file."""
    if not rows:
        return ()
    header = overrides.header(tables, NAMES[kind], "name")
    cells = Cells(header, overrides, frozenset(("department", "street", "industry")))
    return tuple(
        FaultyRow(row, {field: tidy(cells.raw(row, field))[:LONGEST_FIX] for field in NAMES[kind]}, found)
        for row, found in sorted(rows.items())
    )


def _headings(tables: Sequence[Table], kind: ImportKind) -> tuple[Heading, ...]:
    """The columns of a table on which nobody has said yet where the names are."""
    try:
        return find_header(tables, NAMES[kind], "name").headings
    except NoHeader:
        table = tables[0]
    width = len(table.rows[0]) if table.rows else 0
    return tuple(
        Heading(column, "", None, tuple(row[column][:40] for row in table.rows[:3] if row[column].strip()))
        for column in range(min(width, 40))
    )


def _mentioned(faulty: Sequence[FaultyRow]) -> Mentioned:
    names, work_nos, hashes = set(), set(), set()
    for row in faulty:
        work_no = compact(row.cells["work_no"])
        names.add((row.cells["name"], work_no))
        if work_no:
            work_nos.add(work_no)
        for field in ("id_number", "phone"):
            if number := compact(row.cells[field]).upper():
                hashes.add(keyring().fingerprint(number))
    return Mentioned(frozenset(names), frozenset(work_nos), frozenset(hashes))


def _named(faulty: Sequence[FaultyRow]) -> frozenset[str]:
    return frozenset(text for row in faulty for text in (row.cells["name"], compact(row.cells["uscc"]).upper()) if text)
