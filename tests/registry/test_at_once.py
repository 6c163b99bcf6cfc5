"""On PostgreSQL whoever decides at the same moment as somebody else sees what the other one did: of places, and of an import."""

import re
from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.registry import service
from lms.registry.models import ChangeKind, Enterprise, ImportBatch, Jurisdiction, JurisdictionChange, Person
from lms.registry.service import jurisdictions, transfers
from tests.compliance.scene import add_street
from tests.lectures.test_at_once import elsewhere
from tests.registry.test_taking_back import imported
from tests.waiting import until_it_waits

SYSTEM = Actor.system("test")


@pytest.fixture
def app(app_on_postgres):
    return app_on_postgres


def changing(one, kind, target, days=0):
    def act(uow):
        places = (uow.session.get_one(Jurisdiction, ident) for ident in (one, target))
        jurisdictions.change(uow, next(places), kind, uow.today + timedelta(days=days), basis="市政府文件", target=next(places))

    return act


def meanwhile(app, first, then):
    """One does the first, and while it is not committed the other begins; returns what that one met."""
    met = []
    other = Thread(target=lambda: met.extend(elsewhere(app, then)))
    with unit_of_work(SYSTEM, "home") as uow:
        first(uow)
        other.start()
        until_it_waits(other)
    other.join()
    return met


def test_of_two_places_merged_into_each_other_at_once_one_stays_and_no_firm_comes_to_the_other_any_more(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        one, other, third = (add_street(uow, world.here.district_id, f"43060290{n}", f"{n}号街道") for n in (1, 2, 3))

    with unit_of_work(SYSTEM, "home") as uow:
        seen = [uow.session.get_one(Jurisdiction, ident) for ident in (one, other)]
        assert [place.ended_on for place in seen] == [None, None]
        assert elsewhere(app, changing(one, ChangeKind.MERGE, other)) == []
        with pytest.raises(jurisdictions.Ended):
            changing(other, ChangeKind.MERGE, one)(uow)

    def coming(uow):
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        transfers.ask(uow, firm, uow.session.get_one(Jurisdiction, other), "搬迁")

    [met] = meanwhile(app, changing(other, ChangeKind.MERGE, third), coming)
    assert isinstance(met, jurisdictions.Ended)


def test_what_comes_into_force_while_another_change_is_decided_makes_no_loop_with_it(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        one, other = (add_street(uow, world.here.district_id, f"43060290{n}", f"{n}号街道") for n in (1, 2))
        changing(one, ChangeKind.MOVE, other, days=1)(uow)
        waiting = uow.session.scalars(select(JurisdictionChange)).one()
        waiting.on = uow.today

    met = meanwhile(app, changing(other, ChangeKind.MOVE, one), lambda _uow: jurisdictions.apply_waiting())

    assert met == []
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert jurisdictions.faults(uow) == []
        assert "绕成圈" in (uow.session.get_one(JurisdictionChange, waiting.id).fault or "")


def test_an_import_taken_back_while_its_rest_is_taken_over_leaves_one_of_both_and_no_fault(app, world, client_as):
    def of(ident, act):
        return lambda uow: act(uow, uow.session.get_one(ImportBatch, ident))

    def people():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return uow.session.scalar(select(func.count(Person.id)).where(Person.enterprise_id == world.here.enterprise_id))

    def once_more():
        client = client_as(world.here.trainer)
        address = imported(client)
        found = re.search(r'href="(/imports/[^"]+)"[^>]*>接着改剩下的 1 行', client.get(address).text)
        whole, rest = (UUID(text[-36:]) for text in (address, found[1]))
        with unit_of_work(SYSTEM, "home") as uow:
            service.fix(uow, uow.session.get_one(ImportBatch, rest), {"6:phone": "19900003333"}, {})
        return whole, rest

    before = people()
    whole, rest = once_more()
    with unit_of_work(SYSTEM, "home") as uow:
        held = uow.session.get_one(ImportBatch, rest)
        assert elsewhere(app, of(whole, service.take_back)) == [] and people() == before
        with pytest.raises(NotFound):
            service.apply(uow, held)

    whole, rest = once_more()
    assert meanwhile(app, of(rest, service.apply), of(whole, service.take_back)) == []
    assert people() == before + 1, "who came with the rest is taken back with the rest"
