"""Completion → hours → certificate."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Numeric, String, UniqueConstraint, func, select, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core import clock
from lms.core.db import Base, Id, Json, Utc, partial
from lms.core.guards import guard
from lms.credentials.models.awards import Award
from lms.credentials.rules import CertificateKind, CertificateState, state_on
from lms.lectures.models import Lecture
from lms.registry.models import GOES_WITH_PERSON, OfEnterprise, Person


class Completion(OfEnterprise, Base):
    """Whether a person completed a lecture (合格认定), with the reasons. Derived from presence, quiz and rule.

    attended: there long enough. minutes: as in Presence, None while not known. reasons: clauses a person can read.
    certificate_due: completed with hours to state, and no certificate in force yet: the worker issues one. problem: why it could
    not.
    graded_at: of a score that is not in this yet; the worker decides anew, at once.
    """

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "person_id"),
        Index(
            "ix_completion_waiting",
            "lecture_id",
            sqlite_where=text("certificate_due = 1"),
            postgresql_where=text("certificate_due"),
        ),
        partial("ix_completion_graded", "lecture_id", where="graded_at IS NOT NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    completed: Mapped[bool]
    attended: Mapped[bool]
    examined: Mapped[bool]
    passed: Mapped[bool]
    score: Mapped[int | None]
    minutes: Mapped[int | None]
    reasons: Mapped[Json]
    decided_at: Mapped[Utc]
    certificate_due: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None] = mapped_column(String(300))
    graded_at: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship()
    person: Mapped[Person] = relationship()


class CompletionChange(OfEnterprise, Base):
    """A completion was decided anew and came out otherwise (认定更正). Append-only.

    before, after: the reasons as they stood and as they are. said: what is different, a clause each: "考核 60 → 85 分".
    """

    __tablename__ = "completion_change"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "completion_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    completion_id: Mapped[UUID] = mapped_column(ForeignKey("completion.id"))
    before: Mapped[Json]
    after: Mapped[Json]
    said: Mapped[Json]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]


class TrainingKind(enum.StrEnum):
    """Values are stored; never renamed."""

    OUTSIDE = "outside"  # 外部培训
    BACKFILL = "backfill"  # 旧纸质记录补录


class EnteredTraining(OfEnterprise, Base):
    """A training that was not held here (登记的培训), with its scan: counted once a second person has looked at it.

    hours: 学时 of all its days. level: of 三级教育 (厂级, 车间级, 班组级), None where it is none. accepted: None until somebody
    checked it. reason: why it was refused, or voided afterwards. sha256: of the scan in the content store.
    """

    __tablename__ = "entered_training"
    __table_args__ = (Index(None, "enterprise_id", "entered_at"), Index(None, "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[TrainingKind] = mapped_column(stored(TrainingKind))
    title: Mapped[str] = mapped_column(String(120))
    organizer: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    level: Mapped[str | None] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_key: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[Utc]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    checked_at: Mapped[Utc | None]
    accepted: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    voided_at: Mapped[Utc | None]
    person: Mapped[Person] = relationship()

    @property
    def counts(self) -> bool:
        """Whether its hours are in the ledger and stay there."""
        return bool(self.accepted) and self.voided_at is None


class HoursKind(enum.StrEnum):
    EARNED = "earned"  # 记入
    AMENDED = "amended"  # 更正
    VOIDED = "voided"  # 冲销


class HoursLine(OfEnterprise, Base):
    """A line of the hours ledger (学时明细). The database refuses to change or delete it: a correction is another line.

    It rests on a completion of a lecture, or on a training that was entered.
    hours: 学时; what an amending line adds or takes away, and negative when voided. rule: the version of the counting rule.
    level: that the lecture gave; of a training it stands there, and level_given is that of either.
    """

    __tablename__ = "hours_line"
    __table_args__ = (
        Index(None, "enterprise_id", "person_id", "earned_on"),
        Index(None, "person_id", "earned_on"),
        Index(None, "completion_id"),
        Index(None, "training_id"),
        CheckConstraint("(completion_id IS NULL) <> (training_id IS NULL)", name="rests_on_one"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lecture_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    completion_id: Mapped[UUID | None] = mapped_column(ForeignKey("completion.id"))
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("entered_training.id"))
    kind: Mapped[HoursKind] = mapped_column(stored(HoursKind))
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    category: Mapped[str] = mapped_column(String(30))  # of the person on that day
    trust: Mapped[str] = mapped_column(String(20))
    earned_on: Mapped[date]
    rule: Mapped[str] = mapped_column(String(20))
    level: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[Utc]
    lecture: Mapped[Lecture | None] = relationship()
    training: Mapped[EnteredTraining | None] = relationship()

    @hybrid_property
    def level_given(self) -> str | None:
        return self.level or (self.training.level if self.training else None)

    @level_given.inplace.expression
    @classmethod
    def _level_given(cls) -> ColumnElement[str | None]:
        trained = select(EnteredTraining.level).where(EnteredTraining.id == cls.training_id)
        return func.coalesce(cls.level, trained.scalar_subquery())


class HoursCycle(OfEnterprise, Base):
    """What is asked of a person between two days (学时周期): a dated line, closed and followed by the next one.

    kind: yearly or initial. required: hours, None where no rule names a number; rule_id, article: by which rule, as it was when
    the cycle began. ends_on: its last day; an earlier one when the category changed meanwhile.
    """

    __tablename__ = "hours_cycle"
    __table_args__ = (
        partial("uq_hours_cycle_current", "person_id", where="closed_at IS NULL", unique=True),
        Index(None, "enterprise_id", "person_id", "starts_on"),
        {"info": {GOES_WITH_PERSON: True}},
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(30))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    required: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    rule_id: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[Utc]
    closed_at: Mapped[Utc | None]


class SerialCounter(Base):
    """The last serial number given out by an issuing district in a year: no gap, no double."""

    __tablename__ = "serial_counter"
    __table_args__ = (UniqueConstraint("district_code", "year"),)
    id: Mapped[Id]
    district_code: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last: Mapped[int]


class Certificate(OfEnterprise, Base):
    """A training certificate (培训证明), frozen at issue: its data, its PDF bytes (in the content store) and their hash.

    It rests on a completion of a lecture, or on an award. It is never deleted. withdrawn: revoked by the product because
    what it rests on was; a new completion gets a new one. It stays so where one withdrawn for 0 hours is superseded after all.
    template_id: the version of the template it was printed by, None for the standard. superseded_at: another one takes its
    place (换发), superseded_by_id once that is issued (successor); superseded_by: who said so. proposed_…: somebody wants it
    revoked; it is in force until a second person agrees. erased_at: its holder was forgotten by law: its
    data name nobody any more and its file is gone; fingerprint and pdf_sha256 stay as they were.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        # One certificate in force per person and lecture, whatever is clicked.
        partial(
            "uq_certificate_in_force",
            "lecture_id",
            "person_id",
            where="revoked_at IS NULL AND superseded_at IS NULL",
            unique=True,
        ),
        partial("uq_certificate_award_in_force", "award_id", where="revoked_at IS NULL AND superseded_at IS NULL", unique=True),
        CheckConstraint("(completion_id IS NULL) <> (award_id IS NULL)", name="rests_on_one"),
        UniqueConstraint("serial"),
        UniqueConstraint("public_code"),
        Index(None, "enterprise_id", "issued_at"),
        Index(None, "person_id"),
        Index(None, "template_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[CertificateKind] = mapped_column(stored(CertificateKind), default=CertificateKind.LECTURE)
    lecture_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    completion_id: Mapped[UUID | None] = mapped_column(ForeignKey("completion.id"))
    award_id: Mapped[UUID | None] = mapped_column(ForeignKey("award.id"))
    serial: Mapped[str] = mapped_column(String(40))
    public_code: Mapped[str] = mapped_column(String(32))
    data: Mapped[Json]  # every printed fact
    fingerprint: Mapped[str] = mapped_column(String(64))  # SHA-256 of the data in canonical form
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[Utc]
    template_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_template.id"))
    valid_until: Mapped[date | None]
    revoked_at: Mapped[Utc | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(200))
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    proposed_at: Mapped[Utc | None]
    proposed_by: Mapped[str | None] = mapped_column(String(80))
    proposed_key: Mapped[str | None] = mapped_column(String(60))  # of the actor, so that nobody is their own second person
    proposed_reason: Mapped[str | None] = mapped_column(String(200))
    superseded_at: Mapped[Utc | None]
    superseded_reason: Mapped[str | None] = mapped_column(String(200))
    superseded_by: Mapped[str | None] = mapped_column(String(80))
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    erased_at: Mapped[Utc | None]
    person: Mapped[Person] = relationship()
    lecture: Mapped[Lecture | None] = relationship()
    award: Mapped[Award | None] = relationship()
    successor: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")

    def state_on(self, day: date) -> CertificateState:
        """In which state it is on a day."""
        return state_on(day, self.revoked_at, self.superseded_at, self.valid_until)

    @property
    def in_force(self) -> bool:
        """Neither revoked nor superseded; it may have expired."""
        return self.revoked_at is None and self.superseded_at is None

    def held_on(self, day: date) -> bool:
        """Issued on a day or before, neither revoked nor superseded by the end of it, and not expired."""
        ended = [clock.local_date(at) for at in (self.revoked_at, self.superseded_at) if at is not None]
        valid = self.valid_until is None or self.valid_until >= day
        return clock.local_date(self.issued_at) <= day and valid and all(day < one for one in ended)


guard(CompletionChange)
guard(HoursLine)
guard(Certificate, free=True)
