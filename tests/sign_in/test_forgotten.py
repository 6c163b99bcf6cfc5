"""Somebody who is forgotten by law: nothing they ever signed in with opens anything, from that very moment."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.access import tokens
from lms.access.models import ApiToken, Membership, Passkey, Role, SecondStep
from lms.access.service import add_user, load_actor
from lms.api.models import KeptAnswer
from lms.core.uow import unit_of_work
from lms.registry.models import Person
from lms.registry.privacy import service
from lms.sign_in.models import ExternalAccount, Rule, WayKind
from tests.api.tokens import bearing, token_of
from tests.sign_in.authenticator import Device
from tests.sign_in.conftest import PASSWORD, set_up, who
from tests.sign_in.test_passkeys import _added, app, asked, send
from tests.sign_in.test_ways import go
from tests.world import LONG_AGO, Actor

__all__ = ["app"]
TEST = Actor.system("test")


@pytest.fixture
def account(world, liuyang) -> UUID:
    """The employee's own, opened today."""
    with unit_of_work(TEST, "home") as uow:
        own = {"role": Role.EMPLOYEE, "enterprise_id": world.here.enterprise_id, "person_id": liuyang}
        return add_user(uow, username="liuyang", name="刘洋", password=PASSWORD, **own).id


def forget(person_id: UUID) -> None:
    with unit_of_work(TEST, "system") as uow:
        person = uow.session.get_one(Person, person_id)
        person.left_on = uow.today - timedelta(days=4 * 366)
        service.erase(uow, person)


def test_a_passkey_a_token_and_accounts_elsewhere_of_somebody_forgotten_open_nothing(
    app, world, client_as, provider, liuyang, account
):
    device, way = Device(), set_up(world.here, WayKind.OIDC, provider.settings, Rule.WORK_NO)
    browser = _added(client_as(f"user:{account}"), device)
    program = bearing(app, token_of(f"user:{account}")[1])
    assert program.post("/api/v1/inbox/read", headers={"Idempotency-Key": "k"}).status_code == 200
    provider.claims["employee_number"] = "0003"
    assert go(app.test_client(), way, provider).status_code == 303
    with unit_of_work(TEST, "home") as uow:
        tied = {"way_id": way, "name": "刘洋", "linked_by": Rule.OWN, "linked_at": uow.now, "used_at": uow.now}
        uow.session.add(ExternalAccount(subject="own", user_id=account, enterprise_id=world.here.enterprise_id, **tied))
        uow.session.add(SecondStep(user_id=account, sealed_secret="A" * 32, recovery=[]))

    forget(liuyang)

    client = app.test_client()
    assert send(client, device.prove(asked(client))).status_code == 422 and who(client) == ""
    assert program.get("/api/v1/inbox").status_code == 401
    assert browser.get("/me").status_code != 200, "nor does the browser that is signed in go on for the rest of the day"
    for subject in ("liuyang", "own"):
        provider.claims["sub"], client = subject, app.test_client()
        assert go(client, way, provider).status_code == 403 and who(client) == ""
    with unit_of_work(TEST, "home", write=False) as uow:
        for table in (Passkey, SecondStep, ApiToken, KeptAnswer, ExternalAccount):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0, table.__name__


def test_an_account_with_rights_elsewhere_keeps_those_and_what_opens_them(app, world, liuyang, account):
    with unit_of_work(TEST, "home") as uow:
        there = {"user_id": account, "role": Role.TRAINER, "enterprise_id": world.there.enterprise_id}
        uow.session.add(Membership(starts_on=LONG_AGO, **there))
    text = token_of(f"user:{account}")[1]

    forget(liuyang)

    with unit_of_work(TEST, "home", write=False) as uow:
        actor = load_actor(uow, f"user:{account}")
        assert actor.name == "刘洋" and [held.enterprise_id for held in actor.held] == [world.there.enterprise_id]
        assert tokens.bearer(uow, text) is not None
