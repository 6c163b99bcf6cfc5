"""The question bank as pages need it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import aliased, selectinload

from lms.access.reach import reach
from lms.core.paging import paged
from lms.core.uow import UnitOfWork
from lms.lectures.events import Topic
from lms.quizzes import rules
from lms.quizzes.models import LawChange, Question, QuestionKind, QuestionVersion, Regrade
from lms.quizzes.queries.kept import kept_wordings
from lms.quizzes.queries.law import bears_on, paused
from lms.quizzes.queries.newest import is_newest

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class BankFilter:
    """What of the bank is wanted. source: "" for all, own, bureau, shared (shipped), or retired (own ones taken out of use).

    source stale: own ones whose origin has a newer wording.

    difficulty 0: any. law: words of the law reference.
    """

    topic: str = ""
    kind: str = ""
    source: str = ""
    text: str = ""
    difficulty: int = 0
    law: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """One question in the list, in its newest wording. owner: own, bureau or shipped. stale: its origin has a newer wording."""

    question_id: UUID
    version: QuestionVersion
    topic: str
    owner: str
    stale: bool


@dataclass(frozen=True, slots=True)
class BankPage:
    """A page of the bank. topics: of the questions the filter would find in any topic, with their number."""

    lines: tuple[BankLine, ...]
    total: int
    number: int
    pages: int
    topics: tuple[Topic, ...]


def of_enterprise(enterprise_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """The questions an enterprise may draw: its own and those shipped, but none that was retired, or declared void in its
    newest wording. A bureau's are taken first."""
    newest = select(func.max(QuestionVersion.version)).where(QuestionVersion.question_id == Question.id).scalar_subquery()
    void = exists().where(
        Regrade.enterprise_id == enterprise_id, Regrade.question_id == Question.id, Regrade.key_id.is_(None),
        Regrade.up_to >= newest,
    )  # fmt: skip
    return and_(or_(Question.shipped(), Question.enterprise_id == enterprise_id), Question.retired_at.is_(None), ~void)


def topics_of(uow: UnitOfWork, enterprise_id: UUID) -> list[Topic]:
    """The topics an enterprise may draw a quiz from, with as many questions as it may draw now, the fullest first."""
    number, waits = func.count(), paused(uow, enterprise_id)
    rows = uow.session.execute(
        select(Question.topic, number)
        .where(of_enterprise(enterprise_id), Question.id.not_in(waits))
        .group_by(Question.topic)
        .order_by(number.desc(), Question.topic)
    )
    return [Topic(name, questions) for name, questions in rows]


def drawable(
    uow: UnitOfWork, enterprise_id: UUID, topics: Collection[str], fixed: Collection[UUID] = ()
) -> list[rules.Candidate]:
    """What an enterprise may draw from these topics, or of these questions, in their order.

    What rests on a clause of the law that was replaced waits until somebody has looked at it.
    """
    among = {"fixed": list(fixed)} if fixed else {"topics": list(topics)}
    rows = uow.execute(_drawable(*among), {"enterprise": enterprise_id, **among}).all()
    waits = paused(uow, enterprise_id) if rows and rows[0].changed else set()
    return [rules.Candidate(row.id, row.wording, row.topic, row.difficulty) for row in rows if row.id not in waits]


@cache
def _drawable(among: str) -> Select:
    """The statement of drawable(), among the fixed or the topics, made once: making it took longer than asking it."""
    enterprise = bindparam("enterprise", type_=Uuid())
    changed = exists(select(LawChange.id).where(bears_on(enterprise)))
    columns = (Question.id, QuestionVersion.id.label("wording"), Question.topic, QuestionVersion.difficulty)
    there = (Question.id if among == "fixed" else Question.topic).in_(bindparam(among, expanding=True))
    return (
        select(*columns, changed.label("changed"))
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(of_enterprise(enterprise), is_newest(), there)
        .order_by(Question.id)
    )


