"""What a station asks and sends: JSON, each request with the key of its device in a header.

No cookie says who asks, so there is nothing for another site to ride on and no form token is asked for; a queue must be
sent after a restart, when cookies of a session are gone.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lms.access.door import public
from lms.attendance import rules
from lms.attendance.models import KnownBy, Mark
from lms.attendance.queries.stations import listed, version_of
from lms.attendance.service import arrivals, stations
from lms.attendance.words import WHY_WORDS
from lms.core.crypto import keyring
from lms.core.errors import Invalid, Problem, TooBig
from lms.core.uow import UnitOfWork

bp = Blueprint("device", __name__)
HEADER = "X-Anke-Station"
MOST_MARKS = 100
MOST_BYTES = 2 * 1024 * 1024  # a hundred marks with a signature each


class Unreadable(Invalid):
    code = "marks-unreadable"
    sentence = "unreadable"  # a device never shows it


def answers_json(view: Callable[[UnitOfWork], dict[str, Any]]) -> Callable[..., ResponseReturnValue]:
    """A Problem as {"code", "detail"}; every answer tells the server's time."""

    @wraps(view)
    def answer(uow: UnitOfWork) -> ResponseReturnValue:
        now = {"now": _milliseconds(uow)}
        try:
            return jsonify(view(uow) | now)
        except Problem as problem:
            return jsonify({"code": problem.code, "detail": str(problem)} | now), problem.status

    return answer


@bp.route("/station/people", methods=["POST"])
@public("a station asks for its list with the key of its device")
@answers_json
def people(uow: UnitOfWork) -> dict[str, Any]:
    """The list of a station; {"same": true} when the device already shows it (`seen`). A POST: it notes when it was asked."""
    station = stations.station_of_key(uow, request.headers.get(HEADER, ""))
    stations.check_in_use(uow, station)
    station.seen_at = uow.now
    found = listed(uow, station)
    version = version_of(found)
    head = {"version": version, "expires": int(station.expires_at.timestamp() * 1000), "open": station.sitting.takes_check_in}
    if _body().get("seen") == version:
        return head | {"same": True}
    lecture, sitting = station.sitting.lecture, station.sitting
    return head | {
        "kind": station.kind,
        "title": lecture.title,
        "place": f"{lecture.enterprise.name} · {sitting.place}",
        "leader": station.leader,
        "team": station.team,
        "box": base64.b64encode(keyring().letter_box()).decode(),
        "people": [
            [str(one.person_id), one.name, one.work_no, one.department_name, bool(one.in_at), bool(one.out_at)] for one in found
        ],
    }


@bp.route("/station/tail", methods=["POST"])
@public("a station asks whose last four these are, with the key of its device")
@answers_json
def tail(uow: UnitOfWork) -> dict[str, Any]:
    station = stations.station_of_key(uow, request.headers.get(HEADER, ""))
    stations.check_in_use(uow, station)
    digits = _body().get("digits")
    if not isinstance(digits, str) or len(digits) != 4:
        raise Unreadable
    try:
        return {"people": [str(one) for one in arrivals.find_by_tail(uow, station, digits)]}
    except Problem as problem:
        return {"people": [], "say": str(problem)}  # not an error: that would take back the count of wrong tries


@bp.route("/station/marks", methods=["POST"])
@public("a station sends what was tapped, with the key of its device")
@answers_json
def marks(uow: UnitOfWork) -> dict[str, Any]:
    """A batch in the order in which it happened; what became of each, in the same order."""
    station = stations.station_of_key(uow, request.headers.get(HEADER, ""))
    given = _body().get("marks")
    if not isinstance(given, list):
        raise Unreadable
    if len(given) > MOST_MARKS:
        raise TooBig
    outcomes = arrivals.receive(uow, station, [read_mark(one) for one in given])
    return {
        "outcomes": [
            {"id": str(one.sent_id), "state": one.state, "say": str(WHY_WORDS[one.why.value]) if one.why else ""}
            for one in outcomes
        ]
    }


def read_mark(given: Any) -> arrivals.Sent:
    """One mark out of JSON. Raises Unreadable."""
    try:
        device_ms, offset_ms = _whole(given["device_at"]), _whole(given["offset"])
        device_at, at = rules.instant(device_ms), rules.happened_at(device_ms, offset_ms)
        if device_at is None or at is None:
            raise Unreadable
        known_by, signature = given.get("known_by"), given.get("signature")
        return arrivals.Sent(
            sent_id=UUID(given["id"]),
            person_id=UUID(given["person"]),
            mark={"in": Mark.IN, "out": Mark.OUT}[given["mark"]],
            device_at=device_at,
            happened_at=at,
            clock_offset=round(offset_ms / 1000),
            known_by=KnownBy(known_by) if known_by else None,
            said=_said(given),
            signature=signature if isinstance(signature, str) else None,
            asks=given.get("asks") is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable from error


def _said(given: dict[str, Any]) -> str:
    """What was typed to be known: plain, or sealed while there was no network. What cannot be opened proves nothing."""
    if "sealed" in given:
        try:
            return keyring().open_letter(base64.b64decode(given["sealed"], validate=True)).decode()[:30]
        except ValueError:
            return ""
    said = given.get("said", "")
    return said[:30] if isinstance(said, str) else ""


def _whole(value: Any) -> int:
    """A JSON number without its fraction, however large; not a word and not true."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    raise Unreadable


def _body() -> dict[str, Any]:
    """What was sent; empty when it is no JSON object. Raises TooBig, Unreadable for lists within lists without end."""
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise TooBig
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise Unreadable from error
    return body if isinstance(body, dict) else {}


def _milliseconds(uow: UnitOfWork) -> int:
    return int(uow.now.timestamp() * 1000)
