"""Access tokens of 企业微信 and 钉钉: fetched once, kept until shortly before they expire, fetched anew when refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from threading import Lock

from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Answer, Request

EARLY_SECONDS = 300


class TokenRefused(Exception):
    """The vendor gives no token for these settings; the message is what it says."""


class Tokens:
    """The tokens this process holds, by the request that fetches them; one that hangs holds nobody else's up."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, float]] = {}
        self._locks: dict[str, Lock] = {}

    def with_token(self, fetch: Request, net: Net, ask: Callable[[str], Answer], over: Collection[int]) -> Answer:
        """Ask with a token, once more with a fresh one when the answer's errcode is in `over`.

        Raises TokenRefused, Unreachable.
        """
        answer = ask(self._token(fetch, net))
        if answer.json().get("errcode") in over:
            self._held.pop(fetch.url, None)
            answer = ask(self._token(fetch, net))
        return answer

    def _token(self, fetch: Request, net: Net) -> str:
        with self._locks.setdefault(fetch.url, Lock()):
            token, until = self._held.get(fetch.url, ("", 0.0))
            if time.monotonic() < until:
                return token
            told = net.ask(fetch).json()
            token = str(told.get("access_token") or "")
            if told.get("errcode") != 0 or not token:
                raise TokenRefused(f"{told.get('errcode')} {told.get('errmsg', '')}"[:100])
            self._held[fetch.url] = (token, time.monotonic() + max(int(told.get("expires_in") or 0) - EARLY_SECONDS, 0))
            return token


TOKENS = Tokens()
