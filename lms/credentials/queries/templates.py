"""Reads of certificate templates: whose, which version is in use, for whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from lms.access.models import Role
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, CertificateDesign, CertificateTemplate
from lms.credentials.rules import CertificateKind
from lms.registry.models import Enterprise, Jurisdiction


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose template: of exactly one of the two. name: what is printed as the issuer of a sample."""

    enterprise_id: UUID | None
    jurisdiction_id: UUID | None
    name: str

    def of(self, table: Any) -> Any:
        """Their rows, as a where-clause."""
        if self.enterprise_id is not None:
            return table.enterprise_id == self.enterprise_id
        return table.jurisdiction_id == self.jurisdiction_id


def own_scope(uow: UnitOfWork) -> Owner | None:
    """For whom whoever acts makes templates: their enterprise, else their bureau; None for somebody with neither."""
    for held in uow.actor.held:
        if held.role in (Role.TRAINER, Role.HEAD) and held.enterprise_id:
            return Owner(held.enterprise_id, None, uow.session.get_one(Enterprise, held.enterprise_id).name)
    for held in uow.actor.held:
        if held.role is Role.OFFICER and held.jurisdiction_id:
            return Owner(None, held.jurisdiction_id, uow.session.get_one(Jurisdiction, held.jurisdiction_id).name)
    return None


def design_of(uow: UnitOfWork, owner: Owner, kind: CertificateKind) -> CertificateDesign | None:
    """What is being worked on."""
    return uow.session.scalar(select(CertificateDesign).where(owner.of(CertificateDesign), CertificateDesign.kind == kind))


def versions_of(uow: UnitOfWork, owner: Owner, kind: CertificateKind) -> list[tuple[CertificateTemplate, int]]:
    """Their versions with the number of certificates printed by each, the latest first."""
    printed = select(Certificate.template_id, func.count().label("n")).group_by(Certificate.template_id).subquery()
    rows = uow.session.execute(
        select(CertificateTemplate, func.coalesce(printed.c.n, 0))
        .outerjoin(printed, printed.c.template_id == CertificateTemplate.id)
        .where(owner.of(CertificateTemplate), CertificateTemplate.kind == kind)
        .order_by(CertificateTemplate.version.desc())
    )
    return [(row, number) for row, number in rows]


def templates_for(uow: UnitOfWork, kind: CertificateKind, enterprise_ids: Collection[UUID]) -> dict[UUID, CertificateTemplate]:
    """The version in use for each enterprise: its own, else that of the nearest bureau above it; without those that have none."""
    wanted = select(Enterprise.id, Jurisdiction.path).join(Jurisdiction, Jurisdiction.id == Enterprise.jurisdiction_id)
    places = {row.id: row.path for row in uow.session.execute(wanted.where(Enterprise.id.in_(enterprise_ids)))}
    codes = {code for path in places.values() for code in path.strip("/").split("/")}
    rows = uow.session.execute(
        select(CertificateTemplate, Jurisdiction.code)
        .outerjoin(Jurisdiction, Jurisdiction.id == CertificateTemplate.jurisdiction_id)
        .where(
            CertificateTemplate.kind == kind,
            or_(CertificateTemplate.enterprise_id.in_(places), Jurisdiction.code.in_(codes)),
        )
        .order_by(CertificateTemplate.version)
    )
    latest: dict[UUID | str, CertificateTemplate] = {row.enterprise_id or code: row for row, code in rows}
    found = {}
    for enterprise_id, path in places.items():
        nearest: list[UUID | str] = [enterprise_id, *reversed(path.strip("/").split("/"))]
        chosen = next((latest[one] for one in nearest if one in latest and latest[one].used), None)
        if chosen is not None:
            found[enterprise_id] = chosen
    return found
