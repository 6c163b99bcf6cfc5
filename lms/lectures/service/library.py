"""A bureau publishes materials; firms adopt them and hear of a newer version."""

from __future__ import annotations

from dataclasses import asdict

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns.words import SOURCE
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, LectureState, LibraryItem, LibraryVersion, Material
from lms.lectures.service.materials import Stored, add_materials, remove_material
from lms.notices.queries import Readers, readers
from lms.notices.service import tell

NOT_HELD = (LectureState.DRAFT, LectureState.NOTIFIED)
NOBODY = Readers((), ())


def publish_item(uow: UnitOfWork, title: str, file: Stored, note: str | None) -> LibraryItem:
    """Publish a material of the actor's bureau, in its first version. Raises NotFound for whoever has no bureau."""
    actor: Actor = uow.actor
    if actor.jurisdiction_id is None:
        raise NotFound
    item = LibraryItem(
        jurisdiction_id=actor.jurisdiction_id, title=title, published_by=actor.name, published_at=uow.now, versions=[]
    )  # fmt: skip
    uow.session.add(item)
    uow.session.flush()
    item.versions.append(_version(uow, item, 1, file, note))
    uow.session.flush()
    return item


def publish_version(uow: UnitOfWork, item: LibraryItem, file: Stored, note: str | None) -> LibraryVersion:
    """Publish a newer version; the trainers who adopted an older one for a lecture that is still to come are told.

    The same file again is no new version. Raises NotFound for another bureau's item.
    """
    own_item(uow, item)
    if file.sha256 == item.latest.sha256:
        return item.latest
    newer = _version(uow, item, item.latest.number + 1, file, note)
    item.versions.append(newer)
    uow.session.flush()
    _announce(uow, item, newer)
    return newer


def own_item(uow: UnitOfWork, item: LibraryItem) -> LibraryItem:
    """The item, if it is of the actor's own bureau; raises NotFound otherwise."""
    if item.jurisdiction_id not in {held.jurisdiction_id for held in uow.actor.held if held.role is Role.OFFICER}:
        raise NotFound
    return item


def withdraw_item(uow: UnitOfWork, item: LibraryItem) -> None:
    """Offer it to nobody any more; who adopted it keeps it. Raises NotFound for another bureau's item."""
    own_item(uow, item).withdrawn_at = uow.now


def adopt(uow: UnitOfWork, lecture: Lecture, version: LibraryVersion) -> None:
    """Take a version into a lecture, with its origin. Raises WrongState once check-in is open."""
    file = Stored(version.file_name, version.media_type, version.size, version.sha256, version.pages)
    add_materials(uow, lecture, [file])
    uow.session.flush()
    material = uow.session.scalars(
        select(Material).where(Material.lecture_id == lecture.id, Material.sha256 == version.sha256)
    ).one()
    material.library_version_id = version.id


def renew(uow: UnitOfWork, material: Material) -> None:
    """Put the newest version in the place of an adopted one. Raises WrongState once check-in is open."""
    version = material.library_version
    if version is None or version.item.latest.id == version.id:
        return
    lecture, latest = material.lecture, version.item.latest
    rules.check_changeable(lecture.state)
    remove_material(uow, lecture, material)
    adopt(uow, lecture, latest)


def _version(uow: UnitOfWork, item: LibraryItem, number: int, file: Stored, note: str | None) -> LibraryVersion:
    return LibraryVersion(
        item_id=item.id, number=number, note=note or None, published_by=uow.actor.name, published_at=uow.now, **asdict(file)
    )


@force_locale(SOURCE)
def _announce(uow: UnitOfWork, item: LibraryItem, newer: LibraryVersion) -> None:
    older = [version.id for version in item.versions if version.id != newer.id]
    adopted = select(Material.lecture_id).where(Material.library_version_id.in_(older))
    wanted = select(Lecture).where(Lecture.id.in_(adopted), Lecture.state.in_(NOT_HELD))
    lectures = uow.session.scalars(wanted.order_by(Lecture.id)).all()
    trainers = readers(uow, {lecture.enterprise_id for lecture in lectures}, Role.TRAINER)
    for lecture in lectures:
        tell(
            uow, lecture.enterprise_id, trainers.get(lecture.enterprise_id, NOBODY).person_ids,
            title=_("资料有新版：%(title)s", title=item.title),
            body=_("「%(name)s」用的是旧版，现在有第 %(n)s 版。打开这堂课就能换成新版。", name=lecture.title, n=newer.number),
            link=f"/lectures/{lecture.id}",
        )  # fmt: skip
