import re
from dataclasses import replace
from uuid import UUID

from sqlalchemy import exists, func, select

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.access.reach import reach
from lms.access.service import load_actor
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, OfEnterprise, Person


def enterprises_of(key: str, verb: str = "enterprise.read") -> set[str]:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        actor = load_actor(uow, key)
    with unit_of_work(actor, verb, write=False) as uow:
        return set(uow.session.scalars(select(Enterprise.name).where(reach(uow, Enterprise))))


def test_an_officer_sees_the_own_patch_and_nothing_else(world):
    assert enterprises_of(world.here.officer) == {"湘粮油脂有限公司"}
    assert enterprises_of(world.there.street_officer) == {"鸿和平机械有限责任公司"}
    assert enterprises_of(world.city_officer) == {"湘粮油脂有限公司", "鸿和平机械有限责任公司"}


def test_a_trainer_sees_the_own_enterprise_only(world):
    assert enterprises_of(world.here.trainer) == {"湘粮油脂有限公司"}


def test_a_verb_that_is_not_granted_reaches_nothing(world):
    assert enterprises_of(world.here.trainer, "summary.read") == set()


def test_an_employee_reaches_nobody_but_oneself(world):
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        actor = load_actor(uow, world.here.employee)
    with unit_of_work(actor, "own.read", write=False) as uow:
        assert uow.session.scalars(select(Person.id).where(reach(uow, Person))).all() == [world.here.person_ids[2]]


def test_an_officer_of_two_places_reaches_both_and_nothing_beside_them(world):
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        one, other = load_actor(uow, world.here.street_officer), load_actor(uow, world.there.street_officer)
    people = {person_id for side in (world.here, world.there) for person_id in side.person_ids}
    of_lists = select(Person.id).join(Enterprise, Enterprise.id == Person.enterprise_id)

    with unit_of_work(replace(one, held=(*one.held, *other.held)), "enterprise.read", write=False) as uow:
        assert set(uow.session.scalars(of_lists.where(reach(uow, Person)))) == people
        assert uow.session.scalar(select(func.count()).where(reach(uow, Person))) == len(people)
    with unit_of_work(one, "enterprise.read", write=False) as uow:
        assert set(uow.session.scalars(of_lists.where(reach(uow, Person)))) == set(world.here.person_ids)
        assert not uow.session.scalar(select(exists().where(Person.id == world.there.person_ids[0], reach(uow, Person))))


def test_whether_an_officer_reaches_a_row_is_asked_of_that_row_whatever_else_a_statement_selects(app):
    held = Held(Role.OFFICER, None, UUID(int=1), None, None)
    models = [mapper.class_ for mapper in db.Model.registry.mappers if issubclass(mapper.class_, OfEnterprise)]

    loose = r"EXISTS \(SELECT \*\s+FROM enterprise AS \w+,"
    for model in models:
        for asked in (select(func.count()), select(exists())):
            assert not re.search(loose, str(asked.where(model.covered_by(held)))), model
    assert len(models) > 40
