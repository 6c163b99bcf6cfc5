"""One sweep over every route: each names who may use it, and somebody else's id is like one that does not exist."""

from uuid import UUID

import pytest
from werkzeug.routing import Rule

from lms.access.actor import Actor
from lms.access.grants import GRANTS
from lms.access.service import load_actor
from lms.core.uow import unit_of_work
from lms.web.navigation import entries, section
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate

PUBLIC = {
    "attendance.scan", "attendance.check_in", "attendance.code", "attendance.visitor", "credentials.verify", "web.health",
    "claims.account", "claims.new", "claims.state",
    "web.landing", "web.set_locale", "web.sign_in", "web.sign_out", "attendance.kiosk", "attendance.late_scan",
    "attendance.open_station", "attendance.scan_worker", "attendance.station", "attendance.station_manifest",
    "attendance.station_worker", "device.marks", "device.people", "device.tail",
    "badges.status", "bulletin_check.show", "signed.authority", "signed.check", "signed.keys", "signed.page_worker",
    "lti.choose", "lti.identify", "lti.jwks", "lti.launch", "lti.login", "lti.open_window", "lti.register",
    "scim.config", "scim.one_schema", "scim.one_type", "scim.schemas", "scim.types", "second.step",
    "passkeys.sign_in", "passkeys.step", "workers.code", "workers.index", "workers.new_pin", "workers.number", "workers.phone",
    "ways.back", "ways.choose", "ways.start",
    "lectures.calendar_feed", "web.set_large_type", "api.openapi", "api.verify", "reference.index",
}  # fmt: skip
OF_ONES_OWN = (  # an account, its messages, and what is on a phone or beneath a page
    "account.", "archives.order_file", "badges.", "errands.", "lti.", "notices.", "passkeys.", "quizzes.", "second.",
    "sign_in_ways.", "tokens.", "web.", "webhooks.",
)  # fmt: skip
ROLES = ("trainer", "head", "employee", "officer", "street_officer")


def rules(app) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def method_of(rule: Rule) -> str:
    return next(method for method in ("GET", "POST", "PATCH", "PUT", "DELETE") if method in rule.methods)


def is_api(rule: Rule) -> bool:
    return rule.endpoint.startswith(("api.", "scim."))


def verb_of(app, rule: Rule) -> str | None:
    return getattr(app.view_functions[rule.endpoint], "verb", None)


def with_ids(app) -> list[Rule]:
    return [rule for rule in rules(app) if any(argument.endswith("_id") for argument in rule.arguments)]


def test_every_route_names_a_known_verb_or_is_public_on_purpose(app):
    verbs = {rule.endpoint: verb_of(app, rule) for rule in rules(app)}

    assert {endpoint for endpoint, verb in verbs.items() if verb not in GRANTS} == PUBLIC


@pytest.mark.parametrize("role", ROLES)
def test_somebody_elses_id_is_not_found_for_any_role(app, world, client_as, role):
    ids = populate(world.there)
    page_client = client_as(getattr(world.here, role))
    program = bearing(app, token_of(getattr(world.here, role))[1])

    answers = {}
    for rule in with_ids(app):
        if rule.endpoint in PUBLIC:
            continue
        values = {argument: ids[argument] for argument in rule.arguments}
        client = program if is_api(rule) else page_client
        for method in sorted(rule.methods & {"GET", "POST", "PATCH", "PUT", "DELETE"}):
            path = rule_url(app, rule, values)
            answers[f"{method} {path}"] = client.open(path, method=method).status_code

    assert {path: status for path, status in answers.items() if status != 404} == {}
    assert answers


def test_signed_out_everything_leads_to_the_sign_in(app, world):
    ids = populate(world.there)
    client = app.test_client()

    for rule in rules(app):
        if rule.endpoint in PUBLIC:
            continue
        values = {argument: ids[argument] for argument in rule.arguments if argument in ids}
        if set(rule.arguments) - set(values):
            continue
        answer = client.open(rule_url(app, rule, values), method=method_of(rule))
        if is_api(rule):
            assert answer.status_code == 401 and answer.mimetype in ("application/problem+json", "application/scim+json"), rule
            continue
        assert answer.status_code == 303 and "/sign-in" in answer.location, rule


def test_what_a_role_was_not_granted_does_not_exist_for_it(app, world, client_as):
    page_client = client_as(world.here.employee)
    program = bearing(app, token_of(world.here.employee)[1])

    for rule in rules(app):
        verb = verb_of(app, rule)
        if verb is None or "employee" in GRANTS[verb] or rule.arguments:
            continue
        client = program if is_api(rule) else page_client
        assert client.open(rule.rule, method=method_of(rule)).status_code == 404, rule


@pytest.mark.parametrize(("role", "elsewhere"), [("trainer", {"bulletins"}), ("officer", {"credentials", "lectures"})])
def test_every_page_of_somebodys_work_says_where_in_the_navigation_it_lies(app, world, role, elsewhere):
    """elsewhere: what they are led to from pages of their own, and have no list of."""
    with app.test_request_context(), unit_of_work(Actor.system("test"), "home", write=False) as uow:
        actor = load_actor(uow, getattr(world.here, role))
        ways = {section(rule_of(app, entry.url)) for entry in entries(actor)} | elsewhere
    lost = {
        rule.endpoint
        for rule in rules(app)
        if "GET" in rule.methods and not is_api(rule) and role in GRANTS.get(verb_of(app, rule), ())
        and "." not in rule.rule and not rule.endpoint.startswith(OF_ONES_OWN) and section(rule.endpoint) not in ways
    }  # fmt: skip
    assert lost == set()


def rule_of(app, address: str) -> str:
    return app.url_map.bind("anke.test").match(address)[0]


def test_the_population_is_reached_by_its_own_people(app, world, client_as):
    """Guards the sweep itself: the ids it tries do exist, and their owners do open them."""
    ids = populate(world.there)
    trainer = client_as(world.there.trainer)

    assert trainer.get(f"/lectures/{ids['lecture_id']}").status_code == 200
    assert trainer.get(f"/people/{ids['person_id']}").status_code == 200
    assert client_as(world.there.officer).get(f"/enterprises/{ids['enterprise_id']}").status_code == 200


def rule_url(app, rule: Rule, values: dict[str, UUID]) -> str:
    with app.test_request_context():
        return app.url_map.bind("anke.test").build(rule.endpoint, values, force_external=False, method=method_of(rule))
