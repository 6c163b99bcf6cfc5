"""The question bank, quizzes drawn from it, attempts owned by the server, and every tap."""

from __future__ import annotations

import enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Json, Utc
from lms.lectures.models import Attendee, Lecture
from lms.quizzes.rules import Body, Quota
from lms.quizzes.rules.timing import HANDED_IN
from lms.registry.models import Enterprise, Jurisdiction, OfEnterprise, Person


class QuestionKind(enum.StrEnum):
    SINGLE = "single"  # 单选
    MULTIPLE = "multiple"  # 多选
    JUDGE = "judge"  # 判断
    FILL = "fill"  # 填空
    ORDER = "order"  # 排序
    MATCH = "match"  # 匹配
    PICTURE = "picture"  # 看图找隐患
    TEXT = "text"  # 简答


class BodyJson(TypeDecorator[Body]):
    """The typed part of a question, as JSON in the database."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Body | None, dialect: Dialect) -> Any:
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Body | None:
        return None if value is None else Body.from_json(value)


class Question(OfEnterprise, Base):
    """A question of the bank (题目). Its text is a version.

    It is an enterprise's own, or of a bureau's bank (jurisdiction_id) and read by those it supervises, or shipped with the
    product and read by all (neither).

    origin_id, origin_version: the bureau's question this one was taken from, and which wording of it.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index(None, "enterprise_id", "topic"),
        Index(None, "enterprise_id", "stem_hash"),
        Index(None, "jurisdiction_id"),
        Index(None, "origin_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("question.id"))
    origin_version: Mapped[int | None]
    topic: Mapped[str] = mapped_column(String(60))
    stem_hash: Mapped[str] = mapped_column(String(64))  # rules.fingerprint of the newest wording: finds duplicates
    retired_at: Mapped[Utc | None]
    created_at: Mapped[Utc]
    versions: Mapped[list[QuestionVersion]] = relationship(back_populates="question", order_by="QuestionVersion.version")

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            mine = select(Jurisdiction.path).where(Jurisdiction.id == held.jurisdiction_id).scalar_subquery()
            return or_(cls.shipped(), cls.jurisdiction_id.in_(at_or_above(mine)))
        if held.role not in (Role.TRAINER, Role.HEAD):
            return cls.shipped()
        street = select(Jurisdiction.path).join(Enterprise, Enterprise.jurisdiction_id == Jurisdiction.id)
        where = street.where(Enterprise.id == held.enterprise_id).scalar_subquery()
        return or_(cls.shipped(), cls.enterprise_id == held.enterprise_id, cls.jurisdiction_id.in_(at_or_above(where)))

    @classmethod
    def shipped(cls) -> ColumnElement[bool]:
        """Whether a question comes with the product."""
        return and_(cls.enterprise_id.is_(None), cls.jurisdiction_id.is_(None))


def at_or_above(path: ScalarSelect[str]) -> Select[Any]:
    """The jurisdictions that a path lies in, its own among them."""
    over = aliased(Jurisdiction)
    return select(over.id).where(path.op("LIKE")(over.path.op("||")("%")))


class QuestionVersion(Base):
    """One wording of a question; an attempt keeps the one it was asked. kind: that of its body, for the database to filter by."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "version"),)
    id: Mapped[Id]
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    version: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(stored(QuestionKind))
    stem: Mapped[str] = mapped_column(Text)
    body: Mapped[Body] = mapped_column(BodyJson)
    explanation: Mapped[str | None] = mapped_column(Text)
    law_ref: Mapped[str | None] = mapped_column(String(200))
    difficulty: Mapped[int | None]
    points: Mapped[int | None]
    translations: Mapped[Json] = mapped_column(default=dict)  # see rules.in_language
    created_at: Mapped[Utc]
    question: Mapped[Question] = relationship(back_populates="versions")


class Quiz(OfEnterprise, Base):
    """The quiz of a lecture (测验): n questions from topics. opens_at None until the lecture is closed.

    quotas: [{"topic": …, "difficulty": 0 … 3, "count": n}, …], what a paper is made of; empty: question_count from all topics.
    fixed: ids of the questions everybody is asked first; a retake is drawn. cool_down: minutes from one attempt to the next.
    explain: when a person is told what was right, one of rules.EXPLAIN. retest_of_id: the quiz that this one, for those who
    were picked (Retest), re-checks; nothing but a comparison follows from it.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        Index(
            "uq_quiz_one_of_a_lecture",
            "lecture_id",
            unique=True,
            sqlite_where=text("retest_of_id IS NULL"),
            postgresql_where=text("retest_of_id IS NULL"),
        ),
        CheckConstraint("question_count > 0", name="asks_something"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark_is_of_100"),
        Index(None, "enterprise_id", "lecture_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    retest_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("quiz.id"))
    topics: Mapped[Json]
    question_count: Mapped[int]
    pass_mark: Mapped[int]
    minutes: Mapped[int]  # time for one attempt
    max_attempts: Mapped[int]
    quotas: Mapped[Json] = mapped_column(default=list)
    fixed: Mapped[Json] = mapped_column(default=list)
    cool_down: Mapped[int] = mapped_column(default=0)
    explain: Mapped[str] = mapped_column(String(20), default=HANDED_IN)
    opens_at: Mapped[Utc | None]
    closes_at: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship()

    @property
    def asks(self) -> list[Quota]:
        """The quotas of a paper."""
        return [Quota(one["topic"], one["difficulty"], one["count"]) for one in self.quotas]

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        there = exists().where(Attendee.lecture_id == cls.lecture_id, Attendee.person_id == held.person_id)
        return and_(there, cls.is_for(held.person_id))

    @classmethod
    def is_for(cls, person_id: UUID | None) -> ColumnElement[bool]:
        """Whether somebody on the list of the lecture is asked: everybody, in a retest those who were picked."""
        was_picked = exists().where(RetestPerson.quiz_id == cls.id, RetestPerson.person_id == person_id)
        return or_(cls.retest_of_id.is_(None), was_picked)


class Attempt(OfEnterprise, Base):
    """One person's go at a quiz (答卷), owned by the server: paper, order and deadline are fixed at the start.

    paper: [{"version": id, "options": ["C", "A", …]}, …] in the order asked. score: 0–100, None until submitted, and while
    somebody has still to mark its texts.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id", "number"),
        Index(
            "uq_attempt_one_open",
            "quiz_id",
            "person_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index(None, "enterprise_id", "quiz_id"),
        Index(None, "quiz_id", "id"),  # who began just before
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    paper: Mapped[Json]
    started_at: Mapped[Utc]
    deadline_at: Mapped[Utc]
    submitted_at: Mapped[Utc | None]
    submitted_how: Mapped[str | None] = mapped_column(String(20))  # person / deadline
    device_id: Mapped[str | None] = mapped_column(String(40))  # the phone it was begun on, where that is known
    score: Mapped[int | None]
    passed: Mapped[bool | None]
    quiz: Mapped[Quiz] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def waits_for_marking(self) -> bool:
        return self.submitted_at is not None and self.score is None


class Answer(Base):
    """One tap (作答): what was chosen, in the order of the phone's own counter. The last one of a question counts."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "counter"),)
    id: Mapped[Id]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("question_version.id"))
    counter: Mapped[int]
    chosen: Mapped[Json]  # a list of texts, see rules.paper
    answered_at: Mapped[Utc]


class TextMark(OfEnterprise, Base):
    """What a person gave for a text (人工评分), as a percentage of the question. Append-only: the last of an answer counts."""

    __tablename__ = "text_mark"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_is_of_100"),
        Index(None, "enterprise_id", "attempt_id"),
        Index(None, "attempt_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("question_version.id"))
    percent: Mapped[int]
    note: Mapped[str | None] = mapped_column(String(200))
    marked_by: Mapped[str] = mapped_column(String(80))
    marked_at: Mapped[Utc]


class Support(OfEnterprise, Base):
    """What a person needs to take a quiz as others do (考试照顾). Why is nobody's business and not kept.

    extra_percent: more time, of the minutes of an attempt. read_aloud: questions are read out as they are shown.
    """

    __tablename__ = "quiz_support"
    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("extra_percent BETWEEN 0 AND 200", name="extra_time_is_within_reason"),
        Index(None, "enterprise_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    extra_percent: Mapped[int]
    read_aloud: Mapped[bool]
    large_type: Mapped[bool]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[Utc]
    person: Mapped[Person] = relationship()


class PageLeft(OfEnterprise, Base):
    """The page of an attempt was out of sight for some seconds. A fact for the trainer; nothing follows from it."""

    __tablename__ = "page_left"
    __table_args__ = (Index(None, "attempt_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    seconds: Mapped[int]
    back_at: Mapped[Utc]


class Regrade(OfEnterprise, Base):
    """What an enterprise decided about a question whose key was wrong (重评). Append-only: the last one of a wording counts.

    up_to: the last version it is about. key_id: the wording whose key counts for them; None: void, everybody has it in full.
    """

    __tablename__ = "regrade"
    __table_args__ = (Index(None, "enterprise_id", "question_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    up_to: Mapped[int]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("question_version.id"))
    reason: Mapped[str] = mapped_column(String(100))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_key: Mapped[str] = mapped_column(String(60))  # of the actor
    decided_at: Mapped[Utc]
    changes: Mapped[list[ScoreChange]] = relationship(back_populates="regrade", order_by="ScoreChange.attempt_id")


class ScoreChange(OfEnterprise, Base):
    """The score of an attempt before and after a regrade (成绩更正)."""

    __tablename__ = "score_change"
    __table_args__ = (UniqueConstraint("regrade_id", "attempt_id"), Index(None, "attempt_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    regrade_id: Mapped[UUID] = mapped_column(ForeignKey("regrade.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    score_before: Mapped[int]
    passed_before: Mapped[bool]
    score: Mapped[int]
    passed: Mapped[bool]
    regrade: Mapped[Regrade] = relationship(back_populates="changes")


class Retest(OfEnterprise, Base):
    """A spot retest (抽考) of a lecture: who was picked, out of whom and by which seed (rules.picked), for which quiz.

    by_bureau: drawn by those who supervise the enterprise, not by itself. pool: ids of those who could be picked.
    """

    __tablename__ = "retest"
    __table_args__ = (UniqueConstraint("quiz_id"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    seed: Mapped[str] = mapped_column(String(40))
    pool: Mapped[Json]
    reason: Mapped[str | None] = mapped_column(String(200))
    by_bureau: Mapped[bool]
    drawn_by: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[Utc]
    lecture: Mapped[Lecture] = relationship()
    quiz: Mapped[Quiz] = relationship()
    people: Mapped[list[RetestPerson]] = relationship()


class RetestPerson(OfEnterprise, Base):
    """Somebody who was picked for a retest."""

    __tablename__ = "retest_person"
    __table_args__ = (UniqueConstraint("quiz_id", "person_id"), Index(None, "retest_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    retest_id: Mapped[UUID] = mapped_column(ForeignKey("retest.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class LawChange(OfEnterprise, Base):
    """A clause of the law was replaced (法条变更), as an enterprise says for itself or a bureau for those it supervises."""

    __tablename__ = "law_change"
    __table_args__ = (Index(None, "enterprise_id"), Index(None, "jurisdiction_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    clause: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[Utc]
    withdrawn_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id == held.jurisdiction_id
        street = select(Jurisdiction.path).join(Enterprise, Enterprise.jurisdiction_id == Jurisdiction.id)
        path = street.where(Enterprise.id == held.enterprise_id).scalar_subquery()
        return or_(cls.enterprise_id == held.enterprise_id, cls.jurisdiction_id.in_(at_or_above(path)))


class LawCheck(Base):
    """A question was looked at after a clause it rests on was replaced, and is still right: for one enterprise, or for all."""

    __tablename__ = "law_check"
    __table_args__ = (Index(None, "law_change_id"),)
    id: Mapped[Id]
    law_change_id: Mapped[UUID] = mapped_column(ForeignKey("law_change.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    checked_by: Mapped[str] = mapped_column(String(80))
    checked_at: Mapped[Utc]
