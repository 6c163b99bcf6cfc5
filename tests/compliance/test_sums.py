"""For random trees, moves and dates: children sum to the parent in every measure and as of every date."""

from __future__ import annotations

import itertools
from dataclasses import asdict, fields
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.compliance import queries, service
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries import Figures, Scope
from lms.core.errors import Problem
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction
from lms.registry.past import ChangeKind
from lms.registry.service import jurisdictions, transfers
from tests.compliance.scene import add_enterprises, add_street, launch
from tests.world import acting

DAYS = 20
STEPS = st.tuples(
    st.integers(0, DAYS),
    st.sampled_from(("move", "assign", "merge", "transfer", "lecture", "close", "reopen", "add", "officer", "trade_authority")),
    st.integers(0, 99),
    st.integers(0, 99),
)
_codes = itertools.count(1)


@pytest.fixture
def tree(world, uow):
    """Two districts and a functional area, two streets in each district; a city-wide campaign, launched twenty days ago."""
    begun = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=DAYS + 1))
    city = uow.session.get_one(Jurisdiction, world.city_id)
    area = add_street(uow, city.id, "YY-SUM", "功能区", "县级")
    for side in (world.here, world.there):
        add_street(uow, side.district_id, f"X{next(_codes):05}", "另一街道")
        add_enterprises(begun, side.street_id, 2)
    return city, area, launch(begun, world.here, jurisdiction=city)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(steps=st.lists(STEPS, min_size=4, max_size=10))
def test_children_sum_to_the_parent_in_every_measure_and_as_of_every_date(tree, uow, steps):
    city, _area, campaign = tree
    with uow.session.begin_nested() as tried:
        before: dict[int, tuple[Figures, ...]] = {}
        for at in sorted({DAYS, *(step[0] for step in steps)}):
            now = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=DAYS - at))
            for _day, what, first, second in (step for step in steps if step[0] == at):
                _do(now, city, campaign, what, first, second)
            before[at] = _read(uow, city, campaign, now.today)
        for at, figures in before.items():
            day = uow.today - timedelta(days=DAYS - at)
            assert _read(uow, city, campaign, day) == figures  # as it was read on the day itself
            _holds(uow, city, campaign, day)
        assert jurisdictions.faults(uow) == []
        _rebuilt(uow, campaign)
        tried.rollback()
    uow.session.expire_all()


def _do(uow, city, campaign, what, first, second):
    places = uow.session.scalars(
        select(Jurisdiction)
        .where(Jurisdiction.path.startswith(city.path), Jurisdiction.ended_on.is_(None), Jurisdiction.id != city.id)
        .where(Jurisdiction.code.in_(_known(uow)))
        .order_by(Jurisdiction.code)
    ).all()
    firms = uow.session.scalars(select(Enterprise).order_by(Enterprise.uscc)).all()
    one, other, firm = places[first % len(places)], places[second % len(places)], firms[first % len(firms)]
    kinds = {"move": ChangeKind.MOVE, "assign": ChangeKind.ASSIGN, "merge": ChangeKind.MERGE}
    try:
        if what in kinds:
            target = None if what == "assign" and second % 5 == 0 else other
            jurisdictions.change(uow, one, kinds[what], uow.today, target=target, basis="随机")
        elif what == "transfer":
            transfers.ask(uow, firm, other, "随机")
        elif what == "add":
            uow.say(EnterprisesAdded(tuple(add_enterprises(uow, one.id, 1)), at=uow.now))
        elif what == "lecture":
            _lectured(uow, campaign, firm, second)
        else:
            values = {"close": ("state", EnterpriseState.CLOSED), "reopen": ("state", EnterpriseState.ACTIVE)}
            values["trade_authority"] = "trade_authority", f"主管局{second % 3}"
            setattr(firm, *values.get(what, ("officer_name", f"责任人{second}")))
            uow.session.flush()
            uow.say(EnterprisesChanged((firm.id,), at=uow.now))
    except Problem:
        return  # refused: nothing was written


