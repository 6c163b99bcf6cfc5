"""Work that a page does not wait for. What must not be lost is a row first; a job only hurries it along."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab

from lms.core.settings import Settings

log = logging.getLogger(__name__)
_jobs: dict[str, Callable[..., None]] = {}
_sweeps: list[str] = []


def job(function: Callable[..., None]) -> Callable[..., None]:
    """Register a function that a worker may run by its name, with values that JSON could carry."""
    _jobs[function.__name__] = function
    return function


def sweep(function: Callable[..., None]) -> Callable[..., None]:
    """A job that also runs once a minute without being asked, so that a lost wake-up costs a minute, not the work."""
    _sweeps.append(function.__name__)
    return job(function)


class Jobs:
    """The queue of one application: SQLite beside the data by default, Redis when there is one."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self.huey: Huey = (
            RedisHuey("anke", url=settings.redis_url)
            if settings.redis_url
            else SqliteHuey("anke", filename=str(settings.data_dir / "jobs.sqlite3"), immediate=settings.env == "test")
        )
        self._run = self.huey.task(name="run", retries=3, retry_delay=10)(self._call)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self._sweep)

    def _call(self, name: str, values: dict[str, Any]) -> None:
        with self._app.app_context():
            log.info("job", extra={"job": name})
            _jobs[name](**values)

    def _sweep(self) -> None:
        for name in _sweeps:
            self._call(name, {})

    def enqueue(self, name: str, **values: Any) -> None:
        """Ask a worker to run this job soon."""
        self._run(name, values)


def enqueue(name: str, **values: Any) -> None:
    """Ask a worker of the running application to run this job soon."""
    jobs: Jobs = current_app.extensions["jobs"]
    jobs.enqueue(name, **values)
