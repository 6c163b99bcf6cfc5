"""The bureau's pages as an officer meets them."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from json import loads

import pytest
from click.testing import CliRunner
from flask_babel import refresh
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select, update

from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.cli import cli
from lms.compliance import service
from lms.compliance.models import Standing, StandingState
from lms.core.uow import unit_of_work
from lms.registry.models import Jurisdiction, Person
from lms.web.locale import COOKIE
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, launch
from tests.counting import asked


@pytest.fixture
def campaign(world):
    """A launched campaign: one enterprise completed it, 7 others have not; one of them has no officer."""
    with unit_of_work(SYSTEM, "home") as uow:
        street = add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        add_enterprises(uow, street, 6)
        add_enterprises(uow, street, 1, officer=None)
        campaign = launch(uow, world.here)
        hold(uow, world.here, campaign, people=("passed", "passed", "passed", "passed", "excused"))
        service.settle(uow, campaign.id, [world.here.enterprise_id])
    return campaign


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def listed(answer):
    return len(re.findall(r"<b>(?:测试企业\d{5}|湘粮油脂有限公司)</b>", re.search(r"<tbody>(.*?)</tbody>", answer.text, re.S)[1]))


def test_without_a_campaign_the_home_page_says_how_to_begin(world, officer):
    answer = officer.get("/overview")

    assert "还没有进行中的专项活动" in answer.text
    assert 'href="/campaigns/new"' in answer.text


def test_the_home_page_shows_the_latest_campaign_with_every_rate_and_what_it_is_made_of(campaign, officer):
    text = text_of(officer.get("/overview"))

    assert "开讲率 12.5%" in text
    assert "1 / 8 家" in text
    assert "4 / 4 人次" in text
    assert "6 / 8 家有监管责任人" in text and "有人管 6 / 8 家" not in text, "once is enough"
    assert "有人管 6 / 8 家" in text_of(officer.get(f"/campaigns/{campaign.id}/summary"))
    assert "开讲率 = 已开讲的企业 ÷ 应开讲的企业" in text


def test_every_number_of_the_summary_opens_a_list_of_that_length(campaign, officer):
    page = officer.get(f"/campaigns/{campaign.id}/summary").text.replace("&amp;", "&")
    links = set(re.findall(rf'href="(/campaigns/{campaign.id}/enterprises[^"]*)"', page))
    cells = re.findall(r'<a href="([^"]+)" aria-label="[^"]*?(\d+) / (\d+)">', page)

    assert len(cells) >= 6
    assert links
    for address, lectured, number in cells:
        assert listed(officer.get(address)) == int(number)
        assert listed(officer.get(address.replace("metric=asked", "metric=lectured"))) in (int(lectured), 0)
    for address in links:
        assert officer.get(address).status_code == 200
    first = page.partition("先看这些")[2].partition("</section>")[0]
    assert "未开讲的 7 家" in first and "要处理的" not in first and "逾期 0" not in page, "of what there is none nothing is said"


@pytest.mark.parametrize(
    ("query", "length"),
    [
        ("", 8), ("metric=lectured", 1), ("metric=not_lectured", 7), ("street=430602009", 7), ("metric=no_officer", 2),
        ("metric=not_lectured&street=430602009&industry=工贸", 3), ("q=湘粮", 1), ("metric=passed", 1), ("metric=overdue", 0),
        ("officer=李强", 6), ("officer=", 2), ("officer=*", 8),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_by_its_filters(campaign, officer, query, length):
    assert listed(officer.get(f"/campaigns/{campaign.id}/enterprises?{query}")) == length


def test_a_list_shows_what_each_share_is_made_of_and_leads_to_the_lecture(campaign, officer, world):
    answer = officer.get(f"/campaigns/{campaign.id}/enterprises?metric=attended")

    assert "4 / 4" in text_of(answer)
    assert f"/enterprises/{world.here.enterprise_id}" in answer.text
    assert "/lectures/" in answer.text


def test_who_spoke_in_place_of_the_head_is_named_and_the_reason_is_in_the_language_of_whoever_reads(world, officer):
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, world.here)
        other = next(one for one in world.here.person_ids if one != world.here.head_id)
        hold(uow, world.here, campaign, by_head=False).spoken_by_id = other
        service.settle(uow, campaign.id)
        names = [uow.session.get_one(Person, one).name for one in (world.here.head_id, other)]
    address = f"/campaigns/{campaign.id}/enterprises"
    first = officer.get(f"/campaigns/{campaign.id}/summary").text.replace("&amp;", "&").partition("先看这些")[2]
    [(whole, number)] = re.findall(r'href="([^"]*metric=attention)">要处理的 (\d+) 家', first)
    behind = officer.get(whole)
    assert listed(behind) == int(number) == 1 and "从 1 家里挑出来的" in behind.text
    assert "看讲课" in behind.text and "催办" in behind.text, "the lecture in question can be opened beside the reminder"
    assert "考核合格</th>" not in behind.text, "a column of nothing says nothing"

    for page in (address, "/overview", f"{address}/{world.here.enterprise_id}", f"/enterprises/{world.here.enterprise_id}"):
        assert "登记的主要负责人是{}，实际讲课的是{}".format(*names) in text_of(officer.get(page)), page
    with unit_of_work(SYSTEM, "home") as uow:
        hold(uow, world.here, campaign, minutes=44)
        service.settle(uow, campaign.id)
    assert "只讲了 44 分钟，要求 60 分钟" in text_of(officer.get(address))
    officer.set_cookie(COOKIE, "en")
    refresh()
    assert "Lasted 44 minutes; 60 are asked for" in text_of(officer.get(address))


@pytest.mark.parametrize(
    "address",
    ["enterprises?metric=nonsense", "enterprises?street=430603008", "summary?jurisdiction=430603", "summary.pdf?jurisdiction=1"]
)  # fmt: skip
def test_what_is_not_there_or_not_theirs_is_not_found(campaign, officer, address):
    assert officer.get(f"/campaigns/{campaign.id}/{address}").status_code == 404


@pytest.mark.parametrize("as_of", ["2999-01-01", "yesterday", ""])
def test_a_day_that_cannot_be_shown_is_today(campaign, officer, as_of):
    assert "1 / 8 家" in text_of(officer.get(f"/campaigns/{campaign.id}/summary?as_of={as_of}"))


def test_a_past_day_is_shown_as_it_was_and_handed_on_in_every_link(campaign, officer):
    with unit_of_work(SYSTEM, "home") as uow:
        today = uow.today
        for line in uow.session.scalars(select(Standing)):
            line.since_on -= timedelta(days=10)
            if line.lecture_id:
                line.until_on = today - timedelta(days=1)
    day = (today - timedelta(days=5)).isoformat()

    page = officer.get(f"/campaigns/{campaign.id}/summary?as_of={day}")

    assert f"数据截至 {day} 23:59" in text_of(page)
    assert "1 / 8 家" in text_of(page)
    lists = re.findall(r'href="(/campaigns/[^"]+/enterprises[^"]*|/campaigns/[^"]+/summary\.[^"]*)"', page.text)
    assert lists
    assert all(f"as_of={day}" in address for address in lists)
    assert "0 / 7 家" in text_of(officer.get(f"/campaigns/{campaign.id}/summary"))
    home, then = (text_of(officer.get(f"/overview{asked}")) for asked in ("", f"?as_of={day}"))
    assert "底子清" in home and "家归到了街道" in home and "0 / 7 家" in home
    assert "1 / 8 家" in then and "有人管 6 / 8 家" in then and "家归到了街道" not in then, (
        "no firm was in the register yet, and no figure of today stands beside those of a past day"
    )
    assert "待确认的认领只有今天的" in then and "只有今天的" not in home


def test_before_the_launch_there_is_nothing_to_sum_up_and_the_badge_is_always_that_of_the_day(campaign, officer):
    with unit_of_work(SYSTEM, "home") as uow:
        began, today = uow.session.get_one(Campaign, campaign.id), uow.today
        began.starts_on, began.due_on = today - timedelta(days=2), today + timedelta(days=10)
        [first] = began.versions
        began.launched_at = first.set_at = uow.now - timedelta(days=4)
        first.due_on = began.due_on
        uow.session.flush()
        campaigns.change(uow, began, replace(began.plan, due_on=today + timedelta(days=20)), began.revision, "延期")
    told = ("还没下达", f"已下达 · {began.starts_on} 开始", "进行中 · 距截止 11 天", "进行中 · 距截止 20 天")

    for page in ("/overview", f"/campaigns/{campaign.id}/summary"):
        assert "还没有下达到任何企业" in text_of(officer.get(f"{page}?as_of=2020-01-01"))
        for ago, said in zip((5, 3, 1, 0), told, strict=True):
            title = re.search(r"<h1>(.*?)</h1>", officer.get(f"{page}?as_of={today - timedelta(days=ago)}").text, re.S)[1]
            assert re.sub(r"<[^>]+>", "", title).strip() == f"{began.title} {said}", (page, ago)


def test_a_street_officer_sees_their_street_and_the_city_all_districts_each_under_what_it_is(campaign, client_as, world):
    street, of_city = client_as(world.here.street_officer).get("/overview"), client_as(world.city_officer)
    city = of_city.get(f"/campaigns/{campaign.id}/summary?jurisdiction=430600")
    for code, places in (("430600", "县区"), ("430602", "街道")):
        within = f"/campaigns/{campaign.id}/summary{{}}?jurisdiction={code}"
        book = load_workbook(BytesIO(of_city.get(within.format(".xlsx")).data))
        assert (f"{places} × 行业" in text_of(of_city.get(within.format("")))) and book["覆盖矩阵"]["A3"].value == places

    assert "1 / 1 家" in text_of(street)
    assert "三眼桥街道" not in street.text
    assert "岳阳楼区" in text_of(city)
    assert "1 / 8 家" in text_of(city)


def test_the_exports_say_what_the_page_says(campaign, officer):
    pdf = officer.get(f"/campaigns/{campaign.id}/summary.pdf")
    book = officer.get(f"/campaigns/{campaign.id}/summary.xlsx")

    assert pdf.mimetype == "application/pdf"
    assert "filename*=UTF-8''" in pdf.headers["Content-Disposition"]
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.data)).pages)
    assert "岳阳楼区 · 数据截至" in printed and "应急管理局" not in printed, "the bureau's name is not made up"
    assert "1 / 8" in printed
    sheets = load_workbook(BytesIO(book.data))
    assert sheets.sheetnames == ["汇总", "企业名单", "覆盖矩阵", "未开讲"]
    assert len([row for row in sheets["企业名单"].iter_rows(values_only=True) if row[1]]) == 1 + 8
    with unit_of_work(SYSTEM, "home") as uow:
        late = update(Standing).where(Standing.campaign_id == campaign.id)
        uow.session.execute(late.values(due_on=uow.today - timedelta(days=3)))
        uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == "430602")).one().bureau_name = "岳阳楼区应急管理局"
    officer.set_cookie(COOKIE, "en")
    refresh()
    pdf = officer.get(f"/campaigns/{campaign.id}/summary.pdf")
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.data)).pages)
    assert printed.startswith("岳阳楼区应急管理局") and "岳阳楼区应急管理局 · 数据截至" in printed
    assert "岳阳楼区 · 数据截至" in printed, "of which place it tells"
    assert "其中逾期 7 家" in printed and "逾期 3 天" in printed and "overdue" not in printed and "开讲率 =" in printed
    book = officer.get(f"/campaigns/{campaign.id}/summary.xlsx")
    assert load_workbook(BytesIO(book.data))["未开讲"]["E4"].value.startswith("逾期 3 天")
    page = text_of(officer.get(f"/campaigns/{campaign.id}/summary"))
    assert "Industry and trade" in page and "工贸" not in page, "paper is Chinese, the page is the reader's"


def test_a_list_page_asks_no_more_questions_for_more_rows(campaign, officer, world):
    address = f"/campaigns/{campaign.id}/enterprises?street=430602009"
    officer.get(address)
    with asked("SELECT") as few:
        officer.get(address)
    with unit_of_work(SYSTEM, "home") as uow:
        street = add_street(uow, world.here.district_id, "430602010", "站前街道")
        add_enterprises(uow, street, 40)
        larger = launch(uow, world.here, title="更大的活动")
    with asked("SELECT") as many:
        answer = officer.get(f"/campaigns/{larger.id}/enterprises?street=430602010")

    assert listed(answer) == 40
    assert len(many) == len(few)


def test_a_long_list_has_pages(campaign, officer, world):
    with unit_of_work(SYSTEM, "home") as uow:
        add_enterprises(uow, world.here.street_id, 60)
        larger = launch(uow, world.here, title="更大的活动")

    first, second, beyond = (officer.get(f"/campaigns/{larger.id}/enterprises?page={page}") for page in (1, 2, 99))

    assert (listed(first), listed(second), listed(beyond)) == (50, 18, 18)
    assert "第 1 / 2 页" in text_of(first)


def test_several_campaigns_can_be_chosen_from(campaign, officer, world):
    with unit_of_work(SYSTEM, "home") as uow:
        other = launch(uow, world.here, title="开工第一课讲安全")

    page = officer.get("/overview")

    assert "开工第一课讲安全" in re.search(r"<h1>(.*?)</h1>", page.text, re.S)[1]
    assert f"/campaigns/{campaign.id}/summary" in page.text
    assert f"/campaigns/{other.id}/summary" in page.text


@pytest.fixture
def run(app, monkeypatch):
    """The command in this test's application."""
    monkeypatch.setattr("lms.cli.create_app", lambda: app)
    return lambda *words, command=("summary",): CliRunner().invoke(cli, [*command, *map(str, words)])


