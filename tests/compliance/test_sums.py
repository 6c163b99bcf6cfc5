"""For random trees, moves and dates: children sum to the parent in every measure and as of every date."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns.events import DutiesChanged
from lms.campaigns.models import Campaign, Duty
from lms.compliance import queries, service
from lms.compliance.chasing import deferrals
from lms.compliance.chasing.rules import DeferralKind
from lms.compliance.models import ChaseEscalation, Standing
from lms.compliance.patch import queries as patch
from lms.compliance.patch import service as patch_service
from lms.compliance.queries import Figures, Scope
from lms.compliance.queries.figures import PEOPLE
from lms.compliance.queries.metrics import METRICS
from lms.compliance.signals.models import LectureSignal
from lms.core.errors import Problem
from lms.lectures.models import Attendee, LectureState
from lms.lectures.service import add_photo
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import ChangeKind, Enterprise, EnterpriseState, Jurisdiction, JurisdictionChange
from lms.registry.service import jurisdictions, states, transfers
from lms.registry.service.past import keep
from tests.compliance.scene import add_enterprises, add_street, hold, launch
from tests.compliance.test_content import shot
from tests.compliance.test_standings import values
from tests.world import World, acting

DAYS = 20
SEEN = {"every", "nobody", "no_head", "no_street"}  # of the register; nobody has an account, and nothing is a year old
SET = (1, 3)  # days on which what every measure counts is brought about; chance has those after
STATES = {"close": EnterpriseState.CLOSED, "reopen": EnterpriseState.ACTIVE}
CHANGES = {"move": ChangeKind.MOVE, "assign": ChangeKind.ASSIGN, "merge": ChangeKind.MERGE, "rename": ChangeKind.RENAME}


def _steps(kinds, later):
    """later: so many days after it is told a change of the tree holds."""
    return st.tuples(
        st.integers(SET[-1] + 1, DAYS), st.sampled_from(kinds), st.integers(0, 99), st.integers(0, 99), st.integers(later, 3)
    )


STEPS = _steps((*CHANGES, "transfer", "lecture", "close", "reopen", "add", "officer", "trade_authority", "extend"), -3)
CHANGE = _steps(tuple(CHANGES), 0)  # one of each tree, told in time, so that nothing but chance among refusals is none
# In which of those that may hold it each lies, and which functional area answers for it, if one does.
PLACE = st.tuples(st.integers(0, 99), st.none() | st.integers(0, 99))
LEVELS = {"district": "县级", "area": "县级", "street": "乡级", "community": "村级"}
SHAPES = st.fixed_dictionaries(
    {
        "district": st.lists(PLACE, max_size=2),  # beside the two of the world
        "area": st.lists(PLACE, min_size=1, max_size=3),
        "street": st.lists(PLACE, min_size=1, max_size=4),
        "community": st.lists(PLACE, min_size=1, max_size=3),
        "firms": st.lists(st.integers(0, 99), min_size=5, max_size=8),
    }
)
_codes = itertools.count(1)


@dataclass(frozen=True)
class Tree:
    world: World
    city: Jurisdiction
    campaign: Campaign
    firms: list[UUID]  # beside the two of the world


def _grown(uow, world, shape):
    """A city of that shape, each firm anywhere in it, and a city-wide campaign of twenty days ago."""
    begun = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=DAYS + 1))
    uow.session.execute(update(Enterprise).values(created_at=begun.now))
    city = uow.session.get_one(Jurisdiction, world.city_id)
    of = {"district": [world.here.district_id, world.there.district_id], "street": [world.here.street_id, world.there.street_id]}
    of |= {"area": [], "community": []}
    for level, lies_in in (
        ("district", lambda: [city.id]),
        ("area", lambda: [city.id, *of["district"]]),
        ("street", lambda: of["district"] + of["area"]),
        ("community", lambda: of["street"]),
    ):
        for at, _answering in shape[level]:
            above = lies_in()
            code = f"X{next(_codes):05}"
            of[level].append(add_street(uow, above[at % len(above)], code, f"{level}{code}", LEVELS[level]))
    for level in LEVELS:
        for place_id, (_at, answering) in zip(of[level][-len(shape[level]) :], shape[level], strict=False):
            if answering is not None:
                area = uow.session.get_one(Jurisdiction, of["area"][answering % len(of["area"])])
                _decide(begun, uow.session.get_one(Jurisdiction, place_id), ChangeKind.ASSIGN, begun.today, target=area)
    homes = [each for level in LEVELS for each in of[level]]
    firms = [each for at in shape["firms"] for each in add_enterprises(begun, homes[at % len(homes)], 1)]
    asked = {"themes": ("LT08",), "evidence": ("photo",), "cascade": True}
    return Tree(world, city, launch(begun, world.here, jurisdiction=city, **asked), firms)


def _decide(uow, place, kind, on, **what):
    """Decide something about a place; what is refused is as if nobody had tried."""
    try:
        with uow.session.begin_nested():
            return jurisdictions.change(uow, place, kind, on, basis="随机", **what)
    except Problem:
        return None


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(shape=SHAPES, change=CHANGE, steps=st.lists(STEPS, min_size=3, max_size=6))
def test_children_sum_to_the_parent_in_every_measure_and_as_of_every_date(world, uow, shape, change, steps):
    steps, carried_out = [change, *steps], Counter()
    with uow.session.begin_nested() as tried:
        tree = _grown(uow, world, shape)
        city, campaign = tree.city, tree.campaign
        before: dict[int, tuple[tuple[Figures, ...], list[dict[str, int]]]] = {}
        called: dict[int, list[tuple[str | None, str]]] = {}
        to_come = {step[0] + step[-1] for step in steps if step[0] + step[-1] <= DAYS}
        for at in sorted({*SET, DAYS, *to_come, *(step[0] for step in steps)}):
            now = acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=DAYS - at))
            if at in SET:
                (_first_day if at == SET[0] else _second_day)(now, tree)
            _take_over(now)
            for step in (step for step in steps if step[0] == at):
                carried_out[step[1]] += _do(now, tree, *step[1:])
                if step[-1] < 0:  # told late: past days are of the tree as it is now known to have been
                    for day in (day for day in before if day >= at + step[-1]):
                        then = uow.today - timedelta(days=DAYS - day)
                        before[day], called[day] = _read(uow, city, campaign, then), _names(uow, city, campaign, then)
            before[at] = _read(uow, city, campaign, now.today)
            called[at] = _names(uow, city, campaign, now.today)
        for at, figures in before.items():
            day = uow.today - timedelta(days=DAYS - at)
            assert _read(uow, city, campaign, day) == figures  # as it was read on the day itself
            assert _names(uow, city, campaign, day) == called[at]
            _holds(uow, city, campaign, day)
            _register_holds(uow, city, day)
        counted = {
            name for of_day, _register in before.values() for one in of_day for name, number in asdict(one).items() if number
        }
        assert counted == set(asdict(Figures()))  # sums of nothing prove nothing
        assert {name for _figures, (whole, *_parts) in before.values() for name, number in whole.items() if number} >= SEEN
        assert sum(carried_out[kind] for kind in CHANGES), "nor does a tree of which nothing was changed"
        assert jurisdictions.faults(uow) == []
        _rebuilt(uow, campaign)
        tried.rollback()
    uow.session.expire_all()


def test_a_street_that_is_told_late_to_have_moved_and_one_that_is_merged_count_where_they_lay_on_each_day(world, uow):
    def on(at):
        return acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=DAYS - at))

    def asked(at):
        """How many firms of each district, and of each of its streets, a campaign asked on a day."""
        of_each = []
        for district in districts:
            scope = Scope(campaign, district, on(at).today)
            streets = {row.name: row.cells[-1][1] for row in queries.matrix(uow, scope).rows[:-1]}
            of_each.append((queries.figures(uow, scope).asked, streets))
        return of_each

    here, there = world.here, world.there
    districts = [uow.session.get_one(Jurisdiction, side.district_id) for side in (here, there)]
    other_id = add_street(uow, here.district_id, f"X{next(_codes):05}", "另一街道")
    begun = on(0)
    add_enterprises(begun, here.street_id, 2)
    add_enterprises(begun, other_id, 4)
    campaign = launch(begun, here, jurisdiction=uow.session.get_one(Jurisdiction, world.city_id))
    moved, merged, kept = (uow.session.get_one(Jurisdiction, each) for each in (here.street_id, other_id, there.street_id))
    before = [(7, {"城陵矶街道": 3, "另一街道": 4}), (1, {"松杨湖街道": 1})]
    assert asked(9) == before

    late = on(10)
    jurisdictions.change(late, moved, ChangeKind.MOVE, on(8).today, target=districts[1], basis="8 日起划归，10 日才知道")
    jurisdictions.change(on(14), merged, ChangeKind.MERGE, on(14).today, target=kept, basis="并入")

    since = [(4, {"另一街道": 4}), (4, {"城陵矶街道": 3, "松杨湖街道": 1})]
    assert [asked(at) for at in (5, 7, 8, 9, 13)] == [before, before, since, since, since]
    assert asked(14) == asked(DAYS) == [(0, {}), (8, {"城陵矶街道": 3, "松杨湖街道": 5})]


def _take_over(uow):
    """What was decided for today."""
    waiting = select(JurisdictionChange).where(JurisdictionChange.applied_at.is_(None), JurisdictionChange.on <= uow.today)
    for decided in uow.session.scalars(waiting.order_by(JurisdictionChange.on, JurisdictionChange.id)).all():
        try:
            with uow.session.begin_nested():
                jurisdictions.apply(uow, decided)
        except Problem as problem:
            decided.fault, decided.applied_at = str(problem)[:200], uow.now


def _first_day(uow, tree):
    """Planned after somebody else spoke; too short; exempt, asking, escalated, closed, without anybody in charge."""
    here, there = tree.world.here, tree.world.there
    exempt, asking, escalated, closed, nobodys = (uow.session.get_one(Enterprise, each) for each in tree.firms[:5])
    hold(uow, here, tree.campaign, by_head=False)
    hold(uow, here, tree.campaign, state=LectureState.NOTIFIED)
    hold(uow, there, tree.campaign, minutes=20)
    until = uow.today + timedelta(days=DAYS)
    officer = acting(uow, Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=tree.city.id),)), "campaign.chase", uow.now)
    for firm in (exempt, asking):
        asked = deferrals.ask(uow, tree.campaign, _line(uow, tree.campaign, firm), DeferralKind.EXEMPTION, until, "停产检修")
        if firm is exempt:
            deferrals.grant(officer, asked, until)
    of = {"enterprise_id": escalated.id, "campaign_id": tree.campaign.id, "to_id": tree.city.id}
    uow.session.add(ChaseEscalation(**of, chases=2, escalated_at=uow.now))
    states.change(uow, closed, EnterpriseState.CLOSED, uow.today, "随机")
    patch_service.hand_over_ticked(uow, [nobodys.id], None)
    service.settle(uow, tree.campaign.id, [here.enterprise_id, there.enterprise_id])


def _second_day(uow, tree):
    """A lecture that lacks nothing, and a doubtful one that lacks all it can; a district and a street are called otherwise."""
    here, there = tree.world.here, tree.world.there
    for place in (here.district_id, here.street_id):
        place = uow.session.get_one(Jurisdiction, place)
        jurisdictions.change(uow, place, ChangeKind.RENAME, uow.today, name=f"新{place.name}", basis="批复")
    whole, bare = hold(uow, here, tree.campaign), hold(uow, there, tree.campaign)
    whole.title = "有限空间怎么进、怎么救"
    add_photo(uow, whole, "会场.jpg", shot())
    uow.session.scalars(select(Attendee).where(Attendee.lecture_id == bare.id)).all()[0].department_name = "精炼车间"
    of = {"enterprise_id": there.enterprise_id, "lecture_id": bare.id}
    long_ago = uow.now - timedelta(days=14)  # longer than a firm may keep silent
    uow.session.add(LectureSignal(**of, code="few_devices", level="serious", facts={}, raised_at=long_ago))
    uow.session.flush()
    service.settle(uow, tree.campaign.id, [here.enterprise_id, there.enterprise_id])


def _line(uow, campaign, firm):
    of = (Standing.campaign_id == campaign.id, Standing.enterprise_id == firm.id, Standing.until_on.is_(None))
    return uow.session.scalars(select(Standing).where(*of)).one()


def _do(uow, tree, what, first, second, later):
    """Whether it was carried out: what is refused is as if nobody had tried."""
    places = uow.session.scalars(
        select(Jurisdiction)
        .where(Jurisdiction.path.startswith(tree.city.path), Jurisdiction.ended_on.is_(None), Jurisdiction.id != tree.city.id)
        .where(Jurisdiction.code.in_(_known(uow)))
        .order_by(Jurisdiction.code)
    ).all()
    asking, silent = tree.firms[
        1:3
    ]  # in business to the end, so that somebody waits; and with its date, so that somebody is late
    firms = [
        row
        for row in uow.session.scalars(select(Enterprise).order_by(Enterprise.uscc))
        if what != "close" or row.id not in (asking, silent)
    ]
    one, other, firm = places[first % len(places)], places[second % len(places)], firms[first % len(firms)]
    if what in CHANGES:
        return _changed(uow, CHANGES[what], uow.today + timedelta(days=later), places, first, second)
    try:
        if what == "transfer":
            transfers.ask(uow, firm, other, "随机")
        elif what == "add":
            uow.say(EnterprisesAdded(tuple(add_enterprises(uow, one.id, 1)), at=uow.now))
        elif what == "lecture":
            _lectured(uow, tree, first, second)
        elif what in STATES:
            states.change(uow, firm, STATES[what], uow.today, "随机")
        elif what == "officer":
            patch_service.hand_over_ticked(uow, [firm.id], f"责任人{second}")
        elif what == "extend":
            others = update(Duty).where(Duty.campaign_id == tree.campaign.id, Duty.enterprise_id != silent)
            uow.session.execute(others.values(due_on=uow.today + timedelta(days=second % 9)))
            uow.say(DutiesChanged(tree.campaign.id, None, at=uow.now))
        else:
            keep(uow, [firm.id])
            firm.trade_authority = f"主管局{second % 3}"
            uow.session.flush()
            uow.say(EnterprisesChanged((firm.id,), at=uow.now))
    except Problem:
        return False
    return True


def _changed(uow, kind, on, places, first, second):
    """The first that is not refused of two places, beginning with those that were drawn."""
    name = f"改名{second}" if kind is ChangeKind.RENAME else None
    alone = kind is ChangeKind.RENAME or (kind is ChangeKind.ASSIGN and second % 5 == 0)
    for one, other in itertools.product(_from(places, first), [None] if alone else _from(places, second)):
        if _decide(uow, one, kind, on, target=other, name=name):
            return True
    return False


def _from(places, at):
    at %= len(places)
    return places[at:] + places[:at]


def _known(uow):
    """The few of the test, out of all that ship."""
    made = Jurisdiction.code.like("X%") | Jurisdiction.code.in_(["430602", "430603"])
    return select(Jurisdiction.code).where(made | Jurisdiction.id.in_(select(Enterprise.jurisdiction_id)))


def _lectured(uow, tree, first, second):
    """A lecture of one of the two that have people: by the head or not, long enough or not, some of them there."""
    side = (tree.world.here, tree.world.there)[first % 2]
    people = [("passed", "failed", "attended", "absent", "excused")[(second + at * first) % 5] for at in range(4)]
    hold(uow, side, tree.campaign, by_head=second % 3 > 0, minutes=60 if second % 4 else 20, people=people)
    service.settle(uow, tree.campaign.id, [side.enterprise_id])


def _read(uow, city, campaign, day):
    scope = Scope(campaign, city, day)
    children = _children(uow, scope)
    registers = [_measured(uow, one, day) for one in (city, *children)]
    return (queries.figures(uow, scope), *(queries.figures(uow, Scope(campaign, one, day)) for one in children)), registers


def _names(uow, city, campaign, day):
    """What the rows of the city's matrix and of each of its districts are called."""
    places = [city, *_children(uow, Scope(campaign, city, day))]
    return [(row.code, row.name) for one in places for row in queries.matrix(uow, Scope(campaign, one, day)).rows]


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
    of_each = [asdict(queries.figures(uow, Scope(campaign, one, day))) for one in children]
    if children:
        own = _own(uow, scope)
        sums = {name: own[name] + sum(one[name] for one in of_each) for name in asdict(whole)}
        assert sums == asdict(whole), (place.name, day)
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


