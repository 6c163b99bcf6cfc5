"""Personal data by law: how long what is kept, who may be forgotten, and what is left of them."""

import io
import json
import threading
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.models import PersonalDataView
from lms.access.service import load_actor
from lms.archives import making
from lms.archives.listeners import make_archives
from lms.archives.models import ArchiveOrder
from lms.attendance.listeners import read_sheet_photos
from lms.attendance.models import SheetImage, SheetPhoto, SignSheet
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing.papers import FAULT
from lms.credentials import queries
from lms.credentials.listeners import issue_certificates
from lms.credentials.models import Authority, Certificate, Completion, HoursLine
from lms.credentials.queries.certificates import Issued
from lms.credentials.service import retraining
from lms.credentials.service.ending import NobodyToHoldIt, supersede
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.lectures.rules import Audience
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.notices.service import tell
from lms.registry.models import Enterprise, Person
from lms.registry.privacy import rules, service
from lms.registry.privacy.models import DataRequest
from tests.credentials.scenes import SYSTEM, held, hold
from tests.lectures.builders import make_lecture
from tests.world import ID_NUMBERS, acting, build_world

YEAR = timedelta(days=366)


def left(side, ago: timedelta) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, side.person_ids[2]).left_on = uow.today - ago


def photographed_sheet(side, lecture_id, *people) -> tuple[str, list[str]]:
    """The hashes of a photographed page, and of the row of each of these people that was cut out of it."""
    with unit_of_work(SYSTEM, "system") as uow:
        common = {"enterprise_id": side.enterprise_id}
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
        sheet = SignSheet(
            **common,
            lecture_id=lecture_id,
            sitting_id=sitting.id,
            number=len(people),
            rows=[],
            printed_by="培训管理员",
            printed_at=uow.now,
        )
        page = storage().put(f"a page with {people} on it".encode())
        photo = SheetPhoto(
            **common, lecture_id=lecture_id, file_name="1.jpg", sha256=page, taken_by="培训管理员", taken_at=uow.now,
            read_at=uow.now,
        )  # fmt: skip
        uow.session.add_all([sheet, photo])
        uow.session.flush()
        rows = [storage().put(f"the row of {n}".encode()) for n in people]
        for line, (n, sha256) in enumerate(zip(people, rows, strict=True), 1):
            image = SheetImage(
                **common, sheet_id=sheet.id, photo_id=photo.id, line=line, person_id=side.person_ids[n], sha256=sha256,
                ink_in=90, ink_out=90, taken_at=uow.now,
            )  # fmt: skip
            uow.session.add(image)
        return page, rows


def asked_by(key: str, side) -> DataRequest:
    """Somebody asks that the person be forgotten."""
    with unit_of_work(SYSTEM, "system") as uow:
        mine = acting(uow, load_actor(uow, key), "person.data")
        return service.ask_erasure(mine, uow.session.get_one(Person, side.person_ids[2]))


@pytest.mark.parametrize(
    ("left_on", "today", "kept"),
    [
        pytest.param(None, date(2026, 11, 26), 6, id="whoever is here is kept whole"),
        pytest.param(date(2026, 11, 25), date(2026, 11, 26), 5, id="how to reach somebody goes at once"),
        pytest.param(date(2023, 11, 26), date(2026, 11, 26), 5, id="the last day counts"),
        pytest.param(date(2023, 11, 25), date(2026, 11, 26), 0, id="three years are over"),
        pytest.param(date(2024, 2, 29), date(2027, 3, 1), 5, id="a leap day is not shortened"),
    ],
)
def test_what_is_still_kept(left_on, today, kept):
    assert len(rules.still_kept(left_on, today)) == kept


def test_a_refusal_names_the_day_and_the_rule():
    day = date(2025, 3, 1)

    said = rules.refusal(rules.still_kept(day, date(2026, 11, 26)), day)

    assert "2028-03-01" in said and "生产经营单位安全培训规定" in said


def test_nobody_is_forgotten_early_and_contacts_go_when_somebody_has_left(app, world, client_as):
    answer = client_as(world.here.employee).post("/me/data/ask", data={"kind": "erasure"}, follow_redirects=True)
    assert "在册期间要留存" in answer.text and "依据：" in answer.text

    left(world.here, YEAR)
    refused = asked_by(world.here.trainer, world.here)

    assert refused.granted is False and "留存到" in refused.answer and "联系方式已经删除" in refused.answer
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, world.here.person_ids[2])
        assert (person.name, person.phone, person.phone_hash) == ("刘洋", None, None)


