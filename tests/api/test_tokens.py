"""A token acts as its owner, no more, until it is revoked; and what goes wrong is told to programs as a problem."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import ApiToken, Role
from lms.api.commands import create
from lms.core import clock
from lms.core.uow import unit_of_work
from tests.api.tokens import bearing, token_of


def problem(answer):
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code and answer.json["detail"] and answer.json["request_id"]
    return answer.status_code, answer.json["code"]


def test_a_token_is_shown_once_and_only_its_hash_is_kept(app, world, client_as):
    trainer = client_as(world.here.trainer)

    made = trainer.post("/tokens", data={"name": "门禁系统", "role": "trainer", "days": "30"})
    text = made.text.partition('value="anke_')[2].partition('"')[0]

    assert bearing(app, f"anke_{text}").get("/api/v1/me").json["name"] == "赵倩"
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        kept = uow.session.execute(select(ApiToken.__table__)).one()
    assert text not in str(kept)
    assert text not in trainer.get("/tokens").text and "门禁系统" in trainer.get("/tokens").text


def test_a_revoked_or_expired_token_opens_nothing(app, world, client_as, monkeypatch):
    token_id, revoked = token_of(world.here.trainer)
    _other, expired = token_of(world.here.trainer, days=2)
    assert bearing(app, revoked).get("/api/v1/me").status_code == 200

    client_as(world.here.trainer).post(f"/tokens/{token_id}/revoke")
    assert problem(bearing(app, revoked).get("/api/v1/me")) == (401, "bad-token")
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now() + timedelta(days=2, seconds=1))
    assert problem(bearing(app, expired).get("/api/v1/me")) == (401, "bad-token")


def test_nobody_sees_or_revokes_the_token_of_somebody_else(app, world, client_as):
    token_id, text = token_of(world.here.trainer)
    head = client_as(world.here.head)

    assert "测试" not in head.get("/tokens").text
    assert head.post(f"/tokens/{token_id}/revoke").status_code == 404
    assert bearing(app, text).get("/api/v1/me").status_code == 200


def test_a_token_lends_one_role_where_its_owner_has_two(app, world):
    _id, text = token_of(world.here.trainer, role=Role.EMPLOYEE)

    assert [one["role"] for one in bearing(app, text).get("/api/v1/me").json["roles"]] == ["employee"]


def test_a_cookie_opens_nothing_under_api(client_as, world):
    answer = client_as(world.here.trainer).get("/api/v1/me")

    assert problem(answer) == (401, "token-needed")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_no_page(app, world):
    _id, text = token_of(world.here.trainer)

    assert bearing(app, text).get("/lectures").status_code == 303


@pytest.mark.parametrize(("method", "path", "expected"), [
    ("GET", "/api/v1/no-such-thing", (404, "not-found")),
    ("DELETE", "/api/v1/me", (405, "problem")),
])  # fmt: skip
def test_a_wrong_address_is_told_as_a_problem(app, world, method, path, expected):
    _id, text = token_of(world.here.trainer)

    answer = bearing(app, text).open(path, method=method)

    assert problem(answer) == expected
    assert answer.status_code != 405 or "GET" in answer.headers["Allow"]


def test_the_command_makes_a_token_that_works(app, world):
    said = CliRunner().invoke(create, ["--user", "trainer-430602", "--expires", "3", "--json"])
    made = json.loads(said.stdout)

    assert bearing(app, made["token"]).get("/api/v1/me").json["name"] == "赵倩"
    assert made["expires_at"][:10] == str((clock.now() + timedelta(days=3)).date())
    refused = CliRunner().invoke(create, ["--user", "nobody", "--json"])
    assert refused.exit_code == 2 and "nobody" in refused.output


def test_who_asks_again_with_the_tag_hears_that_nothing_changed(app, world):
    client = bearing(app, token_of(world.here.trainer)[1])
    first = client.get("/api/v1/me")

    again = client.get("/api/v1/me", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304 and not again.data
