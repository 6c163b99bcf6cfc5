"""A campaign from draft to what an enterprise is asked."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.campaigns import queries, service
from lms.campaigns.events import CampaignLaunched
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.campaigns.rules import USUAL, Plan
from lms.core.clock import local_date, now
from lms.core.uow import hears, unit_of_work
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction
from tests.counting import asks

SYSTEM = Actor.system("test")
said: list[UUID] = []


@hears(CampaignLaunched)
def note_launch(uow, event):
    said.append(event.campaign_id)


def plan(today, **other):
    values = {
        "title": "企业主要负责人讲安全课", "industries": ("工贸",), "starts_on": today, "due_on": today + timedelta(days=18),
        "head_lectures": True, "min_minutes": 60, "min_attendance": 90, "pass_mark": 80,
    }  # fmt: skip
    return Plan(**(values | other))


def enterprise(uow, street_id, number, **other):
    values = {"industry": "工贸", "officer_name": "李强", "state": EnterpriseState.ACTIVE} | other
    row = Enterprise(name=f"测试企业{number:03}", uscc=f"C{number:017}", jurisdiction_id=street_id, created_at=uow.now, **values)
    uow.session.add(row)
    uow.session.flush()
    return row.id


@pytest.fixture
def district(world, uow):
    return uow.session.get_one(Jurisdiction, world.here.district_id)


def asked(uow, campaign):
    return set(uow.session.scalars(select(Duty.enterprise_id).where(Duty.campaign_id == campaign.id)))


def test_a_campaign_asks_enterprises_in_business_of_its_industries_and_place_once(world, uow, district):
    street = world.here.street_id
    wanted = {world.here.enterprise_id, enterprise(uow, street, 1)}
    enterprise(uow, street, 2, state=EnterpriseState.CLOSED)
    enterprise(uow, street, 3, industry="建筑施工")
    enterprise(uow, world.there.street_id, 4)
    campaign = service.draft(uow, district, plan(uow.today))
    assert asked(uow, campaign) == set()
    said.clear()

    assert service.launch(uow, campaign) == 2
    enterprise(uow, street, 5)
    assert service.launch(uow, campaign) == 2

    assert asked(uow, campaign) == wanted
    assert said == [campaign.id]
    assert campaign.state is CampaignState.LAUNCHED


def test_before_the_launch_one_sees_whom_it_hits(world, uow, district):
    street = Jurisdiction(
        code="430602009", name="三眼桥街道", level="乡级", parent_id=district.id, path=f"{district.path}430602009/"
    )
    uow.session.add(street)
    uow.session.flush()
    village = Jurisdiction(
        code="430602009201", name="三眼桥村", level="村级", parent_id=street.id, path=f"{street.path}430602009201/"
    )
    uow.session.add(village)
    uow.session.flush()
    for number in range(3):  # one of them is filed in a village: it counts in its street
        enterprise(uow, village.id if number == 1 else street.id, number, officer_name=None if number else "李强")

    target = queries.target(uow, district, ["工贸"])

    assert [(street.name, street.enterprises, street.without_officer) for street in target.streets] == [
        ("三眼桥街道", 3, 2),
        ("城陵矶街道", 1, 1),
    ]
    assert (target.enterprises, target.without_officer) == (4, 3)
    assert target.names == ("测试企业001", "测试企业002", "湘粮油脂有限公司")


def test_a_campaign_that_would_ask_nobody_is_not_launched(district, uow):
    campaign = service.draft(uow, district, plan(uow.today, industries=("烟花爆竹",)))

    with pytest.raises(service.AsksNobody):
        service.launch(uow, campaign)

    assert campaign.state is CampaignState.DRAFT


# Pages.


def test_every_number_of_a_draft_opens_the_names_of_those_it_would_ask(world, officer, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        for number in range(3):
            enterprise(uow, world.here.street_id, number, officer_name=None if number else "李强")
        enterprise(uow, world.here.district_id, 3)
        draft = service.draft(uow, uow.session.get_one(Jurisdiction, world.here.district_id), plan(uow.today))
        path = f"/campaigns/{draft.id}"

    page = html.fromstring(officer.get(path).text)

    numbers = {link.get("href"): int(link.text_content()) for link in page.xpath("//main//a[contains(@href, '/targets')]")}
    assert sorted(numbers.values()) == [1, 3, 3, 4, 5]  # all, nobody's, and of each place
    for address, number in numbers.items():
        whole = officer.get(f"{address}{'&' if '?' in address else '?'}as=json").json
        assert len(whole["rows"]) == number, (address, whole["about"])
        assert ("没有人管" in whole["about"][2]) == ("nobody" in address)
    assert client_as(world.there.officer).get(f"{path}/targets").status_code == 404
    assert officer.get(f"{path}/targets?street=430603008").status_code == 404


def typed(**other):
    today = local_date(now())
    return {
        "title": "企业主要负责人讲安全课", "industries": ["工贸"], "starts_on": today.isoformat(),
        "due_on": (today + timedelta(days=30)).isoformat(), "head_lectures": "y", "min_minutes": "60",
        "min_attendance": "90", "pass_mark": "80", "late_days": "30", "revision": "1",
    } | other  # fmt: skip


def make(client, **other):
    answer = client.post("/campaigns/new", data=typed(**other))
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_new_campaign_has_what_is_usual_filled_in(world, officer):
    page = officer.get("/campaigns/new").text

    assert 'value="企业主要负责人讲安全课"' in page
    for value in ("60", "90", "80"):
        assert f'value="{value}"' in page
    assert re.search(r"工贸.*?1 家", page, re.S)


def test_each_of_the_usual_ones_is_a_chip_that_fills_the_form_in(world, officer):
    chips = re.findall(r'href="(/campaigns/new\?usual=\w+)" title="([^"]+)">([^<]+)<', officer.get("/campaigns/new").text)
    assert [(title, basis) for _url, basis, title in chips] == [(one.title, one.basis) for one in USUAL.values()]

    for (url, _basis, title), usual in zip(chips, USUAL.values(), strict=True):
        page = officer.get(url).text
        ticked = set(re.findall(r'<input type="checkbox" id="[^"]+" name="(?:themes|evidence)" value="([^"]+)" checked', page))
        assert f'value="{title}"' in page and f'value="{usual.min_minutes}"' in page
        assert ticked == {*usual.themes, *usual.evidence}
        assert bool(re.search(r'name="cascade"[^>]* checked|checked[^>]* name="cascade"', page)) == usual.cascade


def test_what_a_lecture_is_about_and_has_to_show_is_kept_said_and_changed(world, officer):
    page = make(officer, themes=["LT08", "LT04", "LT08"], evidence=["photo"], cascade="y")

    shown = officer.get(page).text
    for words in ("汛期安全：防汛、防雷与防触电、有限空间作业安全", "现场照片", "讲完要在部门、班次传达"):
        assert words in shown
    assert officer.post("/campaigns/new", data=typed(evidence=["none such"])).status_code == 422


def test_an_officer_drafts_looks_launches_and_sees_the_summary(world, officer, client_as):
    address = make(officer)
    preview = officer.get(address).text
    assert "城陵矶街道" in preview
    assert "启动，下达到 1 家企业" in preview
    assert client_as(world.here.trainer).get(address).status_code == 404
    assert client_as(world.here.street_officer).get(address).status_code == 404

    shown = officer.post(f"{address}/launch", follow_redirects=True)

    assert "已启动，下达到 1 家企业。" in shown.text
    assert "0 / 1" in shown.text
    assert "0 / 1 家" in officer.get("/campaigns").text
    assert officer.get(f"{address}/summary").status_code == 200
    assert officer.post(f"{address}/launch").status_code == 303
    assert officer.get(f"{address}/edit").status_code == 200


def test_a_draft_can_be_changed(world, officer):
    address = make(officer)

    answer = officer.post(f"{address}/edit", data=typed(min_minutes="45", title="开工第一课讲安全"))

    assert answer.status_code == 303
    page = officer.get(address).text
    assert "开工第一课讲安全" in page
    assert "不少于 45 分钟" in page


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"industries": []}, "请至少选一个行业"),
        ({"due_on": "2020-01-01"}, "截止日期不能早于开始日期"),
        ({"title": " "}, "请填写名称"),
        ({"min_minutes": "0"}, "请填 1 到 480 之间的分钟数"),
        ({"min_attendance": "101"}, "请填 1 到 100 之间的数"),
        ({"pass_mark": "-1"}, "请填 0 到 100 之间的分数"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(world, officer, fault, sentence):
    answer = officer.post("/campaigns/new", data=typed(**({"title": "安全课活动"} | fault)))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "title" in fault or 'value="安全课活动"' in answer.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(func.count(Campaign.id))) == 0


@pytest.mark.parametrize("role", ["trainer", "head"])
def test_the_enterprise_sees_what_it_is_asked_and_how_it_stands(world, officer, client_as, role):
    address = make(officer)
    officer.post(f"{address}/launch")
    client = client_as(getattr(world.here, role))

    assert "未开讲" in client.get("/campaigns").text
    page = client.get(address).text
    assert "未开讲" in page
    assert "主要负责人本人" in page
    assert page.count('href="/lectures/new">去安排讲课') == page.count("去安排讲课") == (role == "trainer"), (
        "a head plans nothing here"
    )
    assert client_as(getattr(world.there, role)).get(address).status_code == 404


def test_a_street_reads_the_campaign_of_its_district_but_does_not_change_it(world, officer, client_as):
    address = make(officer)
    officer.post(f"{address}/launch")
    street = client_as(world.here.street_officer)

    assert street.get(address).status_code == 200
    assert street.get(f"{address}/edit").status_code == 404
    assert street.post(f"{address}/launch").status_code == 404


def test_the_list_asks_no_more_questions_for_more_campaigns(app, world, officer):
    officer.post(f"{make(officer)}/launch")
    one = asks(officer, "/campaigns")
    for _more in range(4):
        officer.post(f"{make(officer)}/launch")

    assert asks(officer, "/campaigns") == one
