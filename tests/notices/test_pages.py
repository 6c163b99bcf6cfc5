"""The inbox, the pages of channels, and where somebody is told something."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask_babel import refresh
from sqlalchemy import select

from lms.archives.lecture_book import lecture_book
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from lms.notices.models import Channel, ChannelKind, Notice
from lms.notices.sending import ask_what_became
from lms.notices.service import tell
from lms.registry.models import Person
from tests.counting import asked, asks
from tests.lectures.builders import make_lecture
from tests.notices.conftest import SYSTEM, channel, notices, say, sms
from tests.world import PHONES, change


def test_everybody_who_signs_in_has_an_inbox_of_their_own(world, client_as):
    officer_id = UUID(world.here.officer.removeprefix("user:"))
    with unit_of_work(SYSTEM, "home") as uow:
        tell(uow, None, (), user_ids=[officer_id], title="还有 3 天截止，12 家还没讲", body="")
        tell(uow, world.here.enterprise_id, [world.here.head_id], title="还有 7 天您主讲", body="")

    officer, head, street = (client_as(getattr(world.here, role)) for role in ("officer", "head", "street_officer"))

    assert "12 家还没讲" in officer.get("/inbox").text and "您主讲" not in officer.get("/inbox").text
    assert "您主讲" in head.get("/inbox").text and "12 家还没讲" not in head.get("/inbox").text
    assert "还没有通知" in street.get("/inbox").text
    assert client_as(world.here.employee).get("/inbox").location == "/me/notices"
    called = [client.get(path).text for client, path in ((head, "/inbox"), (client_as(world.here.employee), "/me/notices"))]
    assert all(re.search(r"<h1[^>]*>通知", page) and "消息" not in page for page in called), (
        "one word on the phone and in the office"
    )


def test_the_bell_counts_what_is_unread_with_one_query(world, client_as):
    trainer = client_as(world.here.trainer)
    say(world.here, [world.here.person_ids[1]])
    say(world.here, [world.here.person_ids[1]], title="第二条")
    with asked() as sent:
        page = trainer.get("/people").text

    assert re.search(r'class="pill bad">2<span class="visually-hidden">条未读', page)
    assert len([one for one in sent if "notice" in one.statement]) == 1


def test_opening_a_message_reads_it_and_leads_to_what_it_is_about(world, client_as):
    say(world.here, [world.here.person_ids[1]], link="/campaigns")
    trainer = client_as(world.here.trainer)
    (notice,) = notices()

    assert trainer.get(f"/inbox/{notice.id}").location == "/campaigns"

    assert notices()[0].read_at is not None
    assert 'class="pill bad"' not in trainer.get("/inbox").text
    assert client_as(world.here.head).get(f"/inbox/{notice.id}").status_code == 404


def test_all_can_be_marked_as_read_and_nobody_elses_are(world, client_as):
    say(world.here)

    client_as(world.here.trainer).post("/inbox/read")

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        read = uow.session.scalars(select(Notice.person_id).where(Notice.read_at.is_not(None))).all()
    assert read == [world.here.person_ids[1]]


def test_a_trainer_sets_up_a_channel_tries_it_and_sees_how_it_went(world, gateway, client_as, wall):
    trainer = client_as(world.here.trainer)
    typed = {
        "url": f"{gateway.url}/sms?key=secret-key", "method": "POST", "body": "json",
        "template": '{"to": "{phone}", "text": "{text}", "pwd": "in-the-body"}', "success": "code=0", "enabled": "y",
    }  # fmt: skip
    assert trainer.post("/channels/sms", data=typed).status_code == 303

    page = trainer.get("/channels/sms").text
    assert "secret-key" not in page and "in-the-body" not in page, "a secret is not shown again"
    assert f'value="{PHONES[1]}"' in page, "a trial goes to oneself unless somebody else is named"
    trainer.post("/channels/sms/try", data={"to": "13911112222"})
    assert gateway.bodies()[0]["to"] == "13911112222" and "测试" in gateway.bodies()[0]["text"]
    assert "对方的服务器收下了" in trainer.get("/channels/sms").text
    assert "测试已送到" in trainer.get("/channels").text
    assert "刚发过一条" in trainer.post("/channels/sms/try", data={"to": "13911112222"}).text

    gateway.answer = lambda heard, before: (200, {"code": 5, "msg": "签名未报备"})
    wall.forward(seconds=11)
    trainer.post("/channels/sms/try", data={"to": "13911112222"})
    assert "短信平台没有接收：签名未报备" in trainer.get("/channels/sms").text
    trainer.set_cookie("anke_locale", "en")
    refresh()
    assert "The SMS gateway did not take it: 签名未报备" in trainer.get("/channels/sms").text
    trainer.delete_cookie("anke_locale")
    refresh()

    assert trainer.post("/channels/sms", data=typed | {"url": "", "template": "", "success": "ok"}).status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        settings = uow.session.scalars(select(Channel)).one().settings
    assert "in-the-body" in settings["template"]
    assert settings["url"].endswith("secret-key") and settings["success"] == "ok", "left empty, a secret stays"


def test_settings_that_cannot_work_are_told_at_their_field_and_nothing_typed_is_lost(world, client_as):
    page = client_as(world.here.trainer).post(
        "/channels/email", data={"host": "smtp.firm.test", "port": "99999", "security": "ssl", "sender": "nobody", "enabled": "y"}
    )

    assert page.status_code == 422
    assert "端口是 1 到 65535 的数字" in page.text and "这不是邮箱地址" in page.text
    assert 'value="smtp.firm.test"' in page.text and 'value="99999"' in page.text
    typed = {"host": "smtp.firm.test", "port": "²", "security": "ssl", "sender": "nobody@firm.test", "enabled": "y"}
    assert "端口是 1 到 65535 的数字" in client_as(world.here.trainer).post("/channels/email", data=typed).text


@pytest.mark.parametrize("role", ["head", "employee", "officer"])
def test_channels_are_the_trainers_alone(world, gateway, client_as, role):
    sms(world.here, gateway)
    client = client_as(getattr(world.here, role))

    assert client.get("/channels").status_code == 404
    assert client.post("/channels/sms/try", data={"to": "1"}).status_code == 404


def test_a_trainer_sees_and_tries_own_channels_only(world, gateway, client_as):
    sms(world.there, gateway)
    trainer = client_as(world.here.trainer)

    assert "还没有测试" not in trainer.get("/channels").text
    assert trainer.post("/channels/sms/try", data={"to": "1"}).status_code == 404
    assert trainer.get("/channels/pigeon").status_code == 404


def test_the_first_channel_is_the_one_the_trainer_wants(world, gateway, client_as):
    sms(world.here, gateway)
    channel(world.here, ChannelKind.EMAIL, {"host": "h", "port": "25", "security": "none", "sender": "a@firm.test"})
    trainer = client_as(world.here.trainer)

    trainer.post("/channels/email/first")

    page = trainer.get("/channels").text
    assert page.index("邮件") < page.index("短信")


def test_contacts_are_kept_encrypted_shown_masked_and_stay_when_left_empty(world, client_as):
    person_id = world.here.person_ids[2]
    trainer = client_as(world.here.trainer)

    trainer.post(f"/people/{person_id}/contact", data={"email": "liuyang@firm.test", "wecom_id": "LiuYang"})
    trainer.post(f"/people/{person_id}/contact", data={"dingtalk_id": "manager7078"})

    page = trainer.get(f"/people/{person_id}").text
    assert "liuyang@firm.test" not in page and "li***********test" in page
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        person = uow.session.get_one(Person, person_id)
        assert (person.email, person.wecom_id, person.dingtalk_id) == ("liuyang@firm.test", "LiuYang", "manager7078")
        (raw,) = uow.session.connection().exec_driver_sql("SELECT email FROM person WHERE email IS NOT NULL").scalars()
        assert b"liuyang" not in bytes(raw)
    assert trainer.post(f"/people/{person_id}/contact", data={"email": "no address"}).status_code == 422
    trainer.post(f"/people/{person_id}/contact", data={"email": "new@firm.test", "clear": "y"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        person = uow.session.get_one(Person, person_id)
        assert (person.email, person.wecom_id) == ("new@firm.test", None)


def test_without_a_channel_the_lecture_says_that_the_inbox_is_all_there_is(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=5)).id
    trainer = client_as(world.here.trainer)

    assert "放进 4 人的通知箱，0 人已读" in trainer.get(f"/lectures/{lecture_id}").text
    assert "还没有设通知渠道" in trainer.get(f"/lectures/{lecture_id}/told").text


def test_the_lecture_page_asks_as_much_for_many_people_as_for_few(world, gateway, client_as):
    sms(world.here, gateway)
    change(world.here.person_ids[4], phone=None)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=5)).id
    trainer = client_as(world.here.trainer)

    few = asks(trainer, f"/lectures/{lecture_id}/told")
    with unit_of_work(SYSTEM, "home") as uow:
        for number in range(200):
            uow.session.add(
                Notice(
                    enterprise_id=world.here.enterprise_id, person_id=world.here.person_ids[number % 5], kind="lecture.notice",
                    about_id=lecture_id, title="安全课通知", body="", sent_at=uow.now, told_by="赵倩", urgent=True,
                )
            )  # fmt: skip

    assert asks(trainer, f"/lectures/{lecture_id}/told") <= few + 1


def test_the_page_of_a_lecture_counts_who_has_read_its_notice(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here).id
    trainer, reader = client_as(world.here.trainer), client_as(world.here.employee)

    def shown():
        page, listed = (trainer.get(f"/lectures/{lecture_id}{more}").text for more in ("", "/told"))
        return re.findall(r"通知箱，(\d) 人已读", page), re.findall(r"已读 (\d)", listed)

    before = shown()
    (own,) = [notice for notice in notices() if notice.person_id == world.here.person_ids[2]]
    reader.get(f"/inbox/{own.id}")
    after = shown()

    assert "1" not in before[0] + before[1] and before[0] and before[1]
    assert after[0].count("1") == 1 and after[1].count("1") == 1, (before, after)


def test_what_an_app_says_was_read_or_delivered_is_told_apart_on_the_page_and_in_the_record(world, gateway, client_as, wall):
    channel(world.here, ChannelKind.DINGTALK_APP, {"app_key": "k", "agent_id": "7", "secret": "s", "base": gateway.url})
    for at, person_id in enumerate(world.here.person_ids):
        change(person_id, dingtalk_id=f"d{at}")
    told = {"read_user_id_list": ["d1"], "unread_user_id_list": ["d2"], "invalid_user_id_list": ["d4"]}
    said = {"errcode": 0, "access_token": "t", "expires_in": 7200, "task_id": 7, "send_result": told}
    gateway.answer = lambda heard, before: (200, said)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=5)).id
    trainer, officer = client_as(world.here.trainer), client_as(world.here.officer)

    wall.forward(seconds=31)
    ask_what_became()
    wall.forward(minutes=10)

    assert (
        '已读 1 人，已送达 1 人，已发出 1 人，<span class="t-bad">1 人未送达</span>'
        in officer.get(f"/lectures/{lecture_id}").text
    )
    listed = re.findall(r'class="pill[^"]*">([^<]+ \d[^<]*)<', trainer.get(f"/lectures/{lecture_id}/told").text)
    assert listed[-5:] == ["共 4 人", "已读 1", "已送达 1", "已发出 1", "未送达 1"], listed
    assert records(lecture_id) == [[4, 1, 1, 1, 0, 1]]

    (own,) = [one for one in notices() if one.person_id == world.here.person_ids[3]]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Notice, own.id).read_at = uow.now
    assert "已读 2 人，已送达 1 人，<span" in officer.get(f"/lectures/{lecture_id}").text
    assert records(lecture_id) == [[4, 2, 1, 0, 0, 1]]


def records(lecture_id):
    """The numbers of each message to everybody, as the archive's workbook has them."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        book = lecture_book(uow, uow.session.get_one(Lecture, lecture_id))
        (sheet,) = [sheet for sheet in book.chapters if sheet.name == "通知"]
        return [list(row)[2:] for row in sheet.rows if row[2] > 1]
