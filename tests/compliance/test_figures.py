"""Every number opens its names: a figure is the length of its list, and a total the sum of its cells."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns import service as campaigns
from lms.campaigns.models import CampaignVersion
from lms.compliance import queries
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.models import Standing, StandingState
from lms.compliance.rules import Reason
from lms.compliance.signals.models import LectureSignal
from lms.core.clock import end_of
from lms.core.db import new_id
from lms.core.errors import NotFound
from lms.registry.models import Jurisdiction
from tests.compliance.scene import INDUSTRIES, add_enterprises, add_street, hold, launch, plan
from tests.counting import asked
from tests.world import acting

pytestmark = pytest.mark.usefixtures("chinese")
DAY = date(2026, 10, 31)
STREETS = (("430602008", "城陵矶街道"), ("430602009", "三眼桥街道"), ("430603008", "松杨湖街道"))


def standing(campaign, enterprise_id, **other):
    return {
        "id": new_id(), "campaign_id": campaign.id, "enterprise_id": enterprise_id, "since_on": DAY, "until_on": None,
        "state": StandingState.NOT_STARTED, "due_on": DAY, "street_code": "430602008", "street_name": "城陵矶街道",
        "industry": "工贸", "officer_name": "李强", "lecture_id": None, "lectured_on": None, "minutes": 0, "expected": 0,
        "attended": 0, "examined": 0, "passed": 0, "reason": None, "note": None, "updated_at": campaign.created_at,
        "exempt_until": None,
    } | other  # fmt: skip


@st.composite
def random_standings(draw):
    """Up to 12 standings, each with a street, an industry, a span of days and figures that the table allows."""
    rows = []
    for _number in range(draw(st.integers(0, 12))):
        street = draw(st.sampled_from(STREETS))
        expected, examined = draw(st.integers(0, 30)), draw(st.integers(0, 30))
        since = draw(st.sampled_from((DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))))
        rows.append({
            "street_code": street[0], "street_name": street[1], "industry": draw(st.sampled_from(INDUSTRIES)),
            "state": draw(st.sampled_from(list(StandingState))), "reason": draw(st.sampled_from([None, *Reason])),
            "due_on": draw(st.sampled_from((DAY - timedelta(days=9), DAY, DAY + timedelta(days=3)))),
            "officer_name": draw(st.sampled_from(("李强", None))), "since_on": since,
            "exempt_until": draw(st.sampled_from((None, DAY - timedelta(days=1), DAY))),
            "until_on": draw(st.sampled_from((None, since, DAY + timedelta(days=2)))),
            "expected": expected, "attended": draw(st.integers(0, expected)),
            "examined": examined, "passed": draw(st.integers(0, examined)),
        })  # fmt: skip
    return rows


@pytest.fixture
def city(world, uow):
    """A campaign of the city that has not made its standings yet, 12 enterprises, and the unit of work of the city's officer."""
    add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
    enterprises = add_enterprises(uow, world.here.street_id, 12)
    jurisdiction = uow.session.get_one(Jurisdiction, world.city_id)
    campaign = campaigns.draft(uow, jurisdiction, plan(uow.today))
    uow.session.flush()
    officer = Actor("user:x", "市安委办", (Held(Role.OFFICER, jurisdiction_id=world.city_id),))
    return campaign, enterprises, acting(uow, officer, "summary.read")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=random_standings())
def test_every_figure_is_the_length_of_its_list_and_every_total_the_sum_of_its_cells(city, rows):
    campaign, enterprises, uow = city
    with uow.session.begin_nested() as savepoint:
        if rows:
            lines = [standing(campaign, of, **row) for of, row in zip(enterprises, rows, strict=False)]
            uow.session.execute(insert(Standing), lines)
        scope = queries.scope_for(uow, campaign, DAY)

        matrix, sums = queries.matrix(uow, scope), queries.figures(uow, scope)

        check_totals(matrix, sums)
        check_lists(uow, scope, matrix, sums)
        savepoint.rollback()
    uow.session.expire_all()


def check_totals(matrix, sums):
    *rows, total = matrix.rows
    for column in range(len(matrix.columns)):
        for part in (0, 1):
            assert sum(row.cells[column][part] for row in rows) == total.cells[column][part]
    for row in matrix.rows:
        assert tuple(map(sum, zip((0, 0), *row.cells[:-1], strict=True))) == row.cells[-1]
    assert total.cells[-1] == (sums.lectured, sums.asked)
    assert asdict(matrix.headline).items() <= asdict(sums).items()


