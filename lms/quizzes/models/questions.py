"""The question bank: questions, each with its wordings."""

from __future__ import annotations

import enum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_, or_, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Json, Utc
from lms.quizzes.models.above import above_enterprise, at_or_above
from lms.quizzes.rules import Body
from lms.registry.models import Jurisdiction, OfEnterprise


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
        above = cls.jurisdiction_id.in_(above_enterprise(held.enterprise_id))
        return or_(cls.shipped(), cls.enterprise_id == held.enterprise_id, above)

    @classmethod
    def shipped(cls) -> ColumnElement[bool]:
        """Whether a question comes with the product."""
        return and_(cls.enterprise_id.is_(None), cls.jurisdiction_id.is_(None))


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
