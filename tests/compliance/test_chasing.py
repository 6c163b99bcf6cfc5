"""A bureau chases who is behind: not too often, not at night, and everything is kept with what came of it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from json import loads

import pytest
from sqlalchemy import select

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.compliance import service as standings
from lms.compliance.chasing import queries, rules, service
from lms.compliance.chasing.rules import Case, Outcome, Refusal, Wording
from lms.compliance.chasing.words import gone_words
from lms.compliance.models import Chase, ChaseWay, Standing
from lms.compliance.visiting.models import FirmDraw, FirmVisit
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.notices.models import Notice
from lms.notices.rules import wakes_at
from lms.registry.models import ChangeKind, Enterprise, Jurisdiction
from lms.registry.queries import head_on
from lms.registry.service import jurisdictions
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, flat, hold, launch
from tests.counting import asked
from tests.world import acting

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)  # 12:00 on the wall
CASE = Case(campaign="讲安全课", bureau="岳阳楼区", due_on=date(2026, 11, 20), head_lectures=True, min_minutes=60)


def as_officer(uow, world, now):
    held = (Held(Role.OFFICER, jurisdiction_id=world.here.district_id),)
    return acting(uow, Actor("user:x", "王敏", held), "campaign.chase", now)


@pytest.mark.parametrize(
    ("here", "anywhere", "answer"),
    [
        ([], [], None),
        ([timedelta(hours=23)], [timedelta(hours=23)], Refusal.TODAY),
        ([timedelta(hours=24)], [timedelta(hours=24)], None),
        ([], [timedelta(hours=1)], None),
        ([], [timedelta(days=1), timedelta(days=3), timedelta(days=6)], Refusal.WEEK),
        ([], [timedelta(days=1), timedelta(days=3), timedelta(days=7)], None),
    ],
)
def test_a_message_waits_24_hours_and_three_in_seven_days_are_enough(here, anywhere, answer):
    assert rules.may_chase(NOON, [NOON - ago for ago in here], [NOON - ago for ago in anywhere]) is answer


def test_a_fourth_message_in_seven_days_is_refused_whichever_bureau_and_campaign_the_others_were_of(world, campaign, uow):
    firm, city = world.here.enterprise_id, uow.session.get_one(Jurisdiction, world.city_id)
    second, of_city = launch(uow, world.here), launch(uow, world.here, jurisdiction=city)
    held = (Held(Role.OFFICER, jurisdiction_id=world.city_id),)

    def chased(days, one, who=None):
        at = NOON + timedelta(days=days)
        by = acting(uow, who, "campaign.chase", at) if who else as_officer(uow, world, at)
        done = service.chase(by, one, [firm], Wording.AUTO)
        return len(done.sent), set(done.refused)

    sent = [chased(0, campaign), chased(1, second), chased(2, of_city, Actor("user:z", "市安委办", held))]

    assert sent == [(1, set())] * 3
    assert chased(3, of_city, Actor("user:z", "市安委办", held)) == (0, {Refusal.WEEK})
    assert chased(6.9, campaign) == chased(6.9, second) == (0, {Refusal.WEEK})
    assert chased(7, campaign) == (1, set())
    assert len(uow.session.scalars(select(Chase).where(Chase.enterprise_id == firm)).all()) == 4


def test_who_is_late_is_told_so_and_who_is_not_is_reminded():
    late, early = rules.words(CASE, Wording.AUTO, date(2026, 11, 23)), rules.words(CASE, Wording.AUTO, date(2026, 11, 20))

    assert (late.title, early.title) == ("已逾期 3 天：讲安全课", "请抓紧安排：讲安全课")
    assert "2026-11-20 前由主要负责人讲一次安全课，不少于 60 分钟" in early.body
    why = rules.words(CASE, Wording.EXPLAIN, NOON.date(), "急。").body
    assert "向监管责任人说明原因" in why and why.endswith("在本系统里申请。急。"), (
        "to whom, and what can be asked for without a call"
    )


def test_who_has_lectured_is_told_what_is_still_missing_and_not_that_it_is_late():
    lacks = replace(CASE, lectured=True, note="参训 40 / 50 人，要求 90%")

    told, explain = (rules.words(lacks, wording, date(2026, 12, 2)) for wording in (Wording.AUTO, Wording.EXPLAIN))
    head, deputy = (
        rules.words(replace(CASE, deputy_counts=True), each, date(2026, 11, 20)) for each in (Wording.HEAD, Wording.AUTO)
    )

    assert told.title == "请补齐：讲安全课"
    assert told.body == "岳阳楼区催办：已开讲，还差：参训 40 / 50 人，要求 90%。请补齐。"
    assert "不算" not in explain.body and explain.body.endswith("已开讲，还差：参训 40 / 50 人，要求 90%。")
    assert "须" not in head.body and "由主要负责人讲一次安全课（写明原因的代讲也算）" in deputy.body


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("chased", "events", "came"),
    [
        ([0], [], [("nothing", None, 7)]),
        ([0, 3], [], [("nothing", None, 3), ("nothing", None, 4)]),
        ([0, 3], [(5, "planned"), (6, "lectured")], [("nothing", None, 3), ("lectured", 6, 3)]),
        ([0, 3], [(2, "extension"), (3, "completed")], [("extension", 2, 2), ("completed", 3, 0)]),
        ([2], [(0, "planned"), (1, "extension")], [("nothing", None, 5)]),
    ],
    ids=[
        "nothing yet",
        "nothing, chased again",
        "the last chase before it has it",
        "each its own",
        "what was before is not of it",
    ],
)
def test_what_came_of_a_chase_is_what_happened_until_the_next_one(chased, events, came):
    def day(n):
        return None if n is None else MONDAY + timedelta(days=n)

    found = rules.came_of(day(7), [day(n) for n in chased], [(day(n), Outcome(what)) for n, what in events])

    assert [(one.what, one.on, one.days) for one in found] == [(what, day(n), days) for what, n, days in came]


def test_each_chase_is_shown_with_what_the_firm_did_after_it(world, campaign, officer, client_as):
    firm = world.here.enterprise_id
    with unit_of_work(SYSTEM, "home") as uow:
        for days in (6, 4, 2):
            service.write_down(
                as_officer(uow, world, uow.now - timedelta(days=days)), campaign, firm, ChaseWay.CALL, f"{days} 天前说尽快"
            )
        today = uow.today
    page = f"/campaigns/{campaign.id}/enterprises/{firm}"
    assert flat(officer.get(page)).count("2 天没有动静") == 3

    asked = {"kind": "extension", "until_on": (today + timedelta(days=40)).isoformat(), "reason": "停产检修"}
    assert client_as(world.here.head).post(f"{page}/deferral", data=asked).status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        came = [one.came.what for one in queries.history(uow, campaign.id, [firm])[firm]]
        assert came == ["extension", "nothing", "nothing"]
    with unit_of_work(SYSTEM, "home") as uow:
        hold(uow, world.here, campaign)
        standings.settle(uow, campaign.id, [firm])
        uscc = uow.session.get_one(Enterprise, firm).uscc

    file = officer.get(f"/campaigns/{campaign.id}/enterprises?as=json").get_json()
    row = next(row for row in file["rows"] if row["统一社会信用代码"] == uscc)
    assert (row["催办次数"], row["最近一次催办"][:10], row["催办结果"]) == (3, str(today - timedelta(days=2)), f"{today} 完成")
    assert [row["催办次数"] for row in file["rows"]].count(0) == len(file["rows"]) - 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        last = queries.last_chases(uow, campaign.id, today - timedelta(days=5))[firm]
        assert (last.number, last.came.what, last.came.days) == (1, "nothing", 1)  # as it was known then

    shown = flat(officer.get(page))
    assert f"{today} 完成" in shown and shown.count("2 天没有动静") == 2
    assert "一企一档" in shown, "its file is called so wherever a page leads to it"
    assert f"{today} 完成" in flat(officer.get(f"/campaigns/{campaign.id}/enterprises"))


def test_by_day_a_message_leaves_at_once_and_at_night_it_waits_for_the_morning(world, campaign, uow):
    firm = [world.here.enterprise_id]

    night = service.chase(as_officer(uow, world, NOON + timedelta(hours=11)), campaign, firm, Wording.AUTO)
    day = service.chase(as_officer(uow, world, NOON + timedelta(days=2)), campaign, firm, Wording.AUTO)

    assert (night.at_once, day.at_once) == (False, True)
    sent = uow.session.execute(select(Notice.urgent).where(Notice.kind == service.KIND).order_by(Notice.sent_at)).scalars()
    assert list(dict.fromkeys(sent)) == [False, True]
    last = [queries.history(as_officer(uow, world, NOON + timedelta(hours=n)), campaign.id, firm)[firm[0]] for n in (12, 48)]
    assert last[0][-1].leaves_at == wakes_at(NOON), "at midnight it still waits"
    assert [told.leaves_at for told in last[1]] == [None, None]


def test_whoever_chases_after_midnight_reads_the_day_and_hour_at_which_it_goes_out(app):
    with app.test_request_context():
        assert "消息 11-27 08:00 发出" in gone_words(2, wakes_at(NOON + timedelta(hours=15)))  # 03:00 on the 27th


def test_who_has_completed_or_was_chased_or_has_no_account_is_named_and_not_told(world, campaign, uow):
    ids = list(uow.session.scalars(select(Standing.enterprise_id).where(Standing.campaign_id == campaign.id)))
    first = service.chase(as_officer(uow, world, NOON), campaign, ids, Wording.AUTO)
    again = service.chase(as_officer(uow, world, NOON + timedelta(hours=2)), campaign, [world.here.enterprise_id], Wording.AUTO)
    hold(uow, world.here, campaign, people=("passed", "passed", "passed", "passed", "excused"))
    standings.settle(uow, campaign.id)
    done = service.chase(as_officer(uow, world, NOON + timedelta(days=3)), campaign, [world.here.enterprise_id], Wording.AUTO)

    assert first.sent == ("湘粮油脂有限公司",)
    assert len(first.refused[Refusal.NOBODY]) == 2
    assert (again.sent, set(again.refused)) == ((), {Refusal.TODAY})
    assert (done.sent, set(done.refused)) == ((), {Refusal.DONE})
    assert len(uow.session.scalars(select(Chase)).all()) == 1


def test_an_officer_ticks_chases_and_sees_what_came_of_it(world, campaign, officer, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急管理局"
    page = officer.get(f"/campaigns/{campaign.id}/enterprises?metric=not_lectured").text
    ticked = re.findall(r'name="enterprise_id" value="([^"]+)"', page)
    assert len(ticked) == 3
    assert re.search(r'class="me"[^>]*><b>王敏</b>', page) and 'data-ticked="催办 {n} 家"' in page, "who chases, and how many"
    assert re.search(r"<button[^>]* data-unticked hidden>取消选择", page)
    left_out = re.findall(r'value="([^"]+)" form="chase" data-rest', page)
    assert len(left_out) == 2 and f"{world.here.enterprise_id}" not in left_out, "the button counts whom a message will reach"

    answer = officer.post(
        f"/campaigns/{campaign.id}/chase?metric=not_lectured",
        data={"enterprise_id": ticked, "wording": "auto", "more": "有困难请来电。"}, follow_redirects=True,
    )  # fmt: skip

    assert "已催办 1 家" in flat(answer)
    assert "还没有开通账号" in flat(answer)
    assert "催过 1 次" in flat(answer)
    assert answer.text.count('form="chase" data-rest') == len(ticked), "just chased: nobody is left, and the button says 0"
    assert answer.request.args["metric"] == "not_lectured"
    inbox = client_as(world.here.trainer)
    assert "有困难请来电" in flat(inbox.get("/inbox"))
    firm = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    told = flat(inbox.get(firm))
    assert "岳阳楼区应急管理局催办" in told and re.search("下达单位 *岳阳楼区应急管理局", told), (
        "by one name, as in the list of campaigns"
    )
    assert "记一次电话" not in flat(inbox.get(firm))
    officer.post(f"{firm}/contact", data={"way": "call", "text": "陈建国说 12 月 3 日讲"})
    assert "电话" in flat(officer.get(firm))
    assert "陈建国说 12 月 3 日讲" in flat(officer.get(firm))
    own = flat(inbox.get(firm))
    assert "电话" in own and "陈建国说 12 月 3 日讲" not in own, "what an officer notes is the bureau's"


def test_the_number_of_enterprises_not_chased_opens_the_names_of_all_of_them_under_why(world, officer):
    with unit_of_work(SYSTEM, "home") as uow:
        firms = add_enterprises(uow, world.here.street_id, 7)
        names = [uow.session.get_one(Enterprise, firm).name for firm in firms]
        campaign = launch(uow, world.here)

    ticked = {"enterprise_id": [str(firm) for firm in firms], "wording": "auto"}
    answer = officer.post(f"/campaigns/{campaign.id}/chase?metric=overdue", data=ticked, follow_redirects=True)

    said, listed = re.search(
        r'class="flash warn".*?<details><summary[^>]*>(.*?)</summary>(.*?)</details>', answer.text, re.S
    ).groups()
    assert "等 7 家没有催：还没有开通账号" in said
    assert listed.split("、") == names


def test_what_is_said_of_many_enterprises_with_long_names_fits_into_what_a_browser_keeps(world, officer):
    with unit_of_work(SYSTEM, "home") as uow:
        firms = add_enterprises(uow, world.here.street_id, 200)
        for at, firm in enumerate(uow.session.scalars(select(Enterprise).where(Enterprise.id.in_(firms)))):
            firm.name = "".join(chr(0x4E00 + (at * 7919 + n * 104729) % 20000) for n in range(100))
        campaign = launch(uow, world.here)

    ticked = {"enterprise_id": [str(firm) for firm in firms], "wording": "auto"}
    answer = officer.post(f"/campaigns/{campaign.id}/chase?metric=not_lectured", data=ticked)

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("anke_session="))
    assert len(cookie.encode()) < 4000, "or the browser drops it and nobody reads why"
    page = officer.get(answer.headers["Location"]).text
    assert "等 200 家没有催：还没有开通账号" in page
    assert 'href="#list">另外 197 家也在下面的名单里' in page and "现在催不了：还没有开通账号" in page


def test_a_call_without_a_result_is_asked_for_again_and_nobody_ticked_is_said(world, campaign, officer):
    firm = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"

    refused = officer.post(f"{firm}/contact", data={"way": "call", "text": ""})
    nobody = officer.post(f"/campaigns/{campaign.id}/chase", data={"wording": "auto"}, follow_redirects=True)

    assert refused.status_code == 422
    assert "请写一句联系的结果" in refused.text
    assert "还没有选企业" in nobody.text


def test_the_neighbour_district_can_neither_chase_nor_see_it(world, campaign, client_as):
    neighbour = client_as(world.there.officer)
    firm = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"

    assert neighbour.get(firm).status_code == 404
    assert neighbour.post(f"{firm}/contact", data={"way": "call", "text": "x"}).status_code == 404
    data = {"enterprise_id": [str(world.here.enterprise_id)], "wording": "auto"}
    assert neighbour.post(f"/campaigns/{campaign.id}/chase", data=data).status_code == 404


def test_once_a_street_has_moved_the_old_district_reads_its_firms_and_acts_on_them_no_more(world, client_as):
    firm = str(world.here.enterprise_id)
    with unit_of_work(SYSTEM, "system") as uow:
        city, street, there = (
            uow.session.get_one(Jurisdiction, one) for one in (world.city_id, world.here.street_id, world.there.district_id)
        )
        before = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=30))
        [stays] = add_enterprises(before, add_street(before, world.here.district_id, "430602031", "留下的街道"), 1)
        [quiet] = add_enterprises(before, world.here.street_id, 1)
        campaign = launch(before, world.here, jurisdiction=city)
        hold(before, world.here, campaign, minutes=20)
        standings.settle(before, campaign.id)
        service.write_down(as_officer(before, world, before.now), campaign, world.here.enterprise_id, ChaseWay.CALL, "划走前打过")
        jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today - timedelta(days=10), target=there, basis="市政府文件")
        head_on(uow, world.here.enterprise_id, uow.today).phone = "19912345678"
        then = uow.today - timedelta(days=20)
    base = f"/campaigns/{campaign.id}"
    page = f"{base}/enterprises/{firm}"
    acts = [
        (f"{base}/chase", {"enterprise_id": [firm], "wording": "auto"}),
        (f"{page}/contact", {"way": "call", "text": "说尽快"}),
        (f"{page}/phone", {}),
        (f"{base}/firm-visits", {"enterprise_id": [firm]}),
    ]
    old, new = client_as(world.here.officer), client_as(world.there.officer)

    shown = old.get(page).text
    assert "本级的催办记录" in shown and "划走前打过" in shown, "who chased it can go on saying so"
    assert "催办记录" not in old.get(f"{base}/enterprises/{quiet}").text, "of what others did nothing is said"
    listed = old.get(f"{base}/enterprises?as_of={then}").text
    assert "催过 1 次" in listed and listed.count("没催过") == 1, "nor in the list: of the one that stayed alone"
    file = {row["催办次数"] for row in old.get(f"{base}/enterprises?as_of={then}&as=json").json["rows"]}
    assert file == {0, 1, None} and "划走前打过" in new.get(page).text
    assert "只能看" in shown and not re.search(r"199\*|/phone|/chase|/contact|/archives", shown)
    read = old.get(f"{page}?as_of={then}").text
    assert "那天的情况" in read and "看今天" not in read
    for path in (f"{base}/summary?as_of={then}", f"{base}/enterprises?as_of={then}"):
        links = [unescape(link) for link in re.findall(rf'href="([^"]*(?:{firm}|/lectures/)[^"]*)"', old.get(path).text)]
        assert links and {old.get(link).status_code for link in links} == {200}, links
    assert "看讲课" in new.get(f"{base}/enterprises?as_of={uow.today - timedelta(days=1)}").text
    assert [old.post(path, data=data).status_code for path, data in acts[:3]] == [404, 404, 404]
    both = {"enterprise_id": [firm, str(stays)], "wording": "auto"}
    for path in (acts[3][0], acts[0][0]):
        said = flat(old.post(path, data=acts[3][1] if path == acts[3][0] else both, follow_redirects=True))
        assert re.search("湘粮油脂有限公司没有(催|记)：已经划出", said), "who was ticked and left out is named"
    old.post(f"{base}/firm-draws?as_of={then}", data={"number": "5"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert len(uow.session.scalars(select(Chase)).all()) == 1 and not uow.session.scalars(select(FirmVisit)).all()
        assert uow.session.scalars(select(FirmDraw)).one().pool == [str(stays)], "only those one may go to"

    assert "199****5678" in new.get(page).text and "看今天" in new.get(f"{page}?as_of={uow.today - timedelta(days=1)}").text
    assert [new.post(path, data=data).status_code for path, data in acts] == [303, 303, 200, 303]


def test_the_list_costs_the_same_queries_however_many_were_chased(world, campaign, officer):
    address = f"/campaigns/{campaign.id}/enterprises"
    officer.get(address)
    with asked("SELECT") as before:
        officer.get(address)
    with unit_of_work(SYSTEM, "home") as uow:
        for firm in uow.session.scalars(select(Standing.enterprise_id)).all():
            service.write_down(as_officer(uow, world, NOON), campaign, firm, ChaseWay.VISIT, "去过")
    with asked("SELECT") as after:
        officer.get(address)

    assert len(after) == len(before)


def test_the_number_of_the_head_is_masked_until_somebody_looks_who_is_written_down(world, campaign, officer, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        head = head_on(uow, world.here.enterprise_id, uow.today)
        head.phone, head.person_id = "19912345678", None  # as the bureau has it, of somebody who is not on the roster
    firm = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"

    page, opened = officer.get(firm), officer.post(f"{firm}/phone")

    assert "199****5678" in page.text and "19912345678" not in page.text
    assert "19912345678" in opened.text and opened.headers["Cache-Control"] == "no-store"
    assert "199" not in flat(client_as(world.here.trainer).get(firm))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        entry = uow.session.scalars(select(ChainEntry).where(ChainEntry.kind == "person.viewed")).one()
        assert loads(entry.fact) == {"actor": world.here.officer, "field": "phone"}  # a key, and nobody's name
