"""Jurisdictions, enterprises, departments, people; what changes about them is a dated line, never an overwrite."""

from __future__ import annotations

import enum
import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, false, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, EncryptedBytes, EncryptedText, Id, Json, Utc
from lms.registry.rules.relations import OWN


def within(held: Held) -> ColumnElement[bool]:
    """Whether a jurisdiction lies in the jurisdiction of this role, by its place or by who is responsible for it."""
    mine = select(OWN_PLACE.c.path).where(OWN_PLACE.c.id == held.jurisdiction_id).scalar_subquery().op("||")("%")
    return or_(Jurisdiction.path.like(mine), Jurisdiction.managed_path.like(mine))


class Jurisdiction(Base):
    """A city, district, street or community (辖区). path: codes from the top, each ended by a slash: "430600/430602/".

    manager_id: the functional area (功能区) that is responsible for it instead of the district it lies in; managed_path: its
    path by responsibility, where that is not its path. Sums follow responsibility, so that nothing counts twice; who
    supervises either line sees it. since_on: from when it is as it is, None: ever since; before that it was as its lines in
    lms.registry.past say. ended_on: its last day, where it was merged into another one.
    """

    __tablename__ = "jurisdiction"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10))  # 省 / 市 / 县级 / 乡级 / 村级, as in the divisions table
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    path: Mapped[str] = mapped_column(String(120), unique=True)
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    managed_path: Mapped[str | None] = mapped_column(String(120))
    since_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    @property
    def charge(self) -> str:
        """Its path by responsibility."""
        return self.managed_path or self.path

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return within(held) if held.role is Role.OFFICER else false()


OWN_PLACE = Jurisdiction.__table__.alias("own_jurisdiction")  # that of a role; made once, for making an alias takes a millisecond


class OfEnterprise:
    """A row that belongs to one enterprise: reached by those of the enterprise and by those who supervise it."""

    enterprise_id: Any

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.EMPLOYEE:
            return cls.covered_by_oneself(held)
        if held.role is Role.OFFICER:
            return cls.enterprise_id.in_(select(Enterprise.id).where(Enterprise.covered_by(held)))
        return cls.enterprise_id == held.enterprise_id

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        """What an employee reaches: own rows where there is a person_id, else nothing."""
        own: Any = getattr(cls, "person_id", None)
        return false() if own is None else own == held.person_id


class EnterpriseState(enum.StrEnum):
    ACTIVE = "active"  # 在营
    SUSPENDED = "suspended"  # 停业
    CLOSED = "closed"  # 注销


class EnterpriseKind(enum.StrEnum):
    """Values are stored; never renamed."""

    FIRM = "firm"  # 企业
    PROJECT = "project"  # 建设项目


class Enterprise(Base):
    """An enterprise (企业), or a construction project (建设项目), which has obligations of its own as one.

    uscc: 统一社会信用代码, of a project its own code; uscc_confirmed False while its check character is wrong. opens_on: the
    day it opens or the work begins, before which it is asked nothing, and opened_at when the product took note of it.
    ends_on: the last day of a project. trade_authority: the department of the government for its trade (行业主管部门).
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        Index(None, "jurisdiction_id", "industry"),
        Index(None, "name"),
        # All that the counts of a patch ask of an enterprise, so that they read no rows.
        Index("ix_enterprise_patch", "state", "jurisdiction_id", "officer_name", "created_at", "id"),
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    uscc_confirmed: Mapped[bool] = mapped_column(default=True)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    industry: Mapped[str] = mapped_column(String(30))
    declared_headcount: Mapped[int | None]
    trade_authority: Mapped[str | None] = mapped_column(String(60))
    officer_name: Mapped[str | None] = mapped_column(String(50))
    state: Mapped[EnterpriseState] = mapped_column(stored(EnterpriseState), default=EnterpriseState.ACTIVE)
    kind: Mapped[EnterpriseKind] = mapped_column(stored(EnterpriseKind), default=EnterpriseKind.FIRM)
    opens_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opened_at: Mapped[Utc | None]
    created_at: Mapped[Utc]
    jurisdiction: Mapped[Jurisdiction] = relationship()

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
        return cls.id == held.enterprise_id if held.role in (Role.TRAINER, Role.HEAD) else false()


class HeadAppointment(OfEnterprise, Base):
    """Who is the head (主要负责人) of an enterprise between two days. person_id None while not on a roster."""

    __tablename__ = "head_appointment"
    __table_args__ = (
        # Two current heads are impossible.
        Index(
            "uq_head_appointment_current",
            "enterprise_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        Index(None, "enterprise_id", "starts_on", "ends_on"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(50))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day it held


class Department(OfEnterprise, Base):
    """A department (部门) of an enterprise."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("enterprise_id", "name"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str] = mapped_column(String(60))


