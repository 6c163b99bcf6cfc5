"""Courses of a platform that opened our pages, who is in them, and results on their way there."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Json, Utc, partial
from lms.integrations.lti.models.platforms import LtiPlatform, OfTrainer


class LtiCourse(OfTrainer, Base):
    """A course (课程) of a platform, for the people of one enterprise. context_id: the platform's own.

    lines_url: where line items are made; members_url: where its roster is; None where the platform offers it to nobody.
    scopes: what the platform lets us do there. roster_at: when its roster was last asked for; roster_why: what went wrong
    then, as told() reads it.
    """

    __tablename__ = "lti_course"
    __table_args__ = (UniqueConstraint("platform_id", "enterprise_id", "context_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("lti_platform.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(200))
    lines_url: Mapped[str | None] = mapped_column(String(1000))
    members_url: Mapped[str | None] = mapped_column(String(1000))
    scopes: Mapped[Json]
    seen_at: Mapped[Utc]
    roster_at: Mapped[Utc | None]
    roster_why: Mapped[str | None] = mapped_column(String(200))
    platform: Mapped[LtiPlatform] = relationship()


class LtiMember(OfTrainer, Base):
    """An account that is in a course. person_id: who that is, None while nobody knows. left_at: it is there no more."""

    __tablename__ = "lti_member"
    __table_args__ = (
        UniqueConstraint("course_id", "subject"),
        Index(None, "enterprise_id", "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lti_course.id"))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    since_at: Mapped[Utc]
    left_at: Mapped[Utc | None]


class LtiLine(OfTrainer, Base):
    """A column in the gradebook of a course (成绩项): minutes of a lecture, or its quiz. url: None until the platform has it.

    kind: of rules.results. maximum: what the platform was told is the most.
    """

    __tablename__ = "lti_line"
    __table_args__ = (
        UniqueConstraint("course_id", "lecture_id", "kind"),
        Index(None, "lecture_id"),
        Index(None, "enterprise_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lti_course.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(200))
    maximum: Mapped[int]
    url: Mapped[str | None] = mapped_column(String(1000))
    course: Mapped[LtiCourse] = relationship()


class LtiScore(OfTrainer, Base):
    """What a person has in a line: the outbox, and afterwards the record. One row, however often it changes.

    score: None where it is no longer known. wanted_at: when it became so; the platform knows by it what is newer, and the same
    again. due_at: when it is tried next, None once that is given up. status, why: what the platform answered last.
    """

    __tablename__ = "lti_score"
    __table_args__ = (
        UniqueConstraint("line_id", "person_id"),
        Index(None, "enterprise_id"),
        partial("ix_lti_score_waiting", "platform_id", "due_at", where="sent_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("lti_platform.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("lti_line.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    score: Mapped[int | None]
    wanted_at: Mapped[Utc]
    due_at: Mapped[Utc | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Utc | None]
    status: Mapped[int | None]
    why: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[LtiLine] = relationship()
