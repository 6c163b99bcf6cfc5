"""Tablets and leaders' phones: what counts, what waits for the trainer, and what gets nothing at all."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance import queries, rules, service
from lms.attendance.models import (
    FlagResolution,
    HeldMark,
    Mark,
    Method,
    PresenceStatus,
    Signature,
    Station,
    StationKind,
    Trust,
    Why,
)
from lms.attendance.service import arrivals, stations
from lms.attendance.service.presence import NotHeldYet
from lms.core import clock
from lms.core.crypto import keyring
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.registry.models import Person
from tests.attendance.conftest import HALF_PAST_TWO, TAILS, events, presences
from tests.counting import asked
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")
FINGER = "M10 20l5 5l6 -3l7 9l3 3l-12 4M80 30l4 4l5 5"


class Device:
    """A tablet or phone that holds the key of a station, with a clock of its own."""

    def __init__(self, app, kind=StationKind.KIOSK, *, hall, team=None, leader=None) -> None:
        with unit_of_work(SYSTEM, "home") as uow:
            sitting = uow.session.get_one(Sitting, hall.sitting_id)
            station = stations.add_station(uow, sitting, kind, team=team, leader=leader)
            self.station_id = station.id
            self.key = stations.pair(uow, station)
        self.client = app.test_client()
        self.behind = 0  # seconds that its clock is behind the server's

    def ask(self, what, **body):
        return self.client.post(f"/station/{what}", json=body, headers={"X-Anke-Station": self.key})

    def mark(self, person_id, said="", **more):
        """A mark made at this moment, as the device writes it down."""
        known_by = more.pop("known_by", "tail")
        return {
            "id": str(uuid4()), "person": str(person_id), "mark": "in", "known_by": known_by, "said": said,
            "device_at": int((clock.now().timestamp() - self.behind) * 1000), "offset": self.behind * 1000,
        } | more  # fmt: skip

    def send(self, *marks):
        answer = self.ask("marks", marks=list(marks))
        assert answer.status_code == 200, answer.text
        return [one["state"] for one in answer.json["outcomes"]]


def held() -> list[HeldMark]:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(HeldMark).order_by(HeldMark.happened_at)))


@pytest.fixture
def kiosk(app, hall) -> Device:
    return Device(app, hall=hall)


@pytest.fixture
def leaders_phone(app, hall) -> Device:
    return Device(app, StationKind.LEADER, hall=hall, team="压榨车间", leader="孙丽")


@pytest.fixture
def here(world):
    return world.here.person_ids


# ---------- what counts ----------


def test_more_people_than_a_tablet_can_take_are_flagged_and_a_queue_is_not(world, hall, kiosk, wall, client_as):
    """Marks as the server gets them from a tablet, the last of them far faster than anybody can type four digits."""
    people = enrol(world, hall, 50)

    def flags():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return [(one.kind, one.number) for one in queries.flags(uow, uow.session.get_one(Lecture, hall.lecture_id))]

    for person_id, number in people[:25]:
        wall.forward(seconds=4)
        assert kiosk.send(kiosk.mark(person_id, number, known_by="work_no")) == ["counted"]
    assert flags() == []
    wall.forward(minutes=5)
    for person_id, number in people[25:]:
        wall.forward(seconds=1)
        kiosk.send(kiosk.mark(person_id, number, known_by="work_no"))

    assert flags() == [("burst", 25)]
    looked_at(client_as(world.here.trainer), world, hall, "整场", "14:36 起 40 秒内，25 人由 1 台手机或签到设备签到")


def looked_at(trainer, world, hall, whose, said):
    """The one flag of a lecture is read on its page and looked at with one tap, which is a line of its own, in the chain too."""
    address = f"/lectures/{hall.lecture_id}"
    card = trainer.get(address).text.partition('aria-label="提示核实"')[2].partition("</section>")[0]
    assert f"<b>{whose}</b>" in card and said in card
    kind, subject = (re.search(rf'name="{name}" value="([^"]+)"', card)[1] for name in ("kind", "subject"))

    assert trainer.post(f"{address}/flags", data={"kind": kind, "subject": subject}).status_code == 303

    after = trainer.get(address).text.partition('aria-label="提示核实"')[2].partition("</section>")[0]
    assert "都已核实" in after and said in after and 'name="subject"' not in after
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [line] = uow.session.scalars(select(FlagResolution))
        assert (line.kind, line.subject, line.person_id) == (kind, subject, None)
        entry = select(ChainEntry.kind).where(ChainEntry.subject_id == line.id)
        assert uow.session.scalars(entry).all() == ["attendance.flag-resolved"]
        assert verify(uow, world.here.enterprise_id).whole


def enrol(world, hall, many):
    """People on the list of a lecture: id and work number of each."""
    made = []
    with unit_of_work(SYSTEM, "home") as uow:
        for n in range(many):
            person = Person(
                enterprise_id=world.here.enterprise_id, name=f"员工{n}", work_no=f"9{n:03}", created_at=uow.now,
                id_number_hash=keyring().fingerprint(f"queue {n}"),
            )  # fmt: skip
            uow.session.add(person)
            uow.session.flush()
            attendee = Attendee(
                enterprise_id=world.here.enterprise_id, lecture_id=hall.lecture_id, person_id=person.id,
                department_name="灌装车间", category="其他从业人员",
            )  # fmt: skip
            uow.session.add(attendee)
            made.append((person.id, person.work_no))
    return made


def test_on_a_kiosk_a_work_number_checks_in(kiosk, here, wall):
    wall.forward(seconds=70)

    assert kiosk.send(kiosk.mark(here[2], "0003", known_by="work_no")) == ["counted"]

    [event] = events()
    assert (event.person_id, event.mark, event.method, event.trust) == (here[2], Mark.IN, Method.KIOSK, Trust.LIVE)
    assert event.scanned_at == HALF_PAST_TWO + timedelta(seconds=70)
    assert event.entered_by is None
    assert presences()[here[2]].status == PresenceStatus.LATE


@pytest.mark.parametrize("said", [TAILS[2], "0610"])
def test_the_last_four_of_the_id_or_of_the_phone_will_do(leaders_phone, here, said):
    assert leaders_phone.send(leaders_phone.mark(here[2], said, signature=FINGER)) == ["counted"]

    [event] = events()
    assert (event.method, event.trust, event.entered_by) == (Method.LEADER, Trust.LEADER, "孙丽")


def test_a_leaders_phone_counts_its_own_team_and_keeps_anybody_else_for_the_trainer(app, hall, here):
    elsewhere = Device(app, StationKind.LEADER, hall=hall, team="仓储部", leader="孙丽")

    assert elsewhere.send(elsewhere.mark(here[2], TAILS[2], signature=FINGER)) == ["held"]

    assert ([one.why for one in held()], events()) == ([Why.NOT_LISTED], [])


def test_a_signature_is_kept_encrypted_under_its_hash_and_shown_to_the_trainer(app, world, hall, leaders_phone, here, client_as):
    leaders_phone.send(leaders_phone.mark(here[2], TAILS[2], signature=FINGER))

    [event] = events()
    trainer = client_as(world.here.trainer)
    drawn = trainer.get(f"/signatures/{event.id}.svg")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert FINGER in drawn.text
    page = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "孙丽的手机" in page and f"/signatures/{event.id}.svg" in page
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        raw = uow.session.connection().exec_driver_sql("SELECT path FROM signature").scalars().all()
        assert FINGER.encode() not in bytes(raw[0])
        assert uow.session.scalars(select(Signature.sha256)).all() == [event.signature_sha256]


def test_a_person_sees_their_own_signature_and_who_held_the_phone(world, hall, leaders_phone, here, client_as):
    leaders_phone.send(*(leaders_phone.mark(here[who], TAILS[who], signature=FINGER) for who in (2, 3)))
    mine, other = sorted(events(), key=lambda event: event.person_id != here[2])
    me = client_as(world.here.employee)

    page = me.get(f"/lectures/{hall.lecture_id}").text

    assert "孙丽 登记" in page and "代签" in page and f"/me/signatures/{mine.id}.svg" in page
    assert FINGER in me.get(f"/me/signatures/{mine.id}.svg").text
    assert me.get(f"/me/signatures/{other.id}.svg").status_code == 404
    assert me.get(f"/signatures/{mine.id}.svg").status_code == 404


def test_a_queue_that_comes_later_keeps_its_times_and_is_marked_offline(kiosk, here, wall):
    kept = []
    for who in (2, 3, 4):
        wall.forward(minutes=1)
        kept.append(kiosk.mark(here[who], f"000{who + 1}", known_by="work_no"))
    wall.forward(minutes=30)

    assert kiosk.send(*reversed(kept)) == ["counted"] * 3

    found = sorted(events(), key=lambda event: event.scanned_at)
    assert [event.person_id for event in found] == [here[2], here[3], here[4]]
    assert [event.scanned_at for event in found] == [HALF_PAST_TWO + timedelta(minutes=n) for n in (1, 2, 3)]
    assert {event.recorded_at for event in found} == {HALF_PAST_TWO + timedelta(minutes=33)}
    assert {event.trust for event in found} == {Trust.OFFLINE}
    assert [presences()[person].late_minutes for person in here[2:]] == [1, 2, 3]


def test_offline_on_a_leaders_phone_is_still_no_better_than_entered_by_a_leader(
    leaders_phone, here, wall, hall, client_as, world
):
    kept = leaders_phone.mark(here[2], TAILS[2], signature=FINGER)
    wall.forward(minutes=30)

    leaders_phone.send(kept)

    [event] = events()
    assert event.trust == Trust.LEADER and event.was_offline
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert "离线签的，15:00:00 传到" in page.replace("2026-11-23 ", "")


def test_a_clock_that_is_off_is_set_right_by_what_was_measured(kiosk, here, wall, hall, world, client_as):
    kiosk.behind = 3 * 3600
    wall.forward(minutes=2)

    kiosk.send(kiosk.mark(here[2], "0003", known_by="work_no"))

    [event] = events()
    assert event.scanned_at == HALF_PAST_TWO + timedelta(minutes=2)
    assert event.device_at == event.scanned_at - timedelta(hours=3)
    assert event.clock_offset == 3 * 3600
    looked_at(client_as(world.here.trainer), world, hall, "签到设备", "一台签到设备的时钟与服务器相差 180 分钟")


def test_a_lecture_closed_meanwhile_takes_nothing_from_who_was_there_in_time(app, kiosk, here, wall, hall):
    kept = kiosk.mark(here[2], "0003", known_by="work_no")
    wall.forward(minutes=50)
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)
    wall.forward(hours=3)

    assert kiosk.send(kept) == ["counted"]
    assert presences()[here[2]].status == PresenceStatus.PRESENT


def test_who_is_known_to_have_come_only_after_all_were_checked_out_is_too(leaders_phone, here, wall, hall, client_as, world):
    stays, leaves, waits = (leaders_phone.mark(here[n], TAILS[n] if n != 4 else "0000", signature=FINGER) for n in (2, 3, 4))
    with unit_of_work(Actor.system("赵倩"), "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        service.record(uow, lecture.sitting, here[0], mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
        wall.forward(minutes=40)
        left = leaders_phone.mark(here[3], TAILS[3], signature=FINGER, mark="out")
        wall.forward(minutes=20)
    with unit_of_work(Actor.system("赵倩"), "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at, check_out_rest=True)
    wall.forward(minutes=10)

    assert leaders_phone.send(stays, leaves, left, waits) == ["counted", "counted", "counted", "held"]
    client_as(world.here.trainer).post(f"/held/{held()[0].id}", data={"do": "count"})

    assert [presences()[here[n]].minutes for n in (0, 2, 3, 4)] == [60, 60, 40, 60]
    outs = [event for event in events() if event.mark is Mark.OUT and event.method is Method.TRAINER]
    assert sorted((event.person_id, event.entered_by) for event in outs) == sorted((here[n], "赵倩") for n in (0, 2, 4))
    assert next(event for event in events() if event.person_id == here[4]).reason is None, "nobody wrote a reason"
    assert "没有写原因" in client_as(world.here.trainer).get(f"/sittings/{hall.sitting_id}/stations").text


def test_a_tablet_is_told_that_a_lecture_was_called_off_and_nothing_counts(kiosk, here, hall):
    one, other = kiosk.mark(here[2], "0003", known_by="work_no"), kiosk.mark(here[3], "0000")
    kiosk.send(other)
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.cancel(uow, uow.session.get_one(Lecture, hall.lecture_id), "停电")

    told = kiosk.ask("marks", marks=[one]).json["outcomes"][0]

    assert told["state"] == "refused" and "这堂课已取消或作废" in told["say"] and events() == []
    with unit_of_work(SYSTEM, "home") as uow, pytest.raises(NotHeldYet):
        arrivals.count_held(uow, uow.session.get_one(HeldMark, held()[0].id), None)


def test_somebody_without_any_number_signs_and_is_taken(app, leaders_phone, kiosk, here):
    with unit_of_work(SYSTEM, "home") as uow:
        person = uow.session.get_one(Person, here[4])
        person.phone = person.phone_hash = person.id_number = person.id_number_hash = None

    assert leaders_phone.send(leaders_phone.mark(here[4], "", signature=FINGER)) == ["counted"]
    assert kiosk.send(kiosk.mark(here[4], "0000")) == ["held"]
    assert [one.why for one in held()] == [Why.UNPROVEN]


def test_the_last_four_kept_sealed_are_read_by_the_server_alone(app, kiosk, here):
    from tests.attendance.letters import seal

    box = kiosk.ask("people").json["box"]
    letter = seal(TAILS[2], box)
    mark = kiosk.mark(here[2]) | {"sealed": letter}
    del mark["said"]

    assert TAILS[2] not in json.dumps(mark)
    assert kiosk.send(mark) == ["counted"]


# ---------- exactly once ----------


def test_the_same_queue_sent_twice_counts_once(kiosk, here):
    queue = [kiosk.mark(here[who], f"000{who + 1}", known_by="work_no") for who in (2, 3)]

    assert kiosk.send(*queue) == ["counted", "counted"]
    assert kiosk.send(*queue) == ["known", "known"]
    assert kiosk.send(queue[0], queue[0]) == ["known", "known"]
    assert len(events()) == 2


def test_a_mark_twice_in_one_batch_counts_once(kiosk, here):
    mark = kiosk.mark(here[2], "0003", known_by="work_no")

    assert kiosk.send(mark, mark) == ["counted", "counted"]
    assert len(events()) == 1


def test_two_devices_with_the_same_queue_at_the_same_moment_make_no_doubles(app, kiosk, here):
    queue = [kiosk.mark(here[who], f"000{who + 1}", known_by="work_no") for who in (1, 2, 3, 4)]

    def send(_):
        with app.app_context():
            return (
                app.test_client().post("/station/marks", json={"marks": queue}, headers={"X-Anke-Station": kiosk.key}).status_code
            )

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(4))) == {200}
    assert len(events()) == 4


def test_what_is_held_stays_held_however_often_it_is_sent(kiosk, here):
    mark = kiosk.mark(here[2], "0000")

    assert kiosk.send(mark) == kiosk.send(mark) == ["held"]
    assert len(held()) == 1


# ---------- what does not count by itself ----------


def test_what_a_device_says_of_another_day_is_not_counted_as_it_stands(hall, kiosk, here, wall, client_as, world):
    kiosk.send(kiosk.mark(here[2], TAILS[2], offset=-24 * 3600 * 1000))
    [one] = held()

    answer = client_as(world.here.trainer).post(f"/held/{one.id}", data={"do": "count", "note": "在场"}, follow_redirects=True)

    assert "设备记的是 11-22 14:30，离这一场（11-23 14:30 开始）有 3 小时以上，不能照这个时间算数" in answer.text
    assert events() == [] and held()[0].settled_at is None


def test_wrong_digits_with_somebody_there_are_asked_again_and_nothing_is_kept(kiosk, here):
    assert kiosk.send(kiosk.mark(here[2], "0000", asks=True)) == ["wrong"]

    assert events() == [] and held() == []


def test_wrong_digits_from_a_queue_wait_for_the_trainer_by_name(app, world, hall, kiosk, here, wall, client_as):
    kept = kiosk.mark(here[2], "0000")
    wall.forward(minutes=10)
    assert kiosk.send(kept) == ["held"]
    assert events() == []
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/sittings/{hall.sitting_id}/stations").text
    assert "刘洋" in page and "后四位和花名册对不上" in page
    assert "1 条待确认" in trainer.get(f"/lectures/{hall.lecture_id}").text

    [one] = held()
    done = trainer.post(f"/held/{one.id}", data={"do": "count", "note": "我在门口看到他"}, follow_redirects=True)

    assert "已登记" in done.text
    [event] = events()
    assert (event.scanned_at, event.trust, event.entered_by, event.reason) == (
        HALF_PAST_TWO,
        Trust.LEADER,
        "赵倩",
        "我在门口看到他",
    )
    assert kiosk.send(kept) == ["known"]
    assert trainer.post(f"/held/{one.id}", data={"do": "decline"}).status_code == 409
    assert len(events()) == 1


def test_what_the_trainer_declines_stays_on_the_page_with_the_reason(app, world, hall, kiosk, here, client_as):
    kiosk.send(kiosk.mark(here[2], "0000"))
    [one] = held()
    trainer = client_as(world.here.trainer)

    page = trainer.post(f"/held/{one.id}", data={"do": "decline", "note": "当天请假"}, follow_redirects=True).text

    assert events() == []
    assert "当天请假" in page and "不算" in page


@pytest.mark.parametrize(
    ("move", "why"),
    [
        pytest.param(timedelta(minutes=5), Why.FUTURE, id="in the future"),
        pytest.param(timedelta(days=-365), Why.BEFORE, id="last year"),
        pytest.param(timedelta(minutes=-10), Why.BEFORE, id="before check-in was open"),
    ],
)
def test_a_time_that_cannot_be_does_not_count_by_itself(kiosk, here, move, why):
    mark = kiosk.mark(here[2], "0003", known_by="work_no")
    mark["device_at"] += int(move.total_seconds() * 1000)

    assert kiosk.send(mark) == ["held"]
    assert [one.why for one in held()] == [why]
    assert events() == []


def close(hall, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)


def test_after_the_close_and_a_week_later_somebody_looks_first(kiosk, here, wall, hall):
    in_time = kiosk.mark(here[2], "0003", known_by="work_no")
    wall.forward(minutes=50)
    close(hall, wall)
    wall.forward(minutes=10)
    too_late = kiosk.mark(here[3], "0004", known_by="work_no")
    wall.forward(days=8)

    assert kiosk.send(in_time, too_late) == ["held", "held"]
    assert {one.person_id: one.why for one in held()} == {here[2]: Why.OLD, here[3]: Why.AFTER}


def test_somebody_who_left_meanwhile_is_held_by_name(kiosk, here, wall):
    kept = kiosk.mark(here[2], "0003", known_by="work_no")
    wall.forward(days=1)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Person, here[2]).left_on = HALF_PAST_TWO.date()

    answer = kiosk.ask("marks", marks=[kept]).json["outcomes"][0]

    assert (answer["state"], answer["say"]) == ("held", "花名册上已经离职")
    assert [one.why for one in held()] == [Why.LEFT]


def test_a_leaders_phone_without_a_signature_is_held(leaders_phone, here):
    for signature in (None, "", "M1 1", "M1 1" + "l1 1" * 9000, '"/><script>alert(1)</script>', "M1 1l1 1" * 3 + "<"):
        assert leaders_phone.send(leaders_phone.mark(here[2], TAILS[2], signature=signature)) == ["held"]

    assert events() == []
    assert {(one.why, one.signature_sha256) for one in held()} == {(Why.SIGNATURE, None)}


def test_after_revoking_what_comes_is_held_and_names_are_no_longer_given(app, world, hall, kiosk, here, wall, client_as):
    kept = kiosk.mark(here[2], "0003", known_by="work_no")
    client_as(world.here.trainer).post(f"/stations/{kiosk.station_id}/revoke")
    wall.forward(minutes=5)

    people = kiosk.ask("people")

    assert people.status_code == 410 and "刘洋" not in people.text
    assert kiosk.ask("tail", digits="0610").status_code == 410
    assert kiosk.send(kept) == ["held"]
    assert [one.why for one in held()] == [Why.REVOKED]


def test_renewing_hands_over_to_another_device(app, world, hall, kiosk, here, client_as):
    trainer = client_as(world.here.trainer)
    trainer.post(f"/stations/{kiosk.station_id}/renew")

    assert kiosk.ask("people").status_code == 410
    assert kiosk.send(kiosk.mark(here[2], "0003", known_by="work_no")) == ["held"]
    assert "等待打开" in trainer.get(f"/sittings/{hall.sitting_id}/stations").text


# ---------- attacks ----------


def test_guessing_the_last_four_of_somebody_ends_after_eight(kiosk, leaders_phone, here, wall):
    for n in range(8):
        assert kiosk.send(kiosk.mark(here[2], f"{n:04}", asks=True)) == ["wrong"]

    assert leaders_phone.send(leaders_phone.mark(here[2], TAILS[2], signature=FINGER, asks=True)) == ["wait"]
    assert kiosk.send(kiosk.mark(here[2], TAILS[2])) == ["held"]  # not told whether it was right
    assert kiosk.send(kiosk.mark(here[3], TAILS[3], asks=True)) == ["counted"]
    wall.forward(minutes=11)
    assert kiosk.send(kiosk.mark(here[2], TAILS[2], asks=True)) == ["counted"]


def test_a_tablet_that_tries_numbers_has_to_wait(kiosk, here):
    assert kiosk.ask("tail", digits="0610").json["people"] == [str(here[2])]
    for n in range(8):
        assert kiosk.ask("tail", digits=f"{n:04}").json["people"] == []

    answer = kiosk.ask("tail", digits="0610").json

    assert answer["people"] == [] and "再试" in answer["say"]


def test_a_device_gets_names_and_work_numbers_and_nothing_else_of_anybody(kiosk, world):
    text = kiosk.ask("people").text

    assert json.loads(text)["people"][0][0] in {str(one) for one in world.here.person_ids}
    for number in ("19906030610", "0610", "430699198612078441", "8441"):
        assert f'"{number}"' not in text and number not in text.replace('"now"', "")[:0] + re.sub(
            r'"(now|expires)":\d+', "", text
        )


def test_a_leaders_phone_shows_its_team_alone(app, hall, world):
    with unit_of_work(SYSTEM, "home") as uow:
        from lms.lectures.models import Attendee

        uow.session.scalars(
            select(Attendee).where(Attendee.person_id == world.here.person_ids[0])
        ).one().department_name = "总经办"
    team = Device(app, StationKind.LEADER, hall=hall, team="压榨车间", leader="孙丽")

    names = [one[1] for one in team.ask("people").json["people"]]

    assert "刘洋" in names and "陈建国" not in names


def test_a_person_of_another_enterprise_is_refused_and_leaves_no_row(kiosk, world):
    assert kiosk.send(kiosk.mark(world.there.person_ids[2], TAILS[2])) == ["refused"]

    assert events() == [] and held() == []


def test_without_a_key_or_with_a_wrong_one_nothing_is_told(app, kiosk, here):
    stranger = app.test_client()
    for headers in (
        {},
        {"X-Anke-Station": ""},
        {"X-Anke-Station": kiosk.key.swapcase()},
        {"X-Anke-Station": str(kiosk.station_id)},
    ):
        for what in ("people", "tail", "marks"):
            assert stranger.post(f"/station/{what}", json={"marks": [kiosk.mark(here[2])]}, headers=headers).status_code == 410
    assert events() == [] and held() == []


def test_ten_thousand_marks_in_a_batch_are_refused_as_a_whole(kiosk, here):
    mark = kiosk.mark(here[2], "0003", known_by="work_no")

    answer = kiosk.ask("marks", marks=[mark | {"id": str(uuid4())} for _ in range(10_000)])

    assert answer.status_code in (400, 413), answer.text
    assert events() == [] and held() == []


def test_a_signature_of_five_megabytes_is_refused_and_the_next_mark_is_not(leaders_phone, here):
    huge = leaders_phone.mark(here[2], TAILS[2], signature="M1 1" + "l1 1" * 1_300_000)

    assert leaders_phone.ask("marks", marks=[huge]).status_code == 413
    assert leaders_phone.send(leaders_phone.mark(here[3], TAILS[3], signature=FINGER)) == ["counted"]


@pytest.mark.parametrize(
    "marks",
    [
        None, "x", {}, [1], [None], [{}], [{"id": "no"}],
        [{"id": str(UUID(int=1)), "person": str(UUID(int=2)), "mark": "in", "device_at": 10**400, "offset": 0}],
        [{"id": str(UUID(int=1)), "person": str(UUID(int=2)), "mark": "in", "device_at": True, "offset": 0}],
        [{"id": str(UUID(int=1)), "person": str(UUID(int=2)), "mark": "boss", "device_at": 1_790_000_000_000, "offset": 0}],
        [{"id": str(UUID(int=1)), "person": str(UUID(int=2)), "mark": ["in"], "device_at": 1_790_000_000_000, "offset": 0}],
        [{"id": str(UUID(int=1)), "person": 5, "mark": "in", "device_at": 1_790_000_000_000, "offset": "soon"}],
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_and_nothing_happens(kiosk, marks):
    answer = kiosk.ask("marks", marks=marks)

    assert answer.status_code == 422, answer.text
    assert answer.json["code"] == "marks-unreadable"
    assert events() == [] and held() == []


def test_a_body_that_is_no_json_is_answered(kiosk):
    answer = kiosk.client.post("/station/marks", data=b"\xff\xfe{", headers={"X-Anke-Station": kiosk.key})

    assert answer.status_code == 422


def test_a_device_that_sends_rubbish_without_end_is_stopped(kiosk, here, monkeypatch):
    monkeypatch.setattr(arrivals, "MOST_HELD", 5)
    for _ in range(5):
        kiosk.send(kiosk.mark(here[2], "0003", known_by="work_no") | {"device_at": 1_700_000_000_000})

    assert kiosk.ask("marks", marks=[kiosk.mark(here[2])]).status_code == 429


# ---------- opening ----------


def open_page(app, world, hall, client_as, **leader):
    trainer = client_as(world.here.trainer)
    path = f"/sittings/{hall.sitting_id}/stations"
    trainer.post(f"{path}/leader", data=leader) if leader else trainer.post(f"{path}/kiosk")
    return trainer.get(path).text


def test_a_kiosk_is_opened_with_its_code_once_and_within_ten_minutes(app, world, hall, wall, client_as):
    page = open_page(app, world, hall, client_as)
    code = re.search(r"invite-code\">(\d{4}) (\d{4})<", page).group(1, 2)
    tablet = app.test_client()

    opened = tablet.post("/kiosk", data={"code": " ".join(code)})

    key = re.search(r'data-station-key="([^"]+)"', opened.text).group(1)
    assert app.test_client().post("/station/people", json={}, headers={"X-Anke-Station": key}).json["kind"] == "kiosk"
    assert "用过了" in app.test_client().post("/kiosk", data={"code": "".join(code)}).text
    page = open_page(app, world, hall, client_as)
    late = re.search(r"invite-code\">(\d{4}) (\d{4})<", page).group(1, 2)
    wall.forward(minutes=11)
    assert "data-station-key" not in app.test_client().post("/kiosk", data={"code": "".join(late)}).text


def test_codes_cannot_be_tried_through(app, world, hall, client_as):
    page = open_page(app, world, hall, client_as)
    code = "".join(re.search(r"invite-code\">(\d{4}) (\d{4})<", page).group(1, 2))
    guesser = app.test_client()
    for n in range(20):
        guesser.post("/kiosk", data={"code": f"{n:08}"})

    assert "再试" in guesser.post("/kiosk", data={"code": code}).text


def test_a_link_is_not_used_up_by_a_preview_and_opens_one_phone_once(app, world, hall, client_as):
    page = open_page(app, world, hall, client_as, leader="孙丽", team="压榨车间")
    link = re.search(r"http://anke\.test(/station/open/[\w-]+)", page).group(1)
    for _ in range(3):
        assert "在这台设备上打开" in app.test_client().get(link).text

    assert "data-station-key" in app.test_client().post(link).text
    gone = app.test_client().post(link)
    assert gone.status_code == 410 and "重新生成" in gone.text


def test_a_link_expires_and_a_made_up_one_opens_nothing(app, world, hall, wall, client_as):
    page = open_page(app, world, hall, client_as, leader="孙丽", team="")
    link = re.search(r"http://anke\.test(/station/open/[\w-]+)", page).group(1)

    assert app.test_client().get("/station/open/" + "A" * 24).status_code == 410
    wall.forward(hours=14)
    assert app.test_client().get(link).status_code == 410


def test_a_tablet_opened_by_the_trainer_is_no_way_into_the_trainers_account(app, world, hall, client_as):
    page = open_page(app, world, hall, client_as)
    code = "".join(re.search(r"invite-code\">(\d{4}) (\d{4})<", page).group(1, 2))
    tablet = client_as(world.here.trainer)

    tablet.post("/kiosk", data={"code": code})

    assert tablet.get("/lectures").status_code == 303
    assert "/sign-in" in tablet.get("/lectures").location


def test_a_leader_has_a_name(app, world, hall, client_as):
    trainer = client_as(world.here.trainer)

    answer = trainer.post(f"/sittings/{hall.sitting_id}/stations/leader", data={"leader": " ", "team": ""})

    assert answer.status_code == 422 and "请写拿手机的人的姓名" in answer.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Station)).all() == []


def test_the_list_is_answered_in_few_queries_however_many_people(app, kiosk):
    with asked() as sent:
        kiosk.ask("people")

    assert len(sent) <= 6


def test_a_list_that_is_shown_already_is_not_sent_again(kiosk, here):
    first = kiosk.ask("people").json

    assert kiosk.ask("people", seen=first["version"]).json["same"] is True
    kiosk.send(kiosk.mark(here[2], "0003", known_by="work_no"))
    again = kiosk.ask("people", seen=first["version"]).json
    assert [one[4] for one in again["people"] if one[0] == str(here[2])] == [True]


# ---------- the rules ----------


@given(st.lists(st.tuples(st.integers(0, 320), st.integers(0, 160)), min_size=4, max_size=300))
def test_whatever_a_finger_draws_is_a_signature(points):
    path = "M0 0" + "".join(f"l{x - 160} {y - 80}" for x, y in points)

    assert rules.is_signature(path)


@given(st.text(max_size=60))
def test_no_other_text_gets_into_a_drawing(text):
    assert not rules.is_signature(f"M1 1l1 1l1 1l1 1l1 1{text}") or re.fullmatch(r"[Ml0-9 -]*", text)


@given(st.integers(-(10**20), 10**20), st.integers(-(10**20), 10**20))
def test_any_number_is_a_time_or_none(device, offset):
    at = rules.happened_at(device, offset)

    assert at is None or 2000 <= at.year <= 2100


def test_a_tablet_records_in_its_own_session_whatever_it_sends(app, world, hall, kiosk, here):
    with unit_of_work(SYSTEM, "home") as uow:
        other = make_lecture(uow, world.here, state="open")
        elsewhere = {"sitting": str(other.sitting.id), "sitting_id": str(other.sitting.id), "lecture": str(other.id)}

    mark = kiosk.mark(here[2], "0003", known_by="work_no") | elsewhere
    answer = kiosk.ask("marks", marks=[mark], **elsewhere)

    assert answer.json["outcomes"][0]["state"] == "counted"
    assert [(event.lecture_id, event.sitting_id) for event in events()] == [(hall.lecture_id, hall.sitting_id)]


def test_the_page_of_a_tablet_can_be_put_on_the_home_screen(app):
    """What a browser asks of a page before it offers to install it."""
    client = app.test_client()
    page = client.get("/station/")

    link = re.search(r'<link rel="manifest" href="([^"]+)"', page.text)[1]
    manifest = client.get(link)

    assert manifest.mimetype == "application/manifest+json"
    said = json.loads(manifest.text)
    assert said["name"] and said["display"] in ("fullscreen", "standalone")
    assert said["start_url"].startswith(said["scope"]) and client.get(said["start_url"]).status_code == 200
    assert said["icons"] and all(client.get(icon["src"]).mimetype == icon["type"] for icon in said["icons"])
