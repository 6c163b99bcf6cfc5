"""More rows on a page are not more questions to the database."""

from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from lms.core.db import db
from tests.app.populate import populate
from tests.app.test_policy import PUBLIC, is_api, method_of, rule_url, rules

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


def pages(app, ids) -> list[str]:
    """Every page that this population can open, but for files."""
    asked = [rule for rule in rules(app) if method_of(rule) == "GET" and rule.endpoint not in PUBLIC and not is_api(rule)]
    found = [rule for rule in asked if "." not in rule.rule and set(rule.arguments) <= set(ids)]
    return [rule_url(app, rule, {name: ids[name] for name in rule.arguments}) for rule in found]


def look(clients, role: str, path: str) -> Looked | None:
    """What a page took and gave; None where there is none for this role."""
    counted: list[str] = []

    def count(_connection, _cursor, statement, *_more) -> None:
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        answer = clients[role].get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return Looked(len(counted), len(answer.text)) if answer.status_code == 200 and answer.mimetype == "text/html" else None
