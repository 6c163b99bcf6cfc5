"""Signals of our own lectures: found by the worker, explained by the firm, looked at by the officer, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from random import Random
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import delete, select

from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.campaigns.models import Campaign
from lms.compliance import queries, service
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.models import Standing
from lms.compliance.signals import gathering
from lms.compliance.signals import service as signals
from lms.compliance.signals.commands import facts
from lms.compliance.signals.files import evaluated
from lms.compliance.signals.listeners import check_signals
from lms.compliance.signals.models import LectureSignal, Said, SignalCheck, SignalWord
from lms.compliance.signals.queries import signals_of
from lms.compliance.signals.rules import SERIOUS
from lms.compliance.signals.rules.parsing import lecture_of
from lms.compliance.signals.rules.writing import record_of
from lms.core import clock, workdays
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture, LecturerMark, LecturerStep, Photo, Sitting, Witness
from lms.lectures.service import add_photo
from lms.quizzes import service as quizzes
from lms.registry.models import Person
from lms.web.locale import COOKIE
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import SYSTEM, flat, hold, launch
from tests.compliance.signals.lectures import HONEST, two_phones_within_forty_seconds
from tests.lectures.files import photo
from tests.quizzes import scenes
from tests.world import World, build_world, move


@pytest.fixture
def short(world: World, campaign: Campaign) -> UUID:
    """A lecture of thirty minutes instead of sixty, found by the worker."""
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = hold(uow, world.here, campaign, minutes=30)
        lecture.closed_at = uow.now
        service.settle(uow, campaign.id)
        signals.mark_due(uow, lecture)
        signals.mark_due(uow, lecture)
        uow.session.get_one(SignalCheck, uow.session.scalar(select(SignalCheck.id))).due_since = uow.now - timedelta(minutes=1)
    check_signals()
    return lecture.id


def lines(lecture_id: UUID) -> list[LectureSignal]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        wanted = select(LectureSignal).where(LectureSignal.lecture_id == lecture_id).order_by(LectureSignal.raised_at)
        return list(uow.session.scalars(wanted))


def test_a_signal_is_found_explained_and_looked_at_and_all_three_stay(
    short: UUID, world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    here, page = world.here, f"/lectures/{short}"
    assert [(one.code, one.level, one.facts) for one in lines(short) if one.level == "serious"] == [
        ("short", "serious", {"minutes": 30, "planned": 60})
    ]
    trainer = client_as(here.trainer)
    seen = flat(trainer.get(page))
    assert "计划 60 分钟，实际 30 分钟" in seen and "也可能没有问题" in seen and "少讲三成请人看" in seen
    answer = trainer.post(f"{page}/signals/short/explain", data={"text": "停电，改天补讲"}, follow_redirects=True)
    assert "停电，改天补讲" in flat(answer)
    officer = client_as(here.officer)
    listed = flat(officer.get("/signals"))
    assert "请人看的 1 堂课" in listed and "粉尘防爆" in listed and "已说明" in listed
    assert "计划 60 分钟" in flat(officer.get(f"/enterprises/{here.enterprise_id}"))
    answer = flat(officer.post(f"{page}/signals/short/look", data={"text": "核实过，属实"}, follow_redirects=True))
    assert "停电，改天补讲" in answer and "核实过，属实" in answer and "计划 60 分钟，实际 30 分钟" in answer
    assert "请人看的 0 堂课" in flat(officer.get("/signals"))
    with unit_of_work(SYSTEM, "system") as uow:  # some name other lectures, some only count them
        of = {"enterprise_id": here.enterprise_id, "lecture_id": short, "level": "notice", "raised_at": uow.now}
        uow.session.add(LectureSignal(**of, code="two_places", facts={"minutes": 40, "lectures": [str(short)]}))
        uow.session.add(LectureSignal(**of, code="same_deck", facts={"lectures": 2, "firms": 1}))
    seen = flat(trainer.get(page))
    assert "重合 40 分钟" in seen and "期「粉尘防爆」" in seen and "另外 2 堂课" in seen
    trainer.set_cookie(COOKIE, "en")
    refresh()
    assert "“粉尘防爆”" in flat(trainer.get(page)) and "期「" not in flat(trainer.get(page))
    assert client_as(world.there.officer).get("/signals").text.count("粉尘防爆") == 0


def test_62_people_within_40_seconds_on_two_phones_are_told_with_facts_thresholds_and_what_may_be_innocent(
    short: UUID, world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    text = json.dumps(two_phones_within_forty_seconds(), ensure_ascii=False).encode()
    [found] = evaluated(BytesIO(text), lambda _what, _lines: None)
    raised = {one.code: one for one in found.signals if one.level == SERIOUS}
    assert {"few_devices", "burst"} <= raised.keys()
    with unit_of_work(SYSTEM, "system") as uow:
        of = {"enterprise_id": world.here.enterprise_id, "lecture_id": short, "level": SERIOUS, "raised_at": uow.now}
        uow.session.add_all([LectureSignal(**of, code=code, facts=raised[code].facts) for code in ("few_devices", "burst")])
    seen = flat(client_as(world.here.officer).get(f"/lectures/{short}"))
    phones, burst = "62 人的签到来自 2 部手机，最多的一部签了 31 人", raised["burst"].facts
    assert (burst["people"], burst["devices"]) == (62, 2) and burst["seconds"] <= 40
    for told in (phones, f"{burst['seconds']} 秒内 62 人签到", "十人里最多一人借同事手机签到", "同事手机没电，借用一下"):
        assert told in seen, told
    assert seen.count("从哪条线起") >= 3


def test_a_lecture_that_cannot_be_looked_at_keeps_no_other_from_it(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        broken, fine = (hold(uow, world.here, campaign, minutes=30) for _ in range(2))
        for minutes, lecture in ((2, broken), (1, fine)):
            lecture.closed_at = uow.now
            signals.mark_due(uow, lecture)
            check = uow.session.scalars(select(SignalCheck).where(SignalCheck.lecture_id == lecture.id)).one()
            check.due_since = uow.now - timedelta(minutes=minutes)
    read, since = signals.facts_of, check.due_since
    monkeypatch.setattr(signals, "facts_of", lambda uow, one: read(uow, one) if one.id == fine.id else 1 / 0)

    check_signals()

    assert "short" in {one.code for one in lines(fine.id)}
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        waiting = uow.session.scalars(select(SignalCheck).where(SignalCheck.due_since.is_not(None))).all()
        assert [(one.lecture_id, one.due_since > since) for one in waiting] == [(broken.id, True)]

    with unit_of_work(SYSTEM, "system") as uow:
        shot = add_photo(uow, uow.session.get_one(Lecture, broken.id), "会场.jpg", BytesIO(photo(1))).id
    with unit_of_work(SYSTEM, "system") as uow:
        check = uow.session.get_one(SignalCheck, waiting[0].id)
        check.checked_at, check.due_since = uow.now - timedelta(hours=1), waiting[0].due_since
        uow.session.get_one(Photo, shot).looked_at = uow.now
        due_since, faults = check.due_since, check.faults
    check_signals()
    with unit_of_work(SYSTEM, "system") as uow:
        assert uow.session.get_one(SignalCheck, waiting[0].id).faults == faults, "a photo is no reason to try again each minute"
        signals.put_off(uow, broken.id, None)
        assert uow.session.get_one(SignalCheck, waiting[0].id).due_since == due_since, (
            "what changed meanwhile does not wait longer"
        )
        uow.rollback()

    now, waits = clock.now(), []
    monkeypatch.setattr(clock, "now", lambda: now)
    for _ in range(16):
        now += timedelta(days=2)
        check_signals()
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            waits.append((uow.session.get_one(SignalCheck, waiting[0].id).due_since - now) // timedelta(minutes=1))
    assert waits == sorted(waits) and waits[:3] == [2, 4, 8] and waits[-1] == 24 * 60, "it is not in the log each minute for ever"
    with unit_of_work(SYSTEM, "system") as uow:
        signals.mark_due(uow, uow.session.get_one(Lecture, broken.id))
        assert uow.session.get_one(SignalCheck, waiting[0].id).due_since == now, "another fact may be what it lacked"


def test_doubt_of_what_is_counted_in_is_named_and_changes_no_standing(short: UUID, world: World, campaign: Campaign) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        refused = queries.scope_for(uow, campaign, uow.today)  # thirty minutes do not count for it
        assert queries.figures(uow, refused).doubtful == 0 == len(queries.listed(uow, refused, "doubtful"))
        campaign = launch(uow, world.here, min_minutes=30)
        service.settle(uow, campaign.id)
        scope = queries.scope_for(uow, campaign, uow.today)
        of = (Standing.campaign_id == campaign.id, Standing.lecture_id == short)
        line = uow.session.scalars(select(Standing).where(*of)).one()
        before = (line.state, line.note, line.attended)
        assert queries.figures(uow, scope).doubtful == 1 == len(queries.listed(uow, scope, "doubtful"))
        signals.look(uow, uow.session.get_one(Lecture, short), "short", "看过")
        service.settle(uow, campaign.id)
        assert queries.figures(uow, scope).doubtful == 0
        assert (line.state, line.note, line.attended) == before
        assert [one.open for one in signals_of(uow, short) if one.line.level == "serious"] == [False]

        day = uow.today - timedelta(days=3)
        line.since_on -= timedelta(days=5)
        for signal in uow.session.scalars(select(LectureSignal)):
            signal.raised_at -= timedelta(days=5)
        of_then = {"jurisdiction_id": world.here.district_id, "area_id": world.here.district_id, "campaign_id": campaign.id}
        bulletin = Bulletin(**of_then, day=day, created_by="王敏", created_at=uow.now, changed_at=uow.now)
        uow.session.add(bulletin)
        uow.session.flush()
        [doubt] = [firm.doubt for firm in gather(uow, bulletin).firms if firm.doubt]
        assert "计划 60 分钟，实际 30 分钟" in doubt, (
            "a bulletin of that day says what the doubt was, also once somebody has looked"
        )


@pytest.mark.parametrize(
    ("rules", "level"), [({}, "serious"), ({"deputy_counts": True}, "notice"), ({"head_lectures": False}, "notice")]
)
def test_a_deputy_is_to_be_looked_at_only_where_the_campaign_waits_for_the_head_alone(
    world: World, rules: dict[str, bool], level: str
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = hold(uow, world.here, launch(uow, world.here, **rules), by_head=False)
        lecture.spoken_by_id = world.here.person_ids[3]
        uow.session.flush()
        signals.check(uow, lecture.id)
        assert [one.line.level for one in signals_of(uow, lecture.id) if one.line.code == "not_head"] == [level]
        known = gathering.facts_of(uow, lecture)
    assert lecture_of(json.dumps(record_of(known))) == known


@pytest.mark.usefixtures("ordinary_monday")
def test_a_firm_that_says_nothing_to_a_signal_for_five_working_days_is_on_the_worklist_until_it_does(
    short: UUID, world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        line = uow.session.scalars(select(Standing).where(Standing.lecture_id == short)).one()
        line.state, line.reason, line.note = "completed", None, None  # by its standing there is nothing left to do
    seen = {}
    for days in range(15):
        with unit_of_work(SYSTEM, "system") as uow:
            for signal in uow.session.scalars(select(LectureSignal).where(LectureSignal.lecture_id == short)):
                signal.raised_at = uow.now - timedelta(days=days)
            uow.session.flush()
            scope = queries.scope_for(uow, campaign, uow.today)
            metrics = ("unanswered", "attention")
            seen[days] = [len(queries.listed(uow, scope, metric)) for metric in metrics]
            assert [getattr(queries.figures(uow, scope), metric) for metric in metrics] == seen[days]
            assert any(one.late for one in signals_of(uow, short)) == bool(seen[days][0])
    assert [days for days, counts in seen.items() if counts == [1, 1]] == [*range(8, 15)], "raised on the Sunday before last"
    assert seen[7] == [0, 0], "the Monday a week ago: five working days, and not more"
    assert seen[10] == [1, 1]

    worklist = f"/campaigns/{campaign.id}/enterprises?metric=attention"
    officer = client_as(world.here.officer)
    assert "信号五个工作日没有说明" in flat(officer.get(worklist)) and "看信号" in officer.get(worklist).text
    assert "信号五个工作日没有说明 1" in flat(officer.get(f"/campaigns/{campaign.id}/summary")), "the card says why it counts it"
    client_as(world.here.trainer).post(f"/lectures/{short}/signals/short/explain", data={"text": "停电，改天补讲"})
    assert "看信号" not in officer.get(worklist).text


def test_an_explanation_is_not_accepted_with_a_reason_and_all_three_texts_stay(
    short: UUID, world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    page = f"/lectures/{short}"
    trainer, officer = client_as(world.here.trainer), client_as(world.here.officer)
    trainer.post(f"{page}/signals/short/explain", data={"text": "停电，改天补讲"})

    look = {"text": "没有停电记录，请补材料", "keep": "1", "from": "list"}
    answer = officer.post(f"{page}/signals/short/look", data=look, follow_redirects=True)

    assert "请人看的 1 堂课" in flat(answer) and "停电，改天补讲" in flat(answer) and "没有停电记录" in flat(answer)
    assert "没有采纳" in flat(trainer.get(page)) and "还请再说明" in flat(trainer.get("/inbox"))
    look = {"text": "补了材料", "keep": "false", "from": "list"}
    assert "请人看的 0 堂课" in flat(officer.post(f"{page}/signals/short/look", data=look, follow_redirects=True))
    shown = flat(trainer.get(page))
    assert all(text in shown for text in ("停电，改天补讲", "没有停电记录，请补材料", "补了材料"))


def test_other_facts_close_the_line_and_open_the_next_one(short: UUID) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        signals.look(uow, uow.session.get_one(Lecture, short), "short", "看过")
    with unit_of_work(SYSTEM, "system") as uow:
        sitting = uow.session.scalars(select(Sitting).where(Sitting.lecture_id == short)).one()
        assert sitting.started_at
        sitting.ended_at = sitting.started_at + timedelta(minutes=20)
        uow.session.flush()
        signals.check(uow, short)
        signals.check(uow, short)
        assert [one.open for one in signals_of(uow, short) if one.line.code == "short"] == [True]  # looked at before these facts
    found = [one for one in lines(short) if one.code == "short"]
    assert [(one.facts["minutes"], one.cleared_at is None) for one in found] == [(30, False), (20, True)]


def test_facts_that_move_a_little_leave_what_was_said_and_the_days_to_answer_and_small_steps_add_up(short: UUID) -> None:
    raised = next(one.raised_at for one in lines(short) if one.code == "short")
    for minutes, as_before in ((29, True), (28, True), (27, True), (26, False)):
        with unit_of_work(SYSTEM, "system") as uow:
            if minutes == 29:
                signals.look(uow, uow.session.get_one(Lecture, short), "short", "看过，停电")
            sitting = uow.session.scalars(select(Sitting).where(Sitting.lecture_id == short)).one()
            assert sitting.started_at
            sitting.ended_at = sitting.started_at + timedelta(minutes=minutes)
            uow.session.flush()
            signals.check(uow, short)
            [shown] = [one for one in signals_of(uow, short) if one.line.code == "short"]
            assert shown.line.facts["minutes"] == minutes
            assert (shown.line.raised_at == raised, not shown.open) == (as_before, as_before), minutes
    assert [one.facts["minutes"] for one in lines(short) if one.code == "short" and one.cleared_at] == [30, 29, 28, 27]


def test_the_facts_of_a_lecture_hold_no_names_and_are_read_again_as_they_were_written(app_on_either: Flask) -> None:
    """With marks, a quiz and its answers, on both databases."""
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        quiz = scenes.open_quiz(uow, world.here)
        lecture = uow.session.get_one(Lecture, quiz.lecture_id)
        attempt = quizzes.start(uow, quiz, world.here.person_ids[2])
        scenes.answer_all(uow, attempt, 3)
        quizzes.submit(uow, attempt)
        for person_id in world.here.person_ids:
            of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "sitting_id": lecture.sitting.id}
            scan = {"mark": Mark.IN, "method": Method.CODE, "trust": Trust.LIVE, "device_id": "phone", "screen": "s", "step": 7}
            when = {"scanned_at": uow.now, "recorded_at": uow.now}
            uow.session.add(AttendanceEvent(**of, **scan, **when, person_id=person_id))
        for witness in Witness:
            seen = {"step": LecturerStep.START, "witness": witness, "at": uow.now, "recorded_at": uow.now}
            uow.session.add(LecturerMark(**of, **seen, person_id=world.here.head_id, told_by="陈建国"))
        uow.session.flush()
        known = gathering.facts_of(uow, lecture)
        written = json.dumps(record_of(known), ensure_ascii=False)
        names = uow.session.scalars(select(Person.name)).all()
        signals.check(uow, lecture.id)
        shown = {one.line.code for one in signals_of(uow, lecture.id)}
    assert {event.device_id for event in known.events} == {"phone"} and len(known.events) == len(world.here.person_ids)
    assert len(known.roster) == len(world.here.person_ids) and known.head_person_id == str(world.here.head_id)
    assert [(len(one.answers), one.score) for one in known.attempts] == [(4, 75)]
    assert all(answer.chars and answer.chars > 10 for answer in known.attempts[0].answers)
    assert lecture_of(written) == known, "however the lecturer was seen"
    assert sorted({mark.method for mark in known.lecturer_marks}) == ["officer", "own_phone", "trainer"]
    assert [name for name in names if name in written] == []
    assert "few_devices" in shown
    done = CliRunner().invoke(facts, ["--lecture", str(lecture.id)])
    assert json.loads(done.stdout)["lecture_id"] == str(lecture.id)


def test_every_line_is_read_again_as_it_was_written() -> None:
    for number, make in enumerate(HONEST.values()):
        known = lecture_of(json.dumps(make(Random(number))))
        assert lecture_of(json.dumps(record_of(known))) == known


def test_the_list_of_signals_of_a_day_that_is_over_has_what_was_open_then_and_what_had_been_said(
    short: UUID, world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    officer = client_as(world.here.officer)
    client_as(world.here.trainer).post(f"/lectures/{short}/signals/short/explain", data={"text": "停电，改天补讲"})
    officer.post(f"/lectures/{short}/signals/short/look", data={"text": "看过现场记录"})
    with unit_of_work(SYSTEM, "system") as uow:
        now, day = uow.now, uow.today
        uow.session.execute(delete(LectureSignal).where(LectureSignal.code != "short"))
        [line] = uow.session.scalars(select(LectureSignal).where(LectureSignal.lecture_id == short)).all()
        line.raised_at = now - timedelta(days=6)
        of = {"enterprise_id": line.enterprise_id, "lecture_id": short, "code": "short", "level": "serious"}
        moved = now - timedelta(days=4)  # when its facts moved a little
        uow.session.add(LectureSignal(**of, facts=line.facts, raised_at=line.raised_at, cleared_at=moved))
        for word in uow.session.scalars(select(SignalWord).where(SignalWord.lecture_id == short)):
            word.said_at = now - timedelta(days=3 if word.said is Said.EXPLAINED else 1)

    def told(days: int) -> tuple[int, int, bool]:
        page = f"/signals?as_of={day - timedelta(days=days)}"
        rows = officer.get(f"{page}&as=json").json["rows"]
        shown = officer.get(page).text
        assert ("粉尘防爆" in shown) == bool(rows) and "写看过的结果" not in shown
        return len(rows), shown.count("停电，改天补讲"), "还没说明" in shown

    assert [told(days) for days in (7, 5, 2, 1)] == [(0, 0, False), (1, 0, True), (1, 1, False), (0, 0, False)]
    assert "没有要看的课" in officer.get("/signals").text


def test_signals_of_a_past_day_stand_with_whoever_supervised_the_enterprise_then(
    app: Flask, short: UUID, world: World, client_as: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        for line in uow.session.scalars(select(LectureSignal)):
            line.raised_at = uow.now - timedelta(days=5)
        day = uow.today - timedelta(days=3)
        move(uow, world, uow.now - timedelta(days=2))
    here, there = client_as(world.here.officer), client_as(world.there.officer)
    then = here.get(f"/signals?as_of={day}")
    assert "请人看的 1 堂课" in flat(then) and "按那天归谁管" in flat(then) and f"/lectures/{short}" not in then.text
    file = here.get(f"/signals?as_of={day}&as=json").json
    assert len(file["rows"]) == 1 and "按那天归谁管" in " ".join(file["about"])
    assert "请人看的 0 堂课" in flat(there.get(f"/signals?as_of={day}"))
    assert "请人看的 0 堂课" in flat(here.get("/signals")) and "请人看的 1 堂课" in flat(there.get("/signals"))
    with unit_of_work(SYSTEM, "system") as uow:
        for line in uow.session.scalars(select(LectureSignal)):
            line.cleared_at = uow.now - timedelta(days=1)
    program = bearing(app, token_of(world.there.officer)[1])
    told = {query: program.get(f"/api/v1/lectures/{short}/signals{query}").json["items"] for query in ("", f"?as_of={day}")}
    assert told[""] == [] and {"short"} <= {one["code"] for one in told[f"?as_of={day}"]}
    assert "法定节假日" not in then.text
    monkeypatch.setattr(workdays, "arranged_until", lambda: 2025)
    assert "2025 年以后的法定节假日" in here.get("/signals").text, "five working days of silence are reckoned"
