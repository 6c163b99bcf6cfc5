"""The sums say the same on SQLite and on PostgreSQL."""

import pytest
from flask_babel import force_locale

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns import queries as campaigns
from lms.campaigns import service
from lms.compliance import queries
from lms.compliance import service as standings
from lms.core.uow import UnitOfWork, unit_of_work
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, launch
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
