"""Short messages by any gateway that speaks HTTP: address, method, a body with places, and what answer means success.

Gateways differ in nothing but these. Places: {phone} {text} {title} {body} {url} {id}; {id} is the same however often a
message is tried, and is also sent as the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Answer, Outcome, Parcel, Request, Result, Unreachable

AT_ONCE = 8
SAYS = ("msg", "message", "Message", "errmsg", "desc", "description")  # where gateways say in words what is wrong
TRY_LATER = {408, 425, 429, 500, 502, 503, 504}


def request_for(settings: dict[str, str], parcel: Parcel) -> Request:
    """The request that sends one message.

    settings: url; method GET | POST; body json | form; template: JSON text, or name=value lines for a form; headers: lines
    "Name: value". Places are filled in after the template was read, so that no text can break out of its value.
    Raises ValueError when the template is no JSON object.
    """
    places = {
        "phone": parcel.to, "text": parcel.text, "title": parcel.title, "body": parcel.body, "url": parcel.url,
        "id": str(parcel.key),
    }  # fmt: skip
    headers = {"Idempotency-Key": f'"{parcel.key}"'}
    for line in settings.get("headers", "").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = _filled(value.strip(), places)
    template = settings.get("template", "")
    if settings.get("body") == "json" and settings.get("method") != "GET":
        found = json.loads(template)
        if not isinstance(found, dict):
            raise ValueError("the template is not a JSON object")
        headers["Content-Type"] = "application/json; charset=utf-8"
        return Request("POST", settings["url"], headers, json.dumps(_in_json(found, places), ensure_ascii=False).encode())
    pairs = [line.partition("=") for line in template.splitlines() if "=" in line]
    values = [(name.strip(), _filled(value.strip(), places)) for name, _sign, value in pairs]
    if settings.get("method") == "GET":
        parts = urlsplit(settings["url"])
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + values)
        return Request("GET", urlunsplit(parts._replace(query=query)), headers)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return Request("POST", settings["url"], headers, urlencode(values).encode())


def outcome_of(settings: dict[str, str], answer: Answer) -> Outcome:
    """What an answer means. success: "path.to.field=value" in a JSON answer, or a text the answer contains; empty: any 2xx."""
    told = answer.json()
    said = next((str(told[name]) for name in SAYS if told.get(name)), answer.body.decode("utf-8", "replace"))[:120]
    if answer.status in TRY_LATER:
        return Outcome(Result.AGAIN, "sms-status", said=str(answer.status))
    if not 200 <= answer.status < 300:
        return Outcome(Result.REFUSED, "sms-status", said=f"{answer.status} {said}")
    wanted = settings.get("success", "").strip()
    path, sign, value = wanted.partition("=")
    found: Any = told
    for name in path.split(".") if sign else ():
        found = found.get(name.strip()) if isinstance(found, dict) else None
    fine = (_plain(found) == value.strip()) if sign else wanted in answer.body.decode("utf-8", "replace")
    return Outcome(Result.SENT) if fine else Outcome(Result.REFUSED, "sms-refused", said=said)


def send(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """Each message in a request of its own, a few at a time."""

    def one(parcel: Parcel) -> Outcome:
        try:
            return outcome_of(settings, net.ask(request_for(settings, parcel)))
        except Unreachable as fault:
            return fault.outcome
        except ValueError:
            return Outcome(Result.REFUSED, "sms-template")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, parcels))


def _in_json(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _in_json(inner, places) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_json(inner, places) for inner in value]
    return _filled(value, places) if isinstance(value, str) else value


def _filled(text: str, places: dict[str, str]) -> str:
    """The text with its places filled, each once: what was put in is not looked at again."""
    pieces, rest = [], text
    while "{" in rest:
        before, _open, rest = rest.partition("{")
        name, close, after = rest.partition("}")
        known = close and name in places
        pieces.append(before + (places[name] if known else "{"))
        rest = after if known else rest
    return "".join(pieces) + rest


def _plain(value: Any) -> str:
    """A JSON value as somebody would type it: true, 0, OK."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
