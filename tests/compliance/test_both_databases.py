"""The sums say the same on SQLite and on PostgreSQL."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from threading import Thread
from uuid import UUID, uuid4

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select, text

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.access.service import load_actor
from lms.campaigns import queries as campaigns
from lms.campaigns import service
from lms.campaigns.models import Campaign, Duty
from lms.compliance import queries
from lms.compliance import service as standings
from lms.compliance.bulletins import service as bulletins
from lms.compliance.bulletins import signing
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.bulletins.rules import Frozen, to_text
from lms.compliance.chasing import escalating
from lms.compliance.chasing import service as chasing
from lms.compliance.chasing.rules import Wording
from lms.compliance.models import Standing
from lms.compliance.patch import queries as patch
from lms.compliance.situation import service as situation
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.compliance.visiting import service as visiting
from lms.compliance.visiting.models import FirmVisit
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import Enterprise, Jurisdiction
from lms.supervision import service as supervision
from lms.supervision.models import Observation, ObservationVisit
from lms.supervision.rules import DIMENSIONS, nothing_of
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, launch, officer_over, plan
from tests.counting import asked
from tests.lectures.builders import make_lecture
from tests.waiting import until_it_waits, written_at_once
from tests.world import acting, build_world


@pytest.fixture
def database(app_on_either):
    with force_locale("zh"):
        yield


def test_from_launch_to_list(database):
    with unit_of_work(SYSTEM, "home") as uow:
        world = build_world(uow)
        street = add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        add_enterprises(uow, street, 5)
        add_enterprises(uow, street, 1, officer="周走")
        uow.session.add(officer_over(street, "gone", "周走", ends_on=uow.today - timedelta(days=1)))
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
    sums = queries.figures(uow, scope)

    assert asdict(matrix.headline).items() <= asdict(sums).items()
    assert [(row.name, row.cells[-1]) for row in matrix.rows] == [
        ("城陵矶街道", (1, 1)), ("三眼桥街道", (0, 6)), ("合计", (1, 7)),
    ]  # fmt: skip
    assert (sums.people_attended, sums.people_expected, sums.people_passed, sums.people_examined) == (3, 4, 2, 3)
    assert {metric: len(queries.listed(uow, scope, metric)) for metric in queries.METRICS} == {
        metric: getattr(sums, metric) for metric in queries.METRICS
    }
    nobody = queries.scope_for(uow, campaign, uow.today, officer="")
    assert len(queries.listed(uow, nobody, "asked")) == sums.no_officer == 2  # nobody named, and one whose account has ended
    for across in ("street", "size"):
        grid = queries.crossed(uow, scope, "officer", across)
        assert [(row.code, row.cells[-1]) for row in grid.rows] == [("李强", (0, 5)), ("", (1, 2)), (None, (1, 7))]
    before = queries.Scope(campaign, scope.jurisdiction, uow.today - timedelta(days=1), size="unknown")
    assert queries.crossed(uow, before, "officer", "size").rows[-1].cells == ((0, 0),)  # nothing was asked yet
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


@pytest.fixture
def meanwhile(app_on_postgres):
    """Does one thing, and while it is not committed begins another that waits; returns what the other one met.

    last: what the first one does while the other one waits.
    """

    def run(
        first: Callable[[UnitOfWork], object],
        then: Callable[[UnitOfWork], object],
        last: Callable[[UnitOfWork], object] = lambda _uow: None,
    ) -> list[Exception]:
        met: list[Exception] = []

        def other() -> None:
            with app_on_postgres.app_context(), force_locale("zh"):
                try:
                    with unit_of_work(SYSTEM, "home") as uow:
                        then(uow)
                except Exception as fault:
                    met.append(fault)

        second = Thread(target=other)
        with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
            first(uow)
            second.start()
            until_it_waits(second)
            last(uow)
        second.join()
        return met

    return run


def test_a_firm_that_comes_or_changes_hands_while_a_campaign_is_launched_or_settled_is_asked_and_stands_as_it_is(meanwhile):
    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        district = uow.session.get_one(Jurisdiction, here.district_id)
        drafts = [service.draft(uow, district, plan(uow.today)).id for _each in range(2)]

    def launches(campaign_id: UUID) -> Callable[[UnitOfWork], object]:
        return lambda uow: service.launch(uow, uow.session.get_one(Campaign, campaign_id))

    def comes(uow: UnitOfWork) -> None:
        uow.say(EnterprisesAdded(tuple(add_enterprises(uow, here.street_id, 1)), at=uow.now))

    def hands_over(uow: UnitOfWork) -> None:
        uow.session.scalars(select(Duty).where(Duty.enterprise_id == here.enterprise_id).with_for_update()).all()
        uow.session.get_one(Enterprise, here.enterprise_id).officer_name = "王接手"
        uow.session.flush()

    def says_so(uow: UnitOfWork) -> None:
        uow.say(EnterprisesChanged((here.enterprise_id,), at=uow.now))

    def settles(uow: UnitOfWork) -> None:
        standings.settle(uow, drafts[0], [here.enterprise_id])

    assert meanwhile(launches(drafts[0]), comes) == meanwhile(comes, launches(drafts[1])) == []
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        number = select(func.count(Duty.id)).group_by(Duty.campaign_id).order_by(Duty.campaign_id)
        assert uow.session.scalars(number).all() == [3, 3]

    assert meanwhile(hands_over, settles, says_so) == []
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        of_firm = select(Standing.officer_name).where(Standing.enterprise_id == here.enterprise_id, Standing.until_on.is_(None))
        assert set(uow.session.scalars(of_firm)) == {"王接手"}


def test_a_bureau_below_that_changes_at_the_same_moment_as_the_one_above_never_ends_up_asking_less(meanwhile):
    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        world = build_world(uow)
        above = launch(uow, world.here, jurisdiction=uow.session.get_one(Jurisdiction, world.city_id))
        district = uow.session.get_one(Jurisdiction, world.here.district_id)
        below_id, above_id = service.draft(uow, district, replace(above.plan, min_minutes=90), above).id, above.id

    def asks(campaign_id: UUID, minutes: int) -> Callable[[UnitOfWork], object]:
        def act(uow: UnitOfWork) -> None:
            found = uow.session.get_one(Campaign, campaign_id)
            service.change(uow, found, replace(found.plan, min_minutes=minutes), found.revision, "统一口径")

        return act

    [refused] = meanwhile(asks(above_id, 90), asks(below_id, 60))
    assert isinstance(refused, service.Looser)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [uow.session.get_one(Campaign, one).min_minutes for one in (above_id, below_id)] == [90, 90]


def test_of_two_workers_at_once_one_tells_the_level_above(app_on_postgres):
    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        world = build_world(uow)
        campaign = launch(uow, world.here)
        street = Actor("user:y", "李强", (Held(Role.OFFICER, jurisdiction_id=world.here.street_id),))
        for days in (9, 4):
            then = acting(uow, street, "campaign.chase", uow.now - timedelta(days=days))
            chasing.chase(then, campaign, [world.here.enterprise_id], Wording.AUTO)
    went = []

    def other() -> None:
        with app_on_postgres.app_context(), force_locale("zh"), unit_of_work(SYSTEM, "system") as uow:
            went.append(escalating.escalate(uow))

    second = Thread(target=other)
    with force_locale("zh"), unit_of_work(SYSTEM, "system") as uow:
        went.append(escalating.escalate(uow))
        second.start()
        until_it_waits(second)
    second.join()
    assert went == [1, 0]


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
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        uow.session.connection()
        with asked() as sent:
            patch.counts(uow)
        ((statement, values, _many),) = sent
        plan = uow.session.connection().exec_driver_sql(f"EXPLAIN VERBOSE {statement}", values).scalars().all()
    assert plan[0].startswith("Aggregate") and any("Output" in line and "SubPlan" in line for line in plan[2:]), plan


def test_what_an_officer_sends_twice_at_the_same_moment_is_there_once_and_nobody_sees_a_fault(app_on_postgres):
    with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        campaign = launch(uow, here)
        lecture_id, officer, sent_id = make_lecture(uow, here, state="open").id, load_actor(uow, here.officer), uuid4()

    def sit_in(uow: UnitOfWork) -> None:
        supervision.plan_visit(uow, uow.session.get_one(Lecture, lecture_id), announced=True)

    def write(uow: UnitOfWork) -> None:
        facts = [nothing_of(name) for name in DIMENSIONS]
        supervision.submit(uow, uow.session.get_one(Lecture, lecture_id), facts, "讲得具体", sent_id)

    def tell_of_an_accident(uow: UnitOfWork) -> None:
        street, day = uow.session.get_one(Jurisdiction, here.street_id), uow.today
        told = {"category": "触电", "industry": "", "deaths": 0, "injured": 1, "loss": 0, "text": "检修时没有断电。"}
        situation.enter(uow, street, None, IncidentKind.ACCIDENT, Sphere.PRODUCTION, day, **told)

    acts = {
        FirmVisit: ("campaign.chase", lambda uow: visiting.plan(uow, campaign, [here.enterprise_id])),
        ObservationVisit: ("observation.write", sit_in),
        Observation: ("observation.write", write),
        Incident: ("incident.change", tell_of_an_accident),
    }
    faults = [written_at_once(app_on_postgres, [acting_as(officer, *act)] * 4) for act in acts.values()]

    assert faults == [[]] * len(acts)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [uow.session.scalar(select(func.count(model.id))) for model in acts] == [1] * len(acts)
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == supervision.COMES)).all()
        assert len(told) == len(set(told)) == 2, "head and trainer, once each"


@pytest.fixture
def to_sign(monkeypatch):
    """Makes bulletins that one has signed; returns for each what a second one does who signs it too."""
    for module in (signing, bulletins):
        monkeypatch.setattr(module, "enqueue", lambda _job: None)

    def make(number: int) -> list[Callable[[UnitOfWork], object]]:
        with force_locale("zh"), unit_of_work(SYSTEM, "home") as uow:
            world = build_world(uow)
            campaign, district = launch(uow, world.here), uow.session.get_one(Jurisdiction, world.here.district_id)
            first, second = load_actor(uow, world.here.officer), load_actor(uow, world.city_officer)
            author, acts = acting(uow, first, "bulletin.change"), []
            for _each in range(number):
                one = bulletins.begin(author, district, campaign, district, uow.today)
                frozen = gather(uow, one)
                bulletins.froze(uow, one.id, frozen, storage().put(to_text(frozen).encode()))
                one.lists = []
                uow.session.flush()
                bulletins.send(author, one, frozen, bulletins.first_reply_day(uow.today))
                assert not signing.sign(author, one, frozen)
                acts.append(acting_as(second, "bulletin.sign", partial(signed, one.id, frozen)))
            return acts

    def signed(bulletin_id: UUID, frozen: Frozen, uow: UnitOfWork) -> None:
        signing.sign(uow, uow.session.get_one(Bulletin, bulletin_id), frozen)

    return make


def numbers() -> list[int | None]:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return sorted(uow.session.scalars(select(Bulletin.number)))


def test_bulletins_signed_at_the_same_moment_get_each_its_own_number(app_on_either, to_sign):
    assert written_at_once(app_on_either, to_sign(3)) == []
    assert numbers() == [1, 2, 3]


def test_who_signs_while_another_bulletin_is_being_numbered_waits_and_gets_the_next_number(meanwhile, to_sign):
    assert meanwhile(*to_sign(2)) == []
    assert numbers() == [1, 2]


def acting_as(actor: Actor, verb: str, act: Callable[[UnitOfWork], object]) -> Callable[[UnitOfWork], object]:
    return lambda uow: act(acting(uow, actor, verb))
