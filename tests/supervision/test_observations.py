"""An officer sits in: on the phone, in three dimensions, with facts; the firm sees it and answers; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from lms.access.models import Membership, Role, User
from lms.archives.official import printing
from lms.archives.official.lectures import lecture_form
from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.core import clock, paging
from lms.core.chance import picked
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture, LecturerMark, LecturerStep, LectureState, Witness
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.registry.models import ChangeKind, Enterprise, EnterpriseState, Jurisdiction
from lms.registry.service import jurisdictions
from lms.supervision import queries, rules
from lms.supervision.models import Observation, ObservationDraw, ObservationVisit
from lms.supervision.rules import DIMENSIONS, nothing_of
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, flat, launch
from tests.lectures.builders import make_lecture
from tests.lectures.files import photo
from tests.quizzes import scenes
from tests.world import LONG_AGO, World, move

ClientAs = Callable[[str], FlaskClient]
TICKED = ["head_whole", "own_marks", "real_risks", nothing_of("effect")]


@pytest.fixture
def lecture_id(world: World) -> UUID:
    """A lecture going on."""
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = scenes.planned_lecture(uow, world.here)
        lecture.state, lecture.year = LectureState.OPEN, uow.today.year
        lecture.sitting.opened_at = uow.now
        return lecture.id


def send(client: FlaskClient, lecture_id: UUID, *, facts: list[str] | None = None, remark: str = "讲得具体", **more: object):
    data = {"facts": TICKED if facts is None else facts, "remark": remark, "sent_id": str(uuid4())} | more
    return client.post(f"/lectures/{lecture_id}/observe", data=data, content_type="multipart/form-data")


def test_what_an_officer_found_is_seen_and_answered_by_the_firm(world: World, lecture_id: UUID, client_as: ClientAs) -> None:
    officer, trainer = client_as(world.here.officer), client_as(world.here.trainer)
    form = flat(officer.get(f"/lectures/{lecture_id}/observe"))
    assert all(str(one.title) in form for one in DIMENSIONS.values()) and "还没有证明讲课人在场" in form
    assert send(officer, lecture_id, photos=(BytesIO(photo(1, (400, 300))), "现场.jpg"), signature="x").status_code == 303
    page = flat(trainer.get(f"/lectures/{lecture_id}"))
    assert "讲得具体" in page and "主要负责人本人讲，全程在场" in page and "4 条符合 2 条" in page and "3 条符合 0 条" in page
    assert "有现场演示或实物" not in page and "没有事先告知" in page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        found = uow.session.scalars(select(Observation)).one()
        assert len(found.photo_ids) == 1
        assert uow.session.scalar(select(func.count()).where(Notice.kind == "observation.found"))
        assert verify(uow, world.here.enterprise_id).whole
    with unit_of_work(SYSTEM, "system") as uow:
        gone = {"user_id": found.user_id, "role": Role.OFFICER, "jurisdiction_id": world.city_id}
        uow.session.add(Membership(**gone, starts_on=uow.today))
    asked = trainer.get(f"/enterprises/{world.here.enterprise_id}/burden?as=json").json["rows"]
    assert [row["部门"] for row in asked if row["什么事"] == "请答复旁听点评"] == ["岳阳楼区"], "whose officer it was that day"
    answer = trainer.post(
        f"/observations/{found.id}/reply", data={"kind": "improved", "text": "已添置检测仪"}, follow_redirects=True
    )
    assert "企业已改进" in flat(answer) and "已添置检测仪" in flat(officer.get(f"/lectures/{lecture_id}"))
    head, reply = client_as(world.here.head), f"/observations/{found.id}/reply"
    assert f'action="{reply}"' in head.get(f"/lectures/{lecture_id}").text
    head.post(reply, data={"kind": "answered", "text": "下次带上检测仪实物"})
    said = flat(officer.get(f"/lectures/{lecture_id}"))
    assert "企业答复" in said and "陈建国下次带上检测仪实物" in said
    for other in (world.there.trainer, world.there.head, world.here.employee):
        assert client_as(other).post(reply, data={"text": "x"}).status_code == 404


def test_an_officer_signs_with_a_finger_and_it_stands_on_the_lecture_and_on_the_form(
    world: World, lecture_id: UUID, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, trainer, path = client_as(world.here.officer), client_as(world.here.trainer), "M10 20l5 5l-5 5l5 5l-5 5"
    send(officer, lecture_id, signature="M1 1")  # a dot is none
    assert "的签名" not in trainer.get(f"/lectures/{lecture_id}").text
    send(officer, lecture_id, signature=path)
    page = trainer.get(f"/lectures/{lecture_id}").text
    picture = re.search(r'src="(/observations/[^"]+/signature\.svg)" alt="([^"]+)的签名"', page)
    assert picture and path in trainer.get(picture[1]).text
    for other in (world.there.trainer, world.there.officer, world.here.employee):
        assert client_as(other).get(picture[1]).status_code == 404
    monkeypatch.setattr(printing, "render_pdf", lambda html, *_styles: html.encode())  # what is printed
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        sheet = printing.form_pdf(lecture_form(uow, uow.session.get_one(Lecture, lecture_id), 11)).decode()
    assert f'd="{path}"' in sheet and f"{picture[2]}（手机上手写签名）" in sheet
    with unit_of_work(SYSTEM, "system") as uow:
        assert verify(uow, world.here.enterprise_id).whole
        uow.session.execute(update(Observation).where(Observation.signature.is_not(None)).values(signature=f"{path}l1 1"))
        assert not verify(uow, world.here.enterprise_id).whole, "the chain knows what was signed"


def test_beside_what_is_ticked_stands_what_the_product_knows_of_it(world: World, lecture_id: UUID, client_as: ClientAs) -> None:
    officer, page = client_as(world.here.officer), f"/lectures/{lecture_id}/observe"
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "sitting_id": lecture.sitting.id}
        when = {"scanned_at": uow.now, "recorded_at": uow.now}
        code = {"mark": Mark.IN, "method": Method.CODE, "trust": Trust.LIVE, "screen": "s", "step": 7}
        for person_id, phone in zip(world.here.person_ids, ("shared", "shared", "own"), strict=False):
            uow.session.add(AttendanceEvent(**of, **when, **code, person_id=person_id, device_id=phone))
    found = flat(officer.get(page))
    assert "2 人与别人用同一部手机签到，还没核实" in found and "已到场" not in found and "也安排了旁听" not in found
    with unit_of_work(SYSTEM, "system") as uow:
        seen = {"step": LecturerStep.START, "witness": Witness.OFFICER_CODE, "at": uow.now, "recorded_at": uow.now}
        uow.session.add(LecturerMark(**of, **seen, person_id=world.here.head_id, told_by="王敏", told_key=world.here.officer))
        at = clock.hour(uow.now)
    for person_id in world.here.person_ids[:2]:
        client_as(world.here.trainer).post(f"/lectures/{lecture_id}/identity/{person_id}")
    client_as(world.here.street_officer).post(f"/lectures/{lecture_id}/visit", data={"announced": "0"})
    found = flat(officer.get(page))
    assert "2 人与别人用同一部手机签到，都已核实" in found and f"已到场 {at}" in found and "也安排了旁听" in found
    assert "已到场" not in flat(client_as(world.here.street_officer).get(page)), (
        "who confirmed the lecturer was there, not a colleague"
    )


def test_each_dimension_needs_a_fact_and_nothing_typed_is_lost(
    app: Flask, world: World, lecture_id: UUID, client_as: ClientAs
) -> None:
    officer = client_as(world.here.officer)
    answer = send(officer, lecture_id, facts=["head_whole", "real_risks"], remark="风险点讲得具体")
    assert answer.status_code == 422 and "「效果好」还没有勾" in answer.text
    assert "风险点讲得具体" in answer.text and 'value="head_whole" checked' in answer.text
    with pytest.raises(rules.Contradiction):
        rules.check_facts([*TICKED, "knows_key"])
    doubted = send(officer, lecture_id, facts=["attendance", *TICKED])
    assert doubted.status_code == 422 and "系统统计 0 / 5 人，不到八成" in doubted.text, "it stands as the bureau's fact"
    assert "不到八成" in doubted.text.split('name="facts"')[0], (
        "the top of the page says that nothing was sent: what is asked once more is three screens below"
    )
    sent = {"facts": ["attendance", *TICKED], "sent_id": str(uuid4())}
    assert send(officer, lecture_id, sure="y", **sent).status_code == 303
    assert send(officer, lecture_id, **sent).status_code == 303, "what has arrived is not asked again"
    assert "系统统计不到八成，提示以后仍这样写" in flat(client_as(world.here.trainer).get(f"/lectures/{lecture_id}"))
    program = bearing(app, token_of(world.here.officer)[1])
    typed = {"remark": "讲得具体", "facts": ["attendance", *TICKED]}
    refused = program.post(f"/api/v1/lectures/{lecture_id}/observe", json=typed)
    assert refused.status_code == 409 and "系统统计 0 / 5 人" in refused.json["detail"], "a program is asked as the page asks"
    insisted = program.post(f"/api/v1/lectures/{lecture_id}/observe", json=typed | {"sure": True})
    assert (insisted.status_code, rules.INSISTED in insisted.json["facts"]) == (201, True)


def plan_another(world: World) -> UUID:
    with unit_of_work(SYSTEM, "system") as uow:
        return make_lecture(uow, world.here, state="open").id


def test_sent_twice_counts_once_and_a_change_leaves_the_first_one_readable(
    world: World, lecture_id: UUID, client_as: ClientAs
) -> None:
    officer, sent_id = client_as(world.here.officer), str(uuid4())
    for _ in range(2):
        assert send(officer, lecture_id, remark="第一次写的", sent_id=sent_id).status_code == 303
    other = plan_another(world)
    assert "是另一堂讲课的" in send(officer, other, sent_id=sent_id).text
    assert "或者是别人交的" in send(client_as(world.city_officer), lecture_id, sent_id=sent_id).text, "else theirs would be lost"
    send(officer, lecture_id, remark="想了想又改的")
    page = flat(client_as(world.here.trainer).get(f"/lectures/{lecture_id}"))
    assert "想了想又改的" in page and "以前交的 1 次" in page and "第一次写的" in page
    assert "1 堂，1 家企业，1 堂没有告知" in flat(officer.get("/observations"))
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [(one.observations, one.firms) for one in queries.officers(uow, uow.today) if one.observations] == [(1, 1)]


def test_an_unannounced_visit_is_hidden_from_the_firm_and_an_announced_one_is_told(
    world: World, lecture_id: UUID, client_as: ClientAs
) -> None:
    officer, trainer, page = client_as(world.here.officer), client_as(world.here.trainer), f"/lectures/{lecture_id}"
    officer.post(f"{page}/visit", data={"announced": "0"})
    assert "要来旁听" not in flat(trainer.get(page)) and "要来旁听" in flat(officer.get(page))
    for _ in range(2):
        officer.post(f"{page}/visit", data={"announced": "1"})
    assert "要来旁听" in flat(trainer.get(page))
    send(officer, lecture_id)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.scalar(select(func.count(ObservationVisit.id))) == 1
        assert uow.session.scalars(select(Observation.announced)).all() == [True]


def test_a_draw_can_be_checked_by_anybody(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        for _ in range(6):
            lecture = scenes.planned_lecture(uow, world.here)
            lecture.state = LectureState.NOTIFIED
            lecture.sitting.planned_starts_at += timedelta(days=1)
            lecture.sitting.planned_ends_at += timedelta(days=1)
    officer = client_as(world.here.officer)
    answer = officer.post("/observations", data={"number": "2"}, follow_redirects=True)
    assert "随机抽到的 2 堂课" in flat(answer)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        drawn = uow.session.scalars(select(ObservationDraw)).one()
        again = picked(drawn.seed, [UUID(each) for each in reversed(drawn.pool)], 2)
        assert len(drawn.pool) == 6 and [one.id for one in queries.picked_lectures(uow, drawn)] == again
    assert client_as(world.there.officer).get(f"/observation-draws/{drawn.id}").status_code == 404


def test_a_functional_area_draws_the_lectures_it_answers_for_and_the_district_no_longer_does(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = scenes.planned_lecture(uow, world.here)
        lecture.state = LectureState.NOTIFIED
        lecture.sitting.planned_starts_at += timedelta(days=1)
        lecture.sitting.planned_ends_at += timedelta(days=1)
        area = uow.session.get_one(Jurisdiction, add_street(uow, world.city_id, "YY-T", "新港区", "县级"))
        district, street = (uow.session.get_one(Jurisdiction, each) for each in (world.here.district_id, world.here.street_id))
        assert queries.to_come(uow, district) == [lecture.id]

        jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=area, basis="三定方案")

        assert (queries.to_come(uow, area), queries.to_come(uow, district)) == ([lecture.id], [])


def test_a_comment_that_is_owed_is_first_to_see_until_it_is_written_or_nothing_came_of_the_visit(
    world: World, lecture_id: UUID, client_as: ClientAs
) -> None:
    officer, elsewhere = client_as(world.here.officer), client_as(world.there.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        launch(uow, world.here)

    def owed(client: FlaskClient) -> tuple[bool, ...]:
        """On the page of visits, and among what is seen first at home."""
        return tuple("待点评" in flat(client.get(page)) for page in ("/observations", "/overview"))

    assert officer.post(f"/lectures/{lecture_id}/visit", data={"announced": "1"}).status_code == 303
    assert owed(officer) == (False, False), "the lecture is not over"
    missed = f"/lectures/{lecture_id}/visit/missed"
    assert officer.post(missed).status_code == 409
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.state, lecture.closed_at = LectureState.CLOSED, uow.now
    assert owed(officer) == (True, True)
    assert owed(elsewhere) == (False, False)
    assert elsewhere.post(missed).status_code == 404

    assert send(officer, lecture_id).status_code == 303
    assert owed(officer) == (False, False)
    assert officer.post(missed).status_code == 409, "it was written"
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(delete(Observation))
    assert owed(officer) == (True, True)
    assert "不再列在待点评里" in flat(officer.post(missed, follow_redirects=True))
    assert owed(officer) == (False, False)
    assert "要来" not in flat(client_as(world.here.trainer).get(f"/lectures/{lecture_id}"))


def test_nothing_is_written_about_a_lecture_that_has_not_begun(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = scenes.planned_lecture(uow, world.here)
        assert uow.session.get_one(Lecture, lecture.id).state == LectureState.DRAFT
    answer = send(client_as(world.here.officer), lecture.id)
    assert answer.status_code == 422 and "签到开放以后才能写点评" in answer.text


def test_who_sat_in_how_often_is_told_by_account_of_this_year_with_those_who_did_not(
    world: World, lecture_id: UUID, client_as: ClientAs
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        for username in ("namesake1", "namesake2"):
            user = User(username=username, name="同名的人", password_hash="not a password", created_at=uow.now)
            user.memberships.append(Membership(role=Role.OFFICER, jurisdiction_id=world.here.street_id, starts_on=LONG_AGO))
            uow.session.add(user)
            uow.session.flush()
            world.here.ids[username] = user.id
        other = scenes.planned_lecture(uow, world.here)
        other.state, other.year, other_id = LectureState.CLOSED, uow.today.year - 1, other.id
    first = client_as(f"user:{world.here.ids['namesake1']}")
    send(first, lecture_id)
    send(first, other_id)  # of last year
    chief = client_as(world.here.officer)
    page = chief.get("/observations")
    assert f"/observations/held?officer={world.here.ids['namesake1']}" in page.text
    assert "同名的人1 堂，1 家企业，1 堂没有告知" in flat(page).replace("同名的人 ", "同名的人")
    assert "同名的人今年还没有旁听" in flat(page).replace("同名的人 ", "同名的人")
    told = chief.get("/observations?as=json&table=officers").get_json()
    own = [(row["姓名"], row["旁听过"]) for row in told["rows"]]
    assert own[0] == ("同名的人", 1) and own.count(("同名的人", 0)) == 1 and ("市安委办", 0) not in own
    behind = chief.get(f"/observations/held?officer={world.here.ids['namesake1']}&as=json").get_json()
    assert len(behind["rows"]) == 1
    assert chief.get(f"/observations/held?officer={uuid4()}").status_code == 404


def test_lectures_and_visits_of_a_village_stand_under_its_street(world: World, lecture_id: UUID, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        village = add_street(uow, world.here.street_id, "430602008201", "测试村", "村级")
        [firm] = add_enterprises(uow, village, 1)
        of_street, of_village = (scenes.planned_lecture(uow, world.here) for _ in range(2))
        of_village.enterprise_id = firm
        of_street.state = of_village.state = LectureState.CLOSED
        of_street.year = of_village.year = uow.today.year
        village_lecture = of_village.id
    officer = client_as(world.here.officer)
    assert send(officer, village_lecture).status_code == 303
    [row] = officer.get("/observations?as=json&table=spread").get_json()["rows"]
    assert row == {"街道": "城陵矶街道", "讲过的课": 2, "旁听过": 1}
    for query, number in (("", 2), ("&observed=1", 1)):
        listed = officer.get(f"/observations/held?street={world.here.street_id}{query}&as=json").get_json()["rows"]
        assert len(listed) == number


def test_lectures_to_come_are_turned_over_and_their_file_is_whole(
    world: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        for at in range(paging.SIZE + 2):
            lecture = scenes.planned_lecture(uow, world.here)
            lecture.state, lecture.title = LectureState.NOTIFIED, f"第{at:03}堂"
            begins = uow.now + timedelta(hours=at + 1)
            lecture.sitting.planned_starts_at, lecture.sitting.planned_ends_at = begins, begins + timedelta(hours=1)
        uow.session.get_one(Enterprise, world.here.enterprise_id).state = EnterpriseState.SUSPENDED
    officer = client_as(world.here.officer)
    first, second = (flat(officer.get(f"/observations?page={number}")) for number in (1, 2))
    assert "停业" in first, "nobody drives there for nothing"
    assert f"第{paging.SIZE - 1:03}堂" in first and f"第{paging.SIZE:03}堂" not in first
    assert f"第{paging.SIZE + 1:03}堂" in second and f"第{paging.SIZE - 1:03}堂" not in second
    whole = officer.get("/observations?page=2&as=json").get_json()
    assert len(whole["rows"]) == paging.SIZE + 2 and f"共 {paging.SIZE + 2} 行" in whole["about"]


def test_who_sat_in_where_is_told_as_it_was_on_any_day(world: World, client_as: ClientAs) -> None:
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        now, day = uow.now, uow.today
        lecture, void = (make_lecture(uow, world.here, state="closed") for _ in range(2))
        lecture.closed_at = void.closed_at = now - timedelta(days=6)
        void.state, void.voided_at = LectureState.VOIDED, now - timedelta(days=1)
        of = {"enterprise_id": world.here.enterprise_id, "lecture_id": lecture.id, "facts": TICKED, "photo_ids": []}
        of |= {"user_id": UUID(world.here.officer.removeprefix("user:")), "officer": "王敏"}
        first = Observation(**of, announced=False, remark="一", sent_id=uuid4(), submitted_at=now - timedelta(days=4))
        uow.session.add(first)
        uow.session.flush()
        again = {"remark": "二", "sent_id": uuid4(), "submitted_at": now - timedelta(days=2), "replaces_id": first.id}
        uow.session.add(Observation(**of, **again, announced=True))

    def told(days: int) -> tuple[int, int, str]:
        """Lectures of the street held, and sat in; and what the officer did."""
        asked = day - timedelta(days=days)
        with unit_of_work(SYSTEM, "system") as uow:
            for one in uow.session.scalars(select(Lecture)):
                one.year = asked.year
        page = f"/observations?as_of={asked}"
        rows = officer.get(f"{page}&as=json&table=spread").json["rows"]
        held = len(officer.get(f"/observations/held?as_of={asked}&as=json").json["rows"])
        assert held == sum(row["讲过的课"] for row in rows)
        shown = flat(officer.get(page))
        assert ("今后 14 天的课" in shown) == (days == 0) and officer.get(f"{page}&as=json").status_code == (404 if days else 200)
        sat_in = next((part for part in ("1 堂没有告知", "0 堂没有告知") if part in shown), "")
        return held, sum(row["旁听过"] for row in rows), sat_in

    assert [told(days) for days in (7, 5, 3, 1, 0)] == [
        (0, 0, ""), (2, 0, ""), (2, 1, "1 堂没有告知"), (1, 1, "0 堂没有告知"), (1, 1, "0 堂没有告知"),
    ]  # fmt: skip


def test_lectures_of_an_enterprise_that_has_moved_since_stand_with_the_street_of_that_day(
    app: Flask, world: World, client_as: ClientAs
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        asked = uow.today - timedelta(days=3)
        lecture = make_lecture(uow, world.here, state="closed")
        lecture.closed_at, lecture.year = uow.now - timedelta(days=6), asked.year
        of = {"enterprise_id": world.here.enterprise_id, "lecture_id": lecture.id, "facts": [], "photo_ids": []}
        of |= {"user_id": UUID(world.here.officer.removeprefix("user:")), "officer": "王敏", "announced": False}
        for days in (4, 1):
            of |= {"remark": f"{days} 天前", "sent_id": uuid4(), "submitted_at": uow.now - timedelta(days=days)}
            uow.session.add(Observation(**of))
        move(uow, world, uow.now - timedelta(days=2))
    then = f"as_of={asked}"
    here, there = client_as(world.here.officer), client_as(world.there.officer)
    spread = here.get(f"/observations?{then}&as=json&table=spread").json
    assert spread["rows"] == [{"街道": "城陵矶街道", "讲过的课": 1, "旁听过": 1}] and "按那天归谁管" in " ".join(spread["about"])
    page = f"/observations/held?street={world.here.street_id}&{then}"
    assert len(here.get(f"{page}&as=json").json["rows"]) == 1 and "按那天归谁管" in flat(here.get(page))
    assert f"/lectures/{lecture.id}" not in here.get(page).text, "it is another district's today"
    assert "按那天归谁管" in flat(here.get(f"/observations?{then}"))
    assert there.get(f"/observations?{then}&as=json&table=spread").json["rows"] == [] and there.get(page).status_code == 404
    by_program = {key: bearing(app, token_of(key)[1]) for key in (world.here.officer, world.there.officer)}
    told = {
        (key, query): [one["remark"] for one in client.get(f"/api/v1/observations{query}").json["items"]]
        for key, client in by_program.items()
        for query in ("", f"?as_of={asked}")
    }
    assert list(told.values()) == [[], ["4 天前"], ["4 天前", "1 天前"], []]
    [row] = there.get("/observations?as=json&table=spread").json["rows"]
    assert row["街道"] == "松杨湖街道" and here.get("/observations?as=json&table=spread").json["rows"] == []
