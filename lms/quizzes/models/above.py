"""The jurisdictions above somebody: what their bureaus say holds for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, Select, select
from sqlalchemy.orm import aliased

from lms.registry.models import Enterprise, Jurisdiction


def at_or_above(path: ScalarSelect[str]) -> Select[Any]:
    """The jurisdictions that a path lies in, its own among them."""
    over = aliased(Jurisdiction)
    return select(over.id).where(path.op("LIKE")(over.path.op("||")("%")))


def above_enterprise(enterprise_id: UUID | BindParameter[UUID] | None) -> Select[Any]:
    """The jurisdictions that an enterprise lies in; none for None."""
    street = select(Jurisdiction.path).join(Enterprise, Enterprise.jurisdiction_id == Jurisdiction.id)
    return at_or_above(street.where(Enterprise.id == enterprise_id).scalar_subquery())