def stems_of(uow: UnitOfWork, version_ids: Collection[UUID]) -> dict[UUID, str]:
    """Wording → its stem."""
    wanted = select(QuestionVersion.id, QuestionVersion.stem).where(QuestionVersion.id.in_(version_ids))
    return {row.id: row.stem for row in uow.session.execute(wanted)}


def questions_of(uow: UnitOfWork, version_ids: Collection[UUID]) -> set[UUID]:
    """The questions that these are wordings of."""
    return {kept.question_id for kept in kept_wordings(uow, version_ids).values()}


def owned_by(enterprise_id: UUID | None, jurisdiction_id: UUID | None) -> ColumnElement[bool]:
    """The questions of one bank; both None: those shipped."""
    return and_(
        Question.enterprise_id == enterprise_id if enterprise_id else Question.enterprise_id.is_(None),
        Question.jurisdiction_id == jurisdiction_id if jurisdiction_id else Question.jurisdiction_id.is_(None),
    )


def known_questions(uow: UnitOfWork, enterprise_id: UUID | None, jurisdiction_id: UUID | None = None) -> dict[str, UUID]:
    """Fingerprint → id of every question an enterprise or a bureau has, retired ones and the shipped ones included.

    Both None: of the shipped ones alone.
    """
    owner = or_(Question.shipped(), owned_by(enterprise_id, jurisdiction_id))
    rows = uow.session.execute(select(Question.stem_hash, Question.id).where(owner))
    return {row.stem_hash: row.id for row in rows}


def newest_bodies(uow: UnitOfWork, question_ids: Sequence[UUID]) -> dict[UUID, rules.Body]:
    """What each of these questions asks now; a thousand at a time, as many as any database takes."""
    found: dict[UUID, rules.Body] = {}
    for at in range(0, len(question_ids), 1_000):
        some = QuestionVersion.question_id.in_(question_ids[at : at + 1_000])
        rows = uow.session.execute(select(QuestionVersion.question_id, QuestionVersion.body).where(some, is_newest()))
        found |= {row.question_id: row.body for row in rows}
    return found


def own_questions(uow: UnitOfWork, enterprise_id: UUID | None, jurisdiction_id: UUID | None = None) -> set[UUID]:
    """The questions of one bank alone; both None: those shipped."""
    return set(uow.session.scalars(select(Question.id).where(owned_by(enterprise_id, jurisdiction_id))))


def is_stale() -> ColumnElement[bool]:
    """Whether the question that one was taken from has a newer wording."""
    theirs = aliased(QuestionVersion)
    return exists().where(theirs.question_id == Question.origin_id, theirs.version > Question.origin_version)


def stale_questions(uow: UnitOfWork) -> int:
    """How many of the actor's own questions are behind the bureau's."""
    wanted = select(func.count()).select_from(Question).where(Question.enterprise_id == uow.actor.enterprise_id, is_stale())
    return uow.session.scalar(wanted.where(Question.retired_at.is_(None))) or 0


def taken_by(uow: UnitOfWork, question_id: UUID) -> int:
    """How many enterprises have taken a bureau's question."""
    wanted = select(func.count(Question.enterprise_id.distinct())).where(Question.origin_id == question_id)
    return uow.session.scalar(wanted) or 0


def copy_of(uow: UnitOfWork, question_id: UUID, enterprise_id: UUID | None) -> Question | None:
    """What an enterprise made of a bureau's question when it took it."""
    wanted = select(Question).where(Question.enterprise_id == enterprise_id, Question.origin_id == question_id)
    return uow.session.scalars(wanted).first()


def to_take(uow: UnitOfWork, topic: str) -> list[Question]:
    """The bureau's questions within reach that uow.actor's enterprise has not taken; topic "": of any."""
    own = aliased(Question)
    taken = exists().where(own.origin_id == Question.id, own.enterprise_id == uow.actor.enterprise_id)
    in_topic = [Question.topic == topic] if topic else []
    wanted = select(Question).where(
        reach(uow, Question), Question.jurisdiction_id.is_not(None), Question.retired_at.is_(None), ~taken, *in_topic
    )
    return list(uow.session.scalars(wanted.options(selectinload(Question.versions)).order_by(Question.id)))


