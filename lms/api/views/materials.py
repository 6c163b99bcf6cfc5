"""Materials of a lecture, its photos, and the library a bureau publishes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.reasons import said
from lms.api.shapes import shown, told
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.models import Lecture, LibraryItem, LibraryVersion, Material, Photo, PhotoMatch
from lms.lectures.views.files import stored

BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileWanted:
    name: Annotated[str, told(_l("文件名，如 粉尘防爆.pptx"), minLength=1, maxLength=120)]


@dataclass(frozen=True, slots=True)
class MaterialOut:
    id: UUID
    file_name: str
    media_type: str
    size: Annotated[int, told(_l("字节"))]
    sha256: str
    pages: int | None
    added_at: datetime
    library_version_id: UUID | None


@dataclass(frozen=True, slots=True)
class PhotoOut:
    id: UUID
    file_name: str
    media_type: str
    size: int
    sha256: str
    added_by: str
    received_at: datetime
    taken_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExplanationIn:
    explanation: Annotated[str, told(minLength=1, maxLength=200)]


@dataclass(frozen=True, slots=True)
class ItemWanted:
    name: Annotated[str, told(_l("文件名"), minLength=1, maxLength=120)]
    title: Annotated[str, told(minLength=1, maxLength=120)]
    note: Annotated[str, told(maxLength=200)] = ""


@dataclass(frozen=True, slots=True)
class VersionWanted:
    name: Annotated[str, told(_l("文件名"), minLength=1, maxLength=120)]
    note: Annotated[str, told(_l("这一版改了什么"), maxLength=200)] = ""


@dataclass(frozen=True, slots=True)
class VersionOut:
    id: UUID
    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None
    note: str | None
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ItemOut:
    """Something a bureau offers; the last version is the one to adopt."""

    id: UUID
    jurisdiction_id: UUID
    title: str
    versions: tuple[VersionOut, ...]
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class LectureIn:
    lecture_id: UUID


@operation("GET", "/lectures/<uuid:lecture_id>/materials", "material.read", _l("一堂课的课件"), answer=MaterialOut, many=True)
def materials(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    return _materials(find(uow, Lecture, lecture_id))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/materials", "lecture.change", _l("加一个课件：文件的内容原样发来"),
    answer=MaterialOut, many=True, query=FileWanted, sends=BYTES, pages="lectures.edit",
)  # fmt: skip
def add_material(uow: UnitOfWork, lecture_id: UUID, wanted: Callable[[], FileWanted], given: Callable[[], bytes]) -> Listed:
    found = find(uow, Lecture, lecture_id)
    rules.check_changeable(found.state)
    service.add_materials(uow, found, [stored(wanted().name, io.BytesIO(given()))])
    return _again(uow, found)


@operation(
    "GET", "/materials/<uuid:material_id>/file", "material.read", _l("一个课件，和上传时一字不差"), answer=bytes, media=BYTES
)
def material_file(uow: UnitOfWork, material_id: UUID) -> bytes:
    return storage().get(find(uow, Material, material_id).sha256)


@operation(
    "DELETE", "/materials/<uuid:material_id>", "lecture.change", _l("拿掉一个课件"),
    answer=MaterialOut, many=True, pages="lectures.edit",
)  # fmt: skip
def remove_material(uow: UnitOfWork, material_id: UUID) -> Listed:
    found = find(uow, Material, material_id)
    lecture = found.lecture
    service.remove_material(uow, lecture, found)
    return _again(uow, lecture)


@operation(
    "POST", "/materials/<uuid:material_id>/renew", "lecture.change", _l("换成材料库里最新的一版"),
    answer=MaterialOut, many=True, pages="lectures.renew",
)  # fmt: skip
def renew_material(uow: UnitOfWork, material_id: UUID) -> Listed:
    found = find(uow, Material, material_id)
    lecture = found.lecture
    service.renew(uow, found)
    return _again(uow, lecture)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/photos", "photo.read", _l("一堂课的照片"), answer=PhotoOut, query=Wanted, many=True
)
def photos(uow: UnitOfWork, lecture_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Lecture, lecture_id)
    return within(uow, Photo, wanted, lambda row: shown(PhotoOut, row), Photo.lecture_id == found.id)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/photos", "photo.change", _l("加一张照片：文件的内容原样发来"),
    answer=PhotoOut, query=FileWanted, sends=BYTES, status=201, pages="lectures.add_photos",
)  # fmt: skip
def add_photo(uow: UnitOfWork, lecture_id: UUID, wanted: Callable[[], FileWanted], given: Callable[[], bytes]) -> PhotoOut:
    found = find(uow, Lecture, lecture_id)
    return shown(PhotoOut, service.add_photo(uow, found, wanted().name, io.BytesIO(given())))


@operation("GET", "/photos/<uuid:shot_id>/file", "photo.read", _l("一张照片，和上传时一字不差"), answer=bytes, media=BYTES)
def photo_file(uow: UnitOfWork, shot_id: UUID) -> bytes:
    return storage().get(find(uow, Photo, shot_id).sha256)


@operation(
    "POST",
    "/photos/<uuid:shot_id>/withdraw",
    "photo.change",
    _l("撤下一张照片"),
    answer=PhotoOut,
    pages="lectures.withdraw_photo",
)
def withdraw_photo(uow: UnitOfWork, shot_id: UUID) -> PhotoOut:
    found = find(uow, Photo, shot_id)
    service.withdraw_photo(uow, found)
    return shown(PhotoOut, found)


@operation(
    "POST", "/photo-matches/<uuid:match_id>/explain", "photo.change", _l("说明两张照片为什么相像"),
    answer=PhotoOut, body=ExplanationIn, pages="lectures.explain_match",
)  # fmt: skip
def explain_match(uow: UnitOfWork, match_id: UUID, given: Callable[[], ExplanationIn]) -> PhotoOut:
    found = find(uow, PhotoMatch, match_id)
    service.explain_match(uow, found, given().explanation)
    return shown(PhotoOut, found.photo)


@operation("GET", "/library", "library.read", _l("材料库"), answer=ItemOut, many=True)
def library(uow: UnitOfWork) -> Listed:
    return Listed([_item(one.item) for one in queries.library(uow)], None)


@operation(
    "POST", "/library", "library.change", _l("发布一份材料：文件的内容原样发来"),
    answer=ItemOut, query=ItemWanted, sends=BYTES, status=201, pages="lectures.publish",
)  # fmt: skip
def publish_item(uow: UnitOfWork, wanted: Callable[[], ItemWanted], given: Callable[[], bytes]) -> ItemOut:
    asked = wanted()
    return _item(
        service.publish_item(uow, said(asked.title, "/title"), stored(asked.name, io.BytesIO(given())), asked.note or None)
    )


@operation(
    "POST", "/library/<uuid:library_id>/versions", "library.change", _l("发布新的一版"),
    answer=ItemOut, query=VersionWanted, sends=BYTES, status=201, pages="lectures.publish_version",
)  # fmt: skip
def publish_version(
    uow: UnitOfWork, library_id: UUID, wanted: Callable[[], VersionWanted], given: Callable[[], bytes]
) -> ItemOut:
    found = service.own_item(uow, find(uow, LibraryItem, library_id))
    asked = wanted()
    service.publish_version(uow, found, stored(asked.name, io.BytesIO(given())), asked.note or None)
    return _item(found)


@operation(
    "POST", "/library/<uuid:library_id>/withdraw", "library.change", _l("下架"), answer=ItemOut, pages="lectures.withdraw_item"
)
def withdraw_item(uow: UnitOfWork, library_id: UUID) -> ItemOut:
    found = find(uow, LibraryItem, library_id)
    service.withdraw_item(uow, found)
    return _item(found)


@operation(
    "POST", "/library/versions/<uuid:version_id>/adopt", "lecture.change", _l("用到一堂课里"),
    answer=MaterialOut, many=True, body=LectureIn, pages="lectures.adopt",
)  # fmt: skip
def adopt(uow: UnitOfWork, version_id: UUID, given: Callable[[], LectureIn]) -> Listed:
    version = find(uow, LibraryVersion, version_id)
    lecture = find(uow, Lecture, given().lecture_id)
    service.adopt(uow, lecture, version)
    return _again(uow, lecture)


def _again(uow: UnitOfWork, lecture: Lecture) -> Listed:
    uow.session.flush()
    uow.session.expire(lecture, ["materials"])
    return _materials(lecture)


def _materials(lecture: Lecture) -> Listed:
    return Listed([shown(MaterialOut, one) for one in lecture.materials], None)


def _item(row: LibraryItem) -> ItemOut:
    return shown(ItemOut, row, versions=tuple(shown(VersionOut, one) for one in row.versions))
