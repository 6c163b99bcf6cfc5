"""The paper sheet from the printer to the record: what is printed stays what it was, what is keyed in says that it was paper."""

import io
import re
from datetime import datetime, timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance import queries, service
from lms.attendance.models import HandMark, Mark, Method, SheetImage, SheetPhoto, SignSheet, Trust
from lms.attendance.rules.sheets import row_code
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.ledger.service import verify
from lms.registry.models import Person, PersonPost
from tests.attendance import photos
from tests.attendance.conftest import HALF_PAST_TWO, events, identify, presences, scan
from tests.attendance.test_board import close, row_of, statements
from tests.lectures.builders import make_lecture
from tests.paper import cut_off

SYSTEM = Actor.system("test")


@pytest.fixture
def sheet(hall, trainer) -> SignSheet:
    """The sheet of the hall: 陈建国, 赵倩, 刘洋, 孙丽 and 何军 in the lines 1 to 5."""
    with unit_of_work(SYSTEM, "home") as uow:
        return service.make_sheet(uow, uow.session.get_one(Lecture, hall.lecture_id).sitting)


def key(trainer, sheet, **form):
    day = {"day": "2026-11-23", "in_at": "14:30", "out_at": "15:30"}
    return trainer.post(f"/sheets/{sheet.id}", data=day | form)


def test_what_is_typed_is_recorded_as_paper_with_the_row_and_who_entered_it(world, wall, hall, trainer, sheet):
    wall.forward(minutes=70)

    answer = key(trainer, sheet, typed_in=f"1-2，{row_code(1, 5)}", typed_out="1")

    assert answer.status_code == 303
    came = [event for event in events() if event.mark is Mark.IN]
    assert {event.person_id for event in came} == {world.here.person_ids[at] for at in (0, 1, 4)}
    assert {(event.method, event.trust, event.entered_by) for event in events()} == {(Method.PAPER, Trust.PAPER, "赵倩")}
    assert {event.reason for event in came} >= {f"纸质签到表 S-0001-1，{row_code(1, 5)} 行"}
    assert presences()[world.here.person_ids[0]].minutes == 60
    assert row_of(hall, world.here.person_ids[0]).method is Method.PAPER


def photographed(sheet, *lines):
    """A photo of the sheet that shows ink in the first box of these lines."""
    with unit_of_work(SYSTEM, "home") as uow:
        own = {"enterprise_id": sheet.enterprise_id, "taken_at": uow.now}
        photo = SheetPhoto(**own, lecture_id=sheet.lecture_id, file_name="1.jpg", sha256="0" * 64, taken_by="赵倩")
        uow.session.add(photo)
        uow.session.flush()
        for line in range(1, 7):
            ink = 20 if line in lines else 0
            row = {"sheet_id": sheet.id, "photo_id": photo.id, "sha256": "0" * 64, "ink_in": ink, "ink_out": 0}
            uow.session.add(SheetImage(**own, **row, line=line))


def test_beyond_a_tenth_a_row_that_no_photo_shows_signed_waits_for_a_second_person(world, wall, hall, trainer, client_as, sheet):
    here = world.here.person_ids
    wall.forward(minutes=70)
    photographed(sheet, 4, 5)

    answer = key(trainer, sheet, typed_in="1-5")

    assert {one for one in here if presences()[one].first_in_at} == {here[0], here[3], here[4]}
    assert "2 人没有照片作证" in trainer.get(answer.location).text
    head = client_as(world.here.head)
    page = head.get(f"/lectures/{hall.lecture_id}/hand-marks").text
    assert "全部确认属实（2 条）" in page
    shown = {"mark": re.findall(r'name="mark" value="([^"]+)"', page)}
    trainer.post(f"/lectures/{hall.lecture_id}/hand-marks", data=shown)
    assert presences()[here[1]].first_in_at is None, "nobody is their own second person"
    head.post(f"/lectures/{hall.lecture_id}/hand-marks", data=shown)
    assert all(presences()[one].first_in_at for one in here)


def test_keying_a_page_in_twice_records_nobody_twice_and_paper_adds_nothing_to_a_scan(app, world, wall, hall, trainer, sheet):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=70)

    first = key(trainer, sheet, typed_in="2-3")
    again = key(trainer, sheet, **{"in": ["2"]})

    assert [event.person_id for event in events() if event.method is Method.PAPER] == [world.here.person_ids[1]]
    assert row_of(hall, world.here.person_ids[2]).trust is Trust.LIVE
    assert (first.status_code, again.status_code) == (303, 303)
    page = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "刘洋 已有记录" in page and "赵倩 已有记录" in page
    assert f'action="/sittings/{hall.sitting_id}/sheets" target="_blank"' in page, "the printed sheet opens beside the page"


