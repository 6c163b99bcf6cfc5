"""Newcomers and construction projects are asked from their first day on; who is out of business is not counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.campaigns.models import Duty
from lms.compliance import queries
from lms.compliance.chasing.rules import Refusal, Wording
from lms.compliance.chasing.service import chase
from lms.compliance.models import Standing
from lms.compliance.queries import Scope
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseKind, EnterpriseState, Jurisdiction
from lms.registry.service import openings, states
from lms.registry.service.openings import Opening
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import SYSTEM, add_enterprises, hold, launch
from tests.world import acting

SITE = Opening(kind=EnterpriseKind.PROJECT, name="城陵矶码头扩建工程", code="2026-430602-XM01", industry="建筑施工")


def on(uow, days):
    return acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=days))


@pytest.fixture
def street(world, uow):
    return uow.session.get_one(Jurisdiction, world.here.street_id)


def due(uow, one):
    return uow.session.scalar(select(Duty.due_on).where(Duty.enterprise_id == one.id))


def test_a_project_is_asked_from_the_day_it_begins_and_no_more_after_it_ends(world, uow, street):
    campaign = launch(uow, world.here)
    begins, ends = uow.today + timedelta(days=5), uow.today + timedelta(days=12)
    site = openings.register(uow, street, Opening(**{**as_dict(SITE), "opens_on": begins, "ends_on": ends}))
    openings.turn(on(uow, 4))
    assert due(uow, site) is None

    openings.turn(on(uow, 5))
    assert due(uow, site) == begins + timedelta(days=30)
    openings.turn(on(uow, 12))
    assert site.state is EnterpriseState.ACTIVE
    openings.turn(on(uow, 13))

    assert site.state is EnterpriseState.CLOSED
    place = uow.session.get_one(Jurisdiction, world.here.district_id)
    for days, asked, stopped in ((4, 1, 0), (5, 2, 0), (12, 2, 0), (13, 1, 1)):
        figures = queries.figures(on(uow, 13), Scope(campaign, place, uow.today + timedelta(days=days)))
        assert (figures.asked, figures.stopped) == (asked, stopped), days


def test_a_project_that_opens_again_after_its_last_day_stays_open(world, uow, street):
    launch(uow, world.here)
    site = openings.register(uow, street, Opening(**{**as_dict(SITE), "ends_on": uow.today + timedelta(days=2)}))
    states.change(uow, site, EnterpriseState.SUSPENDED, uow.today + timedelta(days=9), "停工")
    openings.turn(on(uow, 3))
    assert site.state is EnterpriseState.CLOSED

    states.change(on(uow, 5), site, EnterpriseState.ACTIVE, uow.today + timedelta(days=5), "续建")  # the end came before the stop
    for days in (5, 6, 9):
        openings.turn(on(uow, days))

    assert (site.state, site.ends_on) == (EnterpriseState.ACTIVE, None)


def test_two_projects_of_one_kind_are_told_apart_by_their_whole_code_and_one_that_does_not_fit_is_refused(world, uow, street):
    first, second = (
        openings.register(uow, street, Opening(**{**as_dict(SITE), "code": f"2026-430602-77-03-01234{n}"})) for n in (5, 6)
    )

    assert (first.uscc, second.uscc) == ("2026-430602-77-03-012345", "2026-430602-77-03-012346")
    with pytest.raises(openings.CodeTooLong):
        openings.register(uow, street, Opening(**{**as_dict(SITE), "code": "2026-430602-77-03-" + "0" * 23}))


def test_a_project_whose_code_was_cut_is_known_by_its_whole_one_and_gets_it(app, world, client_as):
    """Former versions kept 18 characters, which begin the codes of many projects: the name says which of them it is."""
    officer, stranger = client_as(world.here.officer), client_as(world.there.officer)
    form = {
        "kind": "project", "name": "码头扩建工程", "code": "2026-430602-77-03-", "street": str(world.here.street_id),
        "industry": "建筑施工", "opens_on": "2026-12-05",
    }  # fmt: skip
    there = officer.post("/enterprises/new", data=form).location
    whole = form | {"code": "2026-430602-77-03-012345"}

    other = officer.post("/enterprises/new", data=whole | {"name": "城际铁路工程", "code": "2026-430602-77-03-012346"}).location
    assert "以前登记过「码头扩建工程」" in officer.get(other).text, "it may be the same one, by another name"
    refused = stranger.post("/enterprises/new", data=whole | {"street": str(world.there.street_id)})
    answer = officer.post("/enterprises/new", data=whole, follow_redirects=True)

    assert other != there and "已经登记给「码头扩建工程」" in refused.text
    assert answer.request.path == there and "现在已经补全" in answer.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert sorted(uow.session.scalars(select(Enterprise.uscc).where(Enterprise.kind == EnterpriseKind.PROJECT))) == [
            "2026-430602-77-03-012345", "2026-430602-77-03-012346",
        ]  # fmt: skip
        assert uow.session.scalars(select(ChainEntry.kind)).all() == ["enterprise.recoded"]
    again = officer.post("/enterprises/new", data=whole)
    assert again.status_code == 422 and "已经登记给「码头扩建工程」" in again.text

    program, sent = bearing(app, token_of(world.here.officer)[1]), form | {"name": "管网改造工程", "code": "2026-430602-88-03-"}
    made, completed = (
        program.post("/api/v1/enterprises", json=sent | {"code": code}) for code in (sent["code"], f"{sent['code']}9")
    )
    assert (made.status_code, made.json["completed"]) == (201, False)
    assert (completed.status_code, completed.json["completed"], completed.json["id"]) == (200, True, made.json["id"])


def as_dict(told):
    return {name: getattr(told, name) for name in told.__dataclass_fields__}


def test_who_closes_is_not_counted_from_that_day_unless_it_had_lectured(world, uow):
    [idle] = add_enterprises(uow, world.here.street_id, 1)
    campaign = launch(uow, world.here)
    hold(uow, world.here, campaign, people=("passed",) * 5)
    for enterprise_id in (idle, world.here.enterprise_id):
        uow.session.get_one(Enterprise, enterprise_id).state = EnterpriseState.SUSPENDED
    uow.session.flush()
    uow.say(EnterprisesChanged((idle, world.here.enterprise_id), at=uow.now))

    place = uow.session.get_one(Jurisdiction, world.here.district_id)
    figures = queries.figures(uow, Scope(campaign, place, uow.today))
    assert (figures.asked, figures.lectured, figures.stopped) == (1, 1, 1)
    line = uow.session.scalars(select(Standing).where(Standing.enterprise_id == idle)).one()
    assert queries.state_words(line, uow.today) == ("停业", "none")
    assert chase(uow, campaign, [idle], Wording.AUTO).refused == {Refusal.STOPPED: (line.enterprise.name,)}


def test_a_known_code_a_wrong_one_and_an_end_before_the_beginning_are_refused(world, uow, street):
    known = uow.session.get_one(Enterprise, world.here.enterprise_id)
    firm = {"kind": EnterpriseKind.FIRM, "name": "新引进企业", "industry": "工贸"}
    with pytest.raises(openings.CodeKnown):
        openings.register(uow, street, Opening(**firm, code=known.uscc))
    with pytest.raises(openings.CodeWrong):
        openings.register(uow, street, Opening(**firm, code="91430699MA7UUP5Y9A"))
    with pytest.raises(openings.EndsBefore):
        openings.register(uow, street, Opening(**{**as_dict(SITE), "opens_on": uow.today, "ends_on": uow.today - timedelta(1)}))


def test_an_officer_registers_a_project_by_the_page(world, client_as):
    officer, stranger = client_as(world.here.officer), client_as(world.there.officer)
    form = {
        "kind": "project", "name": "码头扩建工程", "code": "XM2026-01", "street": str(world.here.street_id),
        "industry": "建筑施工", "opens_on": "2026-12-05", "head": "陈建国",
    }  # fmt: skip
    assert "建设项目要填开工日期" in officer.post("/enterprises/new", data=form | {"opens_on": ""}).text
    assert stranger.post("/enterprises/new", data=form).status_code == 404

    answer = officer.post("/enterprises/new", data=form)

    assert answer.status_code == 303
    assert "码头扩建工程" in officer.get(answer.location).text
    again = officer.post("/enterprises/new", data=form)
    assert again.status_code == 422
    assert "已经登记给「码头扩建工程」" in again.text
