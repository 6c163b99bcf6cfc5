"""Archives are made beside the pages: with a table of contents, kept for a week, fetched in pieces, begun anew after a kill."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from lms.archives import listeners, making
from lms.archives.firm_package import enterprise_book, enterprise_print
from lms.archives.listeners import drop_archives, make_archives
from lms.archives.models import ArchiveOrder
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.hazards.rules import Act
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person
from lms.registry.privacy.service import erase
from tests.credentials.scenes import SYSTEM, held
from tests.hazards import scene as hazards
from tests.lectures.builders import make_lecture
from tests.paper import cut_off

FULL = (0, 60)


def orders():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(select(ArchiveOrder).order_by(ArchiveOrder.asked_at)).all()


def ordered(client, path, kind):
    """The answer with the file of an archive that was asked for and made."""
    assert client.post(path, data={"format": kind}).status_code == 303
    make_archives()
    answer = client.get(f"/archive-orders/{orders()[-1].id}")
    assert answer.status_code == 200
    return answer


def pages(pdf):
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


def bookmarks(pdf):
    """Title → page, counted from 1."""
    return {
        "".join(mark.get_title().split()): mark.get_dest().get_index() + 1
        for mark in pypdfium2.PdfDocument(pdf).get_toc(max_depth=5)
    }


@pytest.mark.parametrize("what", ["enterprise", "lecture", "person"])
def test_each_archive_is_printed_with_contents_that_say_the_right_pages(world, client_as, what):
    here = world.here
    lecture_id = held(here, {2: FULL, 3: FULL})
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Lecture, lecture_id).title = "\u202e冬季安全课😀"  # what was recorded once is never written anew
    path = {
        "enterprise": f"/enterprises/{here.enterprise_id}/archives", "lecture": f"/lectures/{lecture_id}/archive",
        "person": f"/people/{here.person_ids[2]}/archive",
    }[what]  # fmt: skip
    pdf = ordered(client_as(here.officer), path, "pdf").data

    text, marks = pages(pdf), bookmarks(pdf)
    chapter = {"enterprise": "讲课和证书", "lecture": "应到与合格", "person": "学时明细"}[what]
    assert chapter in marks
    for title, page in marks.items():
        name = re.sub(r"\d+条$", "", title)
        assert name in text[page - 1], f"{title} is on page {page}"
        assert f"{name}{page}" in text[0] or f"{name}{page}" in text[1], "and the contents say so"
    sizes = {tuple(sorted(round(side) for side in page.get_size())) for page in pypdfium2.PdfDocument(pdf)}
    assert sizes == {(595, 842)}, "A4, upright or on its side"
    assert "刘洋" in "".join(text) and f"共{len(text)}页" in text[-1]
    assert cut_off(pdf) == []
    assert "□冬季安全课□" in "".join(text), "one sign that no font has keeps nothing from being printed"


def test_the_workbook_of_a_person_holds_every_line_and_no_number_in_full(world, client_as):
    held(world.here, {2: FULL})
    data = ordered(client_as(world.here.trainer), f"/people/{world.here.person_ids[2]}/archive", "xlsx").data
    told = cells(data)
    assert "记入" in told and "现场" in told
    assert not any("430699198612078441" in cell for cell in told)


def test_it_is_asked_for_once_fetched_in_pieces_and_gone_after_a_week(world, client_as, monkeypatch):
    trainer, path = client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}/archives"
    whole = ordered(trainer, path, "xlsx")
    one = orders()[0].id
    assert trainer.post(path, data={"format": "exe"}).status_code == 404
    assert f"/archive-orders/{one}" in trainer.get(path).text and "留到" in trainer.get(path).text

    rest = trainer.get(f"/archive-orders/{one}", headers={"Range": f"bytes=100-{len(whole.data) - 1}"})
    assert (rest.status_code, whole.data[:100] + rest.data) == (206, whole.data)
    for stranger in (world.there.trainer, world.there.officer, world.here.employee):
        assert client_as(stranger).get(f"/archive-orders/{one}").status_code in (403, 404)
        assert client_as(stranger).post(path, data={"format": "pdf"}).status_code in (403, 404)

    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    drop_archives()
    assert trainer.get(f"/archive-orders/{one}").status_code == 404
    assert "已过期" in trainer.get(path).text


def test_what_a_killed_worker_left_is_made_by_the_next_and_a_fault_is_told(world, client_as, monkeypatch):
    trainer, path = client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}/archives"
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.add(
            ArchiveOrder(
                enterprise_id=world.here.enterprise_id, subject="enterprise", subject_id=world.here.enterprise_id, format="xlsx",
                title="一企一档", asked_by="赵倩", asked_at=uow.now, done=1, total=3,
            )
        )  # fmt: skip
    assert "hx-trigger" in trainer.get(path).text
    make_archives()
    assert orders()[0].sha256 and "hx-trigger" not in trainer.get(f"{path}/list").text

    def broken(_order_id):
        raise RuntimeError

    monkeypatch.setattr(listeners, "make_archive", broken)
    trainer.post(path, data={"format": "zip"})
    make_archives()
    assert "没有做成" in trainer.get(path).text and orders()[-1].problem


def test_what_is_being_made_while_somebody_is_forgotten_is_not_kept(world, client_as, monkeypatch):
    trainer, path = client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}/archives"
    step = making._step

    def forgotten_meanwhile(order_id, done):
        step(order_id, done)
        if done == 1:
            with unit_of_work(SYSTEM, "home") as uow:
                erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(making, "_step", forgotten_meanwhile)
        trainer.post(path, data={"format": "xlsx"})
        make_archives()
    assert (orders()[0].sha256, orders()[0].made_at) == (None, None)
    assert "有人依法被删除，请再做一次" in trainer.get(path).text
    assert "刘洋" not in "".join(cells(ordered(trainer, path, "xlsx").data))


def cells(book):
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    return [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def test_a_fault_after_another_worker_made_it_takes_nothing_away(world, client_as, monkeypatch):
    trainer, path = client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}/archives"

    def late(order_id):
        making.make_archive(order_id)
        raise RuntimeError

    monkeypatch.setattr(listeners, "make_archive", late)
    trainer.post(path, data={"format": "xlsx"})
    make_archives()
    assert orders()[0].sha256 and orders()[0].problem is None


def test_the_printed_file_of_a_firm_tells_what_was_held_and_who_has_left_since(world):
    held(world.here, {2: (0, 60)}, title="讲成了的课")
    with unit_of_work(SYSTEM, "system") as uow:
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        make_lecture(uow, world.here, title="还没有讲的课")
        lectures.cancel(uow, make_lecture(uow, world.here, title="取消了的课"), "停电")
        uow.session.get_one(Person, world.here.person_ids[3]).left_on = date(uow.today.year - 1, 12, 31)
        uow.session.flush()
        chapters = {sheet.name: [list(row) for row in sheet.rows] for sheet in enterprise_print(uow, firm).chapters}

    assert [row[2] for row in chapters["讲课和证书"]] == ["讲成了的课"]
    lines = [row for name, rows in chapters.items() if name.startswith("各人学时") for row in rows]
    (gone,) = [row for row in lines if row[0] == "孙丽"]
    assert gone[3:] == [0, 0, None, None, None], "both years they were here, and nothing is asked of this one"
    assert len(lines) == len(world.here.person_ids)


def test_the_file_of_a_firm_lists_the_major_hazards_that_were_open_in_its_years(world):
    with unit_of_work(SYSTEM, "system") as uow:
        second, began = hazards.second_officer(uow, world.here), uow.now
        for place, years in (("早关了", 4), ("前年关的", 2), ("没关", 0)):
            then = began.replace(year=uow.today.year - years, month=1, day=2)
            one = hazards.found(uow, world.here, then, place=place)
            if years:
                hazards.climb(uow, world.here, one, second, Act.CLOSE, then)
        firm, day = uow.session.get_one(Enterprise, world.here.enterprise_id), one.found_on
        books = [make(uow, firm) for make in (enterprise_book, enterprise_print)]
        told = [[list(row) for row in sheet.rows] for book in books for sheet in book.chapters if sheet.name == "重大隐患"]

    assert told[0] == told[1] and [row[2] for row in told[0]] == ["没关", "前年关的"]
    assert told[0][0][1:] == ["工贸 第十一条（三）", "没关", day, "停产", day, None]
    assert told[0][1][4] == "已关闭" and told[0][1][6].year == day.year - 2
