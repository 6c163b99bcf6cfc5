"""Materials as pictures, and who opened them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Material, Reading, Rendition, RenditionPage
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Reader:
    """How much of one material somebody opened. pages: different ones. first_at, last_at: None for who opened nothing."""

    name: str
    department_name: str
    pages: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class FileRead:
    """A material with the people who are expected, those who opened most of it first."""

    material: Material
    readers: list[Reader]

    @property
    def opened(self) -> int:
        return sum(reader.pages > 0 for reader in self.readers)


def pictures_of(uow: UnitOfWork, material: Material) -> list[RenditionPage]:
    """The pages painted so far, in order."""
    rows = (
        select(RenditionPage)
        .join(Rendition, Rendition.id == RenditionPage.rendition_id)
        .where(Rendition.source_sha256 == material.sha256)
        .order_by(RenditionPage.number)
    )
    return list(uow.session.scalars(rows))


def picture_of(uow: UnitOfWork, material: Material, number: int) -> RenditionPage | None:
    """One page, if it is painted."""
    return uow.session.scalar(
        select(RenditionPage)
        .join(Rendition, Rendition.id == RenditionPage.rendition_id)
        .where(Rendition.source_sha256 == material.sha256, RenditionPage.number == min(number, 100_000))
    )


def readings_of(uow: UnitOfWork, lecture_id: UUID) -> list[FileRead]:
    """For each material of a lecture how many pages each expected person opened."""
    materials = uow.session.scalars(select(Material).where(Material.lecture_id == lecture_id).order_by(Material.id)).all()
    people = uow.session.execute(
        select(Attendee.person_id, Person.name, Attendee.department_name)
        .join(Person, Person.id == Attendee.person_id)
        .where(Attendee.lecture_id == lecture_id)
        .order_by(Attendee.department_name, Person.name)
    ).all()
    opened = {
        (material_id, person_id): (pages, first, last)
        for material_id, person_id, pages, first, last in uow.session.execute(
            select(
                Reading.material_id,
                Reading.person_id,
                func.count(Reading.id),
                func.min(Reading.opened_at),
                func.max(Reading.opened_at),
            )
            .where(Reading.lecture_id == lecture_id)
            .group_by(Reading.material_id, Reading.person_id)
        )
    }
    found = []
    for material in materials:
        readers = [
            Reader(name, department, *opened.get((material.id, person_id), (0, None, None)))
            for person_id, name, department in people
        ]
        found.append(FileRead(material, sorted(readers, key=lambda reader: -reader.pages)))
    return found