def _measured(uow, place, day):
    """The register of a day as an officer of a place has it: how many firms are open, and of these how many by gap."""
    every, gaps = patch.measured(_officer_of(uow, place.id), day)
    return gaps | {"every": every}


def _officer_of(uow, place_id):
    """One nobody has asked anything for before: what a transaction has asked once it does not ask again."""
    return acting(uow, Actor(f"user:{next(_codes)}", "王敏", (Held(Role.OFFICER, jurisdiction_id=place_id),)), "summary.read")


def _register_holds(uow, city, day):
    """Down the tree by responsibility as it was on the day: what is filed under a place and its children sum to the place."""
    of_city = _officer_of(uow, city.id)
    filed = {gap: [row.jurisdiction.charge for row in patch.page(of_city, gap, None, day=day).rows] for gap in patch.GAPS}
    ways = {charge[: at + 1] for found in filed.values() for charge in found for at, sign in enumerate(charge) if sign == "/"}
    places = {way: way.rstrip("/").rpartition("/")[2] for way in ways if way.startswith(city.charge)}
    ids = dict(
        uow.session.execute(select(Jurisdiction.code, Jurisdiction.id).where(Jurisdiction.code.in_(places.values()))).all()
    )
    measured = {way: patch.counts(_officer_of(uow, ids[code]), day) for way, code in places.items()}
    for way, whole in measured.items():
        parts = [one for below, one in measured.items() if below.startswith(way) and below.count("/") == way.count("/") + 1]
        assert whole == {gap: filed[gap].count(way) + sum(one[gap] for one in parts) for gap in whole}, (way, day)


def _own(uow, scope):
    """The figures of what is filed under a place itself, beside what lies in its streets."""
    if scope.jurisdiction.code not in _codes_in(uow, scope):
        return asdict(Figures())
    lines = {
        metric: [line for line in queries.listed(uow, scope, metric) if line.street_code == scope.jurisdiction.code]
        for metric in METRICS
    }
    people = {f"people_{name}": sum(getattr(line, name) for line in lines["asked"]) for name in PEOPLE}
    return {metric: len(found) for metric, found in lines.items()} | people


def _rebuilt(uow, campaign):
    """Today's lines made anew from the facts are the ones that were kept step by step.

    What is completed and past its date says where the enterprise lay then: no fact of today tells that, so it is judged anew.
    """

    def lines():
        rows = uow.session.scalars(of_today.order_by(Standing.enterprise_id))
        return [values(row) | {"since_on": None} for row in rows]  # made today

    of_today = select(Standing).where(Standing.campaign_id == campaign.id, Standing.until_on.is_(None))
    kept = lines()
    for line in uow.session.scalars(of_today).all():
        if not line.is_over(uow.today):
            uow.session.delete(line)
    uow.session.flush()
    service.settle(uow, campaign.id)
    assert lines() == kept