def test_a_mistyped_row_is_found_by_its_letter_and_nothing_is_lost(wall, trainer, sheet):
    wall.forward(minutes=70)
    wrong = "05" + next(letter for letter in "ABC" if letter != row_code(1, 5)[-1])

    answer = key(trainer, sheet, typed_in=f"1, {wrong}", typed_out="99", **{"in": ["3"]})

    assert answer.status_code == 422
    assert f"第 5 行是 {row_code(1, 5)}" in answer.text and "“99”不是这张表的行号" in answer.text
    assert f"1, {wrong}" in answer.text and 'value="3" id="in-3"' in answer.text and events() == []


def test_nobody_leaves_before_it_happened(wall, trainer, sheet):
    wall.forward(minutes=20)

    page = trainer.get(f"/sheets/{sheet.id}").text
    answer = key(trainer, sheet, typed_in="1", typed_out="1")

    assert 'name="out_at"' in page and 'value="15:30' not in page
    assert (answer.status_code, events()) == (422, [])
    assert "这个时间还没有到" in answer.text
    for day in ("9999-12-31", "0001-01-01"):
        wrong = key(trainer, sheet, day=day, in_at="23:30", out_at="00:30", typed_in="1", typed_out="1")
        assert (wrong.status_code, events()) == (422, []) and "日期不对" in wrong.text


def test_a_later_roster_moves_nobody_on_a_printed_sheet(world, wall, hall, trainer, sheet):
    with unit_of_work(SYSTEM, "home") as uow:
        gone = uow.session.scalars(
            select(Attendee).where(Attendee.lecture_id == hall.lecture_id, Attendee.person_id == world.here.person_ids[0])
        ).one()
        uow.session.delete(gone)
    assert (
        trainer.post(f"/sittings/{hall.sitting_id}/sheets").location != f"/sheets/{sheet.id}/print"
    )  # another list, another sheet
    wall.forward(minutes=70)

    key(trainer, sheet, typed_in="3")

    assert [event.person_id for event in events()] == [world.here.person_ids[2]]


def test_the_same_list_prints_the_same_sheet(hall, trainer, sheet):
    assert trainer.post(f"/sittings/{hall.sitting_id}/sheets").location == f"/sheets/{sheet.id}/print"


def test_somebody_who_signed_in_a_blank_row_is_named_and_put_on_the_list(world, wall, hall, trainer, sheet):
    with unit_of_work(SYSTEM, "home") as uow:
        guest = Person(enterprise_id=world.here.enterprise_id, name="马涛", work_no="0309", created_at=uow.now)
        own = {"enterprise_id": world.here.enterprise_id, "department_id": world.here.department_id}
        guest.posts.append(PersonPost(**own, category="其他从业人员", starts_on=uow.today))
        uow.session.add(guest)
        uow.session.flush()
    wall.forward(minutes=70)

    unknown = key(trainer, sheet, typed_in="6", **{"extra-6": "王不在"})
    named = key(trainer, sheet, typed_in="6", **{"extra-6": "0309", f"extra-{'9' * 5_000}": "0309"})

    assert (unknown.status_code, named.status_code) == (422, 303)
    assert "花名册里没有“王不在”" in unknown.text
    assert [event.person_id for event in events()] == [guest.id]
    assert row_of(hall, guest.id).is_extra
    assert "马涛" in trainer.get(f"/sheets/{sheet.id}").text


def test_what_one_signed_in_a_blank_row_vouches_for_one(world, wall, hall, trainer, sheet):
    wall.forward(minutes=70)
    photographed(sheet, 6)
    first = key(trainer, sheet, typed_in="6", **{"extra-6": "孙丽"})

    again = key(trainer, sheet, typed_in="6", **{"extra-6": "何军"})

    assert (first.status_code, again.status_code) == (303, 422)
    assert f"{row_code(1, 6)} 行已经算作孙丽的签名" in again.text
    [counted] = events()
    trainer.post(f"/marks/{counted.id}/correct", data={"what": "void", "reason": "看错了名字"})
    assert key(trainer, sheet, typed_in="6", **{"extra-6": "何军"}).status_code == 303
    assert [who for who, found in presences().items() if found.first_in_at] == [world.here.person_ids[4]]


