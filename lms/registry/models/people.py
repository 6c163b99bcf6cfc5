"""People (人员) on the roster of an enterprise, their departments, and where each works from when until when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.core.db import Base, EncryptedText, Id, Utc, partial
from lms.registry.models.enterprises import OfEnterprise
from lms.registry.rules.relations import OWN

# In the info of a table: the product fills it by itself for whoever is on a roster, so nobody's work is lost with a row of
# somebody who never was.
GOES_WITH_PERSON = "goes with its person"


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
        partial("uq_person_post_current", "person_id", where="ends_on IS NULL", unique=True),
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
