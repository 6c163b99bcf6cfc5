"""More rows on a page are not more questions to the database."""

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.app.populate import populate
from tests.app.test_policy import PUBLIC, is_api, method_of, rule_url, rules
from tests.counting import asked

SOME_MORE = 3
OWN = ("/home", "/inbox", "/me", "/account")


@dataclass(frozen=True)
class Looked:
    statements: int
    characters: int


# Of the first every page that it can open, of the others what is their own.
@pytest.mark.parametrize("roles", [("trainer", "head", "employee"), ("officer",)])
def test_a_page_with_more_rows_asks_no_more(app, world, client_as, roles):
    ids = populate(world.here)
    clients = {role: client_as(getattr(world.here, role)) for role in roles}
    asked = [(role, path) for role in roles for path in pages(app, ids) if role == roles[0] or path.startswith(OWN)]
    shown = [each for each in asked if look(clients, *each)]  # and what is kept for the next time is kept
    before = {each: look(clients, *each) for each in shown}
    for _again in range(SOME_MORE):
        populate(world.here)

    after = {each: look(clients, *each) for each in shown}
    for each in shown:
        if after[each].statements > before[each].statements:
            after[each] = look(clients, *each)  # the first look at new rows may have read what is kept from then on

    assert {each: (before[each], seen) for each, seen in after.items() if seen.statements > before[each].statements} == {}
    grown = Counter(role for (role, path), seen in after.items() if seen.characters > before[role, path].characters + 100)
    assert all(grown[role] > (10 if role == roles[0] else 2) for role in roles), f"pages did get longer: {grown}"


# Statements of the pages that the five journeys open, with what is kept kept: what they took when this was written, and hardly
# more.
JOURNEYS = {
    "trainer": {
        "/lectures": 20, "/lectures/new": 30, "/lectures/<uuid:lecture_id>": 72, "/lectures/<uuid:lecture_id>/board": 9,
        "/lectures/<uuid:lecture_id>/photos": 13, "/lectures/<uuid:lecture_id>/told": 11,
        "/sittings/<uuid:sitting_id>/projector": 11,
        "/lectures/<uuid:lecture_id>/certificates": 9, "/sittings/<uuid:sitting_id>/stations": 12,
    },
    "employee": {
        "/me": 17, "/me/hours": 15, "/me/certificates": 6, "/lectures/<uuid:lecture_id>": 25, "/quiz/<uuid:attempt_id>": 6,
        "/rechecks/<uuid:recheck_id>": 8,
    },
    "head": {
        "/inbox": 8, "/lectures/<uuid:lecture_id>": 72, "/sittings/<uuid:sitting_id>/lecturing": 15, "/library": 8,
        "/hazards/<uuid:hazard_id>": 20,
    },
    "officer": {
        "/overview": 24, "/observations": 14, "/lectures/<uuid:lecture_id>/observe": 13, "/signals": 13, "/hazards": 18,
        "/hazards/<uuid:hazard_id>": 20, "/enterprises/<uuid:enterprise_id>": 40, "/situation/enter": 9, "/firm-visits": 8,
        "/lectures/<uuid:lecture_id>/retests": 13, "/bulletins/new": 9, "/bulletins/<uuid:bulletin_id>": 18,
        "/bulletins/<uuid:bulletin_id>/names": 9, "/bulletins/<uuid:bulletin_id>/firms": 9,
        "/campaigns/<uuid:campaign_id>/leader": 10, "/campaigns/<uuid:campaign_id>/views": 11,
    },
}  # fmt: skip


@pytest.mark.parametrize("role", JOURNEYS)
def test_a_page_of_a_journey_asks_no_more_often_than_it_did(app, world, client_as, role):
    ids, clients = populate(world.here), {role: client_as(getattr(world.here, role))}
    paths = {rule.rule: rule_url(app, rule, ids) for rule in rules(app) if rule.rule in JOURNEYS[role]}
    for path in paths.values():
        look(clients, role, path)
    taken = {rule: look(clients, role, path) for rule, path in paths.items()}

    assert taken.keys() == JOURNEYS[role].keys() and None not in taken.values()
    assert {rule: seen.statements for rule, seen in taken.items() if seen.statements > JOURNEYS[role][rule]} == {}


def pages(app, ids) -> list[str]:
    """Every page that this population can open, but for files."""
    asked = [rule for rule in rules(app) if method_of(rule) == "GET" and rule.endpoint not in PUBLIC and not is_api(rule)]
    found = [rule for rule in asked if "." not in rule.rule and set(rule.arguments) <= set(ids)]
    return [rule_url(app, rule, {name: ids[name] for name in rule.arguments}) for rule in found]


def look(clients, role: str, path: str) -> Looked | None:
    """What a page took and gave; None where there is none for this role."""
    with asked() as sent:
        answer = clients[role].get(path)
    return Looked(len(sent), len(answer.text)) if answer.status_code == 200 and answer.mimetype == "text/html" else None
