"""The head is proven as the lecturer: by the own phone with the code in the room, by an officer, or else it is only said."""

import io
import re
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from lms.access.actor import Actor
from lms.access.models import Membership, Role
from lms.attendance import rules as attendance
from lms.attendance import service as scans
from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, Trust
from lms.campaigns import service as campaigns
from lms.compliance.models import Standing
from lms.compliance.rules import Reason, StandingState
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures import queries, rules, service
from lms.lectures.models import Attendee, Lecture, LecturerMark, LecturerStep, Material, Witness
from lms.lectures.rules import Audience
from lms.ledger.service import verify
from lms.registry.models import Jurisdiction
from lms.registry.service.heads import Head, appoint
from tests.compliance.scene import plan
from tests.lectures.builders import make_lecture
from tests.lectures.files import photo

SYSTEM = Actor.system("test")
NOON = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)
HEAD, DEPUTY = uuid4(), uuid4()


def said(number, step, minute, witness="trainer", person=HEAD):
    return SimpleNamespace(
        id=number, step=step, at=NOON + timedelta(minutes=minute), witness=witness, person_id=person
    )  # fmt: skip


@pytest.mark.parametrize(("marks", "minutes", "proven"), [
    pytest.param([], None, False, id="nothing is known"),
    pytest.param([said(1, "start", 0)], None, False, id="no end is not known"),
    pytest.param([said(1, "start", 0), said(2, "end", 62)], 62, False, id="the trainer's word alone"),
    pytest.param([said(1, "start", 0, "own_phone"), said(2, "end", 60, "own_phone")], 60, True, id="own phone"),
    pytest.param([said(1, "start", 0, "officer_code"), said(2, "end", 60, "own_phone")], 60, True, id="an officer sat in"),
    pytest.param([said(1, "start", 0, "officer"), said(2, "end", 60, "own_phone")], 60, False, id="an officer's word"),
    pytest.param([said(1, "start", 0, "own_phone"), said(2, "end", 60)], 60, False, id="the end is only said"),
    pytest.param([said(1, "start", -20), said(2, "start", 0, "own_phone"), said(3, "end", 21, "own_phone")], 21, True,
                 id="the phone counts and not an earlier word"),
    pytest.param([said(1, "start", 0, "own_phone"), said(2, "end", 20, "own_phone"), said(3, "end", 61, "own_phone")], 61, True,
                 id="who went on after the first end confirms again"),
    pytest.param([said(1, "start", 4), said(2, "start", 0), said(3, "end", 60)], 60, False, id="the trainer's last word"),
    pytest.param([said(1, "start", -900, "own_phone"), said(2, "start", 0), said(3, "end", 60)], 60, False,
                 id="a tap of the evening before began another thing"),
])  # fmt: skip
def test_how_long_somebody_spoke_and_how_surely(marks, minutes, proven):
    for order in (marks, marks[::-1]):
        found = rules.proof(order)
        assert (found.minutes, found.proven) == (minutes, proven)


def test_two_names_for_one_lecture_are_a_dispute():
    marks = [said(1, "start", 0, person=DEPUTY), said(2, "start", 1, "own_phone"), said(3, "end", 60, "own_phone")]

    assert (rules.proof(marks).person_id, rules.proof(marks).disputed) == (HEAD, True)


@pytest.mark.parametrize(("marks", "who"), [
    pytest.param([said(1, "start", 0), said(2, "start", 2, "corrected"), said(3, "start", 20, "officer_code", DEPUTY)], DEPUTY,
                 id="an officer with the code of the room"),
    pytest.param([said(1, "start", 0, "trainer", DEPUTY), said(2, "start", 2, "corrected", DEPUTY),
                  said(3, "start", 20, "own_phone")], HEAD, id="the head's own phone"),
])  # fmt: skip
def test_two_people_who_correct_a_time_do_not_decide_who_spoke(marks, who):
    found = rules.proof(marks)

    assert (found.person_id, found.started_at, found.disputed) == (who, NOON + timedelta(minutes=2), True)


