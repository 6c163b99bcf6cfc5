"""The patch of an officer: nobody in charge, no head, no activity, each with its names; and handed over in one step."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import time, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.access.models import Membership, Role
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.compliance.models import Standing
from lms.compliance.patch import service as patch
from lms.compliance.service import settle
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction
from lms.registry.queries.charge import names_who_left
from lms.registry.service import transfers
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, flat, hold, officer_over, plan
from tests.world import LONG_AGO, World, acting


def test_each_gap_is_counted_on_the_home_page_and_opens_its_names(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        (lonely,) = add_enterprises(uow, world.here.street_id, 1, officer=None)
        own, other = (uow.session.get_one(Enterprise, each) for each in (world.here.enterprise_id, lonely))
        own.created_at = other.created_at = uow.now - timedelta(days=400)
        day = uow.today - timedelta(days=1)
        hold(uow, world.here, campaign).created_at = clock.at(day, time(23, 59, 30))
        name = other.name
        with_head = set(uow.session.scalars(select(HeadAppointment.enterprise_id)))
        without = set(uow.session.scalars(select(Enterprise.name).where(Enterprise.id.not_in(with_head))))
    officer = client_as(world.here.officer)
    home = flat(officer.get("/overview"))
    assert f"不知道主要负责人 {len(without)}" in home and "12 个月没有活动 1" in home
    for verb, fine, said in (
        ("底子清", 4, "家归到了街道、乡镇"), ("情况明", 4 - len(without), "家知道主要负责人"), ("有人管", 2, "家有监管责任人"),
        ("管到位", 3, "家 12 个月里有活动"),
    ):  # fmt: skip
        assert re.search(rf"{verb} [\d.]+% .*?{fine} / 4 {said}", home), home[home.index(verb) :][:80]
    assert name in flat(officer.get("/patch?gap=nobody")) and name in flat(officer.get("/patch?gap=idle"))
    idle = [flat(officer.get(f"/patch?gap=idle&as_of={on}")) for on in (day - timedelta(days=1), day)]
    assert ["湘粮油脂有限公司" in each for each in idle] == [True, False], "its lecture is of that day to the last second"
    listed = flat(officer.get("/patch?gap=no_head"))
    assert all(each in listed for each in without) and "湘粮油脂有限公司" not in listed
    assert name not in flat(client_as(world.there.officer).get("/patch?gap=nobody"))
    assert officer.get("/patch?gap=other").status_code == 404
    told = officer.get("/patch?gap=nobody&as=csv").data.decode("utf-8-sig")
    assert "筛选：没有人管" in told and "共 2 行" in told and name in told


def test_a_firm_in_no_street_is_shown_until_it_has_one(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.here.district_id
    officer = client_as(world.here.officer)
    home, listed = flat(officer.get("/overview")), flat(officer.get("/patch?gap=no_street"))
    assert "没有归到街道、乡镇 1" in home and "湘粮油脂有限公司" in listed
    assert "湘粮油脂有限公司" in officer.get("/patch?gap=no_street&as=json").get_data(as_text=True)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.here.street_id
    assert "没有归到街道、乡镇" not in flat(officer.get("/overview"))


def test_a_patch_is_handed_over_in_one_step_and_past_days_keep_their_officer(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        before = uow.session.scalars(select(Standing).where(Standing.officer_name == "李强")).all()
        ids = [line.enterprise_id for line in before]
        for line in before:
            line.since_on -= timedelta(days=3)
    officer = client_as(world.here.officer)
    assert "交给的还是同一个人" in officer.post("/patch", data={"name": "李强", "successor": "李强"}).text
    assert "没有要移交的" in officer.post("/patch", data={"name": "没有这人", "successor": "周凯"}).text
    answer = flat(officer.post("/patch", data={"name": "李强", "successor": "周凯", "asked": "周凯"}, follow_redirects=True))
    assert f"{len(ids)} 家企业从今天起由周凯负责" in answer
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.enterprise_id.in_(ids)).order_by(Standing.since_on)).all()
        assert ids and {line.officer_name for line in lines if line.until_on} == {"李强"}
        assert {line.officer_name for line in lines if not line.until_on} == {"周凯"}
        assert set(uow.session.scalars(select(Enterprise.officer_name).where(Enterprise.id.in_(ids)))) == {"周凯"}


def test_the_patch_of_a_past_day_counts_and_names_whom_it_had_then_with_who_answered_for_them(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        uow.execute(update(Enterprise).values(created_at=uow.now - timedelta(days=30)))
        uow.execute(update(Standing).values(since_on=uow.today - timedelta(days=30)))
        day, then = uow.today - timedelta(days=5), acting(uow, SYSTEM, "home", uow.now - timedelta(days=5))
        gone, given = (
            uow.session.get_one(Enterprise, world.here.enterprise_id),
            add_enterprises(then, world.here.street_id, 1)[0],
        )
        there = uow.session.get_one(Jurisdiction, world.there.street_id)
        transfers.ask(then, gone, there, "搬迁")
        name, other = gone.name, uow.session.get_one(Enterprise, given).name
        patch.hand_over_ticked(acting(uow, SYSTEM, "home", uow.now - timedelta(days=2)), [given], "周凯")
    officer, taker = client_as(world.here.officer), client_as(world.there.officer)

    def listed(client: FlaskClient, days: int, asked: str) -> set[str]:
        file = client.get(f"/patch?{asked}&as_of={day + timedelta(days=days)}&as=json").get_json()
        assert f"数据截至 {day + timedelta(days=days)}" in file["about"][0]
        return {row["企业"] for row in file["rows"]}

    assert [name in listed(officer, at, "gap=nobody") for at in (-1, 0)] == [True, False]
    assert [name in listed(taker, at, "gap=nobody") for at in (-1, 0)] == [False, True]
    assert [other in listed(officer, at, "officer=李强") for at in (-1, 0, 2, 3)] == [False, True, True, False]
    assert [other in listed(officer, at, "officer=周凯") for at in (2, 3)] == [False, True]
    for at in (-1, 0, 2, 3):
        home = officer.get(f"/overview?as_of={day + timedelta(days=at)}")
        for gap, verb in (("nobody", "有人管"), ("no_head", "情况明"), ("no_street", "底子清"), ("idle", "管到位")):
            fine, every = map(int, re.search(rf"{verb} [\d.]+% .*?(\d+) / (\d+) 家", flat(home)).groups())  # type: ignore[union-attr]
            assert f'href="/patch?as_of={day + timedelta(days=at)}&amp;gap={gap}"' in home.text
            assert every - fine == len(listed(officer, at, f"gap={gap}")), (at, gap)
    page = officer.get(f"/patch?gap=nobody&as_of={day - timedelta(days=1)}")
    assert name in flat(page) and f"/enterprises/{world.here.enterprise_id}" not in page.text, "it is not theirs to open any more"
    assert "当天的情况" in flat(page) and "移交" not in flat(page) and 'name="enterprise_id"' not in page.text


def test_whoever_hands_over_says_whose_and_is_asked_once_of_a_name_that_nobody_here_has(
    world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        firms = add_enterprises(uow, world.here.street_id, 2, officer="石磊")
        next_street = add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        [beside] = add_enterprises(uow, next_street, 1, officer="石磊")
    chief, listed = client_as(world.here.officer), "/patch?officer=石磊"

    def posted(path: str, **data: object) -> tuple[int, str]:
        answer = chief.post(path, data=data)
        return answer.status_code, answer.text

    def officers() -> list[str | None]:
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            return [uow.session.get_one(Enterprise, firm).officer_name for firm in (*firms, beside)]

    chosen = r'<option selected value="([^"]*)"'
    assert re.findall(chosen, chief.get(listed).text) == ["石磊"] and re.findall(chosen, chief.get("/patch").text) == [""]
    page = chief.get(listed).text
    assert 'href="#hand-over"' in page and 'id="hand-over"' in page, "on a phone it is far below"
    status, page = posted(listed, name="", successor="周楷")
    assert status == 422 and "请选择是谁的企业" in page and 'value="周楷"' in page and "石磊" in page
    status, page = posted(listed, name="石磊", successor="周楷")
    assert status == 422 and "没有叫「周楷」的监管账号" in page and 'name="asked" value="周楷"' in page
    status, page = posted(listed, name="石磊", successor="周凯", asked="周楷")
    assert status == 422 and "没有叫「周凯」的监管账号" in page and officers() == ["石磊"] * 3, "another name, asked anew"
    assert re.findall(chosen, page) == ["石磊"]
    status, page = posted("/patch/enterprises?officer=石磊", successor="周凯")
    assert status == 422 and "没有勾选" in page and 'value="周凯"' in page and 'name="asked" value="周凯"' not in page
    status, page = posted("/patch/enterprises?officer=石磊", enterprise_id=[str(firms[1])], successor="")
    assert status == 422 and re.findall(r'value="([^"]+)" form="give" checked', page) == [str(firms[1])]
    again = chief.get("/patch/enterprises?officer=石磊&as=json", follow_redirects=True)
    assert len(again.get_json()["rows"]) == 3, "what is opened from the answer is the worklist"
    page = flat(chief.post(listed, data={"name": "石磊", "successor": "周凯", "asked": "周凯"}, follow_redirects=True))
    assert officers() == ["周凯"] * 3 and "其中 3 家，周凯登录以后看不到" in page
    page = flat(chief.post("/patch", data={"name": "周凯", "successor": "李强"}, follow_redirects=True))  # over the street alone
    assert officers() == ["李强"] * 3 and "其中 1 家，李强登录以后看不到" in page
    page = flat(chief.post("/patch", data={"name": "李强", "successor": "王敏"}, follow_redirects=True))
    assert officers() == ["王敏"] * 3 and "看不到" not in page
    assert all(f'<option value="{name}"></option>' in chief.get("/patch").text for name in ("王敏", "李强"))


LIST = "企业名称,统一社会信用代码,所属街道,监管责任人\n{}"


def test_a_list_older_than_a_hand_over_says_before_it_is_taken_over_whose_firms_it_gives_back(
    world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        firms = [uow.session.get_one(Enterprise, one) for one in add_enterprises(uow, world.here.street_id, 3, officer="石磊")]
        kept, given, other = ((firm.name, firm.uscc) for firm in firms)
        patch.hand_over_ticked(uow, [firm.id for firm in firms[1:]], "王敏")
    chief = client_as(world.here.officer)

    def looked(*rows: tuple[str, str, str]) -> str:
        text = LIST.format("\n".join(f"{name},{code},城陵矶街道,{officer}" for name, code, officer in rows))
        told = {"file": (io.BytesIO(text.encode()), "底数.csv"), "jurisdiction": str(world.here.district_id)}
        return flat(chief.post("/enterprises/import", data=told, follow_redirects=True))

    page = looked((*kept, "石磊"), (*given, "石磊"), (*other, "周凯"))
    assert "1 家的监管责任人会改回以前的人" in page and f"{given[0]} 现在王敏，文件里石磊" in page
    assert "改回" not in looked((*kept, "石磊"), (*given, "王敏"), (*other, "周凯"))


def test_of_two_officers_of_one_name_nobodys_firms_are_handed_over_unticked(
    world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        next_street = add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        firms = [add_enterprises(uow, street, 1, officer="石磊")[0] for street in (world.here.street_id, next_street)]
        streets = ((world.here.street_id, "shilei1"), (next_street, "shilei2"))
        uow.session.add_all([officer_over(street, username, "石磊") for street, username in streets])
    chief = client_as(world.here.officer)
    answer = chief.post("/patch", data={"name": "石磊", "successor": "周凯"})
    assert answer.status_code == 422 and "叫「石磊」的监管责任人有 2 位" in flat(answer)

    def officers() -> list[str | None]:
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            return [uow.session.get_one(Enterprise, firm).officer_name for firm in firms]

    assert officers() == ["石磊", "石磊"]
    chief.post("/patch/enterprises", data={"enterprise_id": str(firms[1]), "successor": "王敏"})
    assert officers() == ["石磊", "王敏"]


def test_one_firm_without_an_officer_is_given_one_and_the_others_stay_as_they_are(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        given, left = add_enterprises(uow, world.here.street_id, 2, officer=None)
        foreign = world.there.enterprise_id
        names = [uow.session.get_one(Enterprise, each).name for each in (given, left)]
        draft = campaigns.draft(uow, uow.session.get_one(Jurisdiction, world.here.district_id), plan(uow.today))
    officer = client_as(world.here.officer)
    launched = officer.post(f"/campaigns/{draft.id}/launch", follow_redirects=True)
    assert "3 家没有人管" in flat(launched) and 'href="/patch?gap=nobody"' in launched.text  # with the world's own firm
    listed = f"/campaigns/{draft.id}/enterprises?metric=no_officer"
    assert f'href="{listed}"' in launched.text
    with unit_of_work(SYSTEM, "home") as uow:
        for line in uow.session.scalars(select(Standing).where(Standing.enterprise_id == given)):
            line.since_on -= timedelta(days=3)
        exempt = uow.session.scalars(
            select(Standing).where(Standing.enterprise_id == left, Standing.campaign_id == draft.id)
        ).one()
        exempt.exempt_until = uow.today
    assert "2 家没有人管" in flat(officer.get(f"/campaigns/{draft.id}")) and "没有人管 2 家" in flat(officer.get(listed))
    page = officer.get("/patch?gap=nobody")
    assert all(f'name="enterprise_id" value="{each}" form="give"' in page.text for each in (given, left))
    assert "没有勾选" in flat(officer.post("/patch/enterprises", data={"successor": "周凯"}, follow_redirects=True))
    foreign_only = {"enterprise_id": str(foreign), "successor": "周凯"}
    assert "没有勾选" in flat(officer.post("/patch/enterprises", data=foreign_only, follow_redirects=True))
    without_name = {"enterprise_id": str(given), "successor": " "}
    assert "请填写交给谁" in flat(officer.post("/patch/enterprises", data=without_name, follow_redirects=True))
    both = {"enterprise_id": [str(given), str(foreign)], "successor": "周凯", "asked": "周凯"}
    told = flat(officer.post("/patch/enterprises?gap=nobody", data=both, follow_redirects=True))
    assert "1 家企业从今天起由周凯负责" in told and names[1] in told and names[0] not in told
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Enterprise, given).officer_name == "周凯"
        assert not uow.session.get_one(Enterprise, left).officer_name
        assert not uow.session.get_one(Enterprise, foreign).officer_name
        lines = uow.session.scalars(select(Standing).where(Standing.enterprise_id == given).order_by(Standing.since_on)).all()
        assert [line.officer_name for line in lines if line.until_on] == [None]
        assert {line.officer_name for line in lines if not line.until_on} == {"周凯"}


def test_a_firm_whose_officers_account_has_ended_is_named_until_it_is_handed_over(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        firm, other = (uow.session.get_one(Enterprise, each) for each in (world.here.enterprise_id, world.there.enterprise_id))
        user = officer_over(world.here.street_id, "leaver", "贺敏")
        uow.session.add(user)
        firm.officer_name = other.officer_name = "贺敏"
        settle(uow, campaign.id, [firm.id])
        unknown = add_enterprises(uow, world.here.street_id, 1, officer="没有账号的人")
        firm_id, name, user_id, unknown_name = firm.id, firm.name, user.id, uow.session.get_one(Enterprise, unknown[0]).name
    officer = client_as(world.here.officer)
    lists, chosen = f"/campaigns/{campaign.id}/enterprises", '<option value="贺敏">贺敏</option>'
    assert "责任人的账号已停用" not in flat(officer.get("/overview")) and chosen in officer.get(lists).text
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Membership).where(Membership.user_id == user_id)).one().ends_on = uow.today - timedelta(days=1)
    home = flat(officer.get("/overview"))
    assert "责任人的账号已停用 1" in home
    assert chosen not in officer.get(lists).text, "whose firms nobody has is not to be chosen: they are under 没有人管"
    page, asked_for = f"/enterprises/{firm_id}", f"/campaigns/{campaign.id}/enterprises/{firm_id}"
    assert "没有人管这家企业" in flat(officer.get(page)) and "/patch?officer=" in officer.get(page).text
    told = client_as(world.here.head).get(page)
    assert "贺敏 账号已停用" in flat(told) and "由城陵矶街道重新指定" in flat(told) and "/patch" not in told.text
    for today, then, told in (("贺敏", "贺敏", True), ("周凯", "贺敏", True), ("贺敏", "周凯", False), ("贺敏", "贺敏", True)):
        with unit_of_work(SYSTEM, "home") as uow:  # a line that is over keeps its officer
            uow.session.get_one(Enterprise, firm_id).officer_name = today
            uow.execute(update(Standing).where(Standing.enterprise_id == firm_id).values(officer_name=then))
        assert (f"{then}（账号已停用）" in flat(officer.get(asked_for))) is told, "said of the officer who is named"
    assert "账号已停用" not in officer.get(f"/enterprises/{unknown[0]}").text, "a name that never had an account"
    for who in (world.here.officer, world.city_officer):  # and the figures of the campaign count the same, from that day on
        mine, uncared = client_as(who), f"/campaigns/{campaign.id}/enterprises?jurisdiction=430602&metric=no_officer"
        names = {row["企业"] for row in mine.get(f"{uncared}&as=json").get_json()["rows"]}
        summed = flat(mine.get(f"/campaigns/{campaign.id}/summary?jurisdiction=430602"))
        asked, cared = re.search(r"纳管企业 (\d+) 有人管 (\d+) /", summed).groups()  # type: ignore[union-attr]
        assert name in names and unknown_name not in names and int(asked) - int(cared) == len(names), summed
        crossed = flat(mine.get(f"/campaigns/{campaign.id}/views?jurisdiction=430602&rows=officer&columns=street"))
        assert "贺敏" not in crossed and f"没有人管 0%0/{len(names)}" in crossed, crossed
        by_officer = f"/campaigns/{campaign.id}/enterprises?jurisdiction=430602&officer="
        assert {row["企业"] for row in mine.get(f"{by_officer}&as=json").get_json()["rows"]} == names
        assert mine.get(f"{by_officer}贺敏&as=json").get_json()["rows"] == []
        assert "贺敏 账号已停用" in flat(mine.get(by_officer))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        left = [
            set(uow.session.scalars(select(Enterprise.name).where(names_who_left(day))))
            for day in (uow.today, uow.today - timedelta(days=1))
        ]
    assert left == [{name}, set()], "the last day of an account is one on which somebody was there"
    listed = flat(officer.get("/patch?gap=ended"))
    assert name in listed and unknown_name not in listed
    # 有人管, the list behind it, its count and a campaign's draft say the same of them
    fine, every = map(int, re.search(r"有人管 [\d.]+% .*?(\d+) / (\d+) 家有监管责任人", home).groups())  # type: ignore[union-attr]
    file = officer.get("/patch?gap=nobody&as=json").get_json()["rows"]
    assert every - fine == len(file) and name in {row["企业"] for row in file}
    assert f"没有人管 {len(file)}" in home and "贺敏 账号已停用" in flat(officer.get("/patch?gap=nobody"))
    with unit_of_work(SYSTEM, "home") as uow:
        draft = campaigns.draft(uow, uow.session.get_one(Jurisdiction, world.here.district_id), plan(uow.today))
    shown = officer.get(f"/campaigns/{draft.id}")
    assert f"没有人管 {len(file)}" in flat(shown) and name in shown.text
    elsewhere = client_as(world.there.officer)  # where nobody of that name ever had an account
    assert "责任人的账号已停用" not in flat(elsewhere.get("/overview"))
    with unit_of_work(SYSTEM, "home") as uow:  # a namesake of the bureau above still works
        again = Membership(user_id=user_id, role=Role.OFFICER, jurisdiction_id=world.city_id, starts_on=LONG_AGO)
        uow.session.add(again)
    assert "责任人的账号已停用" not in flat(officer.get("/overview"))
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Membership, again.id).ends_on = uow.today - timedelta(days=1)
    officer.post("/patch", data={"name": "贺敏", "successor": "王敏"})
    assert "责任人的账号已停用" not in flat(officer.get("/overview"))
    assert name not in flat(officer.get("/patch?gap=ended"))


def test_a_move_within_a_patch_keeps_the_officer_who_still_answers_and_else_the_list_names_the_firm(
    world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        street = add_street(uow, world.here.district_id, "430602999", "别处街道")
        uow.session.add(officer_over(world.here.district_id, "district2", "区里的人"))
        uow.session.add(officer_over(world.here.street_id, "street2", "街道的人"))
        uow.session.add(officer_over(street, "street3", "街道的人"))  # another person of that name
        kept, gone = (add_enterprises(uow, world.here.street_id, 1, officer=who)[0] for who in ("区里的人", "街道的人"))
        name = uow.session.get_one(Enterprise, gone).name
    officer = client_as(world.here.officer)
    for one in (kept, gone):
        officer.post(f"/enterprises/{one}/transfer", data={"target": str(street), "reason": "搬迁"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        moved = [uow.session.get_one(Enterprise, each) for each in (kept, gone)]
        assert {one.jurisdiction_id for one in moved} == {street}
        assert [one.officer_name for one in moved] == ["区里的人", None]
    assert name in flat(officer.get("/patch?gap=nobody"))
