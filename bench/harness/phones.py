"""Phones: each one connection, its own cookies, and a stop-watch. As light as can be, for it shares the server's cores."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 60.0
NONE: Mapping[str, str] = {}


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


@dataclass(slots=True)
class Phone:
    """A phone of its own. seconds: how long each request took, by the name it was given."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, name: str = "") -> Answer:
        return await self._ask("GET", path, None, name, "text/html")

    async def post(
        self, path: str, form: Mapping[str, str], name: str = "", accept: str = "text/html", headers: Mapping[str, str] = NONE
    ) -> Answer:
        return await self._ask("POST", path, form, name, accept, headers)

    async def close(self) -> None:
        if self._writer:
            self._writer.close()
            self._reader = self._writer = None

    async def _ask(
        self, method: str, path: str, form: Mapping[str, str] | None, name: str, accept: str, headers: Mapping[str, str] = NONE
    ) -> Answer:
        body = urlencode(form).encode() if form is not None else b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Accept: {accept}", "Accept-Language: zh-CN"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{key}={value}" for key, value in self.cookies.items()))
        lines += [f"{key}: {value}" for key, value in headers.items()]
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        begun = time.perf_counter()
        answer = await asyncio.wait_for(self._exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + body), PATIENCE)
        if name:
            self.seconds[name] = time.perf_counter() - begun
        return answer

    async def _exchange(self, message: bytes) -> Answer:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        self._writer.write(message)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:]:
            key, _colon, value = line.partition(":")
            if key.lower() == "set-cookie":
                cookie, _equals, content = value.strip().partition("=")
                self.cookies[cookie] = content.partition(";")[0]
            elif key:
                headers[key.lower()] = value.strip()
        body = await self._body(headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(head[0].split()[1]), headers, body.decode("utf-8", "replace"), len(body))

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        assert self._reader is not None
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        parts = []
        if headers.get("transfer-encoding") == "chunked":
            while size := int((await self._reader.readline()).strip() or b"0", 16):
                parts.append(await self._reader.readexactly(size))
                await self._reader.readline()
            await self._reader.readline()
        return b"".join(parts)