@pytest.mark.parametrize(("step", "minute", "opened", "closed", "refused"), [
    pytest.param("start", -25, 0, 70, rules.NotCarried, id="nobody could check in then"),
    pytest.param("start", -25, -30, 70, None, id="check-in was open"),
    pytest.param("start", -35, -30, 70, rules.NotCarried, id="before it was"),
    pytest.param("start", 0, 5, 70, None, id="opened late, and held as planned"),
    pytest.param("start", 9.5, 0, None, rules.NothingToCorrect, id="the same minute with other seconds"),
    pytest.param("end", 50, 0, 70, None, id="it is over"),
    pytest.param("end", 50, 0, None, rules.EndsByTapping, id="it goes on"),
])  # fmt: skip
def test_a_time_is_corrected_to_what_can_have_been(step, minute, opened, closed, refused):
    def at(minutes):
        return None if minutes is None else NOON + timedelta(minutes=minutes)

    plan = SimpleNamespace(planned_starts_at=NOON, planned_ends_at=at(60), opened_at=at(opened), closed_at=at(closed))
    found = rules.proof([said(1, "start", 9.2, "own_phone"), said(2, "end", 25, "own_phone")])
    with pytest.raises(refused) if refused else nullcontext():
        rules.check_time(found, step, at(minute), plan, None, at(90))
    with pytest.raises(rules.NotRecorded, match="没有什么可更正"):
        rules.check_time(rules.proof([said(1, "start", 0)]), "end", at(minute), plan, None, at(90))


def test_whoever_speaks_in_one_shift_of_several_reaches_what_they_are_asked_to_confirm(world, uow, client_as):
    hour, (_head, second, third) = timedelta(hours=1), world.here.person_ids[:3]
    slots = tuple(service.Slot(uow.now + n * hour, uow.now + (n + 1) * hour, "一号厅", f"{n}") for n in range(2))
    lecture = make_lecture(uow, world.here, slots=slots)
    for sitting, who in zip(lecture.sittings, (second, third), strict=True):
        service.open_check_in(uow, lecture, sitting)
        service.confirm_lecturer(uow, sitting, who, LecturerStep.START, Witness.TRAINER, reason="总经理出差")
    uow.session.execute(delete(Attendee).where(Attendee.person_id == third))
    assert lecture.spoken_by_id == second
    paths = f"/lectures/{lecture.id}", f"/sittings/{lecture.sittings[1].id}/times/second"
    uow.session.commit()

    phone = client_as(world.here.employee)
    assert [phone.get(paths[0]).status_code, phone.post(paths[1], data={"do": "drop"}).status_code] == [200, 409]


def confirm(uow, lecture, who, step, witness, minutes_ago=0, **values):
    at = uow.now - timedelta(minutes=minutes_ago)
    return service.confirm_lecturer(uow, lecture.sitting, who, LecturerStep(step), witness, at=at, seen=True, **values)


def test_real_minutes_come_from_the_head_and_not_from_the_plan_or_the_trainer(world, uow):
    lecture = make_lecture(uow, world.here, minutes=60)
    service.open_check_in(uow, lecture)
    confirm(uow, lecture, world.here.head_id, "start", Witness.OWN_PHONE, 21)
    confirm(uow, lecture, world.here.head_id, "end", Witness.OWN_PHONE)

    service.close(uow, lecture, uow.now - timedelta(minutes=61), uow.now)

    assert (lecture.sitting.ended_at - lecture.sitting.started_at) == timedelta(minutes=21)
    assert lecture.lecturer_is_head
    assert lecture.spoken_by_id == world.here.head_id


def test_the_lecturer_is_present_by_the_own_marks(world, uow):
    lecture = make_lecture(uow, world.here)
    service.open_check_in(uow, lecture)
    confirm(uow, lecture, world.here.head_id, "start", Witness.OFFICER, 62)
    confirm(uow, lecture, world.here.head_id, "end", Witness.OFFICER)
    service.close(uow, lecture, uow.now - timedelta(minutes=62), uow.now)

    presence = uow.session.scalars(select(Presence).where(Presence.person_id == world.here.head_id)).one()
    assert (presence.minutes, presence.trust) == (62, Trust.LEADER)


def test_a_trainers_word_is_kept_as_the_weaker_way(world, uow):
    lecture = make_lecture(uow, world.here, state="closed")

    marks = uow.session.scalars(select(LecturerMark).where(LecturerMark.lecture_id == lecture.id)).all()
    assert {mark.witness for mark in marks} == {Witness.TRAINER}
    assert not rules.proof(marks).proven
    assert uow.session.scalars(select(AttendanceEvent)).all() == []


