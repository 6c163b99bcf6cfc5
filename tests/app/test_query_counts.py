"""More rows on a page are not more questions to the database."""

from dataclasses import dataclass

import pytest
from sqlalchemy import event

from lms.core.db import db
from tests.app.populate import populate
from tests.app.test_policy import PUBLIC, is_api, method_of, rule_url, rules

SOME_MORE = 3


@dataclass(frozen=True)
class Looked:
    statements: int
    characters: int


@pytest.mark.parametrize("role", ["trainer", "officer"])
def test_a_page_with_more_rows_asks_no_more(app, world, client_as, role):
    ids = populate(world.here)
    client = client_as(getattr(world.here, role))
    paths = [path for path in pages(app, ids) if look(client, path)]  # and what is kept for the next time is kept
    before = {path: look(client, path) for path in paths}
    for _again in range(SOME_MORE):
        populate(world.here)

    after = {path: look(client, path) for path in paths}
    for path in paths:
        if after[path].statements > before[path].statements:
            after[path] = look(client, path)  # the first look at new rows may have read what is kept from then on

    assert {path: (before[path], seen) for path, seen in after.items() if seen.statements > before[path].statements} == {}
    assert sum(seen.characters > before[path].characters + 100 for path, seen in after.items()) > 10, "pages did get longer"


def pages(app, ids) -> list[str]:
    """Every page that this population can open, but for files."""
    asked = [rule for rule in rules(app) if method_of(rule) == "GET" and rule.endpoint not in PUBLIC and not is_api(rule)]
    found = [rule for rule in asked if "." not in rule.rule and set(rule.arguments) <= set(ids)]
    return [rule_url(app, rule, {name: ids[name] for name in rule.arguments}) for rule in found]


def look(client, path: str) -> Looked | None:
    """What a page took and gave; None where there is none for this role."""
    counted: list[str] = []

    def count(_connection, _cursor, statement, *_more) -> None:
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        answer = client.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return Looked(len(counted), len(answer.text)) if answer.status_code == 200 and answer.mimetype == "text/html" else None
