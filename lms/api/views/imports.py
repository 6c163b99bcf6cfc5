"""Files of people, enterprises and questions: taken in, looked at, mended, applied; and the bank as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find, own_enterprise
from lms.api.operations import operation
from lms.api.shapes import told
from lms.api.views.bank import BankWanted
from lms.api.views.materials import BYTES, FileWanted
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries as bank
from lms.quizzes import service as quizzes
from lms.quizzes.rules.exporting import FORMATS
from lms.registry import queries as registry
from lms.registry import service
from lms.registry.models import ImportBatch, ImportKind


@dataclass(frozen=True, slots=True)
class DistrictWanted(FileWanted):
    jurisdiction_id: Annotated[UUID | None, told(_l("导入到哪个区县；只有一个时不用写"))] = None


@dataclass(frozen=True, slots=True)
class FaultOut:
    """A cell that cannot be taken over. row, field: to be named when it is mended."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class CountOut:
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class ColumnOut:
    """A column of the file. field: what it feeds, or nothing."""

    column: int
    text: str
    field: str | None


@dataclass(frozen=True, slots=True)
class BatchOut:
    """counts: what applying would do, or did. Rows with faults stay out until they are mended."""

    id: UUID
    kind: ImportKind
    file_name: str
    created_at: datetime
    applied_at: datetime | None
    columns: tuple[ColumnOut, ...]
    counts: tuple[CountOut, ...]
    faults: tuple[FaultOut, ...]


@dataclass(frozen=True, slots=True)
class FixIn:
    row: Annotated[int, told(minimum=1, maximum=1_000_000)]
    field: Annotated[str, told(minLength=1, maxLength=40)]
    text: Annotated[str, told(maxLength=2000)]


@dataclass(frozen=True, slots=True)
class MapIn:
    column: Annotated[int, told(minimum=0, maximum=1000)]
    field: Annotated[str, told(_l("空的：这一列不要"), maxLength=40)]


@dataclass(frozen=True, slots=True)
class MendIn:
    """What stands in faulty cells instead, and what a column of people or enterprises feeds."""

    fixes: Annotated[tuple[FixIn, ...], told(maxItems=2000)] = ()
    mapping: Annotated[tuple[MapIn, ...], told(maxItems=200)] = ()
    header_row: Annotated[int | None, told(minimum=1, maximum=99_999)] = None


@dataclass(frozen=True, slots=True)
class ExportWanted(BankWanted):
    format: Annotated[str, told(_l("xlsx、moodle、gift、qti … 见 /api 页"), maxLength=20)] = "moodle"


@operation(
    "POST", "/people/import/file", "person.import", _l("导入花名册文件：先看，再写入"),
    answer=BatchOut, query=FileWanted, sends=BYTES, status=201, pages="imports.people",
)  # fmt: skip
def import_people_file(uow: UnitOfWork, wanted: Callable[[], FileWanted], given: Callable[[], bytes]) -> BatchOut:
    return _batch(uow, service.open_batch(uow, ImportKind.PEOPLE, given(), wanted().name, enterprise_id=own_enterprise(uow)))


@operation(
    "POST", "/enterprises/import/file", "enterprise.import", _l("导入企业名单文件：先看，再写入"),
    answer=BatchOut, query=DistrictWanted, sends=BYTES, status=201, pages="imports.enterprises",
)  # fmt: skip
def import_enterprises_file(uow: UnitOfWork, wanted: Callable[[], DistrictWanted], given: Callable[[], bytes]) -> BatchOut:
    there = registry.districts_within(uow)
    asked = wanted()
    chosen = asked.jurisdiction_id or (there[0].id if len(there) == 1 else None)
    district = next((row for row in there if row.id == chosen), None)
    if district is None:
        raise NotFound
    made = service.open_batch(uow, ImportKind.ENTERPRISES, given(), asked.name, jurisdiction_id=district.id)
    return _batch(uow, made)


@operation("GET", "/imports/<uuid:batch_id>", "import.change", _l("一次导入会写入什么，哪里不对"), answer=BatchOut)
def import_seen(uow: UnitOfWork, batch_id: UUID) -> BatchOut:
    return _batch(uow, _own(uow, batch_id))


@operation(
    "POST", "/imports/<uuid:batch_id>", "import.change", _l("改不对的格子，说哪一列是什么"),
    answer=BatchOut, body=MendIn, pages="imports.show",
)  # fmt: skip
def mend_import(uow: UnitOfWork, batch_id: UUID, given: Callable[[], MendIn]) -> BatchOut:
    found, typed = _own(uow, batch_id), given()
    mapping = {str(one.column): one.field for one in typed.mapping}
    service.fix(uow, found, _fixes(typed), mapping or dict(found.mapping), typed.header_row)
    return _batch(uow, found)


