"""Real servers that stand for the world outside: a mail server, and an HTTP server that plays gateways and robots."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import insert, select

from lms.access.actor import Actor
from lms.core.db import new_id
from lms.core.uow import unit_of_work
from lms.notices.channels.tokens import TOKENS
from lms.notices.models import ChannelKind, Delivery, Notice
from lms.notices.service import tell
from lms.notices.service.channels import set_up
from lms.registry.models import Person
from tests.services import served
from tests.wall import Wall, hang
from tests.world import Side

SYSTEM = Actor.system("test")
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 on the wall


@dataclass
class Heard:
    """One request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Gateway:
    """An HTTP server on loopback. answer: (what was heard, how many came before) → status and JSON; None: hang up."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard, int], tuple[int, dict[str, Any]] | None] = lambda heard, before: (200, {"code": 0, "errcode": 0})

    def bodies(self) -> list[dict[str, Any]]:
        return [one.json() for one in self.heard]


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return hang(monkeypatch, TEN)


def talking(app: Flask) -> Flask:
    """The application, allowed to talk to servers on this machine, as an installation of one's own may be."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    TOKENS._held.clear()
    return app


@pytest.fixture
def app(app):
    return talking(app)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with listening() as found:
        yield found


@contextmanager
def listening() -> Iterator[Gateway]:
    """A gateway as long as the block runs."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # who sent it died in the middle of it
                self.close_connection = True
                return
            heard = Heard(parts.path, query, dict(self.headers), body, self.command)
            with lock:
                before = len(found.heard)
                found.heard.append(heard)
            told = found.answer(heard, before)
            if told is None:
                self.close_connection = True
                return
            content = json.dumps(told[1], ensure_ascii=False).encode()
            self.send_response(told[0])
            if told[0] != 204:
                self.send_header("Content-Length", str(len(content)))
            if told[0] in (301, 302):
                self.send_header("Location", told[1]["to"])
            if "wait" in told[1]:
                self.send_header("Retry-After", told[1]["wait"])
            self.end_headers()
            if told[0] != 204:
                self.wfile.write(content)

        do_GET = do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            """Silent."""

    class Roomy(ThreadingHTTPServer):
        request_queue_size = 128  # several workers knock at once

    server = Roomy(("127.0.0.1", 0), Handler)
    found = Gateway(f"http://127.0.0.1:{server.server_port}")
    with served(server):
        yield found


@dataclass
class Post:
    """A mail server on loopback. refuse: recipient → SMTP answer."""

    port: int
    arrived: list[Any] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # type: ignore[no-untyped-def]
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # type: ignore[no-untyped-def]
        self.arrived.append(envelope)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[Post]:
    found = Post(0)
    controller = Controller(found, hostname="127.0.0.1", port=0)
    # The controller looks for its server at the port it was told; 0 means any, so it is told a free one.
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = found.port = probe.getsockname()[1]
    controller.start()
    yield found
    controller.stop()


def sms(side: Side, gateway: Gateway, **more: str) -> UUID:
    """The enterprise's text message channel, on that gateway."""
    return channel(side, ChannelKind.SMS, texting(gateway) | more)


def texting(gateway: Gateway) -> dict[str, str]:
    """The settings of a text message channel on that gateway."""
    return {
        "url": f"{gateway.url}/sms", "method": "POST", "body": "json", "success": "code=0",
        "template": '{"to": "{phone}", "text": "{text}", "id": "{id}"}',
    }  # fmt: skip


def channel(side: Side, kind: ChannelKind, typed: dict[str, str]) -> UUID:
    with unit_of_work(SYSTEM, "home") as uow:
        return set_up(uow, side.enterprise_id, kind, typed, enabled=True).id


def say(side: Side, person_ids: list[UUID] | None = None, *, wake: bool = True, **how: Any) -> int:
    """Tell people of a side something urgent, unless told otherwise; wake: it is sent as soon as it is committed."""
    with unit_of_work(SYSTEM, "home") as uow:
        how = {"title": "安全课通知：粉尘防爆", "body": "3 号会议室", "link": "/me", "urgent": True} | how
        told = tell(uow, side.enterprise_id, side.person_ids if person_ids is None else person_ids, **how)
        if not wake:
            uow._afterwards.clear()
        return told


def deliveries(**where: Any) -> list[Delivery]:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Delivery).filter_by(**where).order_by(Delivery.created_at, Delivery.id)))


def states() -> Counter[str]:
    return Counter(row.state.value for row in deliveries())


def notices() -> list[Notice]:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Notice).order_by(Notice.id)))


def add_people(side: Side, number: int) -> list[UUID]:
    """So many more people with a phone each; returns their ids."""
    with unit_of_work(SYSTEM, "home") as uow:
        people = [
            {
                "id": new_id(), "enterprise_id": side.enterprise_id, "name": f"员工{at}", "phone": str(13_000_000_000 + at),
                "created_at": uow.now,
            }
            for at in range(number)
        ]  # fmt: skip
        uow.session.execute(insert(Person), people)
        return [person["id"] for person in people]