def check_lists(uow, scope, matrix, sums):
    for metric in queries.METRICS:
        lines = queries.listed(uow, scope, metric)
        assert len(lines) == getattr(sums, metric)
        if metric == "asked":
            for name in ("expected", "attended", "examined", "passed"):
                assert sum(getattr(line, name) for line in lines) == getattr(sums, f"people_{name}")
    everything = queries.listed(uow, scope, "asked")
    in_district = Counter(line.street_code[:6] for line in everything)
    assert {row.code: row.cells[-1][1] for row in matrix.rows[:-1] if row.cells[-1][1]} == in_district
    cells = [
        (row.code, column.code, cell)
        for row in matrix.rows
        for column, cell in zip(matrix.columns, row.cells, strict=True)
        if cell[1]
    ]
    for place, industry, cell in cells[:: max(1, len(cells) // 2)]:  # a few of them: each costs queries
        narrow = queries.scope_for(uow, scope.campaign, scope.day, place_code=place, industry=industry)
        assert (len(queries.listed(uow, narrow, "lectured")), len(queries.listed(uow, narrow, "asked"))) == cell


def test_the_31st_of_october_says_in_december_what_it_said_then(city):
    campaign, enterprises, uow = city
    first = [standing(campaign, of, since_on=DAY - timedelta(days=20)) for of in enterprises[:4]]
    first[0] |= {"state": StandingState.COMPLETED, "expected": 10, "attended": 10, "examined": 10, "passed": 10}
    uow.session.execute(insert(Standing), first)
    scope = queries.scope_for(uow, campaign, DAY)
    asked = asdict(campaign.plan) | {"campaign_id": campaign.id, "set_by": "王敏"}
    uow.session.add(CampaignVersion(**asked, version=1, set_at=end_of(DAY - timedelta(days=9))))
    uow.session.flush()
    then = queries.matrix(uow, scope), queries.summary(uow, scope)

    campaign.min_minutes, campaign.due_on = 90, campaign.due_on + timedelta(days=30)
    changed = asked | {"min_minutes": 90, "due_on": campaign.due_on}
    uow.session.add(CampaignVersion(**changed, version=2, set_at=end_of(DAY) + timedelta(hours=1)))
    for row in first[1:3]:
        uow.session.get_one(Standing, row["id"]).until_on = DAY + timedelta(days=3)
    uow.session.flush()
    later = [
        standing(campaign, row["enterprise_id"], since_on=DAY + timedelta(days=4), state=StandingState.LECTURED, expected=5)
        for row in first[1:3]
    ]
    uow.session.execute(insert(Standing), later)

    assert (queries.matrix(uow, scope), queries.summary(uow, scope)) == then
    frozen = gather(uow, Bulletin(campaign=campaign, area=scope.jurisdiction, jurisdiction=scope.jurisdiction, day=DAY))
    assert (frozen.rule_lines, frozen.due_on) == (then[1].rule_lines, then[1].due_on) and "60 分钟" in frozen.rule_lines[0]
    assert (frozen.as_of.date(), frozen.anchor.at.date()) == (DAY, uow.today), "a chain ends where it ends now"
    now = queries.figures(uow, queries.scope_for(uow, campaign, DAY + timedelta(days=30)))
    assert (then[0].headline.lectured, now.lectured) == (1, 3)
    assert now.overdue == 1


def test_the_sums_of_1284_enterprises_are_worked_out_by_the_database(world, uow):
    for index in range(6):
        add_enterprises(uow, add_street(uow, world.here.district_id, f"43060202{index}", f"第{index}街道"), 214)
    campaign = launch(uow, world.here)
    officer = Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=world.here.district_id),))
    reader = acting(uow, officer, "summary.read")
    scope = queries.scope_for(reader, campaign, uow.today)

    with asked("SELECT") as statements:
        matrix = queries.matrix(reader, scope)

    assert matrix.headline.asked == 1285
    assert len(statements) == 2


