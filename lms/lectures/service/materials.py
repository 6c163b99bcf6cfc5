"""The files of a lecture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, Material, Reading, Upload
from lms.lectures.service.steps import hold


@dataclass(frozen=True, slots=True)
class Stored:
    """A file already kept by its sha256. size: bytes."""

    file_name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None


def add_materials(uow: UnitOfWork, lecture: Lecture, files: Iterable[Stored]) -> None:
    """Attach files; the same bytes twice are one material. Raises WrongState once check-in is open."""
    hold(uow, lecture)
    rules.check_changeable(lecture.state)
    files = list(files)
    if files:
        # What arrived in pieces has found its place: its upload need not be offered again.
        arrived = Upload.enterprise_id == lecture.enterprise_id, Upload.sha256.in_([file.sha256 for file in files])
        uow.session.execute(delete(Upload).where(*arrived))
        uow.after_commit(lambda: enqueue("render_materials"))
    there = set(uow.session.scalars(select(Material.sha256).where(Material.lecture_id == lecture.id)))
    for file in files:
        if file.sha256 not in there:
            there.add(file.sha256)
            uow.session.add(
                Material(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, added_at=uow.now, **asdict(file))
            )


def remove_material(uow: UnitOfWork, lecture: Lecture, material: Material) -> None:
    """Take a file off a lecture that has not begun, and with it who looked at its pages. Raises WrongState."""
    hold(uow, lecture)
    rules.check_changeable(lecture.state)
    uow.session.execute(delete(Reading).where(Reading.material_id == material.id, Reading.lecture_id == lecture.id))
    uow.session.execute(delete(Material).where(Material.id == material.id, Material.lecture_id == lecture.id))
