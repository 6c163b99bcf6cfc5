"""The sums say the same on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import Connection, event, select, text

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns import queries as campaigns
from lms.campaigns import service
from lms.campaigns.models import Duty
from lms.compliance import queries
from lms.compliance import service as standings
from lms.compliance.patch import queries as patch
from lms.core.db import db
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Jurisdiction
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, launch, plan
from tests.world import build_world


@pytest.fixture
def database(app_on_either):
    with force_locale("zh"):
        yield


def test_from_launch_to_list(database):
    with unit_of_work(SYSTEM, "home") as uow:
        world = build_world(uow)
        add_enterprises(uow, add_street(uow, world.here.district_id, "430602009", "三眼桥街道"), 6)
        campaign = launch(uow, world.here)
        hold(uow, world.here, campaign, people=("passed", "passed", "failed", "excused", "absent"))
        standings.settle(uow, campaign.id, [world.here.enterprise_id])
    officer = Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=world.here.district_id),))

    with unit_of_work(officer, "campaign.create") as uow:
        assert service.launch(uow, campaigns.find_own(uow, campaign.id)) == 7
    with unit_of_work(officer, "summary.read", write=False) as uow:
        check(uow, campaigns.launched(uow)[0])


def check(uow: UnitOfWork, campaign):
    scope = queries.scope_for(uow, campaign, uow.today)
    matrix = queries.matrix(uow, scope)
    sums = matrix.figures

    assert queries.figures(uow, scope) == sums
    assert [(row.name, row.cells[-1]) for row in matrix.rows] == [
        ("城陵矶街道", (1, 1)), ("三眼桥街道", (0, 6)), ("合计", (1, 7)),
    ]  # fmt: skip
    assert (sums.people_attended, sums.people_expected, sums.people_passed, sums.people_examined) == (3, 4, 2, 3)
    assert {metric: len(queries.listed(uow, scope, metric)) for metric in queries.METRICS} == {
        metric: getattr(sums, metric) for metric in queries.METRICS
    }
    assert [name for name, _code in queries.crumbs(uow, scope.jurisdiction)] == ["岳阳市", "岳阳楼区"]
    assert queries.coverage(uow, [campaign.id]) == {campaign.id: (1, 7)}
    assert patch.counts(uow) == {gap: patch.page(uow, gap, 1).total for gap in patch.GAPS}
    assert patch.counts(uow)["no_head"] == 6


def test_who_launches_asks_by_what_another_officer_saved_meanwhile(app_on_postgres):
    """The draft was read before the other one saved it; nobody is asked by what it said then."""
    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        campaign_id = service.draft(uow, uow.session.get_one(Jurisdiction, here.district_id), plan(uow.today)).id
    officer = Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=here.district_id),))
    with force_locale("zh"), unit_of_work(officer, "campaign.create") as uow:
        looked_at = campaigns.find_own(uow, campaign_id)
        with unit_of_work(officer, "campaign.create") as other:
            found = campaigns.find_own(other, campaign_id)
            service.change(other, found, replace(found.plan, due_on=uow.today + timedelta(days=90), min_minutes=45), 1)
        with pytest.raises(service.ChangedUnseen):
            service.launch(uow, looked_at, 1)
        assert service.launch(uow, looked_at, 2) == 1
        (due_on,), (version,) = uow.session.scalars(select(Duty.due_on)), campaigns.versions(uow, looked_at)
        assert (due_on, version.min_minutes) == (uow.today + timedelta(days=90), 45)


def test_postgresql_sorts_the_sums_in_memory_and_for_that_transaction_only(app_on_postgres):
    def room(uow: UnitOfWork) -> str:
        return uow.session.scalar(text("SELECT current_setting('work_mem')"))

    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, build_world(uow).here)
    for before, then in (("4MB", "32MB"), ("64MB", "64MB")):  # more, where somebody set more, stays
        with force_locale("zh"), unit_of_work(SYSTEM, "home", write=False) as uow:
            uow.session.execute(text(f"SET LOCAL work_mem = '{before}'"))
            queries.matrix(uow, queries.scope_for(uow, campaign, uow.today))
            assert room(uow) == then
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            assert room(uow) == "4MB"


def test_postgresql_asks_for_the_gaps_of_a_patch_beneath_their_sums(app_on_postgres):
    """Within them it would look for the heads of each enterprise by itself, however many there are."""
    said = []

    def hear(_connection: Connection, _cursor: object, statement: str, values: object, _context: object, _many: bool) -> None:
        said.append((statement, values))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        uow.session.connection()
        event.listen(db.engine, "before_cursor_execute", hear)
        try:
            patch.counts(uow)
        finally:
            event.remove(db.engine, "before_cursor_execute", hear)
        ((statement, values),) = said
        plan = uow.session.connection().exec_driver_sql(f"EXPLAIN VERBOSE {statement}", values).scalars().all()
    assert plan[0].startswith("Aggregate") and any("Output" in line and "SubPlan" in line for line in plan[2:]), plan
