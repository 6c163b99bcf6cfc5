"""Phones: each one connection, its own cookies, and a stop-watch. As light as can be, for it shares the server's cores."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.I)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.I)
PATIENCE = 60.0
NONE: Mapping[str, str] = {}
Form = Mapping[str, str] | Sequence[tuple[str, str]]  # pairs where a name comes more than once


@dataclass(frozen=True, slots=True)
class Answer:
    """status, lower-case headers, and the body as text; wire: bytes of the body as they came."""

    status: int
    headers: dict[str, str]
    text: str
    wire: int

    @property
    def form_token(self) -> str:
        found = _TOKEN.search(self.text)
        return found.group(1) if found else ""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class _Line(asyncio.Protocol):
    """A connection that is asked one thing at a time. Streams took half as long again as the server's floor does for a row."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._come = bytearray()
        self._body_at = self._until = -1  # where the body begins, and ends; -1 for not known

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, message: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer. Raises ConnectionError when the connection ends before."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self._come.clear()
        self._body_at = self._until = -1
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return await self._answered

    def hang_up(self) -> None:
        if self._transport:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._come += data
        if self._body_at < 0:
            self._body_at = self._come.find(b"\r\n\r\n") + 4
            if self._body_at < 4:
                self._body_at = -1
                return
            length = _LENGTH.search(self._come, 0, self._body_at)
            self._until = self._body_at + int(length.group(1)) if length else -1
        if self._until < 0 and _CHUNKED.search(self._come, 0, self._body_at):
            body = _unchunked(bytes(self._come[self._body_at :]))
        elif len(self._come) >= self._until:
            body = bytes(self._come[self._body_at : self._until]) if self._until >= 0 else b""
        else:
            return
        if body is not None and self._answered and not self._answered.done():
            self._answered.set_result((bytes(self._come[: self._body_at - 4]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(ConnectionResetError())


def _unchunked(come: bytes) -> bytes | None:
    """A body that came in pieces (RFC 9112 §7.1); None before the last."""
    parts, at = [], 0
    while (line := come.find(b"\r\n", at)) >= 0:
        size = int(come[at:line], 16)
        if size == 0:
            return b"".join(parts) if come.endswith(b"\r\n", line + 2) else None
        parts.append(come[line + 2 : line + 2 + size])
        at = line + 2 + size + 2
    return None


@dataclass(slots=True)
class Phone:
    """A phone of its own. seconds: how long each request took, by the name it was given."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    _line: _Line | None = None

    async def get(self, path: str, name: str = "") -> Answer:
        return await self._ask("GET", path, None, name, "text/html")

    async def refresh(self, path: str, tag: str) -> Answer:
        """A page that is asked for again. tag: of what is shown already, "" for nothing."""
        headers = {"If-None-Match": tag, "HX-Request": "true"} if tag else {"HX-Request": "true"}
        return await self._ask("GET", path, None, "refresh", "text/html", headers)

    async def post(
        self, path: str, form: Form, name: str = "", accept: str = "text/html", headers: Mapping[str, str] = NONE
    ) -> Answer:
        return await self._ask("POST", path, form, name, accept, headers)

    async def close(self) -> None:
        if self._line:
            self._line.hang_up()
            self._line = None

    async def _ask(
        self, method: str, path: str, form: Form | None, name: str, accept: str, headers: Mapping[str, str] = NONE
    ) -> Answer:
        body = urlencode(form).encode() if form is not None else b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Accept: {accept}", "Accept-Language: zh-CN"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{key}={value}" for key, value in self.cookies.items()))
        lines += [f"{key}: {value}" for key, value in headers.items()]
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        begun = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            answer = await self._exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        if name:
            self.seconds[name] = time.perf_counter() - begun
        return answer

    async def _exchange(self, message: bytes) -> Answer:
        if self._line is None:
            _transport, self._line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", self.port)
        told, body = await self._line.ask(message)
        head = told.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:]:
            key, _colon, value = line.partition(":")
            if key.lower() == "set-cookie":
                cookie, _equals, content = value.strip().partition("=")
                self.cookies[cookie] = content.partition(";")[0]
            elif key:
                headers[key.lower()] = value.strip()
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(head[0].split()[1]), headers, body.decode("utf-8", "replace"), len(body))