def test_what_the_head_or_an_officer_confirmed_is_a_fact_of_the_chain(world):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        mark_id = confirm(uow, lecture, world.here.head_id, "start", Witness.OFFICER, 62).id

    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, world.here.enterprise_id).whole
        uow.session.get_one(LecturerMark, mark_id).person_id = world.here.person_ids[1]
        uow.session.flush()
        assert [unlike.kind for unlike in verify(uow, world.here.enterprise_id).unlike] == ["lecture.lecturer"]


def test_what_the_trainer_says_of_a_deputy_is_a_fact_too(world):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        mark_id = confirm(uow, lecture, world.here.person_ids[1], "start", Witness.TRAINER, 62, reason="总经理出差").id

    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, world.here.enterprise_id).whole
        uow.session.get_one(LecturerMark, mark_id).reason = "改过的理由"
        uow.session.flush()
        assert [unlike.kind for unlike in verify(uow, world.here.enterprise_id).unlike] == ["lecture.lecturer-said"]


def asked(uow, side, **rule):
    district = uow.session.get_one(Jurisdiction, side.district_id)
    campaign = campaigns.draft(uow, district, plan(uow.today, min_attendance=0, **rule))
    campaigns.launch(uow, campaign)
    return campaign


@pytest.mark.parametrize(("rule", "reason", "counts"), [
    ({}, "总经理出差", False), ({"deputy_counts": True}, "总经理出差", True), ({"deputy_counts": True}, None, False),
    ({"head_lectures": False}, None, True),
])  # fmt: skip
def test_a_deputy_is_not_the_head_and_the_campaign_says_what_that_counts_for(world, uow, rule, reason, counts):
    lecture = make_lecture(uow, world.here, campaign_id=asked(uow, world.here, **rule).id)
    service.open_check_in(uow, lecture)
    deputy = world.here.person_ids[1]
    confirm(uow, lecture, deputy, "start", Witness.TRAINER, 61, reason=reason)
    confirm(uow, lecture, deputy, "end", Witness.TRAINER)

    service.close(uow, lecture, uow.now - timedelta(minutes=61), uow.now)

    assert not lecture.lecturer_is_head
    assert (lecture.lecturer_id, lecture.spoken_by_id) == (world.here.head_id, deputy)
    line = uow.session.scalars(select(Standing).where(Standing.enterprise_id == world.here.enterprise_id)).one()
    assert (line.state != StandingState.NOT_STARTED) == counts
    assert line.reason == (None if counts else Reason.NOT_HEAD) or counts


def scan_as(uow, lecture, person_id, minutes_ago=0):
    """The person scans the code in the room with the own phone, some minutes ago."""
    now, uow.now = uow.now, uow.now - timedelta(minutes=minutes_ago)
    made = scans.new_claim(
        uow, lecture.sitting.id, mark=Mark.IN, method=Method.SCAN, step=attendance.step_of(uow.now), screen="1",
        device_id=person_id.hex,
    )  # fmt: skip
    uow.now = now
    return made


def hall_of(uow, lecture):
    uow.session.flush()
    return scans.hall_of(uow, lecture.sitting.id)


def test_only_the_lecturer_is_offered_to_begin_and_a_second_tap_ends_nothing(world, uow):
    lecture = make_lecture(uow, world.here)
    service.open_check_in(uow, lecture)
    worker, head = world.here.person_ids[2], world.here.head_id
    assert scans.lecturer_offer(uow, hall_of(uow, lecture), worker) is None
    assert scans.lecturer_offer(uow, hall_of(uow, lecture), head).step == LecturerStep.START
    scan = scan_as(uow, lecture, head)

    assert scans.confirm_by_scan(uow, hall_of(uow, lecture), scan, head, "start") is not None
    assert scans.confirm_by_scan(uow, hall_of(uow, lecture), scan, head, "start") is None
    assert scans.confirm_by_scan(uow, hall_of(uow, lecture), scan_as(uow, lecture, worker), worker, "end") is None

    assert lecture.sitting.ended_at is None
    [event] = uow.session.scalars(select(AttendanceEvent)).all()
    assert (event.person_id, event.trust) == (head, Trust.LIVE)