def test_a_hold_stops_everything_until_it_is_lifted(app, world, client_as):
    left(world.here, 4 * YEAR)
    trainer, path = client_as(world.here.trainer), f"/people/{world.here.person_ids[2]}/data"
    trainer.post(path, data={"do": "hold", "text": "事故调查"})

    assert asked_by(world.here.head, world.here).granted is False
    assert "事故调查" in trainer.get(path).text
    with unit_of_work(SYSTEM, "system") as uow:
        service.lift_hold(uow, service.queries.holds_of(uow, world.here.person_ids[2])[0])
    assert asked_by(world.here.head, world.here).granted is None


def test_forgetting_takes_two_people_and_leaves_sums_and_chain_right(app, world, client_as, monkeypatch):
    here = world.here
    lecture_id = held(here, {2: (0, 60), 3: (0, 60)})
    client_as(here.employee).post("/me/data/ask", data={"kind": "correction", "text": "名字写错了"})
    client_as(here.employee).post(f"/lectures/{lecture_id}/dispute", data={"text": "我早到了"})
    page, rows = photographed_sheet(here, lecture_id, 2, 3)
    unread, _none = photographed_sheet(here, lecture_id)
    with unit_of_work(SYSTEM, "system") as uow:
        found = uow.session.scalars(select(SheetPhoto).where(SheetPhoto.sha256 == unread)).one()
        found.refused, waiting = FAULT, storage().put(b"a page that nobody has looked at yet")
        own = {"enterprise_id": here.enterprise_id, "lecture_id": lecture_id, "taken_by": "培训管理员", "taken_at": uow.now}
        uow.session.add(SheetPhoto(**own, file_name="3.jpg", sha256=waiting))
    monkeypatch.setattr("lms.core.storage.DROPPED", timedelta(0))  # years later nothing has come within the last hours
    left(here, 4 * YEAR)
    archives = f"/enterprises/{here.enterprise_id}/archives"
    for path in (f"/people/{here.person_ids[2]}/archive", archives):
        client_as(here.trainer).post(path, data={"format": "xlsx"})
    make_archives()
    assert client_as(here.trainer).get(archives).text.count("/archive-orders/") == 2
    asked = asked_by(here.trainer, here)
    url = f"/data-requests/{asked.id}"

    def hours() -> list:
        with unit_of_work(SYSTEM, "system") as uow:
            return uow.session.execute(select(HoursLine.person_id, HoursLine.hours).order_by(HoursLine.id)).all()

    before = hours()
    assert client_as(here.trainer).post(url, data={"do": "erase"}).status_code == 409  # one person alone changes nothing
    assert client_as(here.head).post(url, data={"do": "erase"}).status_code == 303
    read_sheet_photos()

    assert hours() == before
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, here.person_ids[2])
        told = (person.name, person.phone, person.phone_hash, person.id_number, person.id_number_hash, person.work_no)
        assert told == ("已删除", None, None, None, None, None)
        assert not uow.session.scalars(select(Notice).where(Notice.person_id == person.id)).all()
        assert not [notice for notice in uow.session.scalars(select(Notice)) if "刘洋" in notice.title + notice.body]
        kept = {sha256 for sha256 in (page, *rows) if sha256 in set(storage().contents())}
        assert unread not in set(storage().contents()), "one that could not be read shows everybody as well"
        assert kept == {rows[1]}, "of a photographed sheet the row of somebody else stays, the page that shows all of them goes"
        gone = {photo.sha256: photo.refused for photo in uow.session.scalars(select(SheetPhoto)) if photo.forgotten_at}
        assert gone == {page: None, unread: FAULT, waiting: None}, "why one could not be read is another thing than that it went"
        mine = uow.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()
        assert "刘洋" not in json.dumps(mine.data, ensure_ascii=False) and mine.data["masked_id"] is None
        assert verify(uow, here.enterprise_id).whole
        with pytest.raises(NobodyToHoldIt):
            supersede(uow, mine, "姓名更正")
    assert client_as(here.trainer).get(f"/lectures/{lecture_id}/sheet-photos").text.count("整页照片已删") == 3
    assert client_as(here.trainer).get(f"/certificates/{mine.id}.pdf").status_code == 404
    page = client_as(here.trainer).get(f"/people/{person.id}").text
    assert "已删除" in page and "恢复在册" not in page and "改手机号" not in page
    assert "刘洋" not in client_as(here.trainer).get(f"/people/{person.id}/data").text, "what they asked names them no more"
    for path, form in (("return", {}), ("phone", {"phone": "13800138000"}), ("contact", {"email": "back@anke.test"})):
        assert client_as(here.trainer).post(f"/people/{person.id}/{path}", data=form).status_code == 409, path
    kept = client_as(here.trainer).get(archives).text
    assert "刘洋" not in kept and "/archive-orders/" not in kept, "archives that hold the name are gone too"
    page = app.test_client().get(f"/verify/{mine.public_code}")
    assert page.status_code == 200 and "<b>已按规定删除</b>" in page.text and "已*" not in page.text
    assert app.test_client().get(f"/api/v1/verify/{mine.public_code}").json["holder"] == "已删除"
    with zipfile.ZipFile(io.BytesIO(client_as(here.officer).get(f"/lectures/{mine.lecture_id}/archive.zip").data)) as package:
        assert len([name for name in package.namelist() if name.startswith("certificates/")]) == 1