class Person(OfEnterprise, Base):
    """A person (人员) on the roster of one enterprise. Phone and ID number are encrypted and found by a keyed hash."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "id_number_hash"),
        Index(None, "enterprise_id", "work_no"),
        Index(None, "phone_hash"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str] = mapped_column(String(50))
    work_no: Mapped[str | None] = mapped_column(String(30))
    sex: Mapped[str | None] = mapped_column(String(1))  # 男 / 女
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(EncryptedText)
    wecom_id: Mapped[str | None] = mapped_column(EncryptedText)  # 企业微信账号
    dingtalk_id: Mapped[str | None] = mapped_column(EncryptedText)  # 钉钉 userid
    id_number: Mapped[str | None] = mapped_column(EncryptedText)
    id_number_hash: Mapped[str | None] = mapped_column(String(64))
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]  # the last day on the roster
    erased_at: Mapped[Utc | None]  # forgotten by law: nothing here says who it was
    created_at: Mapped[Utc]
    posts: Mapped[list[PersonPost]] = relationship(back_populates="person", order_by="PersonPost.starts_on")

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        return cls.id == held.person_id


class PersonPost(OfEnterprise, Base):
    """Where a person works and as what, between two days: department, post (岗位), category (人员类别), relation,
    shift (班次).
    """

    __tablename__ = "person_post"
    __table_args__ = (
        Index(
            "uq_person_post_current",
            "person_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        Index(None, "enterprise_id", "person_id", "starts_on"),
        Index(None, "person_id"),
        Index(None, "starts_on", "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"))
    post: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30))
    relation: Mapped[str] = mapped_column(String(10), default=OWN)  # 用工形式, one of RELATIONS
    shift: Mapped[str | None] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day it held
    person: Mapped[Person] = relationship(back_populates="posts")
    department: Mapped[Department | None] = relationship()


class ImportKind(enum.StrEnum):
    ENTERPRISES = "enterprises"
    PEOPLE = "people"
    QUESTIONS = "questions"


class ImportBatch(Base):
    """A file being looked at before anything is written, with the fixes made on the page.

    content is kept encrypted and emptied when the batch is applied, and so are the fixes: {"row:field": text}.
    mapping: {column index: field}. header_row: as somebody chose it, 0 for none.
    result: counts of what was written, once applied. rest_of_id: the batch whose faulty rows these are, so nobody has left.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "enterprise_id", "created_at"),)
    id: Mapped[Id]
    kind: Mapped[ImportKind] = mapped_column(stored(ImportKind))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    sealed_fixes: Mapped[str | None] = mapped_column(EncryptedText)
    mapping: Mapped[Json] = mapped_column(default=dict)
    header_row: Mapped[int | None]
    rest_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    result: Mapped[Json | None]
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    applied_at: Mapped[Utc | None]

    @property
    def fixes(self) -> dict[str, str]:
        """What was typed on the page; phones and ID numbers among it, so it is stored encrypted."""
        return json.loads(self.sealed_fixes) if self.sealed_fixes else {}

    @fixes.setter
    def fixes(self, typed: dict[str, str]) -> None:
        self.sealed_fixes = json.dumps(typed, ensure_ascii=False) if typed else None

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()
