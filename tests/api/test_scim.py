"""A firm's directory keeps its roster: adds, changes, takes off, however often it says the same."""

from __future__ import annotations

from datetime import timedelta
from json import loads
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials.issuing import issue_due
from lms.ledger.models import ChainEntry
from lms.registry.models import Department, Person, PersonPost
from tests.api.tokens import bearing, token_of
from tests.conftest import on_either
from tests.credentials.scenes import held
from tests.world import Actor

USERS = "/scim/v2/Users"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
FIRM = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
NEW = {
    "schemas": [USER, FIRM], "userName": "7001", "externalId": "00u1", "displayName": "周敏", "active": True, "title": "叉车工",
    "name": {"familyName": "周", "givenName": "敏"},
    "phoneNumbers": [{"type": "mobile", "value": "19911112222", "primary": True}],
    "emails": [{"value": "zhou@firm.test", "primary": True}], FIRM: {"department": "仓储部", "employeeNumber": "7001"},
}  # fmt: skip


@pytest.fixture
def directory(app, world):
    """A client with a token of the firm's trainer."""
    return bearing(app, token_of(world.here.trainer)[1])


def patch(client, location, *operations):
    return client.patch(location, json={"schemas": [PATCH], "Operations": list(operations)})


def stored(user_id) -> Person:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalars(select(Person).where(Person.id == user_id)).one()


@on_either
def test_somebody_comes_changes_leaves_and_comes_back(app, directory, world):
    made = directory.post(USERS, json=NEW)
    assert made.status_code == 201 and made.mimetype == "application/scim+json"
    user = made.json
    location = user["meta"]["location"]
    assert made.location == location == f"http://anke.test{USERS}/{user['id']}"
    assert (user["userName"], user["displayName"], user["active"], user["title"]) == ("7001", "周敏", True, "叉车工")
    assert user[FIRM] == {"employeeNumber": "7001", "department": "仓储部"}
    assert "19911112222" not in made.text and "zhou@firm" not in made.text
    person = stored(UUID(user["id"]))
    assert (person.enterprise_id, person.phone, person.email) == (world.here.enterprise_id, "19911112222", "zhou@firm.test")

    found = directory.get(USERS, query_string={"filter": 'userName eq "7001"'}).json
    assert (found["totalResults"], found["Resources"]) == (1, [user])
    renamed = patch(
        directory, location, {"op": "Replace", "path": "displayName", "value": "周敏敏"},
        {"op": "replace", "value": {"title": "班组长", f"{FIRM}:department": "灌装车间"}},
    )  # fmt: skip
    assert renamed.status_code == 200
    assert (renamed.json["displayName"], renamed.json["title"], renamed.json["id"]) == ("周敏敏", "班组长", user["id"])
    assert renamed.json[FIRM]["department"] == "灌装车间"

    for active in (False, "False"):  # twice, and as Entra ID says it
        gone = patch(directory, location, {"op": "replace", "path": "active", "value": active})
        assert gone.status_code == 200 and gone.json["active"] is False
    back = patch(directory, location, {"op": "replace", "value": {"active": True}})
    assert back.json["active"] is True and back.json["title"] == "班组长"
    for _ in range(2):
        assert directory.delete(location).status_code == 204
    assert directory.get(location).json["active"] is False  # what is on record stays
    assert stored(UUID(user["id"])).left_on is not None
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        mine = select(ChainEntry).where(ChainEntry.subject_id == UUID(user["id"]), ChainEntry.kind.startswith("person."))
        entered = [(one.kind, loads(one.fact)["way"]) for one in uow.session.scalars(mine.order_by(ChainEntry.seq))]
    assert entered == [(f"person.{what}", "directory") for what in ("joined", "moved", "left", "returned", "left")]


def test_the_same_once_more_adds_nobody(directory):
    first = directory.post(USERS, json=NEW, headers={"Idempotency-Key": "one"})
    again = directory.post(USERS, json=NEW, headers={"Idempotency-Key": "one"})
    twice = directory.post(USERS, json=NEW)

    assert first.json == again.json and (first.status_code, again.status_code) == (201, 201)
    assert (twice.status_code, twice.json["scimType"], twice.json["status"]) == (409, "uniqueness", "409")
    assert directory.get(USERS, query_string={"filter": 'userName eq "7001"'}).json["totalResults"] == 1
    put = [directory.put(first.json["meta"]["location"], json=NEW | {"title": "保管员"}).json for _ in range(2)]
    assert put[0] == put[1] and put[0]["title"] == "保管员"


