"""A learning record store that takes nothing the specification of the Experience API (1.0.3) does not allow, and no id twice."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from tests.notices.conftest import Heard

TOP = {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"}
RESULT = {"score", "success", "completion", "response", "duration", "extensions"}
CONTEXT = {
    "registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement", "extensions",
}  # fmt: skip
IDENTIFIERS = {"mbox", "mbox_sha1sum", "openid", "account"}
DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Store:
    """statements: by id, as first taken. down: whether it answers 503. deaf: how many it takes without saying so."""

    def __init__(self, key: str = "anke", secret: str = "s3cret") -> None:
        self.proof = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.statements: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.down, self.deaf, self.reads = False, 0, True

    def answer(self, heard: Heard, _before: int) -> tuple[int, dict[str, Any]] | None:
        if self.down:
            return 503, {}
        if heard.path == "/xapi/about":
            return 200, {"version": ["1.0.3"]}
        if heard.path != "/xapi/statements":
            return 404, {}
        if heard.headers.get("Authorization") != self.proof:
            return 401, {}
        if heard.headers.get("X-Experience-API-Version") != "1.0.3":
            return 400, {}
        if heard.method == "GET":
            return (200, {"statements": [], "more": ""}) if self.reads else (403, {})
        statement = heard.json()
        try:
            assert heard.method == "PUT" and heard.headers["Content-Type"] == "application/json"
            assert heard.query["statementId"] == statement["id"]
            check(statement)
        except (AssertionError, KeyError, ValueError, TypeError) as fault:
            self.faults.append(f"{fault!r}: {statement}")
            return 400, {}
        known = self.statements.setdefault(statement["id"], statement)
        if self.deaf:
            self.deaf -= 1
            return None
        return (204, {}) if known == statement else (409, {})

    @property
    def void(self) -> set[str]:
        return {one["object"]["id"] for one in self.statements.values() if verb_of(one) == "voided"}

    def said(self, *verbs: str) -> list[dict[str, Any]]:
        """What stands, of these verbs, in the order it came."""
        return [one for one in self.statements.values() if verb_of(one) in verbs and one["id"] not in self.void]


def verb_of(statement: dict[str, Any]) -> str:
    found: str = statement["verb"]["id"].rpartition("/")[2]
    return found


def check(statement: dict[str, Any]) -> None:
    """Raises when the specification does not allow it (xAPI-Data.md, 2.2 to 2.4)."""
    assert set(statement) <= TOP and not _empty(statement)
    assert str(UUID(statement["id"])) == statement["id"]
    _actor(statement["actor"])
    _iri(statement["verb"]["id"])
    _languages(statement["verb"]["display"])
    thing = statement["object"]
    if verb_of(statement) == "voided":
        assert thing["objectType"] == "StatementRef"
    if thing.get("objectType") == "StatementRef":
        assert str(UUID(thing["id"])) == thing["id"] and "platform" not in statement.get("context", {})
    else:
        _activity(thing)
    datetime.fromisoformat(statement["timestamp"].replace("Z", "+00:00")).utcoffset()
    _result(statement.get("result", {}))
    _context(statement.get("context", {}))


def _actor(actor: dict[str, Any]) -> None:
    assert len(IDENTIFIERS & set(actor)) == 1 and set(actor) <= {"objectType", "name", *IDENTIFIERS}
    assert set(actor["account"]) == {"homePage", "name"} and actor["account"]["name"]
    _iri(actor["account"]["homePage"])


def _activity(thing: dict[str, Any]) -> None:
    assert set(thing) <= {"objectType", "id", "definition"} and thing.get("objectType", "Activity") == "Activity"
    _iri(thing["id"])
    definition = thing.get("definition", {})
    assert set(definition) <= {"name", "description", "type", "moreInfo", "extensions"}
    if "type" in definition:
        _iri(definition["type"])
    _languages(definition.get("name", {}))


def _result(result: dict[str, Any]) -> None:
    assert set(result) <= RESULT
    if "score" in result:
        score = result["score"]
        assert set(score) <= {"scaled", "raw", "min", "max"} and -1 <= score["scaled"] <= 1
        assert score["min"] <= score["raw"] <= score["max"]
    assert all(isinstance(result[name], bool) for name in ("success", "completion") if name in result)
    assert "duration" not in result or DURATION.fullmatch(result["duration"])


def _context(context: dict[str, Any]) -> None:
    assert set(context) <= CONTEXT
    assert "registration" not in context or UUID(context["registration"])
    assert "language" not in context or LANGUAGE.fullmatch(context["language"])
    for kind, activities in context.get("contextActivities", {}).items():
        assert kind in ("parent", "grouping", "category", "other")
        for one in activities:
            _activity(one)


def _iri(text: str) -> None:
    parts = urlsplit(text)
    assert parts.scheme and (parts.netloc or parts.path) and " " not in text, text


def _languages(words: dict[str, str]) -> None:
    assert all(LANGUAGE.fullmatch(language) and isinstance(word, str) for language, word in words.items())


def _empty(value: Any) -> bool:
    """Whether there is a null anywhere, which no statement may have."""
    if isinstance(value, dict):
        return any(_empty(one) for one in value.values())
    return any(_empty(one) for one in value) if isinstance(value, list) else value is None
