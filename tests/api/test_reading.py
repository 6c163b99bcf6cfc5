"""What a program reads is what its owner sees on the pages, page by page, and in the shape the document says."""

import dataclasses
import json
import re
import shutil
from datetime import timedelta

import jwt
import pytest
from flask_babel import refresh
from sqlalchemy import select

from lms.access.actor import Actor
from lms.api import operations
from lms.api.openapi import PARAMETER, document
from lms.api.operations import JSON
from lms.api.shapes import read, write
from lms.app import create_app
from lms.compliance.models import Standing, StandingState
from lms.compliance.rules import Reason
from lms.core.documents import render_pdf
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials.issuing import issue_due
from lms.credentials.models import Certificate
from lms.registry.models import ChangeKind, Jurisdiction
from lms.registry.service import jurisdictions
from tests.api.test_tokens import problem
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate
from tests.conftest import settings_for
from tests.credentials.scenes import held


@pytest.fixture
def ids(world):
    world.there.ids |= populate(world.there)
    ids = populate(world.here)
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"enterprise_id": world.here.enterprise_id, "campaign_id": ids["campaign_id"], "updated_at": uow.now}
        street = {"street_code": "430602008", "street_name": "城陵矶街道", "industry": "工贸"}
        uow.session.add(
            Standing(**own, **street, since_on=uow.today, state=StandingState.LECTURED, due_on=uow.today, reason=Reason.TOO_SHORT)
        )
        district = uow.session.get_one(Jurisdiction, ids["jurisdiction_id"])
        later = uow.today + timedelta(days=1)
        jurisdictions.change(uow, district, ChangeKind.RENAME, later, name="新名区", basis="批复")
        certificate = uow.session.get_one(Certificate, ids["certificate_id"])
        certificate.pdf_sha256 = storage().put(
            render_pdf("<!doctype html><html lang=zh><title>x</title><body></body></html>", "@page{size:A6}")
        )
    return ids


def test_a_standing_tells_who_is_exempt_or_out_of_business_and_all_that_is_lacking(app, world, ids):
    with unit_of_work(Actor.system("test"), "home") as uow:
        line = uow.session.scalars(select(Standing)).one()
        line.lacks, line.exempt_until, line.firm_state, line.officer_name = 1 | 8, uow.today, "suspended", "李强"
        line.note = "参训 1 / 4 人，要求 90%；要求的材料不全：照片"
        told = {"exempt_until": uow.today.isoformat(), "firm_state": "suspended", "officer": "李强", "rule_version": 1}

    officer, address = as_role(app, world, "officer"), f"/api/v1/campaigns/{ids['campaign_id']}/standings"
    [row] = officer.get(address).json["items"]
    refresh()  # one context is open for the whole test, and keeps the language of its first request
    [in_english] = officer.get(address, headers={"Accept-Language": "en-GB,en;q=0.9"}).json["items"]

    assert row.items() >= (told | {"lacks": ["few_attended", "no_evidence"], "note": line.note}).items()
    assert not re.search("[\u4e00-\u9fff]", in_english["note"]) and in_english["reason"] == row["reason"]


def as_role(app, world, role):
    return bearing(app, token_of(getattr(world.here, role), writes=False)[1])


def test_numbers_of_people_are_masked(app, world):
    people = as_role(app, world, "trainer").get("/api/v1/people").json["items"]

    assert [one["phone"] for one in people if one["name"] == "刘洋"] == ["199****0610"]
    assert all(re.fullmatch(r"\d{3}\*{11}\w{4}", one["id_number"]) for one in people)


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_pages_together_are_the_whole_list_each_once(app, world, limit):
    client = as_role(app, world, "trainer")
    seen, address = [], f"/api/v1/people?limit={limit}"
    while address:
        answer = client.get(address)
        seen += [one["name"] for one in answer.json["items"]]
        found = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("Link", ""))
        assert bool(found) == bool(answer.json["next_cursor"])
        address = found and found[1]

    assert sorted(seen) == sorted(["陈建国", "赵倩", "刘洋", "孙丽", "何军"])


def test_nothing_of_another_district_is_listed(app, world, ids):
    officer = as_role(app, world, "officer")
    firm = str(world.here.enterprise_id)

    assert [one["id"] for one in officer.get("/api/v1/enterprises").json["items"]] == [firm]
    for path in ("lectures", "certificates"):
        assert {one["enterprise_id"] for one in officer.get(f"/api/v1/{path}").json["items"]} == {firm}
    assert [one["id"] for one in officer.get("/api/v1/campaigns").json["items"]] == [str(ids["campaign_id"])]


def test_the_token_of_a_district_asks_for_the_city_in_vain(app, world, ids):
    officer, city = as_role(app, world, "officer"), bearing(app, token_of(world.city_officer, writes=False)[1])
    summary = f"/api/v1/campaigns/{ids['campaign_id']}/summary?jurisdiction="

    assert [officer.get(f"{summary}{code}").status_code for code in ("430602", "430600", "430603")] == [200, 404, 404]
    assert city.get(f"{summary}430600").status_code == 200


def test_an_employee_reads_own_certificates_and_no_roster(app, world, ids):
    employee = as_role(app, world, "employee")

    assert {one["person_id"] for one in employee.get("/api/v1/certificates").json["items"]} == {str(world.here.person_ids[2])}
    assert problem(employee.get("/api/v1/people")) == (404, "not-found")