def every_question(uow: UnitOfWork, wanted: BankFilter) -> list[tuple[str, QuestionVersion]]:
    """The topic and the newest wording of all that uow.actor may see and the filter finds, in the order of the list."""
    found = _wanted(uow, select(Question.topic, QuestionVersion), wanted)
    rows = uow.session.execute(found.order_by(Question.enterprise_id.is_(None), Question.topic, Question.id))
    return [(row.topic, row.QuestionVersion) for row in rows]


def questions_found(uow: UnitOfWork, wanted: BankFilter) -> Select[tuple[Question]]:
    """All that uow.actor may see and the filter finds, with their wordings, for whoever reads them a page at a time."""
    return _wanted(uow, select(Question), wanted).options(selectinload(Question.versions))


def bank_page(uow: UnitOfWork, wanted: BankFilter, page: int | None = 1) -> BankPage:
    """One page of what uow.actor may see of the bank, None for all of it: three queries however long it is. Raises TooLong."""
    found = _found(uow, wanted)
    number = func.count()
    topics = uow.session.execute(
        _joined(select(Question.topic, number))
        .where(reach(uow, Question), *found)
        .group_by(Question.topic)
        .order_by(number.desc(), Question.topic)
    )
    listed = tuple(Topic(name, questions) for name, questions in topics)
    total = sum(topic.questions for topic in listed if wanted.topic in ("", topic.name))
    lines_found = _wanted(uow, select(Question, QuestionVersion, is_stale().label("stale")), wanted)
    ordered = lines_found.order_by(Question.enterprise_id.is_(None), Question.topic, Question.id)
    some = paged(total, page, lambda limit, offset: uow.session.execute(ordered.limit(limit).offset(offset)), PAGE_SIZE)
    lines = tuple(
        BankLine(row.Question.id, row.QuestionVersion, row.Question.topic, owner_of(uow, row.Question), row.stale)
        for row in some.rows
    )
    return BankPage(lines, total, some.number, some.pages, listed)


def owner_of(uow: UnitOfWork, question: Question) -> str:
    """Whose a question is, as uow.actor sees it: own, bureau or shipped."""
    if question.enterprise_id is None and question.jurisdiction_id is None:
        return "shipped"
    own = question.enterprise_id or question.jurisdiction_id
    return "own" if own in (uow.actor.enterprise_id, uow.actor.jurisdiction_id) else "bureau"


def _wanted(uow: UnitOfWork, columns: Select, wanted: BankFilter) -> Select:
    in_topic = [Question.topic == wanted.topic] if wanted.topic else []
    return _joined(columns).where(reach(uow, Question), *_found(uow, wanted), *in_topic)


def _joined(columns: Select) -> Select:
    return columns.select_from(Question).join(QuestionVersion, and_(QuestionVersion.question_id == Question.id, is_newest()))


def _found(uow: UnitOfWork, wanted: BankFilter) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [
        Question.retired_at.is_not(None) if wanted.source == "retired" else Question.retired_at.is_(None)
    ]
    own = owned_by(uow.actor.enterprise_id, None if uow.actor.enterprise_id else uow.actor.jurisdiction_id)
    if wanted.source == "own":
        clauses.append(own)
    if wanted.source == "bureau":
        clauses += [Question.jurisdiction_id.is_not(None), not_(own)]
    if wanted.source == "shared":
        clauses.append(Question.shipped())
    if wanted.source == "stale":
        clauses += [own, is_stale()]
    if wanted.kind in set(QuestionKind):
        clauses.append(QuestionVersion.kind == QuestionKind(wanted.kind))
    if wanted.difficulty:
        clauses.append(QuestionVersion.difficulty == wanted.difficulty)
    if wanted.law:
        clauses.append(QuestionVersion.law_ref.contains(wanted.law, autoescape=True))
    if wanted.text:
        clauses.append(QuestionVersion.stem.contains(wanted.text, autoescape=True))
    return clauses
