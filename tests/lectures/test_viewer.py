import hashlib
import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from lms.access.actor import Actor
from lms.archives.lecture_book import lecture_book
from lms.attendance.models import Mark, Presence, PresenceStatus
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing import office_program
from lms.credentials.models import HoursLine
from lms.lectures import rules, service
from lms.lectures.models import Attendee, Lecture, Material, Reading, Rendition, RenditionState
from tests.credentials.scenes import MINUTE, mark
from tests.lectures.builders import make_lecture
from tests.lectures.files import docx, film, photo, scanned_pdf

SYSTEM = Actor.system("test")
DATA = Path(__file__).parents[1] / "data"


def shown(side, name, content, media_type, **how):
    """A lecture with one file, as it is after the worker looked at it; returns the file's id."""
    with unit_of_work(SYSTEM, "home") as uow:
        file = service.Stored(name, media_type, len(content), storage().put(content), None)
        lecture = make_lecture(uow, side, materials=(file,), **how)
        material_id = uow.session.scalars(select(Material.id).where(Material.lecture_id == lecture.id)).one()
    return material_id


def rendition():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(select(Rendition)).one()


def deck_shown(world):
    return shown(world.here, "粉尘防爆.pdf", (DATA / "lecture.pdf").read_bytes(), rules.PDF)


@pytest.fixture
def deck(world, kept):
    return kept(deck_shown, world)


def test_an_employee_reads_every_page_as_a_picture_and_without_a_script(world, client_as, deck):
    phone = client_as(world.here.employee)

    page = phone.get(f"/materials/{deck}/view").text

    assert page.count("<figure") == 12
    assert page.count('loading="lazy"') == 11
    answer = phone.get(f"/materials/{deck}/pages/12")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (1200, 675))
    assert "private" in answer.headers["Cache-Control"]
    assert phone.get(f"/materials/{deck}/pages/13").status_code == 404
    assert phone.get(f"/materials/{deck}/pages/{10**30}").status_code == 404


def test_the_thumbnail_stands_on_the_page_of_the_lecture(world, client_as, deck):
    trainer = client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lecture_id = uow.session.get(Material, deck).lecture_id

    assert f"/materials/{deck}/small" in trainer.get(f"/lectures/{lecture_id}").text
    with Image.open(io.BytesIO(trainer.get(f"/materials/{deck}/small").data)) as picture:
        assert max(picture.size) <= 360


def test_whoever_may_not_read_the_lecture_may_not_read_its_pages(world, client_as, deck):
    for key in (world.there.trainer, world.there.employee, world.there.officer):
        for part in ("", "/view", "/view/pages", "/pages/1", "/small", "/film"):
            assert client_as(key).get(f"/materials/{deck}{part}").status_code == 404, part


def test_the_same_bytes_in_two_lectures_are_painted_once(world, deck):
    before = rendition()

    shown(world.there, "同一份.pdf", (DATA / "lecture.pdf").read_bytes(), rules.PDF)

    assert rendition().finished_at == before.finished_at


def test_while_pages_are_made_the_page_says_how_far_it_is_and_asks_again(world, client_as, deck):
    with unit_of_work(SYSTEM, "home") as uow:
        there = uow.session.scalars(select(Rendition)).one()
        there.state, there.pages_ready = RenditionState.WORKING, 5

    page = client_as(world.here.employee).get(f"/materials/{deck}/view").text

    assert "正在转换成图片：5 / 12 页" in page
    assert 'hx-trigger="every 2s"' in page and 'http-equiv="refresh"' in page
    assert "正在转换" in client_as(world.here.employee).get(f"/materials/{deck}/view/pages").text


@pytest.mark.parametrize(("content", "words"), [(b"%PDF-1.7 nothing", "可能已经损坏"), (b"", "可能已经损坏")])
def test_a_broken_file_says_so_and_can_still_be_downloaded(world, client_as, content, words):
    material_id = shown(world.here, "坏的.pdf", content, rules.PDF)

    page = client_as(world.here.employee).get(f"/materials/{material_id}/view").text

    assert words in page and f'href="/materials/{material_id}"' in page


def test_without_libreoffice_the_page_says_so_and_once_it_is_there_paints_them(world, client_as, monkeypatch, tmp_path):
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    material_id = shown(world.here, "规程.docx", docx(), rules.DOCX)
    page = client_as(world.here.employee).get(f"/materials/{material_id}/view").text
    assert "服务器没有安装 LibreOffice" in page
    assert rendition().state == RenditionState.NO_OFFICE

    monkeypatch.setenv("PATH", path)
    service.render_waiting()

    assert rendition().state == (RenditionState.READY if office_program() else RenditionState.NO_OFFICE)


@pytest.mark.parametrize(("name", "content", "kind", "pages"), [
    ("粉尘防爆.pptx", (DATA / "lecture.pptx").read_bytes(), rules.PPTX, 12), ("规程.docx", docx(), rules.DOCX, 1),
])  # fmt: skip
def test_slides_and_documents_are_read_on_a_phone_where_libreoffice_is_installed(world, client_as, name, content, kind, pages):
    material_id = shown(world.here, name, content, kind)

    page = client_as(world.here.employee).get(f"/materials/{material_id}/view").text

    assert page.count("<figure") == pages