def _known(uow):
    """The few of the test, out of all that ship."""
    made = Jurisdiction.code.like("X%") | Jurisdiction.code.in_(["YY-SUM", "430602", "430603"])
    return select(Jurisdiction.code).where(made | Jurisdiction.id.in_(select(Enterprise.jurisdiction_id)))


def _lectured(uow, campaign, firm, people):
    """As settling writes it: today's line of one enterprise, with figures."""
    line = uow.session.scalar(
        select(Standing).where(
            Standing.campaign_id == campaign.id, Standing.enterprise_id == firm.id, Standing.until_on.is_(None)
        )
    )
    if line is not None and line.since_on == uow.today:
        line.state, line.expected, line.attended = StandingState.LECTURED, people + 1, people
        line.examined, line.passed = people, people // 2
        uow.session.flush()


def _read(uow, city, campaign, day):
    scope = Scope(campaign, city, day)
    return queries.figures(uow, scope), *(queries.figures(uow, Scope(campaign, one, day)) for one in _children(uow, scope))


def _children(uow, scope):
    streets = _codes_in(uow, scope)
    above = queries.rows_of(uow, scope, streets)
    codes = {above[code][0] if code in above else code for code in streets}
    return uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code.in_(codes)).order_by(Jurisdiction.code)).all()


def _codes_in(uow, scope):
    return set(uow.session.scalars(select(Standing.street_code).where(scope.clause(uow))))


def _holds(uow, place, campaign, day):
    """Down the tree as it was on the day: the children, and what is filed under the parent itself, sum to the parent."""
    scope = Scope(campaign, place, day)
    whole = queries.figures(uow, scope)
    children = [one for one in _children(uow, scope) if one.id != place.id]
    own, own_stopped = (
        [line for line in queries.listed(uow, scope, metric) if line.street_code == place.code] for metric in ("asked", "stopped")
    )
    of_each = [asdict(queries.figures(uow, Scope(campaign, one, day))) for one in children]
    sums = Figures(**{name: sum(one[name] for one in of_each) for name in asdict(Figures())})
    for field in fields(Figures):
        if field.name in ("asked", "exempt"):
            mine = len(own) if field.name == "asked" else 0
            assert getattr(sums, field.name) + mine == getattr(whole, field.name), (field.name, day)
        elif not own and not own_stopped:
            assert getattr(sums, field.name) == getattr(whole, field.name), (field.name, day)
    matrix = queries.matrix(uow, scope)
    for at in range(len(matrix.columns)):
        for part in (0, 1):
            assert sum(row.cells[at][part] for row in matrix.rows[:-1]) == matrix.rows[-1].cells[at][part]
    for down, across in (("street", "trade_authority"), ("trade_authority", "industry")):
        grid = queries.crossed(uow, scope, down, across)
        for at in range(len(grid.columns)):
            assert tuple(sum(row.cells[at][part] for row in grid.rows[:-1]) for part in (0, 1)) == grid.rows[-1].cells[at]
        assert grid.rows[-1].cells[-1] == (whole.lectured, whole.asked)
    for one in children:
        _holds(uow, one, campaign, day)


def _rebuilt(uow, campaign):
    """Today's lines made anew from the facts are the ones that were kept step by step."""

    def lines():
        rows = uow.session.scalars(
            select(Standing)
            .where(Standing.campaign_id == campaign.id, Standing.until_on.is_(None))
            .order_by(Standing.enterprise_id)
        )
        names = (
            "enterprise_id",
            "street_code",
            "street_name",
            "industry",
            "trade_authority",
            "officer_name",
            "due_on",
            "rule_version",
        )
        return [tuple(getattr(row, name) for name in names) for row in rows]

    wanted = select(Standing).where(Standing.campaign_id == campaign.id, Standing.until_on.is_(None))
    kept = lines()
    for line in uow.session.scalars(wanted).all():
        uow.session.delete(line)
    uow.session.flush()
    service.settle(uow, campaign.id)
    assert lines() == kept
