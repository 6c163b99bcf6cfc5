"""Work that a page does not wait for. What must not be lost is a row first; a job only hurries it along."""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from flask import Flask, current_app

from lms.core import clock
from lms.core.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

GIVEN_BACK = 10  # seconds between two times: looking for garbage takes as long as a small job
log = logging.getLogger(__name__)
_libc = ctypes.CDLL(None)
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


def sweep_once(each: Literal["day", "hour"], *, since: int = 0) -> Callable[[Callable[[], bool | None]], Callable[..., None]]:
    """A sweep that does its work once a day or an hour in each worker, by the clock where the enterprises are, from `since`
    o'clock on. It answers True where some is left, and does it again a minute later.
    """

    def register(function: Callable[[], bool | None]) -> Callable[..., None]:
        mark = f"swept:{function.__name__}"

        @wraps(function)
        def run() -> None:
            local = clock.local(clock.now())
            now = local.replace(minute=0, second=0, microsecond=0) if each == "hour" else local.date()
            if local.hour >= since and current_app.extensions.get(mark) != now and not function():
                current_app.extensions[mark] = now

        return sweep(run)

    return register


class Jobs:
    """The queue of one application: SQLite beside the data by default, Redis when there is one."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._gave_back = app, 0.0
        self.huey = _queue(settings)
        from huey import crontab

        self._run = self.huey.task(name="run", retries=3, retry_delay=10)(self._call)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self._sweep)

    def _call(self, name: str, values: dict[str, Any], level: int = logging.INFO) -> None:
        with self._app.app_context():
            log.log(level, "job", extra={"job": name})
            _jobs[name](**values)
        if monotonic() - self._gave_back > GIVEN_BACK:
            _give_back()
            self._gave_back = monotonic()

    def _sweep(self) -> None:
        for name in _sweeps:
            try:
                self._call(name, {}, logging.DEBUG)  # fifty lines a minute would hide all that is worth reading
            except Exception:  # what one of them stumbles over must not keep the others, and other enterprises, waiting
                log.exception("sweep_fault", extra={"job": name})

    def close(self) -> None:
        """Close what is open, before processes part that will each open their own."""
        self.huey.storage.close()

    def enqueue(self, name: str, /, *, after: float = 0, **values: Any) -> None:
        """Ask a worker to run this job soon, or when so many seconds have passed."""
        if after and not self.huey.immediate:
            self._run.schedule((name, values), delay=after)
        else:
            self._run(name, values)


def tell_progress(key: str, done: int, total: int) -> None:
    """Say how far a long job is: beside the queue, for its own transaction is seen by nobody until it is over, and on SQLite
    nobody else may write meanwhile.
    """
    _jobs_of_app().huey.put(f"progress:{key}", (done, total))


def progress(key: str) -> tuple[int, int] | None:
    """How much of how much is done; None where nothing was said yet, or no more."""
    told: tuple[int, int] | None = _jobs_of_app().huey.get(f"progress:{key}", peek=True)
    return told


def forget_progress(key: str) -> None:
    """It is over."""
    _jobs_of_app().huey.delete(f"progress:{key}")


def _jobs_of_app() -> Jobs:
    jobs: Jobs = current_app.extensions["jobs"]
    return jobs


def _queue(settings: Settings) -> Huey:
    """The queue. huey imports the clients of every storage it knows, 12 MB in each process, so they are hidden from it
    where its storage is SQLite; whoever else imports them later gets them as ever.
    """
    if settings.redis_url:
        from huey import RedisHuey

        return RedisHuey("anke", url=settings.redis_url)
    unwanted = [name for name in ("redis", "psycopg") if name not in sys.modules] if "huey" not in sys.modules else []
    for name in unwanted:
        sys.modules[name] = None  # type: ignore[assignment]  # "not there", in the import system's own words
    try:
        from huey import SqliteHuey
    finally:
        for name in unwanted:
            del sys.modules[name]
    return SqliteHuey("anke", filename=str(settings.data_dir / "jobs.sqlite3"), immediate=settings.env == "test")


def _give_back() -> None:
    """Hand freed memory back to the system: after a batch of documents glibc would sit on tens of megabytes of it."""
    gc.collect()  # documents are full of cycles
    trim = getattr(_libc, "malloc_trim", None)  # not every libc has it
    if trim:
        trim(0)


def enqueue(name: str, /, *, after: float = 0, **values: Any) -> None:
    """Ask a worker of the running application to run this job soon, or when so many seconds have passed."""
    _jobs_of_app().enqueue(name, after=after, **values)