def test_after_the_trainers_word_the_head_still_confirms_the_beginning_and_the_end_is_no_slip_of_the_thumb(world, uow, client_as):
    lecture = make_lecture(uow, world.here, state="open")
    head, began = world.here.head_id, uow.now

    def offered(minutes):
        uow.now = began + timedelta(minutes=minutes)
        return scans.lecturer_offer(uow, hall_of(uow, lecture), head)

    assert [tuple(offered(minutes)) for minutes in (3, 16, 31)] == [("start", False), ("end", True), ("end", False)]
    offered(3)
    made = scans.new_claim(
        uow, lecture.sitting.id, mark=Mark.IN, method=Method.SCAN, step=attendance.step_of(uow.now), screen="1", device_id="head"
    )  # fmt: skip
    assert scans.confirm_by_scan(uow, hall_of(uow, lecture), made, head, "start") is not None

    proof = rules.proof(queries.marks_of(uow, lecture.id))
    assert (proof.start_witness, proof.started_at) == (Witness.OWN_PHONE, began), "confirming takes no minutes from the lecture"
    uow.session.commit()
    shown = client_as(world.here.officer).get(f"/lectures/{lecture.id}").text
    assert "培训管理员登记 · test" in shown and "本人手机扫现场的码" in shown, "whose word each beginning is"
    assert [tuple(offered(minutes)) for minutes in (4, 40)] == [("end", True), ("end", False)]


def test_whoever_tries_the_projector_out_hours_before_does_not_begin_the_lecture_with_a_tap(world, uow):
    lecture = make_lecture(uow, world.here, starts_at=uow.now + timedelta(hours=2))
    service.open_check_in(uow, lecture)
    head, now = world.here.head_id, uow.now

    def offered(minutes):
        uow.now = now + timedelta(minutes=minutes)
        return scans.lecturer_offer(uow, hall_of(uow, lecture), head)

    assert offered(0) is None and offered(59) is None
    assert offered(61).step == "start"


def test_a_sitting_tried_out_the_evening_before_is_closed_as_it_was_held_and_the_page_says_what_counts(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, starts_at=uow.now - timedelta(minutes=70))
        service.open_check_in(uow, lecture)
        confirm(uow, lecture, world.here.head_id, "start", Witness.OWN_PHONE, 900)
        assert service.next_step(queries.proof_of(uow, lecture.sitting.id, uow.now), uow.now) == LecturerStep.START
        service.close(uow, lecture, uow.now - timedelta(minutes=61), uow.now)
        assert (lecture.sitting.minutes, lecture.spoken_by_id) == (61, world.here.head_id)

        other = make_lecture(uow, world.here, starts_at=uow.now - timedelta(minutes=70))
        service.open_check_in(uow, other)
        confirm(uow, other, world.here.head_id, "start", Witness.OWN_PHONE, 66)
        path = f"/sittings/{other.sitting.id}/close"
    page = client_as(world.here.trainer).get(path).text
    assert "本人手机扫现场的码" in page and "下面填别的时间不会改变它" in page


def test_a_shift_nobody_confirmed_is_said_to_be_the_registered_lecturers_whoever_spoke_before(world, uow):
    hour = timedelta(hours=1)
    first, last = uow.now - 4 * hour, uow.now - 2 * hour
    slots = (service.Slot(first, first + hour, "一号厅", "早班"), service.Slot(last, last + hour, "一号厅", "中班"))
    lecture = make_lecture(uow, world.here, slots=slots)
    service.open_check_in(uow, lecture)
    confirm(uow, lecture, world.here.person_ids[1], "start", Witness.TRAINER, 240, reason="总经理出差")
    service.close(uow, lecture, first, first + hour)
    noon = lecture.sittings[1]
    service.open_check_in(uow, lecture, noon)

    service.start(uow, lecture, noon)

    assert queries.proof_of(uow, noon.id).person_id == world.here.head_id
    service.close(uow, lecture, last, last + hour, sitting=noon)
    assert not queries.proof_of(uow, noon.id).disputed


def test_a_scan_of_ten_minutes_ago_proves_nobody(world, uow):
    lecture = make_lecture(uow, world.here)
    service.open_check_in(uow, lecture)

    head, made = world.here.head_id, scan_as(uow, lecture, world.here.head_id, 11)

    with pytest.raises(scans.ClaimTooLate):
        scans.confirm_by_scan(uow, hall_of(uow, lecture), made, head, "start")


