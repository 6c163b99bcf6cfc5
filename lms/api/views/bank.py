"""The question bank: read, written, taken from the bureau's, put right when a law changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, listed, operation, within
from lms.api.shapes import shown, told
from lms.api.typed import unfit
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules, service
from lms.quizzes.forms import QuestionForm
from lms.quizzes.law_forms import ClauseForm
from lms.quizzes.models import LawChange, Question
from lms.quizzes.rules.importing.question import ParsedQuestion
from lms.quizzes.rules.importing.writing import written
from lms.quizzes.views.bank import own_question


@dataclass(frozen=True, slots=True)
class QuestionOut:
    """The newest wording. options: A, B …; answer: as a row of a file has it. owner: own, bureau or shared."""

    id: UUID
    version: int
    kind: str
    stem: str
    options: tuple[str, ...]
    answer: str
    topic: str
    difficulty: int | None
    points: int | None
    explanation: str | None
    law_ref: str | None
    owner: str
    origin_id: Annotated[UUID | None, told(_l("取用自哪一道"))]
    retired_at: datetime | None


class Source(StrEnum):
    """Which part of the bank."""

    ALL = ""
    OWN = "own"
    BUREAU = "bureau"
    SHARED = "shared"
    STALE = "stale"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class BankWanted(Wanted):
    topic: Annotated[str, told(maxLength=60)] = ""
    kind: Annotated[str, told(maxLength=20)] = ""
    source: Source = Source.ALL
    q: Annotated[str, told(_l("题干里的文字"), maxLength=100)] = ""


@dataclass(frozen=True, slots=True)
class TopicWanted:
    topic: Annotated[str, told(maxLength=60)] = ""


@dataclass(frozen=True, slots=True)
class TakenOut:
    taken: int
    had: Annotated[int, told(_l("本单位早就有的"))]


@dataclass(frozen=True, slots=True)
class TextOut:
    """An option or a prompt in another language."""

    at: Annotated[str, told(_l("选项的字母，或者空的序号"), maxLength=10)]
    text: Annotated[str, told(maxLength=500)]


@dataclass(frozen=True, slots=True)
class TranslationIn:
    """Nothing at all takes the language away."""

    stem: Annotated[str, told(maxLength=500)] = ""
    options: Annotated[tuple[TextOut, ...], told(maxItems=8)] = ()
    prompts: Annotated[tuple[str, ...], told(maxItems=20)] = ()


@dataclass(frozen=True, slots=True)
class LawChangeOut:
    id: UUID
    clause: str
    note: str | None
    recorded_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeepIn:
    question_id: UUID


@operation("GET", "/questions", "question.read", _l("题库"), answer=QuestionOut, query=BankWanted, many=True)
def questions(uow: UnitOfWork, wanted: BankWanted) -> Listed:
    narrowed = queries.BankFilter(topic=wanted.topic, kind=wanted.kind, source=wanted.source.value, text=wanted.q)
    return listed(uow, queries.questions_found(uow, narrowed), Question.id, wanted, lambda row: _question(uow, row))


@operation("GET", "/questions/<uuid:question_id>", "question.read", _l("一道题"), answer=QuestionOut)
def question(uow: UnitOfWork, question_id: UUID) -> QuestionOut:
    return _question(uow, find(uow, Question, question_id))


@operation(
    "POST", "/questions", "question.change", _l("出一道题；带图的题用导入"),
    answer=QuestionOut, form=QuestionForm, status=201, pages="bank.new",
)  # fmt: skip
def write_question(uow: UnitOfWork, given: Callable[..., Any]) -> QuestionOut:
    wording = _wording(given())
    made = service.add(uow, uow.actor.enterprise_id, wording, jurisdiction_id=uow.actor.jurisdiction_id)
    return _now(uow, made)


@operation(
    "PUT", "/questions/<uuid:question_id>", "question.change", _l("改一道题：考过的答卷保留原来的写法"),
    answer=QuestionOut, form=QuestionForm, pages="bank.edit",
)  # fmt: skip
def reword_question(uow: UnitOfWork, question_id: UUID, given: Callable[..., Any]) -> QuestionOut:
    own = own_question(uow, question_id)
    service.reword(uow, own, _wording(given()))
    return _now(uow, own)


@operation(
    "POST", "/questions/<uuid:question_id>/retire", "question.change", _l("停用一道题"), answer=QuestionOut, pages="bank.retire"
)
def retire_question(uow: UnitOfWork, question_id: UUID) -> QuestionOut:
    own = own_question(uow, question_id)
    service.retire(uow, own)
    return _now(uow, own)


@operation(
    "POST", "/questions/<uuid:question_id>/restore", "question.change", _l("恢复使用一道题"),
    answer=QuestionOut, pages="bank.restore",
)  # fmt: skip
def restore_question(uow: UnitOfWork, question_id: UUID) -> QuestionOut:
    own = own_question(uow, question_id)
    service.restore(uow, own)
    return _now(uow, own)


@operation(
    "PUT", "/questions/<uuid:question_id>/translations/<language>", "question.change", _l("一道题的译文"),
    answer=QuestionOut, body=TranslationIn, pages="translations.translate",
)  # fmt: skip
def translate_question(uow: UnitOfWork, question_id: UUID, language: str, given: Callable[[], TranslationIn]) -> QuestionOut:
    own = own_question(uow, question_id)
    if language not in rules.LANGUAGES:
        raise NotFound
    typed, body = given(), own.versions[-1].body
    options = {one.at: one.text.strip() for one in typed.options if one.at in body.options and one.text.strip()}
    prompts = [one.strip() for one in typed.prompts[: len(body.prompts)]]
    said = {"stem": typed.stem.strip(), "options": options, "prompts": prompts if any(prompts) else []}
    service.translate(uow, own, language, {name: value for name, value in said.items() if value})
    return _now(uow, own)


@operation(
    "POST", "/questions/<uuid:question_id>/take", "question.take", _l("取用监管部门的一道题"),
    answer=QuestionOut, pages="sharing.take",
)  # fmt: skip
def take_question(uow: UnitOfWork, question_id: UUID) -> QuestionOut:
    found = find(uow, Question, question_id)
    if queries.owner_of(uow, found) != "bureau" or uow.actor.enterprise_id is None:
        raise NotFound
    return _now(uow, service.take(uow, found, uow.actor.enterprise_id))


@operation(
    "POST", "/questions/take", "question.take", _l("取用监管部门还没有取用的题"),
    answer=TakenOut, body=TopicWanted, pages="sharing.take_all",
)  # fmt: skip
def take_questions(uow: UnitOfWork, given: Callable[[], TopicWanted]) -> TakenOut:
    if uow.actor.enterprise_id is None:
        raise NotFound
    return TakenOut(*service.take_all(uow, queries.to_take(uow, given().topic), uow.actor.enterprise_id))


@operation(
    "POST", "/questions/<uuid:question_id>/catch-up", "question.take", _l("换成监管部门新的一版"),
    answer=QuestionOut, pages="sharing.catch_up",
)  # fmt: skip
def catch_up_question(uow: UnitOfWork, question_id: UUID) -> QuestionOut:
    found = find(uow, Question, question_id)
    if queries.owner_of(uow, found) != "own" or found.origin_id is None:
        raise NotFound
    service.catch_up(uow, found)
    return _now(uow, found)


@operation("GET", "/law-changes", "question.change", _l("换了的法规条款"), answer=LawChangeOut, query=Wanted, many=True)
def law_changes(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return within(uow, LawChange, wanted, lambda row: shown(LawChangeOut, row))


@operation(
    "POST", "/law-changes", "question.change", _l("记下一条法规换了：引用它的题先不抽"),
    answer=LawChangeOut, form=ClauseForm, status=201, pages="law.index",
)  # fmt: skip
def replace_clause(uow: UnitOfWork, given: Callable[..., Any]) -> LawChangeOut:
    form = given()
    made = service.replace_clause(uow, form.clause.data.strip(), (form.note.data or "").strip())
    uow.session.flush()
    return shown(LawChangeOut, made)


@operation(
    "POST", "/law-changes/<uuid:law_change_id>/keep", "question.change", _l("一道题看过了，仍然对"),
    answer=LawChangeOut, body=KeepIn, pages="law.keep",
)  # fmt: skip
def keep_question(uow: UnitOfWork, law_change_id: UUID, given: Callable[[], KeepIn]) -> LawChangeOut:
    found = find(uow, LawChange, law_change_id)
    service.keep_question(uow, found, given().question_id)
    return shown(LawChangeOut, found)


@operation(
    "POST", "/law-changes/<uuid:law_change_id>/withdraw", "question.change", _l("撤回"), answer=LawChangeOut, pages="law.withdraw"
)
def withdraw_law_change(uow: UnitOfWork, law_change_id: UUID) -> LawChangeOut:
    found = find(uow, LawChange, law_change_id)
    if not queries.said_here(uow, found):
        raise NotFound
    service.withdraw_change(uow, found)
    return shown(LawChangeOut, found)


def _wording(form: QuestionForm) -> ParsedQuestion:
    """What was sent as a question. Raises Unfit."""
    wording = form.wording()
    if wording is None:
        raise unfit({field.name: field.errors for field in form if field.errors})
    return wording


def _now(uow: UnitOfWork, row: Question) -> QuestionOut:
    uow.session.flush()
    uow.session.expire(row)
    return _question(uow, row)


def _question(uow: UnitOfWork, row: Question) -> QuestionOut:
    newest = row.versions[-1]
    texts = written(replace(newest.body, picture=None, places=()) if newest.body.picture else newest.body)
    return QuestionOut(
        id=row.id, version=newest.version, kind=newest.body.by or newest.kind.value, stem=newest.stem,
        options=tuple(texts.get(letter, "") for letter in "ABCDEFGH" if texts.get(letter)), answer=str(texts.get("answer", "")),
        topic=row.topic, difficulty=newest.difficulty, points=newest.points, explanation=newest.explanation,
        law_ref=newest.law_ref, owner=queries.owner_of(uow, row), origin_id=row.origin_id, retired_at=row.retired_at,
    )  # fmt: skip