def test_paper_keyed_in_after_the_end_settles_the_person_again(world, wall, hall, trainer, sheet):
    wall.forward(minutes=60)
    close(hall, wall)
    wall.forward(minutes=30)

    key(trainer, sheet, typed_in="4", typed_out="4")

    presence = presences()[world.here.person_ids[3]]
    assert (presence.minutes, presence.trust) == (60, Trust.PAPER)


def test_the_sheet_of_a_night_shift_goes_over_midnight(world, wall, trainer):
    wall.at = datetime(2026, 11, 23, 23, 30, tzinfo=clock.ZONE)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open")
        sheet = service.make_sheet(uow, lecture.sitting)
    wall.forward(minutes=70)

    assert key(trainer, sheet, in_at="23:30", out_at="00:30", typed_in="1", typed_out="1").status_code == 303
    assert key(trainer, sheet, in_at="", out_at="00:30", typed_out="2").status_code == 303
    assert key(trainer, sheet, in_at="00:05", out_at="00:30", typed_in="4", typed_out="4").status_code == 303
    refused = key(trainer, sheet, in_at="23:30", out_at="23:20", typed_in="3", typed_out="3")
    slip = key(trainer, sheet, in_at="19:00", out_at="00:30", typed_in="3", typed_out="3")

    assert presences()[world.here.person_ids[0]].minutes == 60
    came = {event.scanned_at for event in events() if event.mark is Mark.IN}
    assert came == {wall.at - timedelta(minutes=minutes) for minutes in (70, 35)}
    assert slip.status_code == 422 and "11-23 19:00 离这一场（11-23 23:30 开始）有 3 小时以上" in slip.text
    assert {event.scanned_at for event in events() if event.mark is Mark.OUT} == {wall.at - timedelta(minutes=10)}
    assert refused.status_code == 422 and "签退时间应晚于签到时间" in refused.text


