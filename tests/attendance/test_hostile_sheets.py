"""A photo of a sheet is anybody's file: whatever it holds, the worker goes on and the next photo is read."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.listeners import read_sheet_photos
from lms.attendance.models import SheetPhoto
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing import papers
from lms.lectures.models import Lecture

SYSTEM = Actor.system("test")


def blank(kind: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("content", "refused"), [
    (blank("PNG", (8_000, 8_000)), "sheet-picture-too-big"),
    (blank("GIF", (100, 100)), "sheet-not-a-picture"),
    (b"%PDF-1.7\n" + b"1 0 obj<</Type/Pages/Kids[1 0 R]/Count 1>>endobj\n" * 100, "sheet-not-a-picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1/'/></svg>", "sheet-not-a-picture"),
])  # fmt: skip
def test_a_hostile_photo_is_refused_in_words(world, hall, content, refused):
    assert read(hall, content) == refused


def test_a_photo_that_takes_too_long_or_too_much_is_given_up(world, hall, monkeypatch):
    monkeypatch.setattr(papers, "MEMORY", 100 * 1024 * 1024)
    assert read(hall, blank("PNG", (5_000, 5_000))) == papers.FAULT
    monkeypatch.undo()
    monkeypatch.setattr(papers, "SECONDS", 0.01)
    assert read(hall, blank("PNG", (100, 100))) == papers.FAULT


def read(hall, content: bytes) -> str | None:
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        photo = SheetPhoto(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, file_name="a.jpg", sha256=storage().put(content),
            taken_by="赵倩", taken_at=uow.now,
        )  # fmt: skip
        uow.session.add(photo)
        uow.session.flush()
        photo_id = photo.id
    read_sheet_photos()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(select(SheetPhoto).where(SheetPhoto.id == photo_id)).one().refused
