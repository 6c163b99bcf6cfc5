"""Other ways to look: any two dimensions, growth, two days, exports as seen, the leader's page."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from itertools import combinations

import openpyxl
import pypdfium2
import pytest
import zxingcpp
from flask_babel import force_locale
from sqlalchemy import select

from lms.compliance import queries, service
from lms.compliance.models import Standing, StandingState
from lms.compliance.rules import Reason
from lms.core.uow import unit_of_work
from lms.registry.models import ChangeKind, Enterprise, Jurisdiction
from lms.registry.service import jurisdictions
from lms.registry.service.past import keep
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, flat, hold, launch
from tests.world import acting


@pytest.fixture
def uneven(world, campaign):
    """One enterprise of three lectured, each of another size, one of them without anybody in charge."""
    with unit_of_work(SYSTEM, "home") as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id).order_by(Standing.id)).all()
        for line, size, officer in zip(lines, (5, 120, None), ("李强", "王敏", None), strict=True):
            uow.session.get_one(Enterprise, line.enterprise_id).declared_headcount = size
            line.officer_name, line.trade_authority = officer, "住建局" if officer else None
        lines[1].state, lines[1].lectured_on, lines[1].minutes = StandingState.LECTURED, uow.today, 60
    return campaign


def test_every_cell_of_any_two_dimensions_is_as_long_as_its_list(world, uneven):
    with unit_of_work(SYSTEM, "summary.read", write=False) as uow, force_locale("zh"):
        area = queries.find_jurisdiction(uow, "430602")
        scope = queries.Scope(uneven, area, uow.today)
        sums = queries.figures(uow, scope)
        for down, across in combinations(queries.DIMENSIONS, 2):
            grid = queries.crossed(uow, scope, down, across)
            assert grid.rows[-1].cells[-1] == (sums.lectured, sums.asked)
            for row in grid.rows:
                for column, (lectured, asked) in zip(grid.columns, row.cells, strict=True):
                    asked_for = {name: code for name, code in ((down, row.code), (across, column.code)) if code is not None}
                    street = asked_for.pop("street", None)
                    cell = queries.scope_for(
                        uow, uneven, uow.today, jurisdiction_code="430602", place_code=street, **asked_for
                    )  # fmt: skip
                    assert len(queries.listed(uow, cell, "asked")) == asked, (down, across, row.code, column.code)
                    assert len(queries.listed(uow, cell, "lectured")) == lectured
        assert queries.growth(uow, scope)[-1] == (uow.today, sums.lectured)
        assert sums.fresh == len(queries.listed(uow, scope, "fresh")) == 1


def test_a_past_day_goes_by_the_headcount_declared_then_and_each_cell_is_as_long_as_its_list(world, uneven):
    with unit_of_work(SYSTEM, "home") as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == uneven.id).order_by(Standing.id)).all()
        for line in lines:
            line.since_on -= timedelta(days=9)
        firms = [line.enterprise_id for line in lines]
        keep(uow, firms)
        for firm in firms:
            uow.session.get_one(Enterprise, firm).declared_headcount = 400
        day = uow.today - timedelta(days=1)
    with unit_of_work(SYSTEM, "summary.read", write=False) as uow, force_locale("zh"):
        area = queries.find_jurisdiction(uow, "430602")
        sizes = {}
        for on in (day, uow.today):
            grid = queries.crossed(uow, queries.Scope(uneven, area, on), "industry", "size")
            sizes[on] = {column.code: cell[1] for column, cell in zip(grid.columns, grid.rows[-1].cells, strict=True)}
            for size in queries.SIZES:
                listed = queries.listed(uow, queries.Scope(uneven, area, on, size=size), "asked")
                assert len(listed) == sizes[on].get(size, 0)
        assert sizes == {day: {"10": 1, "300": 1, "unknown": 1, None: 3}, uow.today: {"more": 3, None: 3}}


def test_a_view_is_its_address_and_leads_to_one_name_in_three_clicks(world, uneven, client_as):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        before = uow.today - timedelta(days=3)
    path = f"/campaigns/{uneven.id}/views?rows=officer&columns=size"

    page = officer.get(f"{path}&before={before}")

    assert "责任人 × 企业规模" in flat(page)
    assert "没有人管" in flat(page)
    assert f"{before} 和" in flat(page)
    names = officer.get(f"/campaigns/{uneven.id}/enterprises?officer=&size=unknown")
    assert "没有人管 · 人数不详" in flat(names)
    assert "企业 1 家" in flat(names)
    officer_page = flat(officer.get(f"/campaigns/{uneven.id}/views?rows=trade_authority&columns=street"))
    assert "可以发给同样能看岳阳楼区的人" in officer_page, "nobody else can open the address"
    assert "行业主管部门 × 街道" in officer_page and "住建局" in officer_page and "没有登记行业主管部门" in officer_page
    supervised = flat(officer.get(f"/campaigns/{uneven.id}/enterprises?trade_authority=住建局"))
    assert "· 住建局" in supervised and "企业 2 家" in supervised
    assert "企业 1 家" in flat(officer.get(f"/campaigns/{uneven.id}/enterprises?trade_authority="))
    odd_days = ("before=x", "before=2999-01-01", "as_of=0001-01-01")
    for odd in ("rows=evil&columns=size", "rows=size&columns=size", *odd_days, "officer=甲&size=evil"):
        assert officer.get(f"/campaigns/{uneven.id}/views?{odd}").status_code == 200, odd
    assert client_as(world.there.officer).get(path).status_code == 404
    assert client_as(world.here.head).get(path).status_code == 404


def test_the_worklist_has_the_overdue_first_then_who_did_not_speak_then_what_was_short_and_each_by_its_day(world, client_as):
    pressing = ((None, -9), (Reason.TOO_SHORT, -2), (Reason.NOT_HEAD, 3), (Reason.NOT_HEAD, 8), (Reason.TOO_SHORT, 1))
    with unit_of_work(SYSTEM, "home") as uow:
        firms = add_enterprises(uow, world.here.street_id, len(pressing))[::-1]  # so that their names are the other way round
        campaign = launch(uow, world.here)
        for firm, (reason, days) in zip(firms, pressing, strict=True):
            of = (Standing.campaign_id == campaign.id, Standing.enterprise_id == firm)
            line = uow.session.scalars(select(Standing).where(*of)).one()
            line.reason, line.due_on = reason, uow.today + timedelta(days=days)
        names = [uow.session.get_one(Enterprise, firm).name for firm in firms]

    rows = client_as(world.here.officer).get(f"/campaigns/{campaign.id}/enterprises?metric=attention&as=json").json["rows"]

    assert [row["企业"] for row in rows] == names


def test_a_list_is_exported_as_seen(world, uneven, client_as):
    officer = client_as(world.here.officer)
    path = f"/campaigns/{uneven.id}/enterprises?metric=not_lectured&officer=李强"

    rows = list(csv.reader(StringIO(officer.get(f"{path}&as=csv").data.decode("utf-8-sig"))))
    page = openpyxl.load_workbook(BytesIO(officer.get(f"{path}&as=xlsx").data))["名单"]
    read = officer.get(f"{path}&as=json").json

    assert rows[0][0].startswith("数据截至")
    assert ["筛选：未开讲；责任人 李强"] in rows and ["共 1 行"] in rows
    assert ["排序：要处理的在前，再按截止日期、企业名称"] in rows
    assert len(read["rows"]) == 1
    assert rows[-1][0] == read["rows"][0]["企业"] == page.cell(row=page.max_row, column=1).value
    assert officer.get(f"{path}&as=exe").status_code == 404


@pytest.mark.parametrize(("asked", "told"), [("officer=", "没有人管"), ("trade_authority=", "没有登记行业主管部门")])
def test_a_filter_for_those_without_narrows_the_file_as_it_narrows_the_page(world, uneven, client_as, asked, told):
    officer, path = client_as(world.here.officer), f"/campaigns/{uneven.id}/enterprises"
    page = officer.get(f"{path}?{asked}")

    [address] = re.findall(r'href="([^"]+as=json)"', page.text)
    whole, part = officer.get(f"{path}?as=json").json, officer.get(unescape(address)).json

    assert f"企业 {len(part['rows'])} 家" in flat(page)
    assert 0 < len(part["rows"]) < len(whole["rows"]) and told in part["about"][2]


FIGURE = re.compile(r'<td data-label="(那时|现在)">(?:<a href="([^"]+)">(\d+)</a> / (\d+)|<span class="muted">—)')


def test_two_days_add_up_and_open_though_a_street_went_into_another_between_them(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        begun = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=10))
        add_enterprises(begun, world.here.street_id, 2)
        campaign = launch(begun, world.here)
        hold(begun, world.here, campaign)
        service.settle(begun, campaign.id, [world.here.enterprise_id])
        other = uow.session.get_one(Jurisdiction, add_street(uow, world.here.district_id, "430602777", "并入街道"))
        street = uow.session.get_one(Jurisdiction, world.here.street_id)
        jurisdictions.change(uow, street, ChangeKind.MERGE, uow.today, target=other, basis="批复")
        before = uow.today - timedelta(days=5)
    officer = client_as(world.here.officer)

    page = officer.get(f"/campaigns/{campaign.id}/views?before={before}")

    columns: dict[str, list[tuple[int, int]]] = {"那时": [], "现在": []}
    for label, href, lectured, asked in FIGURE.findall(page.text):
        columns[label].append((int(lectured or 0), int(asked or 0)))
        if href:
            assert len(officer.get(f"{unescape(href)}&as=json").json["rows"]) == int(lectured)
    for *rows, whole in columns.values():
        assert len(rows) == 2 and whole == (1, 3)
        assert sorted(rows) == [(0, 0), whole]


def test_a_list_of_a_past_day_opens_a_firm_as_it_stood_then(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        begun = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=10))
        campaign = launch(begun, world.here)
        lectured = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=2))
        hold(lectured, world.here, campaign)
        service.settle(lectured, campaign.id, [world.here.enterprise_id])
        then, before_it_all = uow.today - timedelta(days=5), uow.today - timedelta(days=20)
    officer = client_as(world.here.officer)
    listed = officer.get(f"/campaigns/{campaign.id}/enterprises?as_of={then}").text
    [address] = [unescape(one) for one in re.findall(r'href="([^"]*/enterprises/[^"]+)"', listed)]

    page, now = officer.get(address), officer.get(address.partition("?")[0])

    assert f"{then} 那天的情况" in flat(page) and "未开讲" in flat(page) and "已完成" not in flat(page)
    assert "<textarea" not in page.text and "发催办" not in flat(page)
    assert "已完成" in flat(now) and "那天的情况" not in flat(now)
    assert client_as(world.there.officer).get(address).status_code == 404
    assert officer.get(address.replace(str(then), str(before_it_all))).status_code == 404


def test_every_tile_is_as_long_as_its_list_and_growth_rises_on_the_day_of_the_lecture(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        begun = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=10))
        add_enterprises(begun, add_street(uow, world.here.district_id, "430602778", "另一街道"), 2)
        campaign = launch(begun, world.here)
        lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id).order_by(Standing.id)).all()
        lines[-1].state, lines[-1].lectured_on = StandingState.LECTURED, begun.today + timedelta(days=3)
        held_on = lines[-1].lectured_on
    officer = client_as(world.here.officer)

    page = officer.get(f"/campaigns/{campaign.id}/views").text

    tiles = re.findall(r'<a href="([^"]+)" aria-label="[^"]* (\d+) / (\d+)"><rect', page)
    assert sorted((int(n), int(d)) for _href, n, d in tiles) == [(0, 1), (1, 2)]
    for href, lectured, asked in tiles:
        lists = [officer.get(f"{unescape(href)}&metric={metric}&as=json").json["rows"] for metric in ("lectured", "asked")]
        assert [len(rows) for rows in lists] == [int(lectured), int(asked)]
    [said] = re.findall(r'<svg class="growth"[^>]* aria-label="([^"]+)"', page)
    points = [point.split(" ") for point in said.strip("；").split("；")]
    assert len(points) > 2
    assert all(int(number) == (day >= held_on.isoformat()) for day, number in points)


def test_the_leaders_page_is_one_a4_with_twelve_numbers_and_the_way_to_each(world, uneven, client_as):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急管理局😀"

    page = officer.get(f"/campaigns/{uneven.id}/leader")
    printed = pypdfium2.PdfDocument(officer.get(f"/campaigns/{uneven.id}/leader.pdf").data)

    assert page.text.count('class="card-link"') == 12
    assert "七天内开讲" in flat(page)
    assert len(printed) == 1
    paper = printed[0].get_textpage().get_text_bounded()
    assert paper.startswith("岳阳楼区应急管理局□") and "岳阳楼区 · 数据截至" in paper, (
        "on whose paper, and of which place it tells; a sign that no font has keeps no leader from it"
    )
    codes = [code.text.removeprefix("http://anke.test") for code in zxingcpp.read_barcodes(printed[0].render(scale=2).to_pil())]
    assert len(set(codes)) == 12
    assert {unescape(link) for link in re.findall(r'class="card-link" href="([^"]+)"', page.text)} == set(codes)
    numbers = dict(re.findall(r'class="card-link" href="([^"]+)"[^>]*>\s*(\d+)', page.text))
    assert len(numbers) == 12 and set(numbers.values()) > {"0"}
    for address, number in numbers.items():
        whole = unescape(address)
        assert len(officer.get(f"{whole}&as=json").json["rows"]) == int(number), whole


def test_the_leaders_page_of_a_past_day_reads_as_it_did_then_and_a_list_by_size_says_of_when_the_size_is(
    world, uneven, client_as
):
    with unit_of_work(SYSTEM, "home") as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == uneven.id)).all()
        for line in lines:
            line.since_on -= timedelta(days=9)
        before = uow.today - timedelta(days=3)
        lectured = next(line for line in lines if line.state is StandingState.LECTURED)
        lectured.since_on, lectured.lectured_on = uow.today, uow.today
        then = queries.figures(uow, queries.Scope(uneven, queries.find_jurisdiction(uow, "430602"), before))
        now = queries.figures(uow, queries.Scope(uneven, queries.find_jurisdiction(uow, "430602"), uow.today))
    assert then.lectured == now.lectured - 1
    officer = client_as(world.here.officer)
    for day, sums in ((before, then), (None, now)):
        query = f"as_of={day}" if day else ""
        page = officer.get(f"/campaigns/{uneven.id}/leader?{query}").text
        [number] = re.findall(r'metric=lectured[^"]*"[^>]*>\s*(\d+)', page)
        assert int(number) == sums.lectured
        printed = pypdfium2.PdfDocument(officer.get(f"/campaigns/{uneven.id}/leader.pdf?{query}").data)
        assert (before.isoformat() in printed[0].get_textpage().get_text_bounded()) == (day is not None)
        told = officer.get(f"/campaigns/{uneven.id}/enterprises?size=unknown&{query}&as=csv").data.decode("utf-8-sig")
        assert ("规模按企业当天申报的人数" in told) == (day is not None)
        assert ("企业名称、代码按现在的" in told) == (day is not None)
