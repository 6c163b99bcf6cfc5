"""Accidents and near misses: their grade, what is said of few of them, and who sees them beside which figures."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask_babel import force_locale
from lxml import html
from sqlalchemy import select

from lms.compliance.models import Standing
from lms.compliance.situation.models import Incident
from lms.compliance.situation.rules import Tally, grade_of, month_of, months_before
from lms.compliance.situation.words import change, told
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.registry.models import ChangeKind, Jurisdiction
from lms.registry.service import jurisdictions
from tests.compliance.scene import SYSTEM, flat


@pytest.mark.parametrize(
    ("deaths", "injured", "loss", "grade"),
    [
        (0, 0, 0, "一般事故"), (2, 9, 999, "一般事故"), (3, 0, 0, "较大事故"), (0, 10, 0, "较大事故"), (0, 0, 1000, "较大事故"),
        (9, 49, 4999, "较大事故"), (10, 0, 0, "重大事故"), (1, 50, 0, "重大事故"), (0, 0, 5000, "重大事故"),
        (29, 99, 9999, "重大事故"), (30, 0, 0, "特别重大事故"), (0, 100, 0, "特别重大事故"), (0, 0, 10000, "特别重大事故"),
    ],
)  # fmt: skip
def test_the_gravest_of_three_grades_an_accident(deaths, injured, loss, grade):
    assert grade_of(deaths, injured, loss) == grade


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(3, 3, "持平"), (3, 1, "增加 2 起"), (0, 4, "减少 4 起"), (30, 19, "增加 11 起"), (30, 24, "增加 6 起（25%）")],
)
def test_a_percentage_is_said_of_many_only(app, now, before, said):
    with force_locale("zh"):
        assert change(now, before) == said


def test_months_begin_and_end_where_the_calendar_says():
    assert month_of(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert months_before(date(2026, 1, 1), 1) == date(2025, 12, 1)
    assert months_before(date(2026, 12, 1), -1) == date(2027, 1, 1)


def test_few_events_are_no_trend_and_no_entry_is_no_proof(app):
    with force_locale("zh"):
        lines = told("岳阳楼区", Tally(production=2, deaths_production=1), Tally(production=1), Tally())

    assert "起数不多，升降可能只是偶然，不能说明趋势。" in lines
    assert "本月没有登记险情：没有登记不等于没有发生。" in lines


def enter(client, **other):
    data = {
        "kind": "accident", "sphere": "production", "happened_on": clock.local_date(clock.now()).isoformat(),
        "category": "触电", "enterprise": "湘粮油脂有限公司", "street": "430602008", "deaths": 3, "injured": 0, "loss": 20,
        "text": "检修时没有断电。",
    }  # fmt: skip
    return client.post("/situation/enter", data=data | other, follow_redirects=True)


def test_an_accident_is_graded_and_stands_beside_the_training_of_its_place(world, campaign, client_as):
    officer = client_as(world.here.officer)

    page = flat(enter(officer, street="430602008"))

    assert "已登记，较大事故" in page
    assert "生产安全事故 1 起、死亡 3 人" in page
    assert "事发前，这家企业在专项活动里还没开讲。" in page
    assert "0 / 3" in page  # the denominator: enterprises asked in this street
    assert "城陵矶街道" in page
    other = flat(enter(officer, sphere="other", enterprise="", deaths=1, text="住宅火灾"))
    assert "非生产事故 1 起、死亡 1 人" in other
    for query, number in (("sphere=production&kind=accident", 1), ("industry=工贸", 1), ("", 2), ("kind=near_miss", 0)):
        assert f"{number} 起事故和险情" in flat(officer.get(f"/situation/events?{query}")), query
        assert len(officer.get(f"/situation/events?{query}&as=json").json["rows"]) == number


def test_what_was_entered_wrongly_counts_no_more_and_stays(world, campaign, client_as):
    officer = client_as(world.here.officer)
    enter(officer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        incident_id = uow.session.scalars(select(Incident.id)).one()

    answer = officer.post(f"/situation/events/{incident_id}/void", data={"reason": "重复登记"}, follow_redirects=True)

    assert "0 起事故和险情" in flat(answer)
    assert officer.post(f"/situation/events/{incident_id}/void", data={"reason": "再作废"}).status_code == 409
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Incident, incident_id).void_reason == "重复登记"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kind": "near_miss"}, "有人伤亡就是事故，不是险情"),
        ({"happened_on": "2999-01-01"}, "不能晚于今天"),
        ({"enterprise": "鸿和平机械有限责任公司"}, "没有找到这家企业"),  # of the neighbour's district
        ({"deaths": -1}, "请填 0 或更大的整数"),
        ({"text": " "}, "请写一句经过"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(world, campaign, client_as, other, said):
    answer = enter(client_as(world.here.officer), **other)

    assert answer.status_code == 422
    assert said in flat(answer)
    assert "检修时没有断电。" in answer.text or "text" in other


@pytest.mark.parametrize("after", [1, 12])  # the street moves on the first of a month, or within it
def test_an_accident_stays_where_it_happened_and_each_month_opens_as_many_as_it_says(world, campaign, client_as, after):
    old, new, city = (client_as(each) for each in (world.here.officer, world.there.officer, world.city_officer))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        this = uow.today.replace(day=1)
    last = this - timedelta(days=1)
    moved = this if after == 1 else last.replace(day=after)
    before, since = moved - timedelta(days=3), moved + timedelta(days=0 if after == 1 else 3)
    enter(old, happened_on=before.isoformat())
    with unit_of_work(SYSTEM, "home") as uow:
        street, there = (uow.session.get_one(Jurisdiction, each) for each in (world.here.street_id, world.there.district_id))
        jurisdictions.change(uow, street, ChangeKind.MOVE, moved, target=there, basis="市政府文件")
    enter(new, happened_on=since.isoformat(), text="新区的事。")

    for client, days in ((old, {before}), (new, {since}), (city, {before, since})):
        for month in {before.replace(day=1), since.replace(day=1)}:
            number = sum(day.replace(day=1) == month for day in days)
            page = html.fromstring(client.get(f"/situation?month={month:%Y-%m}").text)
            row = page.xpath("//tr[th[contains(., '生产安全事故')]]")[0]
            assert int(row.xpath("td")[0].text_content()) == number
            events = client.get(f"/situation/events?month={month:%Y-%m}&sphere=production&kind=accident&as=json").json
            assert len(events["rows"]) == number, month
            opened = set(page.xpath("//main//a[contains(@href, '/situation/events')]/@href"))
            assert {client.get(each).status_code for each in opened} <= {200}
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        ids = dict(uow.session.execute(select(Incident.happened_on, Incident.id)).all())
    for day, own, other in ((before, old, new), (since, new, old)):
        url, why = f"/situation/events/{ids[day]}/void", {"reason": "重复登记"}
        assert other.post(url, data=why).status_code in (404, 409), "it counts for somebody else"
        assert own.post(url, data=why).status_code == 303


def test_what_is_told_twice_in_the_same_words_is_one_event_and_an_hour_later_or_otherwise_another(world, campaign, client_as):
    officer = client_as(world.here.officer)
    for text in ("检修时没有断电。", "检修时没有断电。", "又一起。"):
        enter(officer, text=text)
    assert len(officer.get("/situation/events?as=json").json["rows"]) == 2
    with unit_of_work(SYSTEM, "home") as uow:
        for one in uow.session.scalars(select(Incident)):
            one.entered_at -= timedelta(hours=1)
    enter(officer, text="检修时没有断电。")
    assert len(officer.get("/situation/events?as=json").json["rows"]) == 3


def test_the_leaders_page_of_a_past_day_tells_of_accidents_what_was_on_record_then(world, campaign, client_as):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        day = (uow.today.replace(day=1) - timedelta(days=1)).replace(day=15)
    for text in ("那天以前的。", "后来作废的。", "后来才登记的。", "那天以后的。"):
        enter(officer, happened_on=(day + timedelta(days=5 if text == "那天以后的。" else -5)).isoformat(), text=text)
    with unit_of_work(SYSTEM, "home") as uow:
        for one in uow.session.scalars(select(Incident)):
            if one.text != "后来才登记的。":
                one.entered_at = clock.end_of(day) - timedelta(hours=1)
            if one.text == "后来作废的。":
                one.void_reason, one.voided_by, one.voided_at = "重复", "王敏", uow.now
        for line in uow.session.scalars(select(Standing)):
            line.since_on -= timedelta(days=90)

    page = officer.get(f"/campaigns/{campaign.id}/leader?as_of={day}").text

    [(address, number)] = re.findall(r'href="([^"]*/situation/events[^"]*)"[^>]*>\s*(\d+)', page)
    told = officer.get(f"{unescape(address)}&as=json").json
    assert {row["经过"] for row in told["rows"]} == {"那天以前的。", "后来作废的。"} and number == "2"
    assert f"数据截至 {day} 23:59" in told["about"][0]


def test_a_neighbour_sees_nothing_of_it(world, campaign, client_as):
    enter(client_as(world.here.officer))
    neighbour = client_as(world.there.officer)

    assert "0 起事故和险情" in flat(neighbour.get("/situation/events"))
    assert neighbour.get("/situation?jurisdiction=430602").status_code == 404
    assert "生产安全事故 1 起" in flat(client_as(world.city_officer).get("/situation"))
    assert client_as(world.here.trainer).get("/situation").status_code == 404
    for month in ("0001-01", "9999-12", "2026-13", "x"):
        assert client_as(world.here.officer).get(f"/situation?month={month}").status_code in (200, 404)
