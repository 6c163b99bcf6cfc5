"""Who really gave a lecture, and how that is known."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise, Person


class LecturerStep(enum.StrEnum):
    START = "start"  # 开讲
    END = "end"  # 讲完


class Witness(enum.StrEnum):
    """How it is known who spoke, what counts before what. Values are stored; never renamed."""

    CORRECTED = "corrected"  # 更正，两人签字
    OWN_PHONE = "own_phone"  # 本人手机，现场的码: signed in with the own account, or a phone that was theirs on an earlier day
    NAMED_PHONE = "named_phone"  # the phone has been theirs only since that day: 本人手机，当场核对身份
    LENT_PHONE = "lent_phone"  # somebody else checked in, or signed in with an account, on it: 手机还有别人用过
    OFFICER_CODE = "officer_code"  # 监管人员旁听，现场的码
    OFFICER = "officer"  # 监管人员说明，没有码
    TRAINER = "trainer"  # 培训管理员登记


class LecturerMark(OfEnterprise, Base):
    """Somebody began or ended a sitting as its lecturer (讲课确认). Append-only: who spoke and how long follows from these.

    at: when it happened. told_by, told_key: who said so, and by which account; of what two people corrected both names and the
    second. reason: why it was not the registered lecturer, or why it was corrected, where a firm states it.
    """

    __tablename__ = "lecturer_mark"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "sitting_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    step: Mapped[LecturerStep] = mapped_column(stored(LecturerStep))
    witness: Mapped[Witness] = mapped_column(stored(Witness))
    at: Mapped[Utc]
    recorded_at: Mapped[Utc]
    told_by: Mapped[str] = mapped_column(String(80))
    told_key: Mapped[str | None] = mapped_column(String(60))  # None of marks from before this was kept
    reason: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()

    @hybrid_property
    def says_why(self) -> bool:
        """Its reason is why somebody else spoke than was registered, and not why a time was corrected."""
        return self.reason is not None and self.witness is not Witness.CORRECTED

    @says_why.inplace.expression
    @classmethod
    def _says_why(cls) -> ColumnElement[bool]:
        return and_(cls.reason.is_not(None), cls.witness != Witness.CORRECTED)
