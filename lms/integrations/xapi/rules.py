"""What a learning record store is told: statements of the Experience API, and how they are sent.

Source: https://github.com/adlnet/xAPI-Spec, 1.0.3. Verbs, scores and durations as cmi5 (Quartz) has them; nothing was launched
as an assignable unit, so no statement says that it is of cmi5.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from lms.core import clock

VERSION = "1.0.3"
ATTENDED, GRADED, COMPLETED, EARNED, VOIDED = "xapi.attended", "xapi.graded", "xapi.completed", "xapi.earned", "xapi.voided"
KINDS = (ATTENDED, GRADED, COMPLETED, EARNED)
CONFLICT = 409  # a statement of this id is there already
OURS = UUID("4f2a9f63-6f0b-5d53-9d0e-2f6a0f0f7a11")  # names are made within it, so that a fact has one id for ever
ADL = "http://adlnet.gov/expapi/"
VERBS = {
    "attended": f"{ADL}verbs/attended", "passed": f"{ADL}verbs/passed", "failed": f"{ADL}verbs/failed",
    "completed": f"{ADL}verbs/completed", "voided": f"{ADL}verbs/voided", "earned": "http://id.tincanapi.com/verb/earned",
}  # fmt: skip
WORDS = {
    "attended": "参加了", "passed": "考核合格", "failed": "考核不合格", "completed": "完成了", "earned": "获得了",
    "voided": "作废了",
}  # fmt: skip
LECTURE, QUIZ = f"{ADL}activities/meeting", f"{ADL}activities/assessment"
CERTIFICATE = "https://www.opigno.org/en/tincan_registry/activity_type/certificate"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody in a lecture, as a store knows them: by the number they have here, never by an address or a name."""

    base_url: str
    person_id: UUID
    lecture_id: UUID
    title: str

    @property
    def lecture_url(self) -> str:
        return f"{self.base_url}/lectures/{self.lecture_id}"


@dataclass(frozen=True, slots=True)
class Fact:
    """subject_id: what it is about, the same whatever becomes of it. says: the statement without its id; None: it is not so."""

    kind: str
    subject_id: UUID
    says: Mapping[str, Any] | None


def attended(who: Learner, minutes: int | None, at: datetime | None) -> Fact:
    """at: when they left; None: they were not there. minutes: None where not known."""
    subject = _subject(ATTENDED, who.lecture_id, who.person_id)
    result = {} if minutes is None else {"duration": duration(timedelta(minutes=minutes))}
    return Fact(ATTENDED, subject, _says(who, "attended", _lecture(who), result, at) if at else None)


def graded(who: Learner, attempt_id: UUID, score: int, passed: bool, at: datetime | None, took: timedelta | None) -> Fact:
    """An attempt was passed or failed (xAPI 1.0.3, verbs of ADL). score: 0 to 100. at: when it ended; None: it does not count any
    more. took: None where not known."""
    subject = _subject(GRADED, attempt_id)
    if at is None:
        return Fact(GRADED, subject, None)
    result: dict[str, Any] = {"score": _score(score), "success": passed}
    if took is not None:
        result["duration"] = duration(took)
    quiz = _activity(f"{who.lecture_url}/quiz", QUIZ, f"考核：{who.title}")
    says = _says(who, "passed" if passed else "failed", quiz, result, at, within=who.lecture_url)
    return Fact(GRADED, subject, says)


def completed(who: Learner, minutes: int | None, score: int | None, at: datetime | None) -> Fact:
    """at: when it was decided; None: not completed, or no more. score: None where there was no quiz."""
    result: dict[str, Any] = {"completion": True}
    if minutes is not None:
        result["duration"] = duration(timedelta(minutes=minutes))
    if score is not None:
        result["score"] = _score(score)
    subject = _subject(COMPLETED, who.lecture_id, who.person_id)
    return Fact(COMPLETED, subject, _says(who, "completed", _lecture(who), result, at) if at else None)


