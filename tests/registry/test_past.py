"""Whatever changes where an enterprise is filed or who answers for it, the register of a past day is as it was then."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.models import Membership
from lms.compliance.patch import service as patch
from lms.core.tables import read
from lms.core.uow import unit_of_work
from lms.registry.models import ChangeKind, Enterprise, EnterpriseState, Jurisdiction
from lms.registry.queries import firms_on
from lms.registry.rules import read_enterprises
from lms.registry.service import import_enterprises, jurisdictions, openings, states, transfers
from lms.registry.service.enterprises import streets_of
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import add_enterprises, add_street
from tests.world import acting

SYSTEM = Actor.system("test")


@pytest.fixture
def day(uow):
    return uow.today - timedelta(days=10)


@pytest.fixture
def then(uow, day):
    """The transaction as it is on that day."""
    return acting(uow, uow.actor, uow.verb, uow.now - timedelta(days=10))


def by_a_list(then, firm, world):
    district = then.session.get_one(Jurisdiction, world.here.district_id)
    text = f"单位名称,统一社会信用代码,街道,行业,监管责任人\n{firm.name},{firm.uscc},三眼桥街道,{firm.industry},周凯\n"
    import_enterprises(then, district, read_enterprises(read(text.encode()), streets=streets_of(then, district)))


def by_a_transfer(then, firm, world):
    transfers.ask(then, firm, _street(then), "搬到三眼桥")


def by_a_merger(then, firm, world):
    own = then.session.get_one(Jurisdiction, world.here.street_id)
    jurisdictions.change(then, own, ChangeKind.MERGE, then.today, target=_street(then), basis="市政府文件")


def by_a_move(then, firm, world):
    own, there = (then.session.get_one(Jurisdiction, one) for one in (world.here.street_id, world.there.district_id))
    his = update(Membership).where(Membership.jurisdiction_id == own.id)
    then.session.execute(his.values(jurisdiction_id=world.here.district_id))  # so that 李强 cannot answer for it any more
    jurisdictions.change(then, own, ChangeKind.MOVE, then.today, target=there, basis="市政府文件")


def by_the_end_of_a_project(then, firm, world):
    firm.ends_on = then.today - timedelta(days=1)
    then.session.flush()
    openings.turn(then)


def by_a_hand_over(then, firm, world):
    patch.hand_over_ticked(then, [firm.id], "周凯")
    patch.hand_over_ticked(then, [firm.id], "吴敏")  # again on the same day: the day before stays what it was


def by_a_decision(then, firm, world):
    states.change(then, firm, EnterpriseState.SUSPENDED, then.today, "停产检修")


def _street(then):
    return then.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "三眼桥街道")).one()


@pytest.mark.parametrize(
    ("moves", "after"),
    [
        (by_a_list, ("三眼桥街道", "周凯", "active")),
        (by_a_transfer, ("三眼桥街道", None, "active")),
        (by_a_merger, ("三眼桥街道", "李强", "active")),
        (by_a_move, ("城陵矶街道", None, "active")),
        (by_a_hand_over, ("城陵矶街道", "吴敏", "active")),
        (by_a_decision, ("城陵矶街道", "李强", "suspended")),
        (by_the_end_of_a_project, ("城陵矶街道", "李强", "closed")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_until_the_day_before_the_register_says_what_it_said_and_from_that_day_what_it_says(world, uow, day, then, moves, after):
    add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
    [changed, other] = add_enterprises(uow, world.here.street_id, 2)
    moves(then, uow.session.get_one(Enterprise, changed), world)

    def said(firm_id, on):
        firms = firms_on(uow, on)
        wanted = select(Jurisdiction.name, firms.c.officer_name, firms.c.state).where(firms.c.id == firm_id)
        filed = wanted.join(Jurisdiction, Jurisdiction.id == firms.c.jurisdiction_id)
        name, officer, state = uow.session.execute(filed).one()
        return name, officer, state.value

    before = ("城陵矶街道", "李强", "active")
    assert [said(changed, day + timedelta(days=at)) for at in (-5, -1, 0, 5)] == [before, before, after, after]
    if moves not in (by_a_merger, by_a_move):
        assert said(other, day) == before


def test_the_register_of_a_past_day_lists_files_and_filters_enterprises_as_they_were_then(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.execute(update(Enterprise).values(created_at=uow.now - timedelta(days=30)))
        add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        by_a_list(acting(uow, SYSTEM, "home", uow.now - timedelta(days=20)), firm, world)
        there = uow.session.get_one(Jurisdiction, world.there.street_id)
        transfers.ask(acting(uow, SYSTEM, "home", uow.now - timedelta(days=10)), firm, there, "搬迁")
        [later] = add_enterprises(acting(uow, SYSTEM, "home", uow.now - timedelta(days=5)), world.here.street_id, 1)
        today, later = uow.today, uow.session.get_one(Enterprise, later).name
        streets = dict(uow.session.execute(select(Jurisdiction.name, Jurisdiction.id)).all())
    here, taker = client_as(world.here.officer), client_as(world.there.officer)

    def told(client, days, **narrowed):
        asked = {"as_of": today - timedelta(days=days), "as": "json", **narrowed}
        rows = client.get("/enterprises", query_string=asked).json["rows"]
        return {row["企业名称"]: (row["街道"], row["监管责任人"]) for row in rows}

    name = "湘粮油脂有限公司"
    of_each = {21: ("城陵矶街道", ""), 20: ("三眼桥街道", "周凯"), 11: ("三眼桥街道", "周凯"), 10: ("松杨湖街道", "")}
    for days, filed in of_each.items():
        client, other = (here, taker) if days > 10 else (taker, here)
        assert told(client, days)[name] == filed and name not in told(other, days)
        for narrowed in ({"street": streets[filed[0]]}, {"place": streets[filed[0]]}, {"q": "湘粮"}):
            assert name in told(client, days, **narrowed), (days, narrowed)
        page = client.get(f"/enterprises?as_of={today - timedelta(days=days)}")
        assert f'<option value="{streets[filed[0]]}"' in page.text and "当天的情况" in page.text
        assert (f'href="/enterprises/{world.here.enterprise_id}"' in page.text) is (client is taker), "theirs to open today"
    assert [later in told(here, days) for days in (6, 5, 0)] == [False, True, True]

    def answered(key, days, **narrowed):
        asked = {"as_of": today - timedelta(days=days), "limit": 1, **narrowed}
        program, found = bearing(app, token_of(key)[1]), []
        while True:
            page = program.get("/api/v1/enterprises", query_string=asked).json
            found += [(one["name"], one["jurisdiction"], one["officer_name"] or "") for one in page["items"]]
            if page["next_cursor"] is None:
                return found
            asked["cursor"] = page["next_cursor"]

    for days, filed in of_each.items():
        key, other = world.here.officer, world.there.officer
        key, other = (key, other) if days > 10 else (other, key)
        assert (name, *filed) in answered(key, days) and name not in str(answered(other, days))
        assert answered(key, days, q="湘粮") == [(name, *filed)]
    assert [later in str(answered(world.here.officer, days)) for days in (6, 5)] == [False, True]
