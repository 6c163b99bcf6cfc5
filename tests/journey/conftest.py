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
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.service import add_user
from lms.app import create_app
from lms.attendance import rules, service
from lms.core import clock
from lms.core.settings import Settings
from lms.core.uow import UnitOfWork, unit_of_work
from tests.installations import ANKE, ROOT, SECRET, environment
from tests.lectures.builders import make_lecture
from tests.world import World, build_world

STATIONS_PASSWORD = "a long password for tests"
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


@dataclass
class Hall:
    world: World
    lecture_id: UUID
    sitting_id: UUID


@pytest.fixture(scope="session")
def start_server(installation: Callable[[str], Path]) -> Iterator[Callable[..., Live]]:
    """Makes servers, each with `anke serve` and its worker on a new installation. They end with the run."""
    running: list[subprocess.Popen[bytes]] = []

    def start(env: str = "production", **more: str) -> Live:
        folder = installation(env)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "server.log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [*ANKE, "serve", "--port", str(port)],
                env=environment(env, folder) | more,
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
    """A new installation in production: reference data and nothing else, not even an account. A minute counts as an hour."""
    return start_server(PYTHONPATH=f"{ROOT / 'tests/journey/hours'}:{ROOT}")


@pytest.fixture(scope="session")
def demo_server(start_server: Callable[..., Live]) -> Live:
    """The demo, with its district, its lectures and its accounts."""
    return start_server("demo")


@pytest.fixture(scope="session")
def stations_server(start_server: Callable[..., Live]) -> Live:
    """A production with `world` in it, for walks that begin in the hall; it may talk to gateways on this machine."""
    return start_server(ANKE_PRIVATE_GATEWAYS="1")


@pytest.fixture(scope="session")
def world(stations_server: Live) -> World:
    """In the stations' server, with an account for the trainer of `here`."""
    with stations_server.unit(write=True) as uow:
        world = build_world(uow)
        here = world.here
        add_user(
            uow, username="zhaoqian", name="赵倩", password=STATIONS_PASSWORD, role=Role.TRAINER,
            enterprise_id=here.enterprise_id, person_id=here.person_ids[1],
        )  # fmt: skip
        return world


@pytest.fixture
def hall(stations_server: Live, world: World) -> Hall:
    """A lecture of `here` whose check-in opened an hour ago."""
    with stations_server.unit(write=True) as uow:
        lecture = make_lecture(uow, world.here, state="open", starts_at=uow.now - timedelta(minutes=50), minutes=120)
        lecture.sitting.opened_at = uow.now - timedelta(hours=1)
        lecture.sitting.started_at = uow.now - timedelta(minutes=50)
        return Hall(world, lecture.id, lecture.sitting.id)


def token_of(live: Live, sitting_id: UUID, screen: int = 1) -> str:
    """What this projector shows at this moment."""
    with live.app.app_context():
        return rules.token(service.secret_of(sitting_id), sitting_id, "in", rules.step_of(clock.now()), screen)


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
