from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.reach import reach
from lms.access.service import load_actor
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, Person


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
