"""An officer on site registers one in a few taps; each side sees what it has to do, and nobody signs for the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core import clock, workdays
from lms.core.uow import unit_of_work
from lms.hazards import queries, rules
from lms.hazards.models import Hazard, HazardFile, HazardStep
from lms.hazards.rules import Act, Rung, Stage
from lms.hazards.words import CONFIDENCE
from lms.notices.models import Notice
from lms.registry.models import Enterprise, Jurisdiction
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import SYSTEM, flat
from tests.hazards import scene
from tests.lectures.files import photo
from tests.world import World, move

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def hazard(world: World) -> Hazard:
    with unit_of_work(SYSTEM, "system") as uow:
        return scene.found(uow, world.here)


def in_a_month() -> str:
    return f"{clock.local_date(clock.now()) + timedelta(days=30)}"


def send(client: FlaskClient, world: World, **more: object):
    data = {
        "clause": scene.EXPLOSION, "place": "2 号压榨线除尘器", "text": "没有泄爆片", "rectify_by": in_a_month(),
        "sent_id": str(uuid4()),
    } | more  # fmt: skip
    return client.post(f"/enterprises/{world.here.enterprise_id}/hazards/new", data=data, content_type="multipart/form-data")


def signed(client: FlaskClient, hazard: Hazard, where: str, **data: object):
    return client.post(f"/hazards/{hazard.id}/{where}", data=data, content_type="multipart/form-data")


def test_the_sector_of_the_enterprise_decides_which_clauses_are_shown_and_one_is_three_taps_away(
    world: World, client_as: ClientAs
) -> None:
    officer, address = client_as(world.here.officer), f"/enterprises/{world.here.enterprise_id}/hazards/new"
    assert f'href="{address}"' in officer.get(f"/enterprises/{world.here.enterprise_id}").text
    page = officer.get(address)
    groups = re.findall(r'<details class="fold">.*?</details>', page.text, re.DOTALL)
    shown = [re.findall(r'name="clause" value="([\w-]+)"', one) for one in groups]
    assert sum(map(len, shown)) == len(rules.of_sector("工贸")) == page.text.count('name="clause"')
    assert all(one.startswith("GM-") for some in shown for one in some), "other sectors' clauses are hidden"
    assert len(groups) == 12, "a tap opens a group, another one ticks the clause"
    everything = officer.get(f"{address}?all=1").text
    assert everything.count('name="clause"') == len(rules.clauses()) and "为什么按别的行业判定" in everything


def test_what_was_found_on_site_is_on_record_with_its_photo_and_the_firm_sees_it_at_once(
    world: World, client_as: ClientAs
) -> None:
    officer = client_as(world.here.officer)
    sent = str(uuid4())
    for _twice in range(2):
        answer = send(officer, world, sent_id=sent, files=[(BytesIO(photo(1, (40, 30))), "现场.jpg")])
        assert answer.status_code == 303
    shown = client_as(world.here.head).get(answer.location)
    assert 'id="next"' not in shown.text, "the next signature is the bureau's: no card without anything in it"
    page = flat(shown)
    assert "现在要做什么" in page and "没有泄爆片" in page and "短句概括，不是原文" in page and "第十一条（三）" in page
    assert flat(client_as(world.here.trainer).get("/hazards")).count("没关闭的 1 条")
    for other in (world.there.officer, world.there.head, world.here.employee):
        assert client_as(other).get(answer.location).status_code == 404
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.scalar(select(func.count(Hazard.id))) == uow.session.scalar(select(func.count(HazardFile.id))) == 1


def test_a_phone_without_a_network_sends_it_later_and_hears_where_it_is(world: World, client_as: ClientAs) -> None:
    officer = client_as(world.here.officer)
    answer = officer.post(
        f"/enterprises/{world.here.enterprise_id}/hazards/new",
        data={"clause": scene.EXPLOSION, "place": "库房", "text": "x", "rectify_by": in_a_month(), "sent_id": str(uuid4())},
        headers={"X-Later": "1"},
    )
    assert answer.status_code == 201 and officer.get(answer.headers["Content-Location"]).status_code == 200


def test_a_clause_of_another_sector_takes_a_reason_and_nothing_typed_is_lost(world: World, client_as: ClientAs) -> None:
    officer = client_as(world.here.officer)
    refused = send(officer, world, clause="XF05")
    assert refused.status_code == 422 and "选的是别的行业的条目" in refused.text
    assert "没有泄爆片" in refused.text and 'value="XF05" checked' in refused.text
    nowhere = send(officer, world, clause="").text.partition('id="clause"')[2].partition("<details")[0]
    assert "还没有选是哪一条" in nowhere, "a box in a folded group cannot be asked for by the browser: the page says it"
    assert send(officer, world, clause="XF05", other_sector="厂房出租作宾馆").status_code == 303
    assert send(officer, world, clause="没有").status_code == 422
    assert "期限不能早于今天" in by_the_date(send(officer, world, rectify_by="2020-01-01"))
    many = [(BytesIO(photo(1, (8, 6))), f"{n}.jpg") for n in range(11)]
    refused = send(officer, world, files=many)
    assert refused.status_code == 422 and "一次最多 10 个文件" in refused.text and "文件" not in by_the_date(refused)


def by_the_date(answer) -> str:
    """What is said of the deadline, beside it."""
    return answer.text.partition('name="rectify_by"')[2].partition("</div>")[0]


def test_the_page_proposes_the_next_lawful_act_and_a_skipped_one_is_refused_in_a_sentence(
    world: World, client_as: ClientAs, hazard: Hazard
) -> None:
    officer = client_as(world.here.officer)
    answer = officer.get(f"/hazards/{hazard.id}")
    forms = re.findall(r'<form[^>]* method="post"[^>]*action="/hazards/[^>]*>', answer.text)
    assert forms and all("d-print-none" in one for one in forms), "paper has no blank form of what comes next"
    page = flat(answer)
    assert "下一步：停产决定 等岳阳楼区监管人员签字" in page and "由哪里监管岳阳楼区" in page.replace(" ", "")
    assert "施行日期：2023-05-15" in page
    assert "下一步：停产决定" in page and "依据 安全生产法（2021修正）第六十五条" in page and page.count("还没走到") == 7
    assert "发现当天作出停产或不停产的决定：本产品口径" in page, "a term that no law gives is called ours"
    refused = signed(officer, hazard, "act", act="close")
    assert refused.status_code == 422 and "还不能「关闭隐患」：要先「停产决定」" in refused.text
    for act, more, sentence in (
        ("stop", {}, "还没有选是哪一种"), ("stop", {"choice": "part"}, "要写明情况或理由"),
        ("plan", {"words": "x"}, "要先「停产决定」"),
    ):  # fmt: skip
        answer = signed(officer, hazard, "act", act=act, **more)
        assert answer.status_code == 422 and sentence in answer.text
    assert signed(officer, hazard, "act", act="stop", choice="part", words="2 号线停").status_code == 303
    assert "局部停产：2 号线停" in flat(officer.get(f"/hazards/{hazard.id}"))


def test_the_head_signs_with_their_own_account_and_nobody_else_of_the_firm(
    world: World, client_as: ClientAs, hazard: Hazard
) -> None:
    officer, head, trainer = (client_as(one) for one in (world.here.officer, world.here.head, world.here.trainer))
    signed(officer, hazard, "act", act="stop", choice="part", words="2 号线停")
    assert signed(officer, hazard, "act", act="plan", words="装泄爆片").status_code == 422
    assert signed(trainer, hazard, "sign", act="plan", words="装泄爆片").status_code == 404
    assert signed(head, hazard, "act", act="approve").status_code == 404
    assert "要由主要负责人用自己的账号签字" in flat(trainer.get(f"/hazards/{hazard.id}"))
    shown = flat(head.get(f"/hazards/{hazard.id}"))
    assert "请主要负责人写一份整改方案" in shown
    assert "依据待核" in shown and str(CONFIDENCE[hazard.clause_confidence]) in shown, "whom it binds reads how sure it is"
    assert signed(head, hazard, "sign", act="approve").status_code == 422, "not for the firm to approve"
    assert signed(head, hazard, "sign", act="plan", words="装泄爆片").status_code == 303
    assert signed(head, hazard, "sign", act="report", words="装好了").status_code == 422, "the plan is not approved yet"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        last = uow.session.scalars(select(HazardStep).order_by(HazardStep.number.desc()).limit(1)).one()
        assert (last.act, last.signed_by, last.as_head, last.on_paper) == (Act.PLAN, "陈建国", True, False)


def test_whoever_has_to_sign_is_asked_once_a_day(world: World, client_as: ClientAs, hazard: Hazard) -> None:
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Jurisdiction, world.city_id).name = "岳阳楼区"  # of the same name, and another bureau
    offered = [
        "催岳阳楼区监管人员签字" in client_as(one).get(f"/hazards/{hazard.id}").text
        for one in (world.here.officer, world.city_officer)
    ]
    assert offered == [False, True], "whose own turn it is signs"
    signed(officer, hazard, "act", act="stop", choice="part", words="2 号线停")
    assert "人收到" in flat(officer.post(f"/hazards/{hazard.id}/ask", follow_redirects=True))
    assert officer.post(f"/hazards/{hazard.id}/ask").status_code == 409
    assert "王敏催办" in flat(officer.get(f"/hazards/{hazard.id}"))
    assert client_as(world.here.head).post(f"/hazards/{hazard.id}/ask").status_code == 404


def test_every_number_of_the_ladder_opens_its_names(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        second = scene.second_officer(uow, world.here)
        for until in (None, Act.STOP, Act.APPROVE, Act.APPROVE, Act.REPORT, Act.RECHECK, Act.CONFIRM, Act.CLOSE):
            one = scene.found(uow, world.here)
            if until:
                scene.climb(uow, world.here, one, second, until)
        counted = queries.counts(scene.of(uow, world.here.officer))
    officer = client_as(world.here.officer)
    page = officer.get("/hazards").text
    for rung, number in counted.rungs.items():
        rows = officer.get(f"/hazards?rung={rung}&as=json").json["rows"]
        assert len(rows) == number, rung
        if number and rung != "close":
            assert re.search(rf'href="/hazards\?rung={rung}"[^>]*>{number}</a>', page), rung
    assert counted.rungs["closed"] == 1 and counted.open == 7
    assert "没关闭 7 条，今年关闭 1 条" in flat(officer.get("/hazards"))
    assert len(officer.get("/hazards?as=json").json["rows"]) == 7
    assert officer.get("/hazards?rung=nowhere").status_code == 404
    assert "没有这样的隐患" in officer.get("/hazards?q=没有这家").text
    for narrowed, number in (("q=湘粮", 7), ("q=没有这家", 0), ("sector=工贸", 7), ("sector=非煤矿山", 0)):
        assert len(officer.get(f"/hazards?{narrowed}&as=json").json["rows"]) == number, narrowed
    book = officer.get("/hazards?sector=工贸&as=csv").text
    assert book.count("湘粮油脂") == 7 and "泄爆" in book


def test_a_firm_that_never_had_one_sees_so_and_an_officer_is_told_how_to_begin(world: World, client_as: ClientAs) -> None:
    assert "没有登记过您企业的重大事故隐患" in client_as(world.here.head).get("/hazards").text
    officer = client_as(world.here.officer)
    assert "按行业选条目、拍照" in officer.get("/hazards").text
    found = officer.get("/hazards/new?q=湘粮").text
    assert f"/enterprises/{world.here.enterprise_id}/hazards/new" in found
    assert "没有找到" in officer.get("/hazards/new?q=鸿和平").text, "another district's"


def test_evidence_is_handed_to_both_sides_and_to_nobody_else(world: World, client_as: ClientAs, hazard: Hazard) -> None:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        kept = uow.session.scalars(select(HazardFile.id)).one()
    for who in (world.here.officer, world.here.street_officer, world.city_officer, world.here.head, world.here.trainer):
        assert client_as(who).get(f"/hazard-files/{kept}").data == scene.PDF
    assert client_as(world.there.officer).get(f"/hazard-files/{kept}").status_code == 404
    assert client_as(world.here.officer).get(f"/hazard-files/{kept}/view").status_code == 404, "a PDF has no picture"


def test_an_enterprise_of_a_sector_without_clauses_is_offered_all_of_them(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).industry = "其他"
    page = client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}/hazards/new").text
    assert "没有收录判定条目" in page and page.count('name="clause"') == len(rules.clauses())
    assert "必须对照新国标" in page and "必须对照2024版" in page, "before a clause of a replaced edition is taken"
    assert page.count("条目凭知识按2017版概括") == 1 == page.count("2025版新增的概念，凭知识概括"), (
        "what is so of a whole group is said once"
    )


def test_a_recheck_signed_by_one_officer_waits_for_another_and_so_does_a_refusal_to_sign_it(
    world: World, client_as: ClientAs
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        second, one = scene.second_officer(uow, world.here), scene.found(uow, world.here)
        scene.climb(uow, world.here, one, second, Act.REPORT)
    officer = client_as(world.here.officer)
    [failed] = re.findall(r'href="([^"]+)#fail"', officer.get(f"/hazards/{one.id}").text)
    assert '<details class="fold" id="fail" open>' in officer.get(unescape(failed)).text, "beside what says that it is well"
    assert signed(officer, one, "act", act="recheck").status_code == 303
    waits = officer.get(f"/hazards/{one.id}").text
    assert "您已经签过" in waits and 'value="recheck"' not in waits, "nobody is offered what is then refused"
    assert 'value="recheck"' in client_as(second).get(f"/hazards/{one.id}").text
    refused = signed(officer, one, "act", act="recheck")
    assert refused.status_code == 422 and "请另一位来签" in refused.text
    assert "还差 1 个复查人" in flat(officer.get("/hazards"))
    assert signed(client_as(second), one, "act", act="recheck").status_code == 303
    told = flat(officer.get("/hazards"))
    assert "复查通过（第一人）" in told and "复查通过（第二人）" in told
    assert "催陈建国签字" in told and "签下一步" not in told, "it is not one's turn"
    page = officer.get("/hazards").text
    assert f'action="/hazards/{one.id}/ask"' in page
    there = re.search(r'href="(/hazards/[^"]+)">改期限</a>', page)
    assert there and '<details class="fold" id="deadline" open>' in officer.get(unescape(there[1])).text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.get_one(Hazard, one.id).stage is Stage.CHECKED
    assert signed(officer, one, "act", act="refuse", words="说不归他管").status_code == 303
    assert signed(officer, one, "act", act="refuse", words="说不归他管").status_code == 422
    assert "还差 1 人记录拒签" in flat(officer.get("/hazards"))
    assert 'value="confirm"' in client_as(world.here.head).get(f"/hazards/{one.id}").text, "the head may still sign"
    assert signed(client_as(second), one, "act", act="refuse", words="当面说不签").status_code == 303
    assert signed(officer, one, "act", act="close").status_code == 303
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.get_one(Hazard, one.id).stage is Stage.CLOSED


def test_nobody_is_asked_about_what_was_handed_over_and_what_comes_back_stands_where_it_stood(
    world: World, client_as: ClientAs, hazard: Hazard
) -> None:
    officer = client_as(world.here.officer)
    assert signed(officer, hazard, "act", act="transfer", choice="away", words="不归我们", receiver="消防大队").status_code == 303
    page = flat(officer.get(f"/hazards/{hazard.id}"))
    assert "等消防大队的移送回执" in page and "催消防大队" not in page
    assert officer.post(f"/hazards/{hazard.id}/ask").status_code == 409
    assert signed(officer, hazard, "act", act="take_back", words="退回来了").status_code == 303
    assert "下一步：停产决定" in flat(officer.get(f"/hazards/{hazard.id}"))


def test_a_deadline_reckoned_beyond_the_holidays_that_are_known_says_so_wherever_it_is_told(
    world: World, client_as: ClientAs, hazard: Hazard, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, head, own = client_as(world.here.officer), client_as(world.here.head), f"/hazards/{hazard.id}"
    pages = ((officer, own), (head, own), (officer, "/hazards"), (officer, "/hazards?as=json"))
    monkeypatch.setattr(workdays, "arranged_until", lambda: 2025)

    def told() -> set[bool]:
        return {"2025 年以后的法定节假日" in client.get(page).get_data(as_text=True) for client, page in pages}

    assert told() == {False}, "a day of the calendar, or one an officer has set, is as it is"
    with unit_of_work(SYSTEM, "system") as uow:
        scene.climb(uow, world.here, uow.session.get_one(Hazard, hazard.id), "", Act.PLAN)
        bodies = uow.session.scalars(select(Notice.body).where(Notice.title.contains("报来整改方案")))
        assert {"2025 年以后的法定节假日" in body for body in bodies} == {True}
    assert told() == {True}


def test_a_photo_that_is_damaged_says_so_where_it_lies(world: World, client_as: ClientAs, hazard: Hazard) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        kept = uow.session.scalars(select(HazardFile)).one()
        kept.media_type, kept.fault = "image/jpeg", "damaged"
    assert "这张照片打不开" in client_as(world.here.head).get(f"/hazards/{hazard.id}").text


def test_the_register_of_a_day_that_is_over_tells_what_was_signed_by_then_and_every_number_opens_its_names(
    world: World, client_as: ClientAs
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        began, second = uow.now - timedelta(days=20), scene.second_officer(uow, world.here)
        one = scene.found(uow, world.here, began)
        scene.climb(uow, world.here, one, second, Act.APPROVE, began + timedelta(days=2))
        scene.climb(uow, world.here, one, second, Act.CLOSE, began + timedelta(days=10))
        scene.found(uow, world.here, began + timedelta(days=12))
        day = clock.local_date(began)
    officer = client_as(world.here.officer)
    told = {}
    for days in (-1, 0, 5, 11, 13):
        address = f"/hazards?as_of={day + timedelta(days=days)}"
        page = officer.get(address)
        told[days] = {
            rung: len(officer.get(f"{address}&rung={rung}&as=json").json["rows"]) for rung in ("stop", "rectify", "late")
        }
        for rung in ("stop", "rectify"):
            shown = re.search(rf'as_of=[^"]*&amp;rung={rung}"[^>]*>(\d+)</a>', page.text)
            assert int(shown[1] if shown else 0) == told[days][rung], (days, rung)
        assert f"没关闭 {len(officer.get(f'{address}&as=json').json['rows'])} 条" in flat(page)
    assert told[-1] == {"stop": 0, "rectify": 0, "late": 0} and told[5] == {"stop": 0, "rectify": 1, "late": 0}
    assert (told[0]["stop"], told[11]["rectify"], told[13]["stop"]) == (1, 0, 1)
    then = officer.get(f"/hazards?as_of={day + timedelta(days=5)}")
    opened = then.text.partition('id="opened"')[2].partition("</section>")[0]
    assert str(rules.NAMES[Act.APPROVE]) in opened and "签下一步" not in opened and "登记重大隐患" not in then.text
    assert opened.count("王敏") == 2  # stopped and approved: what was signed later is not told
    file = officer.get(f"/hazards?as_of={day + timedelta(days=5)}&as=json").json
    assert file["as_of"].startswith(f"{day + timedelta(days=5)}T23:59") and file["rows"][0]["走到哪一步"] == "整改"
    assert "没关闭 1 条" in flat(officer.get("/hazards"))
    assert "那天还没有登记过" in officer.get(f"/hazards?as_of={day - timedelta(days=1)}").text


def test_the_register_of_yesterday_is_todays_where_nothing_has_moved_since_in_every_list_and_order(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        second = scene.second_officer(uow, world.here)
        acts = (Act.CLOSE, Act.CLOSE, None, Act.PLAN, Act.APPROVE, None, Act.REPORT)
        for days, until in zip(range(30, 23, -1), acts, strict=True):
            at = uow.now - timedelta(days=days)
            one = scene.found(uow, world.here, at, rectify_by=uow.today + timedelta(days=40 - days))
            if until:
                scene.climb(uow, world.here, one, second, until, at + timedelta(hours=30 - days))
        uow.session.scalars(select(Hazard)).all()[2].clause_sector = "冶金行业"
        officer = scene.of(uow, world.here.officer)
        day, numbers = officer.today - timedelta(days=1), Counter()
        for rung in ("", queries.LATE, queries.DUE, *Rung):
            for more in ({}, {"q": "湘粮"}, {"q": "没有这家"}, {"sector": "冶金行业"}):
                wanted = queries.Wanted(rung=rung, **more)
                told, counted = queries.page_on(officer, wanted, day, None)
                known = queries.page(officer, wanted, None)
                assert [row.hazard.id for row in told.rows] == [row.hazard.id for row in known.rows], wanted
                assert counted == queries.counts(officer)
                numbers[tuple(more)] += len(told.rows)
        assert numbers[()] == numbers["q",] > numbers["sector",] > 0
        assert counted.rungs[Rung.CLOSED] == 2 and sum(counted.late.values()) and counted.open == 5
        uow.rollback()


def test_an_enterprise_that_has_moved_since_stands_with_the_district_of_that_day_on_page_file_and_interface(
    app: Flask, world: World, client_as: ClientAs
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        scene.found(uow, world.here, uow.now - timedelta(days=4))
        day = uow.today
        move(uow, world, uow.now - timedelta(days=2))
    here, there = client_as(world.here.officer), client_as(world.there.officer)

    def listed(client: FlaskClient, days: int) -> list[tuple[str, str]]:
        """The street of each, and who has to sign."""
        address = f"/hazards?as_of={day - timedelta(days=days)}"
        rows = client.get(f"{address}&as=json").json["rows"]
        assert ("湘粮油脂有限公司" in client.get(address).text) == bool(rows)
        return [(row["街道"], row["等谁签字"].split()[0]) for row in rows]

    def answered(key: str, days: int) -> list[tuple[str, str]]:
        """The stage of each, and the act that was lawful next, as a program is told."""
        rows = bearing(app, token_of(key)[1]).get(f"/api/v1/hazards?limit=1&as_of={day - timedelta(days=days)}").json["items"]
        return [(row["stage"], row["proposed"]) for row in rows]

    was = [("城陵矶街道", "岳阳楼区监管人员")]
    assert listed(here, 3) == was and listed(client_as(world.here.street_officer), 3) == was
    assert listed(client_as(world.city_officer), 3) == was and listed(client_as(world.here.head), 3) == was
    assert listed(there, 3) == listed(client_as(world.there.street_officer), 3) == []
    for days in (2, 1, 0):
        assert listed(here, days) == [] and listed(there, days) == [("松杨湖街道", "云溪区监管人员")]
    with unit_of_work(SYSTEM, "system") as uow:
        scene.sign(uow, world.there, uow.session.scalars(select(Hazard)).one(), "")
    assert answered(world.here.officer, 3) == [("found", "stop")] and answered(world.there.officer, 3) == []
    assert answered(world.there.officer, 0) == [("stopped", "plan")] and answered(world.here.officer, 0) == []
    then = here.get(f"/hazards?as_of={day - timedelta(days=3)}")
    assert "企业按那天归谁管来列" in flat(then) and "现在归别的辖区管" in flat(then)
    assert "企业按那天归谁管来列" in " ".join(here.get(f"/hazards?as_of={day - timedelta(days=3)}&as=json").json["about"])
    for address in set(re.findall(r'href="(/(?:hazards|hazard-files|enterprises)/[^"]*)"', then.text)):
        assert here.get(address).status_code == 200, f"{address} leads nowhere"
