"""PostgreSQL and Redis of the tests' own: started when a test first asks, shared by the workers of a run, gone at its end.

Both come from the distribution's packages and live in one temporary folder on free loopback ports; neither touches a
server that runs on this machine already.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseServer
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
import redis

START_SECONDS = 30
STOP_SECONDS = 5
FOLDER = pytest.StashKey[Path]()
REDIS_DATABASES = 16
INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")


class NotStarted(RuntimeError):
    """A service did not come up; the message says what is missing, or ends with what its log says."""


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("services")
    config.stash[FOLDER] = Path(given or tempfile.mkdtemp(prefix="anke-services-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    if not given:
        config.stash[FOLDER].chmod(0o755)  # PostgreSQL runs as another user when the tests run as root


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]  # xdist's WorkerController has no public type
    node.workerinput["services"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or FOLDER not in config.stash:
        return
    for note in config.stash[FOLDER].glob("*.json"):
        _stop(json.loads(note.read_text())["pid"])
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """SQLAlchemy URL of the maintenance database of a PostgreSQL cluster that ends with the test run."""
    port = _shared(pytestconfig, "postgres", _start_postgres)
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


@pytest.fixture(scope="session")
def on_postgres(postgres_url: str) -> Callable[[str], None]:
    """Runs a statement that stands in no transaction, such as one that makes or drops a database."""

    def run(statement: str) -> None:
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)

    return run


@pytest.fixture
def postgres_database(postgres_url: str, on_postgres: Callable[[str], None]) -> Iterator[str]:
    """SQLAlchemy URL of an empty UTF-8 database of this test's own, dropped after it."""
    name = f"test_{uuid4().hex}"
    on_postgres(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield f"{postgres_url.rpartition('/')[0]}/{name}"
    on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url(pytestconfig: pytest.Config) -> str:
    """URL of an empty Redis database, one for each worker of the run."""
    port = _shared(pytestconfig, "redis", _start_redis)
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % REDIS_DATABASES
    url = f"redis://127.0.0.1:{port}/{number}"
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()
    return url


def _shared(config: pytest.Config, name: str, start: Callable[[Path, int], int]) -> int:
    """The port of a service, which the first worker to ask starts for all."""
    folder = config.stash[FOLDER]
    note = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            port = _free_port()
            note.write_text(json.dumps({"port": port, "pid": start(folder / name, port)}))
    return json.loads(note.read_text())["port"]


def _start_postgres(folder: Path, port: int) -> int:
    """Start a cluster for which nothing is ever worth a wait for the disk; its process number."""
    programs = postgres_programs()
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder.mkdir()
    if user:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    made = subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", "--no-sync", *INITDB],
        capture_output=True, text=True, cwd=folder, env=_plain(), user=user, group=user,
    )  # fmt: skip
    if made.returncode:
        raise NotStarted(f"initdb failed:\n{made.stdout}{made.stderr}")
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "max_connections": 100,
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "timezone": "UTC",
    }  # fmt: skip
    options = [f"--{key}={value}" for key, value in settings.items()]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]

    def answers() -> bool:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    return _start(command, folder, answers, user)


def _start_redis(folder: Path, port: int) -> int:
    program = shutil.which("redis-server")
    if not program:
        raise NotStarted("redis-server is not installed: apt-get install -y redis-server")
    folder.mkdir()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]

    def answers() -> bool:
        try:
            return bool(redis.Redis(port=port, socket_timeout=2).ping())
        except redis.ConnectionError:
            return False

    return _start(command, folder, answers, None)


def _start(command: list[str], folder: Path, answers: Callable[[], bool], user: str | None) -> int:
    """Start a service in a session of its own, so that Ctrl-C reaches only pytest, and wait until it answers."""
    log = folder / "log"
    with log.open("w") as out:
        service = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            cwd=folder, env=_plain(), start_new_session=True, user=user, group=user,
        )  # fmt: skip
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and service.poll() is None:
        if answers():
            return service.pid
        time.sleep(0.05)
    service.kill()
    raise NotStarted(f"{command[0]} did not answer within {START_SECONDS} s:\n{log.read_text()[-2000:]}")


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL on this machine; Debian keeps it outside PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    path = found[-1] if found else shutil.which("initdb")
    if not path:
        raise NotStarted("PostgreSQL is not installed: apt-get install -y postgresql")
    return Path(path).parent


def _plain() -> dict[str, str]:
    """An environment in which no PG… variable or language of this user changes what a service does."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _stop(pid: int) -> None:
    """End a service that a worker of this run started: at once, it holds nothing worth keeping."""
    ends = time.monotonic() + STOP_SECONDS
    try:
        os.kill(pid, signal.SIGINT)  # PostgreSQL: fast shutdown
        while time.monotonic() < ends:
            with suppress(ChildProcessError):  # without xdist it is a child of ours and must be reaped to be gone
                os.waitpid(pid, os.WNOHANG)
            os.kill(pid, 0)
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def served(server: BaseServer) -> Iterator[None]:
    """As long as the block runs."""
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