def test_a_list_goes_page_by_page_and_holds_the_own_firm_only(directory, world):
    whole = directory.get(USERS).json
    parts = [directory.get(USERS, query_string={"startIndex": n, "count": 2}).json for n in (1, 3, 5)]

    assert whole["totalResults"] == len(whole["Resources"]) == 5
    assert [one["id"] for part in parts for one in part["Resources"]] == [one["id"] for one in whole["Resources"]]
    assert {one["id"] for one in whole["Resources"]} == {str(one) for one in world.here.person_ids}
    assert directory.get(f"{USERS}/{world.there.person_ids[0]}").status_code == 404


def test_wrong_requests_are_told_in_the_words_of_scim(app, directory, world):
    location = f"{USERS}/{world.here.person_ids[2]}"
    wrong = [
        (directory.get(USERS, query_string={"filter": 'name.familyName co "刘"'}), 400, "invalidFilter"),
        (directory.post(USERS, json={"userName": "7002"}), 400, "invalidValue"),
        (directory.post(USERS, json=NEW | {"displayName": "x" * 51}), 400, "invalidValue"),
        (directory.post(USERS, json=NEW | {"displayName": "周\0敏"}), 400, "invalidValue"),
        (directory.post(USERS, json=NEW | {"phoneNumbers": [{"value": "12"}]}), 400, "invalidValue"),
        (directory.post(USERS, json=[NEW]), 400, "invalidSyntax"),
        (directory.post(USERS, data="{", content_type="application/scim+json"), 400, None),
        (patch(directory, location, {"op": "replace", "path": "password", "value": "x"}), 400, "invalidPath"),
        (patch(directory, location, {"op": "move", "path": "active"}), 400, "invalidSyntax"),
        (patch(directory, location, {"op": "replace", "path": "active", "value": "maybe"}), 400, "invalidValue"),
        (patch(directory, location, {"op": "replace", "path": "userName", "value": "0001"}), 409, "uniqueness"),
        (patch(directory, location), 400, "invalidSyntax"),
        (directory.get(f"{USERS}/nobody"), 404, None),
        (app.test_client().get(USERS), 401, None),
        (bearing(app, token_of(world.here.trainer, writes=False)[1]).delete(location), 403, None),
        (bearing(app, token_of(world.here.officer)[1]).get(USERS), 404, None),
    ]

    for answer, status, kind in wrong:
        said = answer.json
        assert (answer.status_code, said["status"], said.get("scimType")) == (status, str(status), kind), answer.text
        assert answer.mimetype == "application/scim+json" and said["detail"]
    assert stored(world.here.person_ids[2]).left_on is None


def test_what_there_is_is_told_without_a_token(app):
    client = app.test_client()

    assert client.get("/scim/v2/ServiceProviderConfig").json["patch"] == {"supported": True}
    assert [one["endpoint"] for one in client.get("/scim/v2/ResourceTypes").json["Resources"]] == ["/Users"]
    known = client.get("/scim/v2/Schemas").json["Resources"]
    assert [one["id"] for one in known] == [USER, FIRM]
    assert client.get(f"/scim/v2/Schemas/{USER}").json == known[0]
    assert client.get("/scim/v2/ResourceTypes/Group").status_code == 404


def test_a_change_of_department_is_a_dated_line_as_by_a_roster(directory, world):
    person_id = world.here.person_ids[2]
    patch(directory, f"{USERS}/{person_id}", {"op": "replace", "path": f"{FIRM}:department", "value": "新车间"})

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        lines = uow.session.execute(
            select(Department.name, PersonPost.ends_on)
            .join(Department, Department.id == PersonPost.department_id)
            .where(PersonPost.person_id == person_id)
            .order_by(PersonPost.starts_on)
        ).all()
    assert [name for name, _end in lines][-1] == "新车间" and len(lines) == 2 and lines[0][1] is not None


def test_a_leaver_of_the_directory_keeps_no_way_in_the_day_after_and_their_history(app, directory, world, client_as, monkeypatch):
    me = client_as(f"person:{world.here.person_ids[2]}")
    assert me.get("/me").status_code == 200
    held(world.here, {2: (0, 60)})
    issue_due()

    directory.delete(f"{USERS}/{world.here.person_ids[2]}")
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert me.get("/me").status_code == 303
    trainer = bearing(app, token_of(world.here.trainer)[1])
    marks = trainer.get(f"/api/v1/certificates?person_id={world.here.person_ids[2]}").json["items"]
    assert [one["state"] for one in marks] == ["valid"]  # what they learned stays
    assert "刘洋" in client_as(world.here.trainer).get(f"/people/{world.here.person_ids[2]}/file").text