def test_the_heads_phone_shows_the_time_and_ends_with_the_digits_on_the_screen(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, campaign_id=asked(uow, world.here).id)
        service.open_check_in(uow, lecture)
        confirm(uow, lecture, world.here.head_id, "start", Witness.OWN_PHONE, 21)
        lecture_id, sitting_id = lecture.id, lecture.sitting.id
    head, path = client_as(world.here.head), f"/sittings/{sitting_id}/lecturing"
    lecture_page = head.get(f"/lectures/{lecture_id}").text
    assert lecture_page.partition('class="split"')[0].count(f'href="{path}"') == lecture_page.count(f'href="{path}"') == 1
    shown = re.sub(r"<[^>]+>|\s", "", head.get(path).text)
    assert "到现在讲了21分钟已签到1/5人" in shown
    assert "时长要求60分钟，还要讲39分钟到课还有4人没签到结束讲完请培训管理员投屏签退码" in shown, "three prompts"
    with unit_of_work(SYSTEM, "home") as uow:
        hall = uow.session.get_one(Lecture, lecture_id).sitting
        for person_id in world.here.person_ids[2:]:
            scans.record(uow, hall, person_id, mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
    shown = re.sub(r"<[^>]+>|\s", "", head.get(f"{path}/now").text)
    assert "已签到4/5人" in shown and "到课还有1人没签到" in shown
    assert "数字不对" in head.post(path, data={"digits": "000000", "step": "end"}).text

    digits = attendance.spoken_code(scans.secret_of(sitting_id), "out", attendance.step_of(clock.now()))
    assert head.post(path, data={"digits": digits, "step": "end"}).status_code == 303

    assert "时长不够：实际 21 分钟，要求 60 分钟" in head.get(path).text
    assert client_as(world.here.employee).get(path).status_code == 404
    assert client_as(world.there.head).get(path).status_code == 404


@pytest.mark.parametrize("role", ["head", "employee"])
def test_whoever_is_to_speak_adds_pictures_from_the_own_phone_until_check_in_opens(world, client_as, role):
    side = world.here
    person_id = {"head": side.head_id, "employee": side.person_ids[2]}[role]
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, side, lecturer_id=person_id, audience=Audience(person_ids=(str(side.person_ids[3]),)))
        path = f"/lectures/{lecture.id}"

    def bring(who: str):
        files = [(io.BytesIO(photo(number, size=(80, 60))), f"隐患{number}.jpg") for number in (1, 2)]
        return client_as(who).post(f"{path}/materials", data={"materials": files}, content_type="multipart/form-data").status_code

    lecturer = client_as(getattr(side, role))
    assert f'action="{path}/materials"' in lecturer.get(path).text
    assert bring(getattr(side, role)) == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kept = list(uow.session.scalars(select(Material)))
    assert [row.file_name for row in kept] == ["隐患1.jpg", "隐患2.jpg"]
    assert [lecturer.get(f"/materials/{row.id}").status_code for row in kept] == [200, 200]  # also who is on no list
    others = [getattr(side, {"head": "employee", "employee": "head"}[role]), side.trainer, world.there.head]
    assert [bring(other) for other in others] == [404, 404, 404]

    with unit_of_work(SYSTEM, "home") as uow:
        service.open_check_in(uow, uow.session.get_one(Lecture, kept[0].lecture_id))
    assert bring(getattr(side, role)) == 409
    assert f'action="{path}/materials"' not in lecturer.get(path).text


def test_an_officer_sitting_in_says_who_spoke_and_a_mismatch_is_flagged(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        lecture_id, sitting_id = lecture.id, lecture.sitting.id
    officer, path = client_as(world.here.street_officer), f"/sittings/{sitting_id}/lecturer"
    assert "旁听确认" in officer.get(f"/lectures/{lecture_id}").text

    form = officer.get(path).text
    assert "何军" not in form, "nobody needs the whole roster to say who speaks"
    spoke = {"step": "start", "person_id": "other", "other": "赵倩", "reason": "总经理出差"}
    assert "证明您在现场" in officer.post(path, data=spoke).text
    assert "数字不对" in officer.post(path, data=spoke | {"digits": "000000"}).text
    digits = {"digits": attendance.spoken_code(scans.secret_of(sitting_id), "in", attendance.step_of(clock.now()))}
    assert "花名册里没有“赵千”" in officer.post(path, data=spoke | digits | {"other": "赵千"}).text
    assert officer.post(path, data=spoke | digits).status_code == 303

    page = client_as(world.here.trainer).get(f"/lectures/{lecture_id}").text
    assert "与登记不符" in page and "总经理出差" in page and "监管人员旁听确认，凭现场的码" in page
    assert "不是主要负责人" in client_as(world.here.head).get(f"/lectures/{lecture_id}").text, "who did nothing for it"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Lecture, lecture_id).spoken_by_id == world.here.person_ids[1]
    assert client_as(world.here.employee).get(path).status_code == 404
    assert client_as(world.there.officer).get(path).status_code == 404