def earned(who: Learner, certificate_id: UUID, public_code: str, serial: str, at: datetime | None, *, of_lecture: bool) -> Fact:
    """at: when it was issued; None: it is not in force any more. of_lecture: else it rests on more than one."""
    paper = _activity(f"{who.base_url}/verify/{public_code}", CERTIFICATE, f"培训证明 {serial}")
    says = _says(who, "earned", paper, {}, at, within=who.lecture_url if of_lecture else None) if at else None
    return Fact(EARNED, _subject(EARNED, certificate_id), says)


def statement_id(fact: Fact, after: UUID | None) -> UUID:
    """The id of what a fact says, the same each time it says so. after: of what it said before, which is void."""
    assert fact.says is not None
    said = [fact.says["verb"]["id"], fact.says["object"]["id"], fact.says.get("result"), str(after or "")]
    return uuid5(fact.subject_id, json.dumps(said, sort_keys=True))


def void_id(said: UUID) -> UUID:
    """The id of the statement that voids another: always the same, so that it is said once."""
    return uuid5(said, "voided")


def void(base_url: str, said: UUID, at: datetime) -> dict[str, Any]:
    """That an earlier statement is not so: the store itself says it, by our account there."""
    actor = {"objectType": "Agent", "account": {"homePage": base_url, "name": "anke"}}
    return {
        "actor": actor,
        "verb": _verb("voided"),
        "object": {"objectType": "StatementRef", "id": str(said)},
        "timestamp": clock.utc(at, "milliseconds"),
    }


def body_of(says: Mapping[str, Any], said: UUID) -> str:
    """A statement as it is sent, under its id."""
    return json.dumps({"id": str(said), **says}, ensure_ascii=False)


def address_of(endpoint: str, said: UUID) -> str:
    """Where a statement is PUT. endpoint: of the store, as store_of() leaves it."""
    return f"{endpoint}/statements?statementId={said}"


def store_of(typed: str) -> str:
    """The address of a store, however much of it was typed: some give it with its "/statements"."""
    return typed.strip().rstrip("/").removesuffix("/statements")


def headers_of(secret: str) -> dict[str, str]:
    """secret: key and secret of the store with a colon between."""
    proof = base64.b64encode(secret.encode()).decode()
    return {"Authorization": f"Basic {proof}", "X-Experience-API-Version": VERSION, "Content-Type": "application/json"}


def taken(status: int) -> bool:
    """Whether the store has the statement; it also has one that it says was there already."""
    return status in (200, 204, CONFLICT)


def duration(length: timedelta) -> str:
    """ISO 8601, to the second: "PT1H2M3S"."""
    minutes, seconds = divmod(max(int(length.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    parts = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number)
    return f"PT{parts or '0S'}"


def _says(
    who: Learner, verb: str, thing: dict[str, Any], result: dict[str, Any], at: datetime, *, within: str | None = None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "registration": str(_subject("registration", who.lecture_id, who.person_id)), "platform": "安课", "language": "zh-CN",
    }  # fmt: skip
    if within:
        context["contextActivities"] = {"parent": [{"id": within}]}
    return {
        "actor": {"objectType": "Agent", "account": {"homePage": who.base_url, "name": str(who.person_id)}},
        "verb": _verb(verb), "object": thing, **({"result": result} if result else {}), "context": context,
        "timestamp": clock.utc(at, "milliseconds"),
    }  # fmt: skip


def _lecture(who: Learner) -> dict[str, Any]:
    return _activity(who.lecture_url, LECTURE, who.title)


def _activity(url: str, kind: str, name: str) -> dict[str, Any]:
    return {"objectType": "Activity", "id": url, "definition": {"type": kind, "name": {"zh-CN": name}}}


def _verb(verb: str) -> dict[str, Any]:
    return {"id": VERBS[verb], "display": {"zh-CN": WORDS[verb], "en": verb}}


def _score(points: int) -> dict[str, float]:
    return {"scaled": points / 100, "raw": points, "min": 0, "max": 100}


def _subject(kind: str, *ids: UUID) -> UUID:
    return uuid5(OURS, "/".join((kind, *map(str, ids))))
