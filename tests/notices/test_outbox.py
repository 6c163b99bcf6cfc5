"""What becomes of a message: none lost, none twice where it can be helped, each fate known."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.notices import sending
from lms.notices.channels.parcels import told
from lms.notices.models import Channel, ChannelKind, Delivery, Notice
from lms.notices.queries import Readers
from lms.notices.sending import deliver
from lms.notices.service import channels, outbox, tell, tell_firms
from lms.registry.models import Person
from tests.compliance.scene import add_enterprises
from tests.counting import asked
from tests.lectures.builders import make_lecture
from tests.lectures.test_plans import moved_to
from tests.notices.conftest import SYSTEM, add_people, channel, deliveries, notices, say, sms, states
from tests.world import PHONES, change


def test_without_a_channel_the_inbox_has_it_and_nothing_waits(world):
    assert say(world.here) == 5

    assert len(notices()) == 5
    assert deliveries() == []


def test_an_urgent_message_leaves_with_the_transaction_that_wrote_it(world, gateway, wall):
    sms(world.here, gateway)

    say(world.here)

    assert sorted(body["to"] for body in gateway.bodies()) == sorted(PHONES)
    assert gateway.bodies()[0]["text"] == "安全课通知：粉尘防爆\n3 号会议室\nhttp://anke.test/me"
    assert states() == {"sent": 5}


def test_what_was_rolled_back_is_told_to_nobody(world, gateway, wall):
    sms(world.here, gateway)

    with pytest.raises(ZeroDivisionError), unit_of_work(SYSTEM, "home") as uow:
        tell(uow, world.here.enterprise_id, world.here.person_ids, title="通知", body="", urgent=True)
        _ = 1 / 0

    deliver()
    assert gateway.heard == [] and notices() == []


def test_the_channels_of_another_enterprise_are_not_used(world, gateway, wall):
    sms(world.there, gateway)

    say(world.here)

    assert gateway.heard == []


def test_many_enterprises_are_told_in_the_statements_of_one_and_each_on_its_own_channels(world, gateway):
    sms(world.here, gateway)
    sent: list[int] = []
    user_id = UUID(world.there.officer.removeprefix("user:"))
    with unit_of_work(SYSTEM, "home") as uow:
        here = {world.here.enterprise_id: Readers((world.here.person_ids[1],), ())}
        others = {firm: Readers((), (user_id,)) for firm in add_enterprises(uow, world.there.street_id, 20)}
        for told in (here, here | others):
            with asked() as statements:
                tell_firms(uow, told, title="有更改", body="见内", link="/x", kind="x", urgent=False, about_id=uuid4())
            sent.append(len(statements))
    assert sent[0] == sent[1] > 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(func.count(Notice.id))) == 22
        assert set(uow.session.scalars(select(Delivery.person_id))) == {world.here.person_ids[1]}


def test_a_third_of_the_answers_failing_nobody_is_left_out_and_nobody_told_twice(world, gateway, wall):
    """Every third request is refused with 503 or hung up on before it was taken: as good as not sent."""
    sms(world.here, gateway)
    people = add_people(world.here, 100)
    taken = Counter()

    def answer(heard, before):
        if before % 3 == 0:
            return None if before % 2 else (503, {})
        taken[heard.json()["to"]] += 1
        return 200, {"code": 0}

    gateway.answer = answer
    say(world.here, people)
    for _ in range(12):
        wall.forward(minutes=20)
        deliver()

    assert states() == {"sent": 100}
    assert len(taken) == 100 and set(taken.values()) == {1}


def test_a_channel_that_does_not_answer_holds_nobody_elses_up(world, gateway, wall):
    sms(world.here, gateway)
    sms(world.there, gateway)
    quick, waited = Event(), []

    def answer(heard, before):
        if heard.json()["to"] == PHONES[2]:
            waited.append(quick.wait(8))
        else:
            quick.set()
        return 200, {"code": 0}

    gateway.answer = answer
    say(world.here, world.here.person_ids[2:3], wake=False)
    say(world.there, world.there.person_ids[2:3], wake=False)
    deliver()

    assert waited == [True], "the other enterprise's message left while this one's was still waiting"
    assert states() == {"sent": 2}


def test_each_try_of_a_message_carries_the_same_key(world, gateway, wall):
    sms(world.here, gateway)
    gateway.answer = lambda heard, before: (500, {}) if before == 0 else (200, {"code": 0})

    say(world.here, world.here.person_ids[:1])
    wall.forward(seconds=31)
    deliver()

    first, second = gateway.heard
    assert first.json()["id"] == second.json()["id"]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == f'"{first.json()["id"]}"'
    (row,) = deliveries()
    assert (row.state.value, row.tries) == ("sent", 2)


def test_a_worker_killed_before_it_sends_leaves_the_message_to_the_next(world, gateway, wall, monkeypatch):
    sms(world.here, gateway)

    def killed(batch):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sending, "send", killed)
        say(world.here, wake=False)
        deliver()
    assert states() == {"queued": 5}
    deliver()
    assert gateway.heard == [], "the claim still holds"

    wall.forward(minutes=4)
    deliver()

    assert len(gateway.heard) == 5
    assert states() == {"sent": 5}


def test_a_worker_killed_after_it_sent_sends_again_with_the_same_keys(world, gateway, wall, monkeypatch):
    """The one case in which a message goes twice; the key is how the other side can know."""
    sms(world.here, gateway)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(outbox, "mark", killed)
        say(world.here, wake=False)
        deliver()
    wall.forward(minutes=4)
    deliver()

    keys = Counter(one.json()["id"] for one in gateway.heard)
    assert set(keys.values()) == {2} and len(keys) == 5
    assert states() == {"sent": 5}


def test_four_workers_at_once_send_each_message_once(app, world, gateway, wall):
    sms(world.here, gateway)
    people = add_people(world.here, 120)
    say(world.here, people, wake=False)

    def work(_):
        with app.app_context():
            deliver()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert Counter(body["to"] for body in gateway.bodies()).most_common(1)[0][1] == 1
    assert len(gateway.heard) == 120


def test_whoever_is_not_reached_on_the_first_channel_is_tried_on_the_next(world, gateway, post, wall):
    sms(world.here, gateway)
    channel(world.here, ChannelKind.EMAIL, mail(post))
    change(world.here.person_ids[0], email="chen@firm.test")
    gateway.answer = lambda heard, before: (200, {"code": 7, "msg": "空号"})

    say(world.here, world.here.person_ids[:2])
    for _ in range(3):
        wall.forward(minutes=2)
        deliver()

    assert [envelope.rcpt_tos for envelope in post.arrived] == [["chen@firm.test"]]
    by_person = {row.person_id: (row.state.value, row.why) for row in deliveries()}
    assert by_person[world.here.person_ids[0]] == ("sent", None)
    state, why = by_person[world.here.person_ids[1]]
    assert (state, told(why)) == ("failed", "短信平台没有接收：空号")


def test_somebody_without_any_address_is_known_at_once(world, gateway, wall):
    sms(world.here, gateway)
    change(world.here.person_ids[4], phone=None)

    say(world.here)

    assert len(gateway.heard) == 4
    (row,) = deliveries(person_id=world.here.person_ids[4])
    assert (row.state.value, told(row.why)) == ("failed", "花名册上没有可用的联系方式")


def test_somebody_who_left_meanwhile_is_told_nothing(world, gateway, wall):
    sms(world.here, gateway)
    say(world.here, urgent=False)
    change(world.here.person_ids[3], left_on=wall.at.date())

    wall.forward(hours=23)
    deliver()

    assert PHONES[3] not in {body["to"] for body in gateway.bodies()}


def test_a_phone_number_changed_since_is_the_one_that_is_used(world, gateway, wall):
    sms(world.here, gateway)
    say(world.here, world.here.person_ids[:1], urgent=False)
    change(world.here.person_ids[0], phone="13900000001")

    wall.forward(hours=23)
    deliver()

    assert [body["to"] for body in gateway.bodies()] == ["13900000001"]


def test_ten_things_in_a_day_are_one_message_the_next_morning_and_urgent_ones_leave_at_once(world, gateway, wall):
    sms(world.here, gateway)
    me = world.here.person_ids[:1]

    for at in range(10):
        say(world.here, me, title=f"第 {at + 1} 件事", urgent=False)
        wall.forward(minutes=30)
        deliver()
    assert gateway.heard == []
    say(world.here, me, title="安全课取消了")
    assert len(gateway.heard) == 1

    wall.forward(hours=16, minutes=59)  # 07:59
    deliver()
    assert len(gateway.heard) == 1
    wall.forward(minutes=2)
    deliver()

    assert len(gateway.heard) == 2
    digest = gateway.bodies()[1]["text"]
    assert digest.startswith("安课：10 条消息") and "10. 第 10 件事" in digest and digest.endswith("http://anke.test/inbox")
    assert len(notices()) == 11, "the inbox has each of them"
    assert states() == {"sent": 11}


@pytest.mark.parametrize(("later", "heard"), [(0, 5), (12, 0)])
def test_of_a_lecture_put_off_or_called_off_all_hear_at_once_by_day_and_at_night_in_the_morning(
    world, gateway, wall, later, heard
):
    """The lecture is in a week: at 10:00 nobody waits for a digest, at 22:00 nobody is woken for it."""
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=7)).id
    sms(world.here, gateway)
    wall.forward(hours=later)

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lectures.revise(uow, lecture, moved_to(lecture, 1), "厂里有检查")
    assert len(gateway.heard) == heard
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.cancel(uow, uow.session.get_one(Lecture, lecture_id), "停电检修")

    assert len(gateway.heard) == 2 * heard
    wall.forward(hours=10)
    deliver()
    assert len([body for body in gateway.bodies() if "停电检修" in body["text"]]) == 5


def test_what_was_read_in_the_inbox_meanwhile_is_not_sent_any_more(world, gateway, wall):
    sms(world.here, gateway)
    say(world.here, world.here.person_ids[:2], urgent=False)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Notice).where(Notice.person_id == world.here.person_ids[0])).one().read_at = uow.now

    wall.forward(hours=23)
    deliver()

    assert [body["to"] for body in gateway.bodies()] == [PHONES[1]]
    assert states() == {"sent": 1, "dropped": 1}


def test_a_digest_that_fails_all_day_wakes_nobody_at_night(world, gateway, wall):
    sms(world.here, gateway)
    say(world.here, world.here.person_ids[:1], urgent=False)
    hours = []

    def down(heard, before):
        hours.append(clock.local(wall.at).hour)
        return 503, {}

    gateway.answer = down
    for _ in range(200):
        wall.forward(minutes=10)
        deliver()

    assert len(hours) > 10 and all(8 <= hour < 21 for hour in hours)


def test_a_group_hears_it_once_and_a_private_matter_not_at_all(world, gateway, wall):
    channel(world.here, ChannelKind.WECOM_GROUP, {"webhook": f"{gateway.url}/robot?key=k"})

    say(world.here, group=True)
    say(world.here, title="培训证明已发")

    assert [body["text"]["content"].splitlines()[0] for body in gateway.bodies()] == ["安全课通知：粉尘防爆"]


def test_telling_300_people_takes_as_many_statements_as_telling_three(world, gateway, wall):
    sms(world.here, gateway)
    channel(world.here, ChannelKind.WECOM_GROUP, {"webhook": f"{gateway.url}/robot?key=k"})
    people = add_people(world.here, 5000)

    def statements(number):
        with unit_of_work(SYSTEM, "home") as uow, asked() as sent:
            tell(uow, world.here.enterprise_id, people[:number], title="通知", body="", group=True)
            return len(sent)

    assert statements(3) == statements(300) == statements(5000) == 4


def test_a_channel_switched_off_gives_its_messages_to_the_next(world, gateway, post, wall):
    sms_id = sms(world.here, gateway)
    channel(world.here, ChannelKind.EMAIL, mail(post))
    change(world.here.person_ids[0], email="chen@firm.test")
    say(world.here, world.here.person_ids[:1], urgent=False)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Channel, sms_id).enabled = False

    wall.forward(hours=23)
    deliver()

    assert gateway.heard == []
    assert [envelope.rcpt_tos for envelope in post.arrived] == [["chen@firm.test"]]


def test_settings_are_not_readable_in_the_database(world, gateway):
    sms(world.here, gateway, headers="Authorization: Bearer very-secret")

    with db.engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT sealed_settings FROM channel").scalars()
    assert b"very-secret" not in bytes(raw) and gateway.url.encode() not in bytes(raw)


def test_failed_ones_can_be_tried_again_once_the_phone_is_known(world, gateway, wall):
    sms(world.here, gateway)
    change(world.here.person_ids[4], phone=None)
    say(world.here)
    change(world.here.person_ids[4], phone="13900000009")

    with unit_of_work(SYSTEM, "home") as uow:
        assert outbox.again(uow, uow.session.scalars(select(Delivery.notice_id)).all()) == 1

    assert gateway.bodies()[-1]["to"] == "13900000009"
    assert states() == {"sent": 5, "dropped": 1}


def test_the_order_of_channels_is_the_trainers(world, gateway, post, wall):
    sms(world.here, gateway)
    channel(world.here, ChannelKind.EMAIL, mail(post))
    change(world.here.person_ids[0], email="chen@firm.test")
    with unit_of_work(SYSTEM, "home") as uow:
        channels.put_first(uow, channels.channels_of(uow, world.here.enterprise_id)[ChannelKind.EMAIL])

    say(world.here, world.here.person_ids[:2])

    assert len(post.arrived) == 1 and len(gateway.heard) == 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Person, world.here.person_ids[1]).phone == gateway.bodies()[0]["to"]


def mail(post):
    return {"host": "127.0.0.1", "port": str(post.port), "security": "none", "sender": "anke@firm.test"}
