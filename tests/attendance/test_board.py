import importlib
import re
from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.models import PersonalDataView
from lms.attendance import queries, service
from lms.attendance.models import FlagResolution, Mark, Method, PresenceStatus, Trust
from lms.core.memo import Lists
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.registry.models import Person
from tests.api.tokens import bearing, token_of
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, events, fill, identify, presences, scan, share_a_phone, tap
from tests.counting import asked
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")


def board_of(hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return queries.board(uow, uow.session.get_one(Lecture, hall.lecture_id))


def row_of(hall, person_id):
    return next(row for row in board_of(hall).rows if row.person_id == person_id)


def flagged(hall):
    return [row for row in board_of(hall).rows if row.flagged]


def close(hall, wall, *, check_out_rest=False):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        lectures.close(uow, lecture, HALF_PAST_TWO, wall.at, check_out_rest=check_out_rest)


def test_the_board_names_who_is_missing_by_department(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    board = board_of(hall)

    assert (board.counts.expected, board.counts.here, board.counts.absent) == (5, 1, 4)
    assert {name: len(rows) for name, rows in board.missing.items()} == {"压榨车间": 4}
    assert board.live


def test_who_only_scanned_the_way_out_is_missing_wherever_it_is_counted(app, world, wall, hall, client_as):
    phone, who = app.test_client(), world.here.person_ids[2]
    wall.forward(minutes=59)

    said = identify(phone, scan(phone, hall.token("out")), 2).text

    assert "已签退" in said and "没有您的签到记录，还算未到" in said
    row = row_of(hall, who)
    assert (row.status, row.first_in_at, row.last_out_at) == (PresenceStatus.ABSENT, None, wall.at)
    assert "只有签退 15:29" in client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        shown = queries.board(uow, lecture).counts
        assert [queries.tally(uow, lecture.sitting, mark, names=True).done for mark in (Mark.IN, Mark.OUT)] == [0, 0]
        assert (shown.here, shown.absent, shown.checked_out) == (0, 5, 0) and who in queries.to_call(uow, lecture.id)
        assert queries.arrival(uow, hall.sitting_id, None)[-2:] == (0, 0)
    close(hall, wall)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = uow.session.scalars(select(Completion).where(Completion.person_id == who)).one()
        assert "未到课" in found.reasons


def test_nobody_is_late_for_a_lecture_that_began_late(app, world, wall, hall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Lecture, hall.lecture_id).sitting.started_at = None
    wall.forward(minutes=5)
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    assert row_of(hall, world.here.person_ids[2]).late_minutes == 5

    wall.forward(minutes=3)
    client_as(world.here.trainer).post(f"/sittings/{hall.sitting_id}/start")

    assert row_of(hall, world.here.person_ids[2]).late_minutes == 0
    assert set(presences()) == {world.here.person_ids[2]}


def test_the_board_page_updates_by_itself_and_says_nothing_while_nothing_happens(app, world, wall, hall, client_as):
    trainer = client_as(world.here.trainer)
    path = f"/lectures/{hall.lecture_id}/board"
    page = trainer.get(path)
    assert 'hx-trigger="every 1500ms"' in page.text
    assert "登记或请假" in page.text
    for names in ("missing", "came"):
        assert f'href="#{names}"' in page.text and f'id="{names}"' in page.text, "a number leads to its names"
    seen = {"If-None-Match": page.headers["ETag"]}
    assert f'\\"{board_of(hall).version}\\"' in page.text  # what the page sends along when it asks again

    assert trainer.get(path, headers=seen).status_code == 304
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    assert trainer.get(path, headers=seen).status_code == 200


def test_every_change_on_the_board_is_news(app, world, wall, hall, client_as):
    trainer, seen = client_as(world.here.trainer), [board_of(hall).version]
    first, second = world.here.person_ids[2], world.here.person_ids[3]
    phone = app.test_client()

    identify(phone, scan(phone, hall.token()), 2)
    seen.append(board_of(hall).version)
    identify(phone, scan(phone, hall.token()), 3)  # the same phone
    seen.append(board_of(hall).version)
    trainer.post(f"/lectures/{hall.lecture_id}/identity/{first}")
    seen.append(board_of(hall).version)
    wall.forward(seconds=1)
    trainer.post(f"/lectures/{hall.lecture_id}/excuse/{world.here.person_ids[4]}", data={"reason": "病假"})
    seen.append(board_of(hall).version)
    wall.forward(seconds=1)
    trainer.post(f"/lectures/{hall.lecture_id}/attendance/{second}", data={"mark": "out", "reason": "先走"})
    seen.append(board_of(hall).version)
    close(hall, wall.forward(minutes=60) and wall)
    seen.append(board_of(hall).version)

    assert len(set(seen)) == len(seen)
    assert board_of(hall).version == seen[-1]


def test_a_look_at_a_board_without_news_asks_one_thing(app, world, wall, hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert statements(lambda: queries.board_version(uow, hall.lecture_id)) == 1


@pytest.fixture
def shifts(world, wall):
    """A lecture in two shifts, check-in open in both: 刘洋 came to the morning, 孙丽 to the night, 何军 is on leave."""
    slots = tuple(
        lectures.Slot(wall.at + timedelta(hours=8 * n), wall.at + timedelta(hours=8 * n + 1), "3 号会议室", name)
        for n, name in enumerate(("早班", "夜班"))
    )
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, slots=slots)
        for sitting, who in zip(lecture.sittings, (2, 3), strict=True):
            lectures.open_check_in(uow, lecture, sitting)
            person_id = world.here.person_ids[who]
            service.record(uow, sitting, person_id, mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
        service.excuse(uow, lecture, queries.attendee_of(uow, lecture.id, world.here.person_ids[4]), "病假")
        return lecture.id, [sitting.id for sitting in lecture.sittings]


def test_a_shift_lists_who_counts_there_and_whoever_came_to_none_is_missing_in_each(world, shifts):
    lecture_id, (morning, night) = shifts

    def names(sitting_id):
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            board = queries.board(uow, uow.session.get_one(Lecture, lecture_id), sitting_id)
        missing = {row.name for rows in board.missing.values() for row in rows}
        return {row.name for row in board.came}, missing, board

    for sitting_id, came in ((None, {"刘洋", "孙丽", "何军"}), (morning, {"刘洋", "何军"}), (night, {"孙丽", "何军"})):
        assert names(sitting_id)[:2] == (came, {"陈建国", "赵倩"})
    board = names(morning)[2]
    assert (board.shown.here, board.shown.absent, board.shown.expected) == (1, 2, 4)
    assert (board.counts.here, board.counts.expected) == (2, 5), "what the lecture rests on is counted in all"
    assert [(shift.name, shift.here) for shift in board.shifts] == [("早班", 1), ("夜班", 1)]


def test_the_board_of_a_shift_stays_with_its_shift_while_it_refreshes(world, wall, shifts, client_as):
    lecture_id, (morning, night) = shifts
    trainer, path = client_as(world.here.trainer), f"/lectures/{lecture_id}/board"
    page = trainer.get(f"/lectures/{lecture_id}?sitting={morning}").text

    assert f'hx-get="{path}?sitting={morning}"' in page and "在每一场都列为未到" in page
    seen = {"If-None-Match": trainer.get(f"{path}?sitting={morning}").headers["ETag"]}
    assert trainer.get(f"{path}?sitting={morning}", headers=seen).status_code == 304
    assert trainer.get(f"{path}?sitting={night}", headers=seen).status_code == 200
    assert trainer.get(path, headers=seen).status_code == 200


def test_a_shift_of_another_lecture_is_not_found(world, wall, hall, shifts, client_as):
    trainer, (_lecture_id, (morning, _night)) = client_as(world.here.trainer), shifts

    for path in ("", "/board", "/board/print"):
        assert trainer.get(f"/lectures/{hall.lecture_id}{path}?sitting={morning}").status_code == 404
    assert "看哪一场" not in trainer.get(f"/lectures/{hall.lecture_id}").text


def test_the_printed_board_lists_everybody_with_the_time_it_was_true_and_no_phone(app, world, wall, hall, client_as):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    page = client_as(world.here.officer).get(f"/lectures/{hall.lecture_id}/board/print").text

    assert [name for name in ("陈建国", "赵倩", "刘洋", "孙丽", "何军") if name not in page] == []
    assert "数据截至 2026-11-23 14:30:00" in page and "未到 4" in page
    assert "****" not in client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}/board/print").text


def test_the_missing_are_called_by_a_number_that_is_opened_once_and_written_down(app, world, wall, hall, client_as):
    trainer, who = client_as(world.here.trainer), world.here.person_ids[2]
    page = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "199****0610" in page and PHONES[2] not in page
    assert "199****0610" not in client_as(world.here.officer).get(f"/lectures/{hall.lecture_id}").text

    dialled = trainer.post(f"/lectures/{hall.lecture_id}/call", data={"person_id": who}, headers={"HX-Request": "true"})

    assert f'href="tel:{PHONES[2]}"' in dialled.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [view] = uow.session.scalars(select(PersonalDataView))
        assert (view.person_id, view.viewer, view.field) == (who, "赵倩", "phone")
    whole = trainer.post(f"/lectures/{hall.lecture_id}/call", data={"person_id": who})
    assert "<h1>" in whole.text and f"tel:{PHONES[2]}" in whole.text  # without JavaScript a page of its own


def test_what_is_kept_of_a_board_is_never_shown_to_whoever_may_not_see_it_nor_longer_than_it_is_true(
    app, world, wall, hall, client_as, monkeypatch
):
    viewers = [client_as(world.here.trainer), client_as(world.here.officer), client_as(world.here.trainer)]
    trainer, people = viewers[0], world.here.person_ids
    kept = importlib.import_module("lms.attendance.queries.board")

    def look(viewer):
        g.pop("csrf_token", None)  # the test's own context would lend one session's to the next
        return viewer.get(f"/lectures/{hall.lecture_id}/board").text

    def come(who, device):
        with unit_of_work(SYSTEM, "home") as uow:
            sitting = queries.sitting_with_lecture(uow, hall.sitting_id)
            said = {"mark": Mark.IN, "at": uow.now, "method": Method.SCAN, "trust": Trust.LIVE, "device_id": device}
            service.record(uow, sitting, people[who], **said)

    def change(model, condition, **values):
        with unit_of_work(SYSTEM, "home") as uow:
            uow.session.execute(update(model).where(condition).values(**values))

    for happens in (
        lambda: None,
        lambda: come(2, "a phone"),
        lambda: come(3, "a phone"),
        lambda: trainer.post(f"/lectures/{hall.lecture_id}/identity/{people[2]}"),
        lambda: trainer.post(f"/lectures/{hall.lecture_id}/excuse/{people[4]}", data={"reason": "病假"}),
        lambda: change(Person, Person.id == people[3], name="孙<丽"),
        lambda: change(Person, Person.id == people[0], phone="19911112222"),
        lambda: change(Attendee, Attendee.person_id == people[1], department_name="仓储部"),
        lambda: trainer.post(f"/lectures/{hall.lecture_id}/attendance/{people[2]}", data={"mark": "out", "reason": "先走"}),
        lambda: close(hall, wall.forward(minutes=60) and wall),
    ):
        happens()
        shown = [look(viewer) for viewer in viewers]
        tokens = [set(re.findall(r'csrf_token" value="([^"]+)"', page)) for page in shown]
        assert [len(found) for found in tokens] == [1, 0, 1] and tokens[0].isdisjoint(tokens[2])
        assert "登记或请假" in shown[0] and "****" not in shown[1] and "登记或请假" not in shown[1]

        monkeypatch.setattr(kept, "_KNOWN", Lists(99))
        app.extensions.pop("drawn")
        for viewer, page, [token] in zip(viewers, shown, [found or {""} for found in tokens], strict=True):
            fresh = look(viewer)
            [own] = set(re.findall(r'csrf_token" value="([^"]+)"', fresh)) or {""}
            assert page.replace(token, own) == fresh


def test_nobody_is_called_who_is_not_on_the_list_or_by_who_may_not(app, world, wall, hall, client_as):
    path = f"/lectures/{hall.lecture_id}/call"
    trainer = client_as(world.here.trainer)

    assert trainer.post(path, data={"person_id": world.there.person_ids[2]}).status_code == 404
    assert trainer.post(path, data={"person_id": "nobody"}).status_code == 404
    assert trainer.post(path).status_code == 404
    for other in (world.here.head, world.here.officer, world.here.employee, world.there.trainer):
        assert client_as(other).post(path, data={"person_id": world.here.person_ids[2]}).status_code == 404


def test_an_officer_sees_the_board_and_cannot_enter_anybody(app, world, wall, hall, client_as):
    officer = client_as(world.here.officer)

    assert "登记或请假" not in officer.get(f"/lectures/{hall.lecture_id}/board").text
    assert officer.get(f"/lectures/{hall.lecture_id}/attendance/{world.here.person_ids[2]}").status_code == 404


def statements(act, *also):
    """How many selects an act asks for, and statements that begin with one of these words."""
    with asked("SELECT", *also) as sent:
        act()
    return len(sent)


def test_the_board_asks_as_much_for_five_as_for_two_hundred(app, world, wall, hall):
    few = statements(lambda: board_of(hall))
    fill(world, hall, 200)

    assert statements(lambda: board_of(hall)) == few
    assert board_of(hall).counts.expected == 200


def test_two_people_on_one_phone_are_both_recorded_and_flagged_with_both_names(app, world, wall, hall, client_as):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    second = scan(phone, hall.token())
    assert "刘洋" in phone.get(second).text
    assert 'name="phone"' in phone.get(f"{second}?as=other").text
    identify(phone, second, 3)

    assert len(events()) == 2
    assert row_of(hall, world.here.person_ids[2]).shares_phone_with == ("孙丽 0004",)
    assert row_of(hall, world.here.person_ids[3]).shares_phone_with == ("刘洋 0003",)
    assert len(flagged(hall)) == 2
    trainer = client_as(world.here.trainer)
    asked = trainer.get(f"/lectures/{hall.lecture_id}/attention").text
    assert asked.count(">确认本人<") == 1 and "刘洋 0003、孙丽 0004" in asked and "这 2 人用同一部手机签到。" in asked
    assert "待核实 1 条" in asked
    told = bearing(app, token_of(world.here.trainer)[1]).get(f"/api/v1/lectures/{hall.lecture_id}/flags").json["items"]
    assert [one["reason"] for one in told] == ["与孙丽 0004用同一部手机签到。", "与刘洋 0003用同一部手机签到。"]
    said = [trainer.post(f"/lectures/{hall.lecture_id}/identity/{world.here.person_ids[3]}") for _twice in range(2)]

    assert [answer.status_code for answer in said] == [303, 303]
    assert flagged(hall) == []
    assert "已核实 1 条" in trainer.get(f"/lectures/{hall.lecture_id}/attention").text, "counted as it was asked"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lines = uow.session.scalars(select(FlagResolution)).all()
        assert {line.person_id for line in lines} == set(world.here.person_ids[2:4]) and len(lines) == 2, "a line for each"
        assert verify(uow, world.here.enterprise_id).whole
        told = select(ChainEntry.subject_id).where(ChainEntry.kind == "attendance.flag-resolved")
        assert set(uow.session.scalars(told)) == {line.id for line in lines}


def test_a_third_person_on_a_phone_is_flagged_though_the_first_two_were_confirmed(app, world, wall, hall, client_as):
    phone, trainer, known = app.test_client(), client_as(world.here.trainer), ""
    identify(phone, scan(phone, hall.token()), 2)
    for who in (3, 4):
        wall.forward(minutes=1)
        neighbour = scan(phone, hall.token())
        phone.get(f"{neighbour}?as=other")
        identify(phone, neighbour, who)
        assert {row.name for row in flagged(hall)} == {"刘洋", "孙丽", "何军"} - ({"何军"} if who == 3 else set())
        seen, known = known, next(row.flag for row in flagged(hall) if row.person_id == world.here.person_ids[2])
        tapped = f"/lectures/{hall.lecture_id}/identity/{world.here.person_ids[2]}"
        if seen:
            trainer.post(tapped, data={"subject": seen})
            assert len(flagged(hall)) == 3, "a tap on a page that has not shown the third confirms nobody"
        trainer.post(tapped, data={"subject": known})
        assert flagged(hall) == [], "one tap answers for all who share it"
    wall.forward(minutes=40)

    tap(phone, scan(phone, hall.token("out")), "confirm")

    assert flagged(hall) == [], "that those three share a phone is known"
    second = app.test_client()
    for who in (3, 1):
        neighbour = scan(second, hall.token("out"))
        second.get(f"{neighbour}?as=other")
        identify(second, neighbour, who)
    asked = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}/attention").text
    assert "这 2 人与孙丽 0004用同一部手机签到。" in asked, "who shares another phone as well is named with them"


def test_a_mark_that_was_struck_flags_nobody_on_the_board(app, world, wall, hall, client_as):
    share_a_phone(app, hall, 2, 3)
    assert len(flagged(hall)) == 2
    wrong = next(event for event in events() if event.person_id == world.here.person_ids[3])

    client_as(world.here.trainer).post(f"/marks/{wrong.id}/correct", data={"what": "void", "reason": "替别人扫的码"})

    assert flagged(hall) == []
    assert row_of(hall, world.here.person_ids[2]).shares_phone_with == ()


def test_a_person_without_a_phone_is_entered_by_the_trainer_with_a_reason(app, world, wall, hall, client_as):
    trainer, who = client_as(world.here.trainer), world.here.person_ids[4]
    path = f"/lectures/{hall.lecture_id}/attendance/{who}"
    wall.forward(minutes=20)

    refused = trainer.post(path, data={"mark": "in"})
    early = trainer.post(path, data={"mark": "in", "at": "15:00", "reason": "没有带手机"})
    assert (refused.status_code, early.status_code) == (422, 422)
    assert events() == []
    trainer.post(path, data={"mark": "in", "at": "14:29", "reason": "没有带手机"})

    [event] = events()
    assert (event.method, event.trust, event.entered_by, event.reason) == (
        Method.TRAINER, Trust.LEADER, "赵倩", "没有带手机",
    )  # fmt: skip
    assert row_of(hall, who).trust == Trust.LEADER
    assert row_of(hall, who).status == PresenceStatus.PRESENT


def test_leave_is_shown_with_its_reason(app, world, wall, hall, client_as):
    who = world.here.person_ids[4]
    client_as(world.here.trainer).post(f"/lectures/{hall.lecture_id}/excuse/{who}", data={"reason": "病假"})

    assert (row_of(hall, who).status, row_of(hall, who).excused_reason) == (PresenceStatus.EXCUSED, "病假")
    assert board_of(hall).counts.excused == 1


def test_closing_settles_everybody_and_leaves_a_missing_check_out_unknown(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=60)

    close(hall, wall)

    assert len(presences()) == 5
    assert presences()[world.here.person_ids[2]].minutes is None
    assert presences()[world.here.person_ids[3]].status == PresenceStatus.ABSENT


def test_closing_may_check_out_those_still_in(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=60)

    close(hall, wall, check_out_rest=True)

    presence = presences()[world.here.person_ids[2]]
    assert (presence.minutes, presence.status, presence.trust) == (60, PresenceStatus.PRESENT, Trust.LEADER)
    assert [event.method for event in events()] == [Method.SCAN, Method.TRAINER]


def test_what_is_entered_after_the_end_is_back_filled(app, world, wall, hall, client_as):
    wall.forward(minutes=60)
    close(hall, wall)
    who = world.here.person_ids[4]
    for mark, at in (("in", "14:30"), ("out", "15:30")):
        client_as(world.here.trainer).post(
            f"/lectures/{hall.lecture_id}/attendance/{who}", data={"mark": mark, "at": at, "reason": "纸质签到"}
        )

    assert (presences()[who].minutes, presences()[who].trust) == (60, Trust.BACKFILL)


def test_settling_again_gives_the_same(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=60)
    close(hall, wall)
    before = {key: (p.status, p.minutes, p.first_in_at, p.last_out_at, p.trust) for key, p in presences().items()}

    with unit_of_work(SYSTEM, "home") as uow:
        service.settle(uow, uow.session.get_one(Lecture, hall.lecture_id))

    assert {key: (p.status, p.minutes, p.first_in_at, p.last_out_at, p.trust) for key, p in presences().items()} == before


def test_the_projector_shows_code_count_digits_and_masked_names(app, world, wall, hall, client_as):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    trainer = client_as(world.here.trainer)

    page = trainer.get(f"/sittings/{hall.sitting_id}/projector").text
    leaving = trainer.get(f"/sittings/{hall.sitting_id}/projector/stage?mark=out&screen=2").text

    assert "刘*" in page
    assert "刘洋" not in page
    assert "/ 5 人已签到" in page
    assert f"{hall.digits()[:3]} {hall.digits()[3:]}" in page
    assert "<path" in page
    assert 'style="' not in page
    assert f"{hall.digits('out')[:3]} {hall.digits('out')[3:]}" in leaving
    assert "/ 1 人已签退" in leaving
    assert 'out">签退<' in leaving and 'in">签到<' in page, "which of the two marks it is, to be read from the last row"


@pytest.mark.parametrize("who", ["head", "employee", "officer"])
def test_only_the_trainer_projects(world, hall, client_as, who):
    assert client_as(getattr(world.here, who)).get(f"/sittings/{hall.sitting_id}/projector").status_code == 404


def test_the_code_of_another_enterprise_is_not_found(world, hall, client_as):
    stranger = client_as(world.there.trainer)

    assert stranger.get(f"/sittings/{hall.sitting_id}/projector").status_code == 404
    assert stranger.get(f"/lectures/{hall.lecture_id}/board").status_code == 404
    assert stranger.post(f"/lectures/{hall.lecture_id}/excuse/{world.here.person_ids[2]}").status_code == 404


def test_of_many_missing_the_first_department_is_open_and_after_the_end_nobody_is_called(world, wall, hall, client_as):
    fill(world, hall, 20)
    trainer, path = client_as(world.here.trainer), f"/lectures/{hall.lecture_id}"
    page = trainer.get(path).text
    assert re.findall(r'<details class="missing"[^>]*data-find-group="([^"]+)"( open)?>', page) == [
        ("灌装车间", " open"), ("压榨车间", ""),
    ]  # fmt: skip
    assert "打电话" in page and "打印签到表" in page

    wall.forward(minutes=60)
    close(hall, wall)

    page = trainer.get(path).text
    assert "打电话" not in page and "打印签到表" not in page


def test_without_a_script_one_missing_person_is_found_by_name_number_or_department(world, wall, hall, client_as):
    fill(world, hall, 20)
    trainer, path = client_as(world.here.trainer), f"/lectures/{hall.lecture_id}"
    everybody = [row for rows in board_of(hall).missing.values() for row in rows]
    one = next(row for row in everybody if [other.name for other in everybody].count(row.name) == 1)

    def found(page: str) -> list[str]:
        return re.findall(r"<li data-find><span><b>([^<]+)</b>", page)

    page = trainer.get(path).text
    assert re.search(r'<form class="finder[^>]*method="get" action="' + path, page) and len(found(page)) == len(everybody)

    assert found(trainer.get(path, query_string={"find": one.name}).text) == [one.name]
    assert one.name in found(trainer.get(path, query_string={"find": one.work_no}).text)
    of_department = found(trainer.get(path, query_string={"find": f" {one.department_name} "}).text)
    assert one.name in of_department and len(of_department) < len(everybody)

    nobody = trainer.get(path, query_string={"find": "<b>没有这个人"}).text
    assert not found(nobody) and "data-board-none>名单上没有符合的人" in nobody and 'value="&lt;b&gt;没有这个人"' in nobody
    assert f"{len(everybody)} 人" in page