def test_the_sheet_of_a_second_shift_takes_whoever_came_to_the_first(world, wall, trainer):
    slots = tuple(
        lectures.Slot(wall.at + timedelta(hours=8 * n), wall.at + timedelta(hours=8 * n + 1), "3 号会议室", name)
        for n, name in enumerate(("早班", "夜班"))
    )
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, slots=slots, state="open")
        first, second = lecture.sittings
        person_id = world.here.person_ids[2]
        service.record(uow, first, person_id, mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
        wall.forward(hours=9)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        lectures.open_check_in(uow, lecture, lecture.sittings[1])
        sheet = service.make_sheet(uow, lecture.sittings[1])

    answer = key(trainer, sheet, in_at="22:30", out_at="23:30", typed_in="3", typed_out="3")

    assert "已有记录" not in trainer.get(answer.location).text
    assert {event.mark for event in events() if event.sitting_id == second.id} == {Mark.IN, Mark.OUT}


def test_a_row_whose_mark_was_struck_is_keyed_in_again_and_one_that_waits_is_not(world, wall, hall, trainer, sheet):
    wall.forward(minutes=70)
    key(trainer, sheet, typed_in="1-2")
    [counted, waits] = events()
    trainer.post(f"/marks/{counted.id}/correct", data={"what": "void", "reason": "看错了行"})

    key(trainer, sheet, typed_in="1-2")

    assert [event.person_id for event in events()].count(counted.person_id) == 2
    assert [event.person_id for event in events()].count(waits.person_id) == 1


def test_a_full_sheet_is_written_in_one_statement_more_than_a_row_so_that_nobody_waits_for_it(world, wall, hall, sheet):
    wall.forward(minutes=70)

    def key_in(came):
        with unit_of_work(SYSTEM, "home") as uow:
            found = uow.session.get_one(SignSheet, sheet.id)
            service.key_in(uow, found, came, came, in_at=HALF_PAST_TWO, out_at=wall.at)

    key_in([1])
    key_in([2])  # the head is called to confirm, once
    one, two = statements(lambda: key_in([3])), statements(lambda: key_in([4, 5]))

    assert two == one + 1  # of several whose marks wait the excused are asked for by themselves
    with unit_of_work(Actor.system("the second person"), "home") as uow:
        read = uow.session.scalars(select(HandMark.id)).all()
        assert service.confirm_hand_marks(uow, uow.session.get_one(Lecture, hall.lecture_id), read) == 8
    assert len(events()) == 10 and {presence.minutes for presence in presences().values()} == {70}
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole, "each of them is in the chain"


def test_a_photo_of_the_printed_sheet_lays_each_signature_beside_its_name(world, wall, hall, trainer, client_as, tmp_path):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Person, world.here.person_ids[3]).name = "刘洋"
    printed = trainer.post(f"/sittings/{hall.sitting_id}/sheets", follow_redirects=True)
    assert printed.mimetype == "application/pdf"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        sheet = uow.session.scalars(select(SignSheet)).one()
    rows = pypdfium2.PdfDocument(printed.data)[0].get_textpage().get_text_bounded()
    lines = [re.search(rf"{row_code(1, line)}\s+{number}\s+刘洋", rows) for line, number in ((3, "0003"), (4, "0004"))]
    assert all(lines), "two people of one name are told apart on paper by the number beside it"
    assert cut_off(printed.data) == []
    [paper] = photos.pages(printed.data, tmp_path)
    taken = photos.photo(photos.signed(paper, {1, 3, 4}, {3}), turned=-8, skew=0.05)
    wall.forward(minutes=70)

    answer = upload(trainer, hall, taken)

    assert "S-0001-1" in answer.text and "像有签名的 3 行" in answer.text
    assert events() == []  # a photo proposes; a person confirms
    page = trainer.get(f"/sheets/{sheet.id}?page=1").text
    ticked = {name for name in ("in-1", "in-2", "in-3", "in-4", "in-5", "out-3", "out-4") if f'id="{name}"' in page}
    checked = {name for name in ticked if " checked" in page.partition(f'id="{name}"')[2].partition(">")[0]}
    assert checked == {"in-1", "in-3", "in-4", "out-3"}
    assert re.findall(r"<b>刘洋</b> <span[^>]*>(\d+) ", page) == ["0003", "0004"]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        image = uow.session.scalars(select(SheetImage).where(SheetImage.person_id == world.here.person_ids[2])).one()
    signed = trainer.get(f"/sheet-images/{image.id}")
    assert signed.data.startswith(b"\xff\xd8") and signed.headers["Cache-Control"] == "private, no-cache", (
        "not for who comes next"
    )
    assert f"/sheet-images/{image.id}" in trainer.get(f"/people/{world.here.person_ids[2]}/signatures").text
    assert f"/people/{world.here.person_ids[2]}/signatures" in trainer.get(f"/people/{world.here.person_ids[2]}").text
    for other in (world.here.head, world.here.employee, world.here.officer, world.there.trainer):
        assert client_as(other).get(f"/sheet-images/{image.id}").status_code == 404

    stranger = client_as(world.there.trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        theirs = make_lecture(uow, world.there, state="open")
    refused = stranger.post(f"/lectures/{theirs.id}/sheet-photos", data=form_of(taken), follow_redirects=True)
    assert "不是本单位这堂课的签到表" in refused.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert {one.enterprise_id for one in uow.session.scalars(select(SheetImage))} == {world.here.enterprise_id}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a picture", "打不开这个文件"), (b"\xff\xd8\xff\xe0", "打不开这个文件"), (b"", "打不开这个文件")],
)
def test_a_file_that_is_no_photo_is_refused_in_a_sentence(hall, trainer, sheet, content, said):
    assert said in upload(trainer, hall, content).text


def test_a_photo_without_the_sheet_says_how_to_take_it(hall, trainer, sheet):
    from PIL import Image

    white = io.BytesIO()
    Image.new("L", (800, 600), 200).save(white, "PNG")

    assert "没有认出表上的二维码" in upload(trainer, hall, white.getvalue()).text


def test_a_sheet_of_a_lecture_that_nobody_is_asked_to_says_what_to_do(world, wall, trainer):
    with unit_of_work(SYSTEM, "home") as uow:
        draft = make_lecture(uow, world.here, state="draft").sitting.id

    assert "名单上还没有人" in trainer.post(f"/sittings/{draft}/sheets").text


def test_a_page_of_a_sheet_asks_the_same_whatever_is_on_it(wall, hall, trainer, sheet):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        few = statements(lambda: queries.page_rows(uow, sheet, 1))
    wall.forward(minutes=70)
    key(trainer, sheet, typed_in="1-5", typed_out="1-5")

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert statements(lambda: queries.page_rows(uow, sheet, 1)) == few


def upload(trainer, hall, content: bytes):
    return trainer.post(f"/lectures/{hall.lecture_id}/sheet-photos", data=form_of(content), follow_redirects=True)


def form_of(content: bytes):
    return {"photos": (io.BytesIO(content), "IMG_2031.jpg")}
