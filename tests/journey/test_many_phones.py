"""A hall of phones, each of which keeps its connection."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.journey.conftest import Live

PHONES = 1_200
LET_GO_SECONDS = 30  # until the server ends a connection on which nothing is asked


@pytest.fixture
def many_files() -> Iterator[None]:
    """A connection is an open file of ours too."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], PHONES + 500), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_whoever_comes_last_does_not_wait_until_another_phone_has_gone(live_server: Live, many_files: None) -> None:
    address = urlsplit(live_server.url)
    with ExitStack() as open_ones:
        for _ in range(PHONES):
            phone = socket.create_connection((address.hostname or "", address.port or 0), timeout=LET_GO_SECONDS * 2 / 3)
            open_ones.enter_context(phone)
            phone.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert phone.recv(15) == b"HTTP/1.1 200 OK", "not answered before the first ones were let go"