def test_the_command_gives_the_same_figures(campaign, run, tmp_path):
    pdf, book = tmp_path / "a.pdf", tmp_path / "a.xlsx"

    answer = run(campaign.title, "--jurisdiction", "430602", "--json", "--pdf", pdf, "--xlsx", book)

    assert answer.exit_code == 0, answer.output
    told = loads(answer.stdout)
    assert [(rate["label"], rate["numerator"], rate["denominator"]) for rate in told["rates"]] == [
        ("开讲率", 1, 8), ("参训率", 4, 4), ("考核合格率", 4, 4),
    ]  # fmt: skip
    assert pdf.read_bytes().startswith(b"%PDF")
    assert book.read_bytes().startswith(b"PK")


def test_the_command_that_works_standings_out_anew_changes_nothing_but_what_was_wrong(campaign, run):
    rebuild = ("standings", "rebuild", "--json")
    assert loads(run(command=rebuild).stdout) == {"campaigns": 1, "mended": 0}
    with unit_of_work(SYSTEM, "system") as uow:
        wrong = update(Standing).where(Standing.state == StandingState.COMPLETED)
        assert uow.session.execute(wrong.values(state=StandingState.NOT_STARTED)).rowcount == 1
    assert loads(run(command=rebuild).stdout) == {"campaigns": 1, "mended": 1}
    assert "改正 0 家的情况" in run(command=rebuild[:2]).stdout


def test_the_command_takes_an_id_and_a_day(campaign, run):
    answer = run(campaign.id, "--as-of", "2020-01-01")

    assert answer.exit_code == 0, answer.output
    assert "0/0 家" in answer.stdout
    assert "数据截至 2020-01-01 23:59" in answer.stdout


@pytest.mark.parametrize("words", [("没有的活动",), ("企业主要负责人讲安全课", "--jurisdiction", "999999")])
def test_the_command_says_what_it_did_not_find(campaign, run, words):
    answer = run(*words)

    assert answer.exit_code == 1
    assert "没有" in str(answer.exception)
