"""How certificates look (证书模板): a bureau's or an enterprise's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Json, Utc
from lms.core.guards import guard
from lms.credentials.rules import CertificateKind
from lms.registry.models import Enterprise, Jurisdiction, within


class OfScope:
    """Columns of what belongs to one enterprise or one bureau. words: of rules.Words, as JSON; logo, seal: pictures by hash."""

    if TYPE_CHECKING:
        id: Mapped[Id]  # of the table itself
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    kind: Mapped[CertificateKind] = mapped_column(stored(CertificateKind))
    words: Mapped[Json]
    logo: Mapped[str | None] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """A bureau's: those of the bureau, and whoever's certificates it is for. An enterprise's: its own and its bureaus."""
        table: Any = cls
        if held.role is Role.OFFICER:
            return or_(
                table.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held))),
                table.enterprise_id.in_(select(Enterprise.id).where(Enterprise.covered_by(held))),
            )
        own = aliased(Jurisdiction)
        place = select(own.path).join(Enterprise, Enterprise.jurisdiction_id == own.id)
        path = place.where(Enterprise.id == held.enterprise_id).scalar_subquery()
        above = select(Jurisdiction.id).where(path.like(Jurisdiction.path.op("||")("%")))
        return or_(table.enterprise_id == held.enterprise_id, table.jurisdiction_id.in_(above))


class CertificateDesign(OfScope, Base):
    """A template while it is being worked on (模板草稿): one for each owner and kind, saved as it is typed."""

    __tablename__ = "certificate_design"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name="one_scope"),
        UniqueConstraint("enterprise_id", "kind"),
        UniqueConstraint("jurisdiction_id", "kind"),
    )
    id: Mapped[Id]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]


class CertificateTemplate(OfScope, Base):
    """A version of a template (模板版本), as it was put to use. Never changed nor deleted: certificates name theirs.

    used: False where its owner went back to what it had before any of its own.
    """

    __tablename__ = "certificate_template"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name="one_scope"),
        UniqueConstraint("enterprise_id", "kind", "version"),
        UniqueConstraint("jurisdiction_id", "kind", "version"),
    )
    id: Mapped[Id]
    version: Mapped[int]
    used: Mapped[bool]
    published_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[Utc]


guard(CertificateTemplate)