def test_a_matrix_and_its_lists_read_an_index_and_no_rows_of_the_lines_they_do_not_show(world, uow):
    """Today and as of a past day, so that a city is summed up in the time of a page."""
    add_enterprises(uow, world.here.street_id, 3)
    campaign = launch(uow, world.here)
    officer = Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=world.here.district_id),))
    reader = acting(uow, officer, "summary.read")
    with asked() as sent:
        for day in (uow.today, uow.today - timedelta(days=1)):
            scope = queries.scope_for(reader, campaign, day)
            queries.matrix(reader, scope)
            queries.choices(reader, scope)
            queries.first_to_see(reader, scope)
            queries.page(reader, scope, "attention", total=1)
            queries.page(reader, scope, "no_evidence", total=1)
            queries.crossed(reader, scope, "trade_authority", "street")

    sums = [(one, values) for one, values, _many in sent if "FROM standing" in one and "standing.updated_at" not in one]
    assert len(sums) == 12
    for statement, values in sums:
        steps = [row[3] for row in uow.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert [step for step in steps if "COVERING INDEX ix_standing_seen" in step], steps


def test_the_worklist_begins_with_what_presses_most(city, world):
    campaign, firms, uow = city
    silent = hold(uow, world.here, campaign)
    of = {"enterprise_id": world.here.enterprise_id, "lecture_id": silent.id}
    long_ago = uow.now - timedelta(days=14)
    uow.session.add(LectureSignal(**of, code="few_devices", level="serious", facts={}, raised_at=long_ago))
    uow.session.flush()
    late, soon, later = (uow.today + timedelta(days=days) for days in (-1, 5, 9))
    done = {"state": StandingState.COMPLETED, "lectured_on": DAY}
    pressing = [
        (firms[0], {"due_on": late}),
        (firms[1], {"due_on": later, "reason": Reason.NOT_HEAD}),
        (world.here.enterprise_id, {"due_on": soon, "lecture_id": silent.id} | done),
        (firms[2], {"due_on": later, "reason": Reason.TOO_SHORT}),
        (firms[3], {"due_on": soon}),
        (firms[4], {"due_on": soon, "state": StandingState.LECTURED}),
        (firms[5], {"due_on": late} | done),
    ]
    uow.session.execute(insert(Standing), [standing(campaign, firm, **row) for firm, row in reversed(pressing)])
    scope = queries.scope_for(uow, campaign, uow.today)

    assert [line.enterprise_id for line in queries.listed(uow, scope, "asked")] == [firm for firm, _row in pressing]
    assert [line.enterprise_id for line in queries.listed(uow, scope, "attention")] == [firm for firm, _row in pressing[:4]]
    assert [line.enterprise_id for line in queries.first_to_see(uow, scope)] == [firm for firm, _row in pressing[:5]]


def test_a_street_sees_itself_and_nothing_else(world, uow):
    add_enterprises(uow, add_street(uow, world.here.district_id, "430602009", "三眼桥街道"), 3)
    campaign = launch(uow, world.here)
    officer = Actor("user:x", "李强", (Held(Role.OFFICER, jurisdiction_id=world.here.street_id),))
    reader = acting(uow, officer, "summary.read")

    scope = queries.scope_for(reader, campaign, uow.today)

    assert [row.name for row in queries.matrix(reader, scope).rows] == ["城陵矶街道", "合计"]
    assert queries.figures(reader, scope).asked == 1
    for foreign in ("430602009", "430602", "430600", "nonsense"):
        with pytest.raises(NotFound):
            queries.scope_for(reader, campaign, uow.today, jurisdiction_code=foreign)


def test_the_city_sees_districts_and_one_district_its_streets(city):
    campaign, enterprises, uow = city
    rows = [
        standing(campaign, of, street_code=code, street_name=name) for of, (code, name) in zip(enterprises, STREETS, strict=False)
    ]
    uow.session.execute(insert(Standing), rows)

    city_wide = queries.matrix(uow, queries.scope_for(uow, campaign, DAY))
    district = queries.matrix(uow, queries.scope_for(uow, campaign, DAY, jurisdiction_code="430602"))

    assert [(row.name, row.cells[-1]) for row in city_wide.rows] == [("岳阳楼区", (0, 2)), ("云溪区", (0, 1)), ("合计", (0, 3))]
    assert [row.name for row in district.rows] == ["城陵矶街道", "三眼桥街道", "合计"]
    assert city_wide.rows[0].cells[-1] == district.rows[-1].cells[-1]
