"""Talking to the services of a platform: a token first (RFC 7523), then its line items, scores and rosters."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from lms.core import clock
from lms.integrations.lti import tokens
from lms.integrations.lti.results import Access, Line
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.rules import rosters
from lms.integrations.lti.rules.rosters import Listed
from lms.notices.channels import Net
from lms.notices.channels.parcels import Answer, Request, Unreachable

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=5)
EARLY = 60.0  # seconds before its end that a token is no longer used
TRIES, SILENT_TRIES, FIRST_PAUSE = 5, 2, 0.1  # within one go, for what may be otherwise in a moment; seconds
PAGE, MOST_PAGES = 100, 300  # of a roster
_held: dict[tuple[str, str, tuple[str, ...]], tuple[float, str]] = {}


class Services:
    """One platform, with what it lets us do."""

    def __init__(self, access: Access, scopes: Collection[str], net: Net) -> None:
        self.access, self.scopes, self.net = access, tuple(sorted(scopes)), net

    def ask(self, method: str, url: str, accepts: str, body: Mapping[str, Any] | None = None, sends: str = "") -> Answer:
        """One request, tried again a moment later where that may help. Raises Unreachable."""
        answer = None
        for number in range(TRIES):
            if number:
                time.sleep(FIRST_PAUSE * 2**number)
            content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
            try:
                headers = {"Accept": accepts, "Authorization": f"Bearer {self.token()}"} | (
                    {"Content-Type": sends} if sends else {}
                )
                answer = self.net.ask(Request(method, url, headers, content))
            except Unreachable:
                if number >= SILENT_TRIES - 1:
                    raise
                continue
            if answer.status == 401:
                _held.pop(self._key, None)
            elif not rules.passing(answer.status):
                return answer
        if answer is None:
            raise Unreachable("platform-silent")
        return answer

    def line_url(self, line: Line) -> str:
        """The address of a line: found, or else made. Raises Unreachable."""
        if line.url:
            return line.url
        if not line.lines_url:
            raise Unreachable("platform-lines")
        wanted = {"resource_id": str(line.lecture_id), "tag": line.kind}
        query = f"{'&' if urlsplit(line.lines_url).query else '?'}{urlencode(wanted)}"
        there = self.ask("GET", line.lines_url + query, rules.LINES_TYPE)
        for each in _listed(there):
            if each.get("resourceId") == str(line.lecture_id) and each.get("tag") == line.kind and each.get("id"):
                return str(each["id"])
        body = rules.line_body(line.label, str(line.lecture_id), line.kind, line.maximum)
        made = self.ask("POST", line.lines_url, rules.LINE_TYPE, body, rules.LINE_TYPE)
        url = made.json().get("id")
        if made.status not in (200, 201) or not isinstance(url, str) or len(url) > rules.LONGEST_URL:
            raise Unreachable("platform-line", made.status)
        return url

    def members(self, url: str) -> list[Listed]:
        """Everybody on a roster, from all its pages. Raises Unreachable."""
        found: list[Listed] = []
        page: str | None = f"{url}{'&' if urlsplit(url).query else '?'}limit={PAGE}"
        for _number in range(MOST_PAGES):
            if page is None:
                return found
            answer = self.ask("GET", page, rosters.ACCEPT)
            try:
                found += rosters.read(answer.json())
            except ValueError as fault:
                raise Unreachable("platform-roster", answer.status) from fault
            page = rosters.next_page(answer.headers.get("link", ""))
        raise Unreachable("platform-endless")

    @property
    def _key(self) -> tuple[str, str, tuple[str, ...]]:
        return self.access.token_url, self.access.client_id, self.scopes

    def token(self) -> str:
        """A token for what the platform lets us do, kept until shortly before its end. Raises Unreachable."""
        until, token = _held.get(self._key, (0.0, ""))
        if until > time.monotonic():
            return token
        now = clock.now().timestamp()
        claims = {
            "iss": self.access.client_id, "sub": self.access.client_id, "aud": self.access.token_url,
            "jti": secrets.token_urlsafe(16),
        }  # fmt: skip
        form = {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION, "scope": " ".join(self.scopes),
            "client_assertion": tokens.sign(self.access.pem, self.access.kid, claims, now, ASSERTION_LIFE),
        }  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self.net.ask(Request("POST", self.access.token_url, headers, urlencode(form).encode()))
        given, life = answer.json().get("access_token"), answer.json().get("expires_in", 0)
        if answer.status != 200 or not isinstance(given, str):
            raise Unreachable("platform-token", answer.status)
        seconds = float(life) if isinstance(life, int | float) else 0.0
        _held[self._key] = (time.monotonic() + max(seconds - EARLY, 0), given)
        return given


def _listed(answer: Answer) -> list[dict[str, Any]]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