def test_filters_narrow_and_what_is_none_is_named(app, world, ids):
    trainer = as_role(app, world, "trainer")

    assert len(trainer.get("/api/v1/lectures?state=notified").json["items"]) == 1
    assert trainer.get("/api/v1/lectures?state=closed").json["items"] == []
    for query, pointer in (("stat=closed", "/stat"), ("state=shut", "/state"), ("limit=201", "/limit"), ("limit=٣", "/limit"),
                           ("cursor=1", "/cursor"), ("year=1e3", "/year")):  # fmt: skip
        refused = trainer.get(f"/api/v1/lectures?{query}")
        assert problem(refused) == (422, "unfit")
        assert [one["pointer"] for one in refused.json["errors"]] == [pointer]


def test_every_answer_that_tells_of_any_day_is_asked_for_it_by_the_name_the_pages_have(app, world, ids):
    officer, campaign = as_role(app, world, "officer"), f"/api/v1/campaigns/{ids['campaign_id']}"
    told = [one for path in document("")["paths"].values() for one in path.get("get", {}).get("parameters", ())]
    days = [one["name"] for one in told if "'format': 'date'" in str(one["schema"])]

    assert set(days) == {"as_of"} and len(days) == 7
    for query, rows in ("", 1), ("?as_of=2020-01-01", 0), ("?as_of=2999-01-01", 1):
        assert len(officer.get(f"{campaign}/standings{query}").json["items"]) == rows, query
        assert officer.get(f"{campaign}/summary{query}").json["rates"][0]["denominator"] == rows, query


def test_anybody_checks_a_certificate_without_a_token_and_whoever_may_see_it_opens_it_as_file_badge_and_picture(app, world, ids):
    code = as_role(app, world, "trainer").get("/api/v1/certificates").json["items"][0]["public_code"]
    found = app.test_client().get(f"/api/v1/verify/{code}").json

    assert (found["state"], found["holder"]) == ("valid", "刘*")
    assert problem(app.test_client().get("/api/v1/verify/nothing")) == (404, "not-found")
    own = f"/api/v1/certificates/{ids['certificate_id']}"
    for path in ("pdf", "credential", "picture"):
        assert as_role(app, world, "officer").get(f"{own}/{path}").status_code == 200, path


def test_a_certificate_links_its_credential_its_picture_and_its_public_page(app, world):
    held(world.here, {2: (0, 60)})
    issue_due()
    employee = as_role(app, world, "employee")
    links = employee.get("/api/v1/certificates").json["items"][0]["links"]
    assert set(links) == {"verify", "pdf", "credential", "picture"}

    told = json.loads(employee.get(links["credential"].removeprefix("http://anke.test")).data)
    assert told["type"] == "EnvelopedVerifiableCredential"
    token = told["id"].removeprefix("data:application/vc+jwt,")
    keys = jwt.PyJWKSet.from_dict(app.test_client().get("/.well-known/jwks.json").json)
    said = jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"], issuer="http://anke.test")
    assert "OpenBadgeCredential" in said["type"]
    picture = employee.get(links["picture"].removeprefix("http://anke.test"))
    assert picture.mimetype == "image/png" and token.encode() in picture.data
    assert app.test_client().get(links["verify"].removeprefix("http://anke.test")).status_code == 200
    assert as_role(app, world, "officer").get(links["picture"].removeprefix("http://anke.test")).status_code == 200


# Lists of which the population has nothing.
EMPTY = {"cascade", "contacts", "flags", "hours", "left_out", "marking", "signals_of"}


def test_every_answer_has_the_shape_that_the_document_says(app, world, ids):
    clients = [as_role(app, world, role) for role in ("trainer", "officer", "employee")]
    reached = set()
    for one in operations.OPERATIONS:
        if one.method != "GET" or one.verb is None or one.media != JSON:
            continue
        path = "/api/v1" + PARAMETER.sub(lambda found: str(ids[found[2]]), one.path)
        answers = [answer for client in clients if (answer := client.get(path)).status_code == 200]
        assert answers, path
        for answer in answers:
            items = answer.json["items"] if one.many else [answer.json]
            reached |= {one.name} if items else set()
            for item in items:
                assert write(read(one.answer, item)) == item

    asked = {one.name for one in operations.OPERATIONS if one.method == "GET" and one.verb and one.media == JSON}
    assert asked - reached == EMPTY


def test_the_document_names_every_route_and_every_reference_leads_somewhere(app):
    made = app.test_client().get("/api/v1/openapi.json").json
    routes = {
        (method.lower(), PARAMETER.sub(r"{\2}", rule.rule).removeprefix("/api/v1"))
        for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip

    assert made["openapi"] == "3.1.0"
    assert {(method, path) for path, one in made["paths"].items() for method in one} == routes - {("get", "/openapi.json")}
    for reference in re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', app.json.dumps(made)):
        assert reference[1] in made["components"][reference[0]]


def test_the_page_for_people_names_every_operation(app):
    page = app.test_client().get("/api").text

    for path in document("")["paths"]:
        assert f"/api/v1{path}" in page


def test_each_token_has_a_rate_and_is_told_of_it(tmp_path, template):
    shutil.copy(template, tmp_path)
    hasty = create_app(dataclasses.replace(settings_for(tmp_path), env="production"))
    client = hasty.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"

    answers = [client.get("/api/v1/verify/nothing") for _ in range(301)]

    assert [answers[0].headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining")] == ["300", "299"]
    assert problem(answers[299]) == (404, "not-found") and problem(answers[300]) == (429, "too-many")
    assert 0 < int(answers[300].headers["Retry-After"]) <= 60