def test_a_photo_is_shown_without_what_was_written_beside_it(world, client_as):
    exif = Image.Exif()
    exif[0x010F] = "a maker"
    exif.get_ifd(0x8825)[1] = "N"
    material_id = shown(world.here, "隐患.jpg", photo(exif=exif, size=(900, 700)), "image/jpeg")

    answer = client_as(world.here.employee).get(f"/materials/{material_id}/pages/1")

    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (900, 700) and not picture.getexif()


def test_a_film_is_handed_out_in_the_pieces_a_player_asks_for(world, client_as):
    content = film(200_000)
    material_id = shown(world.here, "警示片.mp4", content, rules.MP4)
    phone = client_as(world.here.employee)
    assert "<video" in phone.get(f"/materials/{material_id}/view").text

    piece = phone.get(f"/materials/{material_id}/film", headers={"Range": "bytes=1000-1999"})
    beyond = phone.get(f"/materials/{material_id}/film", headers={"Range": "bytes=900000-"})

    assert (piece.status_code, piece.data) == (206, content[1000:2000])
    assert piece.headers["Content-Range"] == "bytes 1000-1999/200000"
    assert beyond.status_code == 416
    assert phone.get(f"/materials/{material_id}/film").data == content


def test_opening_every_page_leaves_a_receipt_and_not_one_minute(world, client_as, deck):
    phone = client_as(world.here.employee)
    for number in (*range(1, 13), 1, 2):
        phone.get(f"/materials/{deck}/pages/{number}")
    client_as(world.here.trainer).get(f"/materials/{deck}/pages/1")  # the trainer is expected too, and opens one
    client_as(world.here.officer).get(f"/materials/{deck}/pages/1")  # is nobody's listener

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lecture_id = uow.session.get(Material, deck).lecture_id
        pages = uow.session.scalars(select(Reading.page).where(Reading.person_id == world.here.person_ids[2])).all()
        assert sorted(pages) == list(range(1, 13))
        assert len(uow.session.scalars(select(Reading)).all()) == 13
    with unit_of_work(SYSTEM, "home") as uow:  # hours are made when a lecture is held: of who was there, and of nobody who read
        lecture, start = uow.session.get(Lecture, lecture_id), uow.now - 60 * MINUTE
        service.open_check_in(uow, lecture)
        service.start(uow, lecture)
        for kind, minute in ((Mark.IN, 0), (Mark.OUT, 60)):
            mark(uow, lecture, world.here.person_ids[3], kind, minute)
        service.close(uow, lecture, start, uow.now)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(HoursLine.person_id)).all() == [world.here.person_ids[3]]
        came = select(Presence.status).where(Presence.lecture_id == lecture_id, Presence.person_id == world.here.person_ids[2])
        assert uow.session.scalars(came).all() == [PresenceStatus.ABSENT]
    table = client_as(world.here.trainer).get(f"/lectures/{lecture_id}/readings").text
    assert "12 / 12 页" in table and "2 / 5 人翻看过" in table
    assert "不计学时" in phone.get(f"/materials/{deck}/view").text


def test_whoever_is_not_expected_leaves_no_receipt(world, client_as, deck):
    with unit_of_work(SYSTEM, "home") as uow:
        for row in uow.session.scalars(select(Attendee).where(Attendee.person_id == world.here.person_ids[1])):
            uow.session.delete(row)

    client_as(world.here.trainer).get(f"/materials/{deck}/pages/1")

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Reading)).all() == []


def test_a_deck_replaced_after_the_lecture_leaves_the_past_as_it_was(world, client_as):
    first, second = (DATA / "lecture.pdf").read_bytes(), scanned_pdf(1, 0.05)
    held = shown(world.here, "课件.pdf", first, rules.PDF, state="closed")
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get(Material, held).lecture
        with pytest.raises(rules.WrongState):
            service.add_materials(uow, lecture, [service.Stored("课件.pdf", rules.PDF, 1, storage().put(second), None)])
        with pytest.raises(rules.WrongState):
            service.remove_material(uow, lecture, uow.session.get(Material, held))

    shown(world.here, "课件.pdf", second, rules.PDF)

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        book = lecture_book(uow, uow.session.get(Material, held).lecture)
        [[_kind, name, *_, sha256, _at, place]] = next(part.rows for part in book.chapters if part.name == "课件和照片")
    address = re.search(r"不在包里，在 http://anke\.test(\S+)，按 SHA-256 核对", place)[1]
    answer = client_as(world.here.trainer).get(address)
    assert answer.data == first and (name, sha256) == ("课件.pdf", hashlib.sha256(first).hexdigest())
    assert client_as(world.here.trainer).get(f"/materials/{held}/view").text.count("<figure") == 12


def test_bytes_that_changed_in_the_store_are_not_handed_out_as_the_original(app, world, client_as, deck):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        sha256 = uow.session.get(Material, deck).sha256
    folder = Path(app.extensions["settings"].data_dir) / "files"
    next(folder.rglob(sha256)).write_bytes(b"%PDF-forged")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client_as(world.here.trainer).get(f"/materials/{deck}").status_code == 500