def test_a_trainer_who_names_another_than_the_heads_phone_confirmed_reads_who_counts(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        confirm(uow, lecture, world.here.head_id, "start", Witness.OWN_PHONE, 8)
        path = f"/sittings/{lecture.sitting.id}/lecturer"
    named = {"step": "start", "person_id": "other", "other": "何军", "reason": "代讲"}

    page = client_as(world.here.trainer).post(path, data=named, follow_redirects=True).text

    assert "已记下您说的：何军在讲课。但有更可靠的确认，讲课人仍记为陈建国" in page and "两种说法都留着" in page


def test_an_officer_without_the_code_of_the_room_proves_nothing_and_the_record_says_so(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        lecture_id, path = lecture.id, f"/sittings/{lecture.sitting.id}/lecturer"
    officer, spoke = client_as(world.here.street_officer), {"step": "start", "person_id": str(world.here.head_id)}

    assert officer.post(path, data=spoke | {"without_code": "y"}).status_code == 303

    page = client_as(world.here.trainer).get(f"/lectures/{lecture_id}").text
    assert "监管人员说明，没有现场的码" in page and "开讲已确认" not in page
    tries = [officer.post(path, data=spoke | {"digits": f"{number:06}"}) for number in range(7)]
    assert "连续输错太多次" in tries[-1].text, "an officer at home cannot guess the code either"


def test_an_officer_does_not_end_a_lecture_by_confirming_that_its_lecturer_is_there(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, campaign_id=asked(uow, world.here).id)
        service.open_check_in(uow, lecture)
        confirm(uow, lecture, world.here.head_id, "start", Witness.OWN_PHONE, 8)
        lecture_id, path = lecture.id, f"/sittings/{lecture.sitting.id}/lecturer"
    officer = client_as(world.here.street_officer)
    review = officer.get(f"/lectures/{lecture_id}/observe").text
    assert "开讲已有证明" in review and "还没有证明讲课人在场" not in review
    form = officer.get(path).text
    assert 'type="radio"' in form and " checked" not in form, "what happened is said by the officer and not by the form"
    spoke = {"person_id": str(world.here.head_id), "without_code": "y"}

    asked_again = officer.post(path, data=spoke | {"step": "end"})
    assert asked_again.status_code == 422
    assert "才讲了 8 分钟" in asked_again.text and "专项活动要求 60 分钟" in asked_again.text
    assert "在讲课，记录的开讲时间是" in officer.post(path, data=spoke | {"step": "start"}, follow_redirects=True).text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Lecture, lecture_id).sitting.ended_at is None

    ended = officer.post(path, data=spoke | {"step": "end", "sure": "y"}, follow_redirects=True)
    assert "讲完，记录的时长是 8 分钟" in ended.text


def test_an_officer_who_scans_the_code_on_the_wall_confirms_by_that_scan(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        sitting_id = lecture.sitting.id
    officer, path = client_as(world.here.street_officer), f"/sittings/{sitting_id}/lecturer"
    step = attendance.step_of(clock.now())
    code = attendance.token(scans.secret_of(sitting_id), sitting_id, "in", step, 1)

    asked = officer.get(officer.get(f"/s/{code}").location or "/checkin").text
    assert "我是监管人员，旁听确认讲课人" in asked and path in asked
    assert "凭这次扫码确认" in officer.get(path).text
    spoke = {"step": "start", "person_id": str(world.here.head_id)}
    assert officer.post(path, data=spoke).status_code == 303

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [mark.witness for mark in uow.session.scalars(select(LecturerMark))] == [Witness.OFFICER_CODE]
    assert "证明您在现场" in officer.post(path, data=spoke | {"step": "end"}).text, "one scan, one confirmation"
    assert "我是监管人员" not in client_as(world.there.officer).get(f"/s/{code}", follow_redirects=True).text


def test_a_trainer_who_is_an_officer_elsewhere_is_no_officer_here(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here)
        service.open_check_in(uow, lecture)
        sitting_id = lecture.sitting.id
        user_id = UUID(world.here.trainer.removeprefix("user:"))
        own = {"role": Role.OFFICER, "jurisdiction_id": world.there.district_id}
        uow.session.add(Membership(user_id=user_id, starts_on=uow.today, **own))

    spoke = {"step": "start", "person_id": str(world.here.head_id), "sits_in": "y"}
    assert client_as(world.here.trainer).post(f"/sittings/{sitting_id}/lecturer", data=spoke).status_code == 303

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [mark.witness for mark in uow.session.scalars(select(LecturerMark))] == [Witness.TRAINER]


def heads_change(world, day_of):
    """A new head from the day of an instant on."""
    with unit_of_work(SYSTEM, "home") as uow:
        appoint(uow, [Head(world.here.enterprise_id, "赵倩", person_id=world.here.person_ids[1])], clock.local_date(day_of))


def test_a_lecture_to_come_of_a_head_who_was_replaced_says_so_before_it_is_given_for_nothing(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        page = f"/lectures/{make_lecture(uow, world.here).id}"
    trainer = client_as(world.here.trainer)
    planned = trainer.get(page).text
    assert "（主要负责人）" in planned and "改主讲人" not in planned
    heads_change(world, clock.now())

    told = trainer.get(page).text
    assert "（已不是主要负责人）" in told and "主要负责人现在是赵倩，不再是陈建国" in told and f'{page}/edit">改主讲人' in told
    assert "改主讲人" not in client_as(world.here.officer).get(page).text, "who cannot change it is led nowhere"


def test_a_head_whom_the_roster_does_not_have_is_not_shown_as_who_lectures(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        appoint(uow, [Head(world.here.enterprise_id, "欧阳建国")], uow.today)

    page = client_as(world.here.trainer).get("/lectures/new").text

    assert "登记的主要负责人是欧阳建国，花名册上还没有" in page and "person-box" not in page
    assert 'href="/people">去花名册' in page


def test_a_head_who_spoke_and_was_replaced_before_closing_was_the_head(world):
    with unit_of_work(SYSTEM, "home") as uow:
        began, ended = uow.now - timedelta(days=2, minutes=62), uow.now - timedelta(days=2)
        lecture = make_lecture(uow, world.here, starts_at=began)
        service.open_check_in(uow, lecture)
        for step, at in (("start", began), ("end", ended)):
            service.confirm_lecturer(uow, lecture.sitting, world.here.head_id, LecturerStep(step), Witness.OWN_PHONE, at=at)
        lecture_id = lecture.id
    heads_change(world, ended + timedelta(days=1))

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.close(uow, lecture, began, ended)
        assert lecture.lecturer_is_head, "of the day on which it was given"
        assert world.here.head_id in service.lecturers_of(uow, lecture.sitting)


@pytest.mark.parametrize(("second", "is_head"), [(1, True), (0, False)], ids=["the head of each day", "who was head before"])
def test_each_shift_is_held_against_the_head_of_its_own_day(world, second, is_head):
    with unit_of_work(SYSTEM, "home") as uow:
        first, last = uow.now - timedelta(days=3), uow.now - timedelta(hours=2)
        hour = timedelta(hours=1)
        slots = (service.Slot(first, first + hour, "一号厅", "早班"), service.Slot(last, last + hour, "一号厅", "夜班"))
        lecture = make_lecture(uow, world.here, slots=slots)
        service.open_check_in(uow, lecture)
        service.start(uow, lecture)
        service.close(uow, lecture, first, first + hour)
        lecture_id = lecture.id
    heads_change(world, last)

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        night = lecture.sittings[1]
        service.open_check_in(uow, lecture, night)
        speaks = [world.here.head_id, world.here.person_ids[1]][second]
        service.confirm_lecturer(uow, night, speaks, LecturerStep.START, Witness.TRAINER, at=last, reason="换了负责人")
        service.close(uow, lecture, last, last + hour, sitting=night)
        assert lecture.lecturer_is_head is is_head