def test_what_others_were_told_of_permits_and_lecturers_names_nobody_who_was_forgotten(world, uow):
    here, person = world.here, uow.session.get_one(Person, world.here.person_ids[2])
    lecture = make_lecture(uow, here, lecturer_id=person.id)
    (sitting,) = lecture.sittings
    slot = lectures.Slot(sitting.planned_starts_at, sitting.planned_ends_at, sitting.place, "", sitting.id)
    asked = {"campaign_id": None, "quiz": None, "audience": Audience.read(lecture.audience)}
    lectures.revise(uow, lecture, lectures.Plan(title=lecture.title, lecturer_id=here.head_id, slots=(slot,), **asked), "病了")
    due, ends = uow.today + timedelta(days=30), uow.today + timedelta(days=900)
    retraining.enter_permit(uow, person, Authority.EMERGENCY, "焊接", "T1", uow.today - timedelta(days=900), due, ends)
    assert retraining.remind_of_reviews(uow) == 1
    tell(uow, here.enterprise_id, [here.person_ids[3]], title="另一位刘洋的证件", body="", about_id=here.district_id)
    uow.session.get_one(Person, here.person_ids[4]).name = "刘洋洋"
    of_time = {"kind": "lecture.time", "about_id": make_lecture(uow, here).id}
    tell(uow, here.enterprise_id, [here.person_ids[3]], title="更正", body="刘洋提出更正，刘洋洋讲的课", **of_time)

    def named():
        found = uow.session.scalars(select(Notice).execution_options(populate_existing=True)).all()
        return {notice.kind for notice in found if "刘洋" in notice.title + notice.body}, len(found)

    before, number = named()
    assert before == {"lecture.notice", "lecture.changed", "permit.review.30", "lecture.time", "general"}
    own = len(uow.session.scalars(select(Notice.id).where(Notice.person_id == person.id)).all())
    service.erase(uow, person)

    assert named() == ({"general", "lecture.time"}, number - own), "who was told stays told, and a namesake keeps the name"
    [said] = uow.session.scalars(select(Notice.body).where(Notice.kind == "lecture.time"))
    assert said == f"{service.NOBODY}提出更正，刘洋洋讲的课", "and so does who has a longer one"


def erase_now(here, person_id):
    with unit_of_work(SYSTEM, "system") as uow:
        service.erase(uow, uow.session.get_one(Person, person_id))


def test_a_certificate_that_was_still_to_be_printed_is_not_printed_for_somebody_forgotten(app, world):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        hold(uow, here, {2: (0, 60), 3: (0, 60)})
        service.erase(uow, uow.session.get_one(Person, here.person_ids[2]))

    issue_certificates()

    with unit_of_work(SYSTEM, "system") as uow:
        issued = set(uow.session.scalars(select(Certificate.person_id)))
        due = uow.session.scalars(select(Completion.person_id).where(Completion.certificate_due)).all()
        assert issued == {here.person_ids[3]} and due == []
        theirs = update(Completion).where(Completion.person_id == here.person_ids[2])
        uow.session.execute(theirs.values(certificate_due=True, problem="缺字"))  # by whatever came later
        lecture_id = uow.session.scalars(select(Completion.lecture_id)).first()
        assert queries.issued_of(uow, lecture_id) == Issued(completed=2, issued=1, waiting=0, faulty=0)
        assert queries.problems(uow) == queries.problems(uow, uow.session.get_one(Lecture, lecture_id)) == []


