"""The floor: the smallest Flask and SQLAlchemy application that inserts one row per POST, on our server and database.

Nothing that we build on the same parts can be quicker, so every throughput is also told as a share of this one.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from bench.harness import databases, server
from bench.harness.figures import Report, percentile
from bench.harness.phones import Phone
from lms.cli import WEB_WORKERS
from lms.core.engine import tune
from lms.core.settings import THREADS, read_settings

CLIENTS = 50
POSTS = 3_000
SERVE = (
    "from granian.constants import Interfaces\n"
    "from granian.log import LogLevels\n"
    "from granian.server import Server\n"
    "if __name__ == '__main__':\n"
    "    Server('bench.floor:create_app', factory=True, address='127.0.0.1', port={port}, interface=Interfaces.WSGI,\n"
    "           workers={workers}, blocking_threads={threads}, log_level=LogLevels.warning).serve()\n"
)


def create_app() -> Flask:
    """One table, one route."""
    app = Flask("floor")
    app.config["SQLALCHEMY_DATABASE_URI"] = read_settings().database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": THREADS}
    db = SQLAlchemy(app)

    class Row(db.Model):  # type: ignore[name-defined]  # Flask-SQLAlchemy makes the base at run time
        __tablename__ = "row"
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String(40))

    with app.app_context():
        tune(db.engine)
        engine = db.engine
        db.create_all()

    @app.post("/")
    def insert() -> str:
        with Session(engine) as session:
            session.add(Row(text="one row"))
            session.commit()
        return "ok"

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app


def measure(clients: int = CLIENTS, posts: int = POSTS) -> tuple[float, list[float]]:
    """Posts per second with so many clients who never pause, and the seconds each took."""
    with tempfile.TemporaryDirectory() as folder, databases.own() as url:
        port = server.free_port()
        script = Path(folder) / "serve.py"
        script.write_text(SERVE.format(port=port, workers=WEB_WORKERS, threads=THREADS))
        env = server.environment(Path(folder), port) | url
        made = "from bench.floor import create_app; create_app()"  # the table, before two processes begin to make it
        subprocess.run([sys.executable, "-c", made], env=env, cwd=server.CHECKOUT, check=True)
        with server.running([sys.executable, str(script)], port, env):
            asyncio.run(_drive(port, clients, clients * 4))  # warm
            return asyncio.run(_drive(port, clients, posts))


async def _drive(port: int, clients: int, posts: int) -> tuple[float, list[float]]:
    seconds: list[float] = []

    async def client() -> None:
        phone = Phone(port)
        for _ in range(posts // clients):
            answer = await phone.post("/", {"a": "b"}, "post")
            assert answer.status == 200, answer
            seconds.append(phone.seconds["post"])
        await phone.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return len(seconds) / (time.perf_counter() - begun), seconds


def add_to(report: Report) -> float:
    """Measure the floor into a report; returns its posts per second."""
    rate, seconds = measure()
    report.add("floor: one row per POST", rate, "/s")
    report.add("floor p95", percentile(seconds, 95) * 1000, "ms")
    return rate


@dataclass(slots=True)
class Around:
    """A floor taken before and after something: the disk lets it write twice as much in one minute as in the next."""

    rates: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """The mean of both."""
        return sum(self.rates) / len(self.rates)


@contextmanager
def around(report: Report) -> Iterator[Around]:
    """Measure the floor into a report before what is done within, and after it; complete once that is left."""
    found = Around()
    for when in ("before", "after"):
        rate, seconds = measure()
        found.rates.append(rate)
        report.add(f"floor {when}: one row per POST", rate, "/s")
        report.add(f"floor {when} p95", percentile(seconds, 95) * 1000, "ms")
        if when == "before":
            yield found


def run() -> Report:
    report = Report("floor")
    add_to(report)
    return report
