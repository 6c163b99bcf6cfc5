"""A lost password is given anew by whoever runs the installation, a known one is changed by its owner; both end what was open."""

from __future__ import annotations

import dataclasses
import logging

from click.testing import CliRunner
from sqlalchemy import select

from lms.access import tries
from lms.access.door import is_out
from lms.access.models import User
from lms.access.service import check_password, load_actor
from lms.access.tokens import create, revoke
from lms.core.uow import unit_of_work
from lms.registry import accounts
from lms.web.entering import enter
from tests.sign_in.conftest import PASSWORD
from tests.world import Actor

OTHER = "a wholly other one"


def signed_in(app, password=PASSWORD):
    client = app.test_client()
    return client if client.post("/sign-in", data={"username": "zhaoqian", "password": password}).status_code == 303 else None


def change(client, old=PASSWORD, new=OTHER, again=OTHER):
    return client.post("/account/password", data={"password": old, "new": new, "again": again})


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def test_who_changes_the_own_password_stays_in_and_every_other_browser_is_out(app, trainer, caplog):
    here, elsewhere = signed_in(app), signed_in(app)
    assert change(here, old="not the one of now").status_code == 422
    assert change(here, new="short", again="short").status_code == 422
    slip = change(here, again="another again")
    assert slip.status_code == 422 and "两遍不一样" in slip.text
    assert is_in(elsewhere), "nothing was changed so far"
    with unit_of_work(Actor.system("test"), "home") as uow:
        user_id = uow.session.scalars(select(User.id).where(User.username == trainer)).one()
        owner = load_actor(uow, f"user:{user_id}")
        create(uow, owner, "报表")
        revoke(uow, create(uow, owner, "旧的")[0])
    with caplog.at_level(logging.INFO, logger="lms.access.service"):
        assert change(here).status_code == 303
    assert [one.message for one in caplog.records if one.name == "lms.access.service"] == ["password changed"]
    assert "接口令牌 1 个" in here.get("/account").text, "made at an open session, it outlives the password"
    assert is_in(here) and not is_in(elsewhere)
    assert signed_in(app) is None and is_in(signed_in(app, OTHER))


def test_who_signs_in_with_the_old_password_while_it_is_being_changed_is_out(app, trainer):
    with app.test_request_context():
        with unit_of_work(Actor.system("test"), "home", write=False) as uow:
            asked = check_password(uow, trainer, PASSWORD, demo=False)
        CliRunner().invoke(accounts.set_password, [trainer, "--password", OTHER])
        with unit_of_work(Actor.system("test"), "home", write=False) as uow:
            enter(uow, asked, by="password", target=None)
            assert is_out(load_actor(uow, asked.key))


def test_a_lost_password_is_given_anew_at_the_command_line_and_the_sign_in_page_says_by_whom(app, trainer):
    lost = signed_in(app)
    refused = app.test_client().post("/sign-in", data={"username": trainer, "password": "lost it"})
    assert "请联系维护本系统的人员重设" in refused.text
    assert CliRunner().invoke(accounts.set_password, ["nobody", "--password", OTHER]).exit_code == 2
    assert CliRunner().invoke(accounts.set_password, [trainer, "--password", "short"]).exit_code == 2
    assert CliRunner().invoke(accounts.set_password, [trainer, "--password", "x" * 201]).exit_code == 2, "no page would take it"
    subject = f"account:{tries.account_of(trainer)}"
    with unit_of_work(Actor.system("test"), "home") as uow:
        user_id = uow.session.scalars(select(User.id).where(User.username == trainer)).one()
        owner = load_actor(uow, f"user:{user_id}")
        create(uow, owner, "报表")
        revoke(uow, create(uow, owner, "旧的")[0])
        for _ in range(30):
            tries.note_wrong_try(uow, subject)
    done = CliRunner().invoke(accounts.set_password, [f" {trainer} ", "--password", OTHER])
    assert done.exit_code == 0 and "接口令牌 1 个" in done.output and "通行密钥 0 个" in done.output
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert not tries.has_tried(uow, subject), "whoever was kept out by strangers gets in"
    assert not is_in(lost) and signed_in(app) is None and is_in(signed_in(app, OTHER))


def test_the_password_of_a_demo_that_everybody_knows_is_changed_by_nobody(app, trainer):
    client = signed_in(app)
    with unit_of_work(Actor.system("test"), "home") as uow:
        uow.session.scalars(select(User).where(User.username == trainer)).one().is_demo = True
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], env="demo")
    assert client.get("/account/password").status_code == 200 and change(client).status_code == 422
