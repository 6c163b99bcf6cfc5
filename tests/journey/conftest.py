"""A server as it runs in production, started as a process of its own, with a database nobody has used before."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from lms.access.actor import Actor
from lms.app import create_app
from lms.core.settings import Settings
from lms.core.uow import UnitOfWork, unit_of_work
from tests.installations import ANKE, ROOT, SECRET, environment

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Live:
    """A running server. app: the same installation opened in this process, to look things up; never to make requests."""

    url: str
    app: Flask

    @contextmanager
    def unit(self, *, write: bool = False) -> Iterator[UnitOfWork]:
        """A unit of work on the server's own database; a committed one when it writes."""
        with self.app.app_context(), unit_of_work(Actor.system("test"), "home", write=write) as uow:
            yield uow


@pytest.fixture(scope="session")
def start_server(installation: Callable[[str], Path]) -> Iterator[Callable[..., Live]]:
    """Makes servers, each with `anke serve` and its worker on a new installation. They end with the run."""
    running: list[subprocess.Popen[bytes]] = []

    def start(env: str = "production") -> Live:
        folder = installation(env)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "server.log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [*ANKE, "serve", "--port", str(port)],
                env=environment(env, folder) | {"ANKE_BASE_URL": url},
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        running.append(server)
        wait_for(url, server, log)
        settings = Settings(
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'anke.sqlite3'}",
            storage_url=f"file://{folder / 'files'}",
            secret_key=SECRET,
            base_url=url,
            env=env,
        )
        return Live(url, create_app(settings))

    yield start
    for server in running:
        stop(server)


@pytest.fixture(scope="session")
def live_server(start_server: Callable[..., Live]) -> Live:
    """A new installation in production: reference data and nothing else, not even an account."""
    return start_server()


@pytest.fixture(scope="session")
def demo_server(start_server: Callable[..., Live]) -> Live:
    """The demo, with its district, its lectures and its accounts."""
    return start_server("demo")


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; fails with the end of its log when it does not."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {START_SECONDS} s:\n{log.read_text()[-3000:]}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server with its workers; they are the session that was started with it."""
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