@operation("POST", "/imports/<uuid:batch_id>/apply", "import.change", _l("写入没有错的"), answer=BatchOut, pages="imports.apply")
def apply_import(uow: UnitOfWork, batch_id: UUID) -> BatchOut:
    found = _own(uow, batch_id)
    service.apply(uow, found)
    return _batch(uow, found)


@operation(
    "POST", "/imports/<uuid:batch_id>/take-back", "person.import", _l("撤回一次花名册导入，24 小时内"),
    answer=BatchOut, pages="imports.take_back",
)  # fmt: skip
def take_back_import(uow: UnitOfWork, batch_id: UUID) -> BatchOut:
    found = _own(uow, batch_id)
    service.take_back(uow, found)
    return _batch(uow, found)


@operation(
    "POST", "/questions/import", "question.import", _l("导入题目文件：先看，再写入"),
    answer=BatchOut, query=FileWanted, sends=BYTES, status=201, pages="bank.upload",
)  # fmt: skip
def import_questions(uow: UnitOfWork, wanted: Callable[[], FileWanted], given: Callable[[], bytes]) -> BatchOut:
    owner, bureau = uow.actor.enterprise_id, uow.actor.jurisdiction_id
    return _batch(uow, quizzes.open_batch(uow, owner, given(), wanted().name, jurisdiction_id=bureau))


@operation("GET", "/questions/imports/<uuid:question_batch_id>", "question.import", _l("一次题目导入会写入什么"), answer=BatchOut)
def questions_seen(uow: UnitOfWork, question_batch_id: UUID) -> BatchOut:
    return _batch(uow, _own(uow, question_batch_id, questions=True))


@operation(
    "POST", "/questions/imports/<uuid:question_batch_id>", "question.import", _l("改题目文件里不对的地方"),
    answer=BatchOut, body=MendIn, pages="bank.batch",
)  # fmt: skip
def mend_questions(uow: UnitOfWork, question_batch_id: UUID, given: Callable[[], MendIn]) -> BatchOut:
    found = _own(uow, question_batch_id, questions=True)
    quizzes.fix(uow, found, _fixes(given()))
    return _batch(uow, found)


@operation(
    "POST", "/questions/imports/<uuid:question_batch_id>/apply", "question.import", _l("写入没有错的题"),
    answer=BatchOut, pages="bank.apply",
)  # fmt: skip
def apply_questions(uow: UnitOfWork, question_batch_id: UUID) -> BatchOut:
    found = _own(uow, question_batch_id, questions=True)
    quizzes.apply(uow, found)
    return _batch(uow, found)


@operation("GET", "/questions/export", "question.export", _l("题库导出成文件"), answer=bytes, query=ExportWanted, media=BYTES)
def export_questions(uow: UnitOfWork, wanted: ExportWanted) -> bytes:
    narrowed = bank.BankFilter(topic=wanted.topic, kind=wanted.kind, source=wanted.source.value, text=wanted.q)
    found = bank.every_question(uow, narrowed)
    if wanted.format not in FORMATS or not found:
        raise NotFound
    return quizzes.download(wanted.format, quizzes.taken_out(wanted.format, found)).content


def _own(uow: UnitOfWork, batch_id: UUID, *, questions: bool = False) -> ImportBatch:
    found = find(uow, ImportBatch, batch_id)
    if (found.kind is ImportKind.QUESTIONS) is not questions:
        raise NotFound
    return found


def _fixes(typed: MendIn) -> dict[str, str]:
    return {f"{one.row}:{one.field}": one.text for one in typed.fixes}


def _batch(uow: UnitOfWork, found: ImportBatch) -> BatchOut:
    uow.session.flush()
    columns, counts, faults = _looked(uow, found) if found.applied_at is None else ((), found.result or {}, ())
    back = counts.get("taken_back")
    if back:
        counts = {**counts, **back, "stays": len(back["stays"])}
    numbers = tuple(CountOut(name, number) for name, number in counts.items() if isinstance(number, int))
    return BatchOut(found.id, found.kind, found.file_name, found.created_at, found.applied_at, columns, numbers, faults)


def _looked(uow: UnitOfWork, found: ImportBatch) -> tuple[tuple[ColumnOut, ...], Mapping[str, Any], tuple[FaultOut, ...]]:
    if found.kind is ImportKind.QUESTIONS:
        plan = quizzes.look(uow, found)
        wrong = tuple(FaultOut(one.row, fault.field, fault.reason) for one in plan.reading.faulty for fault in one.faults)
        return tuple(ColumnOut(one.column, one.text, one.field) for one in plan.reading.headings), plan.counts, wrong
    looked = service.look(uow, found)
    wrong = tuple(FaultOut(one.row, field, fault.reason) for one in looked.faulty for field, fault in one.faults.items())
    columns = tuple(ColumnOut(one.column, one.text, one.field) for one in looked.headings)
    return columns, looked.plan.counts() if looked.plan else {}, wrong
