"""湘粮油脂有限公司 and everybody who can sign in to the demo."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.access import demo
from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.service import actor_of, add_user
from lms.core.tables import read
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.registry.principals import person_actor
from lms.registry.queries import RosterLine, roster_on
from lms.registry.rules import read_roster
from lms.registry.service import import_people
from lms.seeding.stage import acting, before, file

USCC = "91430699MA7UUP5Y9R"
SINCE_DAYS = 150  # the enterprise has used the product for that long
HEAD, TRAINER, EMPLOYEE = "0001", "0011", "0217"  # work numbers of 陈建国, 赵倩 and 刘洋


@dataclass(frozen=True, slots=True)
class Mill:
    """The enterprise of the demo. people: by work number. trainer, district: as they act."""

    enterprise_id: UUID
    people: dict[str, Person]
    trainer: Actor
    district: Actor
    district_id: UUID

    def roster(self, uow: UnitOfWork) -> list[RosterLine]:
        """Everybody as of today."""
        return roster_on(uow, self.enterprise_id, uow.today)

    def phone_of(self, work_no: str) -> Actor:
        """A person as they act on their own phone."""
        return person_actor(self.people[work_no])


def move_in(uow: UnitOfWork, district: Jurisdiction) -> Mill:
    """Take over the roster and open the accounts, in the past."""
    enterprise = uow.session.scalars(select(Enterprise).where(Enterprise.uscc == USCC)).one()
    with acting(uow, before(uow, SINCE_DAYS, 9)):
        import_people(uow, enterprise, read_roster(read(file("roster.xlsx"), "roster.xlsx")))
        people = {
            person.work_no or "": person
            for person in uow.session.scalars(select(Person).where(Person.enterprise_id == enterprise.id))
        }
        trainer, officer = _open_accounts(uow, enterprise, district, people)
    return Mill(enterprise.id, people, trainer, officer, district.id)


def _open_accounts(
    uow: UnitOfWork, enterprise: Enterprise, district: Jurisdiction, people: dict[str, Person]
) -> tuple[Actor, Actor]:
    """The six accounts; returns the trainer and the district as actors."""

    def employed(username: str, work_no: str, role: Role) -> User:
        person = people[work_no]
        scope = {"enterprise_id": enterprise.id, "person_id": person.id}
        user = add_user(uow, username=username, name=person.name, password=demo.PASSWORD, role=role, is_demo=True, **scope)
        if role is not Role.EMPLOYEE:  # who runs or gives lectures also sits in them
            user.memberships.append(Membership(role=Role.EMPLOYEE, starts_on=uow.today, **scope))
            uow.session.flush()
        return user

    def officer(username: str, name: str, where: Jurisdiction) -> User:
        return add_user(
            uow, username=username, name=name, password=demo.PASSWORD, role=Role.OFFICER,
            jurisdiction_id=where.id, is_demo=True,
        )  # fmt: skip

    trainer = employed("demo-trainer", TRAINER, Role.TRAINER)
    employed("demo-head", HEAD, Role.HEAD)
    employed("demo-employee", EMPLOYEE, Role.EMPLOYEE)
    city = uow.session.get_one(Jurisdiction, district.parent_id)
    officer("demo-street", enterprise.officer_name or "监管责任人", uow.session.get_one(Jurisdiction, enterprise.jurisdiction_id))
    district.bureau_name = f"{district.name}应急管理局"
    bureau = officer("demo-district", district.bureau_name, district)
    city.bureau_name = f"{city.name}安委办"
    officer("demo-city", city.bureau_name, city)
    return actor_of(uow, trainer), actor_of(uow, bureau)