def test_who_forgets_somebody_waits_for_the_firm_before_holding_the_person(app_on_postgres):
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
    left(here, 4 * YEAR)
    asked = asked_by(here.trainer, here)

    def confirm():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "system") as uow:
            service.confirm_erasure(uow, uow.session.get_one(DataRequest, asked.id))

    other = threading.Thread(target=confirm)
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, here.enterprise_id, with_for_update={"key_share": True})
        other.start()
        other.join(1)
        assert other.is_alive(), "it waits for the firm"
        person = uow.session.get_one(Person, here.person_ids[2], with_for_update={"nowait": True})
        assert person.erased_at is None
    other.join()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.get_one(Person, here.person_ids[2]).erased_at is not None


def test_an_archive_read_before_somebody_was_forgotten_is_not_kept(app, world, client_as, monkeypatch):
    """It was ordered after the erasure had looked for archives in the making, and before it was committed."""
    here = world.here

    def meanwhile(*_asked):
        erase_now(here, here.person_ids[2])
        with unit_of_work(SYSTEM, "system") as uow:
            uow.session.execute(update(ArchiveOrder).values(problem=None))
        return b"%PDF with a name"

    monkeypatch.setattr(making, "print_apart", meanwhile)
    client_as(here.trainer).post(f"/enterprises/{here.enterprise_id}/archives", data={"format": "pdf"})
    make_archives()

    with unit_of_work(SYSTEM, "system") as uow:
        order = uow.session.scalars(select(ArchiveOrder)).one()
    assert (order.sha256, order.problem) == (None, "有人依法被删除，请再做一次")


def test_a_copy_holds_everything_of_its_owner_and_nobody_else_gets_it(app, world, client_as):
    here = world.here
    held(here, {2: (0, 60), 3: (0, 60)})
    with unit_of_work(Actor.system("test"), "home") as uow:
        uow.session.add(
            PersonalDataView(
                enterprise_id=here.enterprise_id, person_id=here.person_ids[2], viewer="赵倩", field="phone", viewed_at=uow.now
            )
        )
    own = client_as(here.employee)

    own.post("/me/data/ask", data={"kind": "copy"})
    with unit_of_work(SYSTEM, "system") as uow:
        made = uow.session.scalars(select(DataRequest)).one()
        assert ID_NUMBERS[2].encode() not in storage().get(made.sha256)  # nor is it readable in the store
    with zipfile.ZipFile(io.BytesIO(own.get(f"/me/data/{made.id}.zip").data)) as copy:
        told = json.loads(copy.read("我的个人信息.json"))
        assert any(name.endswith(".pdf") for name in copy.namelist())

    assert told["基本信息"][0]["身份证号"] == ID_NUMBERS[2] and told["谁看过完整号码"][0]["谁"] == "赵倩"
    assert len(told["签到记录"]) == 2 and len(told["证书"]) == 1
    assert "赵倩" in own.get("/me/data").text
    assert client_as(here.head).get(f"/me/data/{made.id}.zip").status_code == 404
    assert client_as(world.there.employee).get(f"/me/data/{made.id}.zip").status_code == 404


def test_what_is_wrong_reaches_the_trainer_and_the_answer_its_owner(app, world, client_as):
    own, trainer = client_as(world.here.employee), client_as(world.here.trainer)
    page = f"/people/{world.here.person_ids[2]}/data"
    assert page not in trainer.get("/people").text
    own.post("/me/data/ask", data={"kind": "correction", "text": "工号应是 0033"})
    assert own.post("/me/data/ask", data={"kind": "correction", "text": "还有"}).status_code == 409
    with unit_of_work(SYSTEM, "system") as uow:
        asked = uow.session.scalars(select(DataRequest)).one()
    told = trainer.get("/inbox").text
    assert "刘洋申请更正个人信息" in told and "0033" not in told and page in trainer.get("/people").text

    trainer.post(f"/data-requests/{asked.id}", data={"do": "grant", "text": "已改成 0033"})

    assert page not in trainer.get("/people").text
    assert "已改成 0033" in own.get("/me/data").text and "您申请的更正已办" in own.get("/me/notices").text


def test_who_may_agree_that_somebody_is_forgotten_is_told_of_it(app, world, client_as):
    left(world.here, 4 * YEAR)
    asked_by(world.here.trainer, world.here)

    assert "刘洋的个人信息申请删除" in client_as(world.here.head).get("/inbox").text
