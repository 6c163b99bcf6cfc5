"""Moves, merges, names and responsibility of jurisdictions from a day on; enterprises that go to another district."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.models import User
from lms.access.reach import find
from lms.access.service import load_actor
from lms.campaigns.models import Campaign, Duty
from lms.compliance import queries
from lms.compliance import service as standings
from lms.compliance.bulletins.models import Bulletin, BulletinState
from lms.compliance.models import Standing
from lms.compliance.patch import queries as patch
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.registry.claims import service as claims
from lms.registry.claims.models import ClaimPost, EnterpriseClaim
from lms.registry.models import ChangeKind, Enterprise, EnterpriseState, Jurisdiction, JurisdictionChange, TransferState
from lms.registry.queries import trees
from lms.registry.service import jurisdictions, transfers
from lms.registry.service.enterprises import streets_of
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import add_enterprises, add_street, launch, officer_over
from tests.world import acting

SYSTEM = Actor.system("test")
TEN = timedelta(days=10)


def at(uow, days):
    return acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=days))


def of(uow, ident):
    return uow.session.get_one(Jurisdiction, ident)


def asked(uow, campaign, place, day):
    return queries.figures(uow, queries.Scope(campaign, place, day)).asked


def user_name(key):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.get_one(User, UUID(key.removeprefix("user:"))).name


@pytest.fixture
def city(world, uow):
    return of(uow, world.city_id)


def test_a_street_goes_to_another_district_from_a_day_on_and_earlier_days_stay(world, uow, city):
    here, there = of(uow, world.here.district_id), of(uow, world.there.district_id)
    street = of(uow, world.here.street_id)
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    day = uow.today - TEN

    jurisdictions.change(uow, street, ChangeKind.MOVE, day, target=there, basis="市政府文件")

    for when, of_here, of_there in ((day - timedelta(days=1), 1, 1), (day, 0, 2), (uow.today, 0, 2)):
        assert (asked(uow, campaign, here, when), asked(uow, campaign, there, when)) == (of_here, of_there)
        assert asked(uow, campaign, city, when) == 2
    assert jurisdictions.faults(uow) == []
    assert standings.settle(uow, campaign.id) == 0
    rows = queries.matrix(uow, queries.Scope(campaign, city, day - timedelta(days=1))).rows
    assert [(row.name, row.cells[-1][1]) for row in rows] == [("岳阳楼区", 1), ("云溪区", 1), ("合计", 2)]


def test_the_old_district_still_reads_what_was_its_own_and_the_new_one_what_comes(world, uow, city):
    street, there = of(uow, world.here.street_id), of(uow, world.there.district_id)
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today - TEN, target=there, basis="市政府文件")
    here = of(uow, world.here.district_id)

    for key, place, then, now in ((world.here.officer, here, 1, 0), (world.there.officer, there, 1, 2)):
        officer = acting(uow, load_actor(uow, key), "summary.read")
        assert asked(officer, campaign, place, uow.today - TEN - timedelta(days=1)) == then
        assert asked(officer, campaign, place, uow.today) == now


def test_each_number_of_the_tree_opens_the_names_behind_it(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        port, street = of(uow, add_street(uow, world.city_id, "YY-T", "新港区", "县级")), of(uow, world.here.street_id)
        jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=port, basis="三定方案")
        add_enterprises(uow, street.id, 2)
        uow.session.get_one(Enterprise, world.here.enterprise_id).state = EnterpriseState.SUSPENDED
        own_id, here_id = port.id, world.here.district_id
    city = client_as(world.city_officer)
    tree = city.get("/jurisdictions").text
    links = dict(re.findall(r'href="(/enterprises[?]place=[^"]+)">(\d+)<', tree))
    assert [links.get(f"/enterprises?place={place}") for place in (world.city_id, own_id, here_id)] == ["3", "2", None]

    for link, number in links.items():
        listed = city.get(f"{link}&as=csv").text
        assert listed.count("测试企业") + listed.count("鸿和平") == int(number), listed
    assert "湘粮油脂" not in city.get(f"/enterprises?place={own_id}").text, "it is out of business"
    assert f'href="/enterprises?place={own_id}"' in city.get(f"/jurisdictions/{own_id}").text
    assert client_as(world.there.officer).get(f"/enterprises?place={own_id}").status_code == 404


def test_the_tree_of_a_past_day_and_its_file_are_as_it_lay_then_and_each_number_opens_the_names_of_that_day(
    app, world, client_as
):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.execute(update(Enterprise).values(created_at=uow.now - 3 * TEN))
        port, street = of(uow, add_street(uow, world.city_id, "YY-T", "新港区", "县级")), of(uow, world.here.street_id)
        there = of(uow, world.there.district_id)
        first, then, day = (uow.today - ago * TEN for ago in (3, 2, 1))
        jurisdictions.change(at(uow, -20), street, ChangeKind.ASSIGN, then, target=port, basis="三定方案")
        jurisdictions.change(at(uow, -10), street, ChangeKind.RENAME, day, name="新名街道", basis="批复")
        jurisdictions.change(at(uow, -10), street, ChangeKind.ASSIGN, day, target=None, basis="收回")
        jurisdictions.change(at(uow, -10), street, ChangeKind.MOVE, day, target=there, basis="批复")
        jurisdictions.change(uow, port, ChangeKind.MERGE, uow.today, target=of(uow, world.here.district_id), basis="批复")
        add_enterprises(uow, street.id, 1)  # in the register since today
        own_id, port_id, days = street.id, port.id, (first, then, day, uow.today)
    here, taker, city = (client_as(key) for key in (world.here.officer, world.there.officer, world.city_officer))

    def told(client, day):
        rows = client.get("/jurisdictions", query_string={"as_of": day, "as": "json"}).json["rows"]
        return {row["辖区"]: (row["负责的功能区"], row["在营企业"]) for row in rows}

    lay = [told(city, on) for on in days]
    assert [names.get("城陵矶街道") for names in lay] == [("", 1), ("新港区", 1), None, None]
    assert [names.get("新名街道") for names in lay] == [None, None, ("", 1), ("", 2)]
    assert [(names["岳阳楼区"][1], names["新港区"][1], names["云溪区"][1]) for names in lay] == [
        (1, 0, 1), (0, 1, 1), (0, 0, 2), (0, 0, 3)
    ]  # fmt: skip
    assert ["城陵矶街道" in told(here, on) for on in days] == [True, True, False, False]
    assert ["新名街道" in told(taker, on) for on in days] == [False, False, True, True]
    page = here.get(f"/jurisdictions?as_of={then}").text
    assert "城陵矶街道" in page and "当天的情况" in page and f'href="/jurisdictions/{own_id}"' not in page, (
        "no more theirs to open"
    )
    opened = here.get(f"/enterprises?place={own_id}&as_of={then}&as=csv")
    assert f"place={own_id}&amp;as_of={then}" in page and "湘粮油脂有限公司" in opened.text
    assert "由哪里负责：城陵矶街道" in opened.text, "by the name of that day"
    assert here.get(f"/enterprises?place={own_id}").status_code == 404
    merged = [
        f"/jurisdictions/{port_id}" in one and "已并入别处" in one
        for one in (city.get(f"/jurisdictions?as_of={on}").text for on in days)
    ]
    assert merged == [False, False, False, True]

    def answered(key, day):
        asked = {"as_of": day, "limit": 200}
        items = bearing(app, token_of(key)[1]).get("/api/v1/jurisdictions", query_string=asked).json["items"]
        names = {one["id"]: one["name"] for one in items}
        return {one["name"]: (names.get(one["parent_id"]), one["ended_on"]) for one in items}

    programs = [answered(world.city_officer, on) for on in days]
    assert [names.get("城陵矶街道") for names in programs] == [("岳阳楼区", None), ("岳阳楼区", None), None, None]
    assert [names.get("新名街道") for names in programs] == [None, None, ("云溪区", None), ("云溪区", None)]
    assert [names["新港区"][1] for names in programs] == [None, None, None, str(days[-1] - timedelta(days=1))]
    assert ["城陵矶街道" in answered(world.here.officer, on) for on in days] == [True, True, False, False]
    assert ["新名街道" in answered(world.there.officer, on) for on in days] == [False, False, True, True]


def test_a_functional_area_is_responsible_and_nothing_counts_twice(world, uow, city):
    here, street = of(uow, world.here.district_id), of(uow, world.here.street_id)
    port = of(uow, add_street(uow, world.city_id, "YY-T", "新港区", "县级"))
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)

    jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=port, basis="三定方案")

    assert [asked(uow, campaign, place, uow.today) for place in (city, here, port)] == [2, 0, 1]
    assert [asked(uow, campaign, place, uow.today - TEN) for place in (city, here, port)] == [2, 1, 0]
    reader = acting(uow, load_actor(uow, world.city_officer), "jurisdiction.change")
    in_tree = {row.jurisdiction.id: row.enterprises for row in trees.overview(reader, uow.today)}
    assert [in_tree[place.id] for place in (city, here, port, street)] == [2, 0, 1, 1]
    assert [trees.facts(reader, place).enterprises for place in (city, here, port, street)] == [2, 0, 1, 1]
    firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
    users = [officer_over(place.id, f"of-{at}", "王平") for at, place in enumerate((city, here, port))]
    uow.session.add_all(users)
    uow.session.flush()
    measured = [patch.measured(acting(uow, load_actor(uow, f"user:{user.id}"), "summary.read"))[0] for user in users]
    assert measured == [2, 0, 1]  # of the home page, where 底子清、情况明、有人管、管到位 are told
    told = [queries.coverage(acting(uow, load_actor(uow, f"user:{user.id}"), "summary.read"), [campaign.id]) for user in users]
    assert told == [{campaign.id: (0, 2)}, {}, {campaign.id: (0, 1)}]  # of the list of campaigns, as their summaries say
    out = Bulletin(
        jurisdiction_id=port.id, area_id=port.id, campaign_id=campaign.id, state=BulletinState.PUBLISHED, day=uow.today,
        data_sha256="0" * 64, year=2026, number=1, created_by="王平", created_at=uow.now, changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(out)
    uow.session.flush()
    in_it, beside_it = (acting(uow, load_actor(uow, side.street_officer), "bulletin.read") for side in (world.here, world.there))
    assert find(in_it, Bulletin, out.id) is out  # of the area that answers for the street
    with pytest.raises(NotFound):
        find(beside_it, Bulletin, out.id)
    officer = acting(uow, load_actor(uow, world.here.officer), "enterprise.read")
    assert find(officer, Enterprise, firm.id) is firm  # the district still sees what lies in it
    jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today + TEN, target=None, basis="收回")
    assert asked(uow, campaign, port, uow.today) == 1


def test_an_area_keeps_the_streets_it_answers_for_when_another_district_answers_for_the_area(world, uow, city):
    here, there, street = (of(uow, one) for one in (world.here.district_id, world.there.district_id, world.here.street_id))
    port = of(uow, add_street(uow, here.id, "YY-T", "新港区", "县级"))
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    officers = {place.id: officer_over(place.id, f"of-{place.code}", "王平") for place in (port, there)}
    uow.session.add_all(officers.values())
    uow.session.flush()
    jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=port, basis="三定方案")

    jurisdictions.change(uow, port, ChangeKind.ASSIGN, uow.today, target=there, basis="三定方案")

    for place, firms in ((port, 1), (there, 2)):
        officer = load_actor(uow, f"user:{officers[place.id].id}")
        assert find(acting(uow, officer, "enterprise.read"), Enterprise, world.here.enterprise_id)
        assert find(acting(uow, officer, "campaign.read"), Campaign, campaign.id) is campaign
        assert patch.measured(acting(uow, officer, "summary.read"))[0] == asked(uow, campaign, place, uow.today) == firms
    assert streets_of(uow, port) == {street.name: street.id}


def test_what_is_to_come_is_taken_over_on_its_day(world, app):
    with unit_of_work(SYSTEM, "system") as uow:
        decided = jurisdictions.change(
            uow, of(uow, world.here.street_id), ChangeKind.RENAME, uow.today + timedelta(days=1), name="新街道", basis="批复"
        )
        assert of(uow, world.here.street_id).name == "城陵矶街道"
    jurisdictions.apply_waiting()
    with unit_of_work(SYSTEM, "system") as uow:
        assert uow.session.get_one(JurisdictionChange, decided.id).applied_at is None
        uow.session.get_one(JurisdictionChange, decided.id).on = uow.today
    jurisdictions.apply_waiting()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert of(uow, world.here.street_id).name == "新街道"


def test_what_is_to_come_can_be_taken_back_until_it_holds_and_then_its_day_changes_nothing(world, app):
    with unit_of_work(SYSTEM, "system") as uow:
        street, later = of(uow, world.here.street_id), uow.today + timedelta(days=1)
        decided = jurisdictions.change(uow, street, ChangeKind.RENAME, later, name="新街道", basis="批复")
        jurisdictions.take_back(uow, decided)
        uow.session.get_one(JurisdictionChange, decided.id).on = uow.today
    jurisdictions.apply_waiting()
    with unit_of_work(SYSTEM, "system") as uow:
        street, decided = of(uow, world.here.street_id), uow.session.get_one(JurisdictionChange, decided.id)
        assert (street.name, decided.applied_at, decided.withdrawn_by) == ("城陵矶街道", None, SYSTEM.name)
        held = jurisdictions.change(uow, street, ChangeKind.RENAME, uow.today, name="又一名", basis="批复")
        for over in (decided, held):
            with pytest.raises(jurisdictions.NotWaiting):
                jurisdictions.take_back(uow, over)


def test_what_goes_against_a_change_that_waits_is_refused_by_its_name_until_that_is_taken_back(world, uow, city):
    there, street = of(uow, world.there.district_id), of(uow, world.here.street_id)
    other = of(uow, add_street(uow, world.here.district_id, "430602777", "并入街道"))
    ahead = [uow.today + timedelta(days=days) for days in range(3)]

    def decide(place, kind, on, **more):
        return jurisdictions.change(uow, place, kind, on, basis="批复", **more)

    with force_locale("zh"):
        waits = decide(street, ChangeKind.MOVE, ahead[1], target=there)
        decide(street, ChangeKind.RENAME, ahead[1], name="新街道")  # which goes with it
        with pytest.raises(jurisdictions.Contradicts, match=f"「城陵矶街道」已经定了 {ahead[1]} 起改隶属：云溪区"):
            decide(street, ChangeKind.MOVE, ahead[1], target=city)
        with pytest.raises(jurisdictions.Contradicts, match="改隶属：云溪区"):
            decide(street, ChangeKind.MERGE, ahead[0], target=other)  # it would be no more
        jurisdictions.take_back(uow, waits)
        decide(street, ChangeKind.MOVE, ahead[1], target=city)
        decide(other, ChangeKind.MERGE, ahead[1], target=of(uow, world.there.street_id))
        for place, kind, told in ((street, ChangeKind.MOVE, {"target": other}), (other, ChangeKind.RENAME, {"name": "晚了"})):
            with pytest.raises(jurisdictions.Contradicts, match=f"「并入街道」已经定了 {ahead[1]} 起并入"):
                decide(place, kind, ahead[2], **told)


def test_whether_somebody_answered_on_a_past_day_is_told_by_the_tree_of_that_day(world, uow, city):
    here, there, street = (of(uow, ident) for ident in (world.here.district_id, world.there.district_id, world.here.street_id))
    leaver = officer_over(here.id, "leaver", "贺敏")
    uow.session.add(leaver)
    uow.session.get_one(Enterprise, world.here.enterprise_id).officer_name = "贺敏"
    uow.session.get_one(Enterprise, world.there.enterprise_id).officer_name = "别人"
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    days = [uow.today - timedelta(days=ago) for ago in (22, 12)]

    def uncared():
        return [queries.figures(uow, queries.Scope(campaign, city, day)).no_officer for day in days]

    leaver.memberships[0].ends_on = uow.today - timedelta(days=20)
    uow.session.flush()
    before = uncared()
    jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today - TEN, target=there, basis="市政府文件")

    assert uncared() == before == [0, 1]


def test_a_merged_street_ends_its_enterprises_go_on_elsewhere_and_its_past_stays(world, uow, city):
    street = of(uow, world.here.street_id)
    other = of(uow, add_street(uow, world.here.district_id, "430602777", "并入街道"))
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    with pytest.raises(jurisdictions.MergeTooEarly):
        jurisdictions.change(uow, street, ChangeKind.MERGE, uow.today - TEN, target=other, basis="批复")

    jurisdictions.change(uow, street, ChangeKind.MERGE, uow.today, target=other, basis="批复")
    jurisdictions.change(uow, other, ChangeKind.RENAME, uow.today, name="新名街道", basis="批复")

    named = streets_of(uow, of(uow, world.here.district_id))  # as lists go on telling
    assert {named[name] for name in (street.name, "并入街道", "新名街道")} == {other.id}
    assert uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id == other.id
    assert [asked(uow, campaign, place, uow.today) for place in (street, other, city)] == [0, 1, 2]
    assert [asked(uow, campaign, place, uow.today - TEN) for place in (street, other, city)] == [1, 0, 2]
    with pytest.raises(jurisdictions.Ended):
        jurisdictions.change(uow, street, ChangeKind.RENAME, uow.today, name="又来", basis="批复")


def test_whoever_loses_reach_of_a_street_that_moves_is_responsible_for_none_of_its_firms_any_more(world, uow, city):
    there, street = of(uow, world.there.district_id), of(uow, world.here.street_id)
    uow.session.add_all([officer_over(world.here.district_id, "mover", "贺敏"), officer_over(there.id, "namesake", "贺敏")])
    firms = [add_enterprises(uow, street.id, 1, officer=name)[0] for name in ("贺敏", "李强", "没有账号的人")]
    campaign = launch(uow, world.here, jurisdiction=city)

    with pytest.raises(jurisdictions.TakesAway, match="1 家企业会没有责任人"):
        jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today, target=there, basis="市政府文件", sure=False)
    jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today, target=there, basis="市政府文件")

    assert [uow.session.get_one(Enterprise, one).officer_name for one in firms] == [None, "李强", "没有账号的人"]
    taker = acting(uow, load_actor(uow, world.there.officer), "patch.change")
    own = [world.here.enterprise_id, world.there.enterprise_id]  # which never had anybody
    assert set(patch.of_officer(taker, "")) == {firms[0], *own} and patch.counts(taker)["nobody"] == 3
    lines = queries.listed(taker, queries.scope_for(taker, campaign, uow.today), "no_officer")
    assert firms[0] in {line.enterprise_id for line in lines}


@pytest.mark.parametrize("kind", [ChangeKind.MERGE, ChangeKind.MOVE])
def test_a_change_that_brings_two_officers_of_one_name_over_one_place_says_so_before(world, uow, kind):
    street = of(uow, world.here.street_id)
    other = of(uow, add_street(uow, world.here.district_id, "430602777", "并入街道"))
    target = other if kind is ChangeKind.MERGE else of(uow, world.there.district_id)
    uow.session.add_all([officer_over(target.id, "namesake", "李强"), officer_over(target.id, "newcomer", "贺敏")])
    uow.session.add(officer_over(street.id, "leaver", "贺敏", ends_on=uow.today - TEN))
    uow.session.add_all([officer_over(world.city_id, "above", "石磊"), officer_over(street.id, "here", "石磊")])  # from before
    firms = [add_enterprises(uow, street.id, 1, officer=name)[0] for name in ("李强", "贺敏", "石磊")]

    with pytest.raises(jurisdictions.TakesAway, match="会管着同一个地方：李强。") as asked_first:
        jurisdictions.change(uow, street, kind, uow.today, target=target, basis="批复", sure=False)
    assert "家企业会没有责任人" not in str(asked_first.value), "they have none any more"
    jurisdictions.change(uow, street, kind, uow.today, target=target, basis="批复")

    told = [uow.session.get_one(Enterprise, one).officer_name for one in firms]
    assert told == ["李强", None, "石磊"], "those of whoever left are not the newcomer's, who supervises them from now on"


def test_accounts_over_a_merged_street_go_along_from_its_day_and_its_firms_keep_their_officer(world, uow):
    street = of(uow, world.here.street_id)
    other = of(uow, add_street(uow, world.here.district_id, "430602777", "并入街道"))
    late = officer_over(street.id, "to-come", "新来的")
    late.memberships[0].starts_on = uow.today + TEN
    uow.session.add(late)
    [firm] = add_enterprises(uow, street.id, 1)
    [held] = load_actor(uow, world.here.street_officer).held

    with pytest.raises(jurisdictions.TakesAway, match="改到并入的辖区：新来的、李强"):
        jurisdictions.change(uow, street, ChangeKind.MERGE, uow.today, target=other, basis="批复", sure=False)
    jurisdictions.change(uow, street, ChangeKind.MERGE, uow.today, target=other, basis="批复")

    assert uow.session.get_one(Enterprise, firm).officer_name == "李强"
    assert (
        [one.jurisdiction_id for one in load_actor(uow, world.here.street_officer).held] == [other.id] != [held.jurisdiction_id]
    )
    assert trees.facts(uow, other).officers == ("李强",) and trees.facts(uow, street).officers == ()
    uow.session.expire(late)
    assert [(one.jurisdiction_id, one.starts_on) for one in late.memberships if one.ends_on is None] == [
        (other.id, uow.today + TEN)
    ]


def test_what_a_merged_area_answered_for_the_other_answers_for_and_nothing_comes_to_it_any_more(world, uow, city):
    here, street = of(uow, world.here.district_id), of(uow, world.here.street_id)
    port, inland = (
        of(uow, add_street(uow, world.city_id, code, name, "县级")) for code, name in (("YY-T", "新港"), ("YY-N", "内港"))
    )
    campaign = launch(at(uow, -30), world.here, jurisdiction=city)
    jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today - TEN, target=port, basis="三定方案")
    firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
    claim = EnterpriseClaim(
        number="100000000000", uscc="91430699MA5JENF599", name="湘粮福建筑劳务有限公司", jurisdiction_id=port.id,
        post=ClaimPost.MANAGER, filed_at=uow.now,
    )  # fmt: skip
    uow.session.add(claim)
    leaver = acting(uow, load_actor(uow, world.there.officer), "enterprise.transfer")
    [goes] = add_enterprises(uow, world.there.street_id, 1)
    waits = transfers.ask(leaver, uow.session.get_one(Enterprise, goes), port, "搬到新港")

    jurisdictions.change(uow, port, ChangeKind.MERGE, uow.today, target=inland, basis="批复")

    assert street.manager_id == inland.id
    assert [asked(uow, campaign, place, uow.today) for place in (here, port, inland, city)] == [0, 0, 1, 2]
    assert jurisdictions.faults(uow) == []
    with pytest.raises(jurisdictions.Ended):
        transfers.ask(leaver, firm, port, "晚了")
    with pytest.raises(jurisdictions.Ended):
        transfers.accept(leaver, waits)
    claims.confirm(uow, claim, "电话核实")
    assert uow.session.get_one(Enterprise, claim.enterprise_id).jurisdiction_id == claim.jurisdiction_id == inland.id


def test_loops_and_days_before_the_last_change_are_refused(world, uow, city):
    here, street = of(uow, world.here.district_id), of(uow, world.here.street_id)
    with pytest.raises(jurisdictions.JurisdictionLoop, match=f"「{here.name}」"):
        jurisdictions.change(uow, here, ChangeKind.MOVE, uow.today, target=street, basis="错")
    jurisdictions.change(uow, street, ChangeKind.RENAME, uow.today, name="新名", basis="批复")
    with pytest.raises(jurisdictions.TooEarly):
        jurisdictions.change(uow, street, ChangeKind.RENAME, uow.today - TEN, name="更早", basis="批复")


def test_where_a_loop_lies_already_it_is_named_and_can_be_put_right(world, uow, city):
    here, there, street = of(uow, world.here.district_id), of(uow, world.there.district_id), of(uow, world.here.street_id)
    street.manager_id = street.id  # nothing refused it once
    uow.session.flush()

    with pytest.raises(jurisdictions.LoopElsewhere, match=f"「{street.name}」"):
        jurisdictions.change(uow, there, ChangeKind.RENAME, uow.today, name="新名", basis="批复")
    jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=there, basis="三定方案")

    assert jurisdictions.faults(uow) == [] and here.charge == here.path


def test_an_enterprise_goes_with_its_open_duty_and_leaves_what_is_closed(world, uow):
    firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
    [stays] = add_enterprises(uow, world.here.street_id, 1)
    closed = launch(at(uow, -90), world.here, due_on=uow.today - timedelta(days=60))
    uow.session.scalars(select(Standing).where(Standing.enterprise_id == firm.id)).one().state = "completed"
    running = launch(uow, world.here)
    to = of(uow, world.there.street_id)
    leaver = acting(uow, load_actor(uow, world.here.officer), "enterprise.transfer")

    asked_for = transfers.ask(leaver, firm, to, "搬到松杨湖")
    assert (asked_for.state, firm.jurisdiction_id) == (TransferState.OPEN, world.here.street_id)
    with pytest.raises(transfers.AlreadyUnderWay):
        transfers.ask(leaver, firm, to, "再交一次")
    taker = acting(uow, load_actor(uow, world.there.officer), "enterprise.transfer")
    transfers.accept(taker, asked_for)

    assert (firm.jurisdiction_id, firm.officer_name) == (to.id, None)
    duties = dict(uow.session.execute(select(Duty.campaign_id, Duty.carried).where(Duty.enterprise_id == firm.id)).all())
    assert duties[running.id]
    here, there = of(uow, world.here.district_id), of(uow, world.there.district_id)
    reader = acting(uow, taker.actor, "summary.read")
    assert find(reader, Campaign, running.id) is running  # of a bureau that is not above: it came with the enterprise
    assert queries.scope_for(reader, running, uow.today).jurisdiction is there
    names = [line.enterprise.name for line in queries.listed(reader, queries.scope_for(reader, running, uow.today), "asked")]
    assert names == [firm.name]
    assert asked(uow, running, here, uow.today) == 1
    assert asked(uow, closed, here, uow.today) == 2
    assert asked(uow, closed, there, uow.today) == 0
    assert stays in uow.session.scalars(select(Duty.enterprise_id).where(Duty.campaign_id == running.id, ~Duty.carried)).all()


# Pages.


def test_an_officer_of_the_city_moves_a_street_and_a_district_does_not_move_itself(world, client_as):
    city, district = client_as(world.city_officer), client_as(world.here.officer)
    form = {
        "kind": "move", "target": str(world.there.district_id), "on": "2026-01-01", "basis": "岳政发〔2026〕1 号", "name": "",
    }  # fmt: skip
    page = city.get("/jurisdictions").text
    assert "岳阳楼区" in page
    assert city.post(f"/jurisdictions/{world.here.street_id}", data=form | {"basis": ""}).status_code == 422

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.add(officer_over(world.here.district_id, "leaver", "贺敏"))
        add_enterprises(uow, world.here.street_id, 2, officer="贺敏")
    asked_first = city.post(f"/jurisdictions/{world.here.street_id}", data=form)
    assert asked_first.status_code == 422 and "2 家企业会没有责任人" in asked_first.text and 'name="sure"' in asked_first.text

    assert city.post(f"/jurisdictions/{world.here.street_id}", data=form | {"sure": "y"}).status_code == 303

    shown = city.get(f"/jurisdictions/{world.here.street_id}").text
    assert "岳政发〔2026〕1 号" in shown
    assert "到 2025-12-31" in shown and "改隶属：云溪区" in " ".join(shown.split())
    into_itself = city.post(f"/jurisdictions/{world.there.district_id}", data=form | {"target": str(world.here.street_id)})
    assert into_itself.status_code == 422 and "那样就绕成圈了" in into_itself.text
    assert district.post(f"/jurisdictions/{world.here.district_id}", data=form).status_code == 404
    assert district.get(f"/jurisdictions/{world.there.district_id}").status_code == 404
    assert district.get(f"/jurisdictions/{world.here.street_id}").status_code == 404  # it has gone


def test_what_two_bureaus_share_neither_takes_from_the_other_but_whoever_is_above_both(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        port = add_street(uow, world.city_id, "YY-T", "新港区", "县级")
        pier = add_street(uow, port, "YY-T-1", "码头街道")
        street = of(uow, world.here.street_id)
        jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today - TEN, target=of(uow, port), basis="三定方案")
        uow.session.add(officer_over(port, "of-port", "王平"))
        uow.session.flush()
        key = f"user:{uow.session.scalars(select(User.id).where(User.username == 'of-port')).one()}"
        today, later = uow.today.isoformat(), (uow.today + TEN).isoformat()
    area, district, city = client_as(key), client_as(world.here.officer), client_as(world.city_officer)
    page = f"/jurisdictions/{world.here.street_id}"
    form = {"target": "", "on": today, "basis": "本局决定", "name": "", "sure": "y"}

    assert "这里由上级变更" in area.get(page).text
    taken = (("move", port), ("merge", pier), ("assign", ""), ("rename", ""))
    for kind, target in taken:  # out of the district that the street lies in
        sent = form | {"kind": kind, "target": str(target), "name": "新街道"}
        assert area.post(page, data=sent).status_code == 404, kind
    refused = district.post(page, data=form | {"kind": "assign"})  # out of the hands of the area
    assert refused.status_code == 422 and "要由共同的上级来做" in refused.text
    assert district.post(page, data=form | {"kind": "rename", "name": "新街道"}).status_code == 303, "its name is the district's"
    assert city.post(page, data=form | {"kind": "assign", "on": later}).status_code == 303
    assert [who.get(page).text.count("/withdraw") for who in (city, district, area)] == [1, 0, 0]


def test_whoever_may_decide_a_change_takes_it_back_on_the_page_or_by_a_program_and_it_stays_on_record(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        later = (uow.today + TEN).isoformat()
    city, district, street = (client_as(key) for key in (world.city_officer, world.here.officer, world.here.street_officer))
    page = f"/jurisdictions/{world.here.street_id}"
    moved = {"kind": "move", "target": str(world.there.district_id), "on": later, "basis": "市政府文件", "name": "", "sure": "y"}
    assert city.post(page, data=moved).status_code == 303
    assert city.post(page, data=moved | {"kind": "rename", "name": "新街道", "basis": "区里批复"}).status_code == 303
    offered = re.findall(r'action="(/jurisdiction-changes/[^"]+/withdraw)"', city.get(page).text)
    own = re.findall(r'action="(/jurisdiction-changes/[^"]+/withdraw)"', district.get(page).text)
    move = (set(offered) - set(own)).pop()
    assert len(offered) == 2 and len(own) == 1, "to another district only the city moves it"
    assert "/withdraw" not in street.get(page).text

    assert [who.post(move).status_code for who in (street, district, city, city)] == [404, 404, 303, 409]

    program = bearing(app, token_of(world.here.officer)[1])
    assert program.post(f"/api/v1{move}").status_code == 404
    [name] = own
    assert program.post(f"/api/v1{name}").json["withdrawn_at"]
    assert [bool(one["withdrawn_at"]) for one in program.get(f"/api/v1{page}/changes").json["items"]] == [True, True]
    shown = " ".join(city.get(page).text.split())
    assert shown.count("已撤回") == 2 and "市政府文件" in shown and "改名：新街道" in shown and "到那天生效</span>" not in shown
    assert re.search(rf"\d {user_name(world.city_officer)}撤回", shown)


def test_a_merge_says_how_many_firms_go_over_before_it_is_done_and_places_of_one_name_are_told_apart(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        other = add_street(uow, world.here.district_id, "430602777", "并入街道")
        add_enterprises(uow, other, 2, officer="贺敏")
        today = uow.today.isoformat()
    city, address = client_as(world.city_officer), f"/jurisdictions/{other}"
    form = {"kind": "merge", "target": str(world.here.street_id), "on": today, "basis": "批复", "name": ""}
    assert "岳阳楼区 / 城陵矶街道" in city.get(address).text

    asked = city.post(address, data=form)

    told = "「岳阳楼区 / 并入街道」并入「岳阳楼区 / 城陵矶街道」以后不能再分开，在营的 2 家企业随之归过去"
    assert asked.status_code == 422 and told in asked.text and 'name="sure"' in asked.text
    assert "<li>岳阳楼区</li>" in asked.text, "which of the streets of this name it is"
    assert "并入别处" not in city.get(address).text
    assert city.post(address, data=form | {"sure": "y"}).status_code == 303


def test_a_bureau_says_itself_or_by_the_one_above_what_it_is_called_and_no_other_does(world, client_as):
    address = f"/jurisdictions/{world.here.district_id}"
    district, city, other = (client_as(key) for key in (world.here.officer, world.city_officer, world.there.officer))
    assert 'placeholder="岳阳楼区应急管理局"' in district.get(address).text
    street = district.get(f"/jurisdictions/{world.here.street_id}").text
    assert "placeholder" not in re.search('<input[^>]*name="bureau"[^>]*>', street)[0], "no street has a bureau of such a name"

    def said(client, name):
        answer = client.post(f"{address}/bureau", data={"bureau": name}, follow_redirects=True)
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return answer.status_code, of(uow, world.here.district_id).bureau_name

    assert said(district, " 岳阳楼区应急管理局 ") == (200, "岳阳楼区应急管理局")
    assert 'value="岳阳楼区应急管理局"' in district.get(address).text
    assert said(other, "云溪区应急管理局") == (404, "岳阳楼区应急管理局")
    assert said(district, "长" * 61) == (200, "岳阳楼区应急管理局")
    assert said(district, "应急管理局🔥") == (200, "岳阳楼区应急管理局"), "no certificate of its could be printed"
    renamed = {"kind": "rename", "name": "消防区🔥", "on": "2026-01-01", "basis": "批复", "target": ""}
    assert "🔥（U+1F525，表情符号）" in city.post(address, data=renamed).text
    assert said(city, "岳阳楼区应急局") == (200, "岳阳楼区应急局")
    assert said(district, "") == (200, None) == said(district, "")
    here, above = user_name(world.here.officer), user_name(world.city_officer)
    told = re.findall(
        r"监管部门改称：([^\s<]+)\s*</span></div>\s*<div class=\"muted small\">(.+?) · \d{4}-", district.get(address).text
    )
    assert told == [("岳阳楼区", here), ("岳阳楼区应急局", above), ("岳阳楼区应急管理局", here)], (
        "who called it so, the latest first"
    )


def test_an_enterprise_is_handed_over_and_taken_by_pages(world, client_as):
    here, there = client_as(world.here.officer), client_as(world.there.officer)
    address = f"/enterprises/{world.here.enterprise_id}/transfer"
    assert there.get(address).status_code == 404
    answer = here.post(address, data={"target": str(world.there.street_id), "reason": "搬迁"}, follow_redirects=True)
    assert "对方接收后生效" in answer.text

    page = there.get("/jurisdictions").text
    assert "湘粮油脂有限公司" in page
    transfer = page.partition('action="/transfers/')[2].partition('"')[0]
    assert here.post(f"/transfers/{transfer}", data={"accepted": "1"}).status_code == 404
    assert "退回要写明理由" in there.post(f"/transfers/{transfer}", data={}, follow_redirects=True).text
    assert "已接收" in there.post(f"/transfers/{transfer}", data={"accepted": "1"}, follow_redirects=True).text
    assert there.post(f"/transfers/{transfer}", data={"accepted": "1"}).status_code == 409
    assert here.get(f"/enterprises/{world.here.enterprise_id}").status_code == 404
