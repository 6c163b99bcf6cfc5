"""The `anke` command: the same use cases as the pages, for people and machines.

Exit codes: 0 fine, 1 a problem in the data or the installation, 2 wrong usage. Answers on stdout, progress on stderr. Help and
settings are told in English, as the set-up is; what a command finds and does in Chinese whatever the locale, for some of its
words become part of the record.
"""

from __future__ import annotations

import copy
import ctypes
import errno
import importlib
import json
import logging
import multiprocessing
import os
import resource
import socket
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from lms.core.settings import THREADS, SettingsFault, read_settings

if TYPE_CHECKING:
    from flask import Flask

WEB_WORKERS = 2
CONNECTIONS = 4_096  # a process holds open: each phone of a hall keeps its own, and one too many waits until another has gone
M_ARENA_MAX = -8  # of mallopt(3)
ARENAS = 2  # heaps of a process: glibc would keep one per thread, each with its own leavings
CHECKOUT = Path(__file__).parent.parent


def create_app() -> Flask:
    """The application, imported by the commands that need one: `anke serve` only watches over those that do."""
    from lms.app import create_app as create

    return create()


def in_app(command: click.Command) -> click.Command:
    """The same command, run inside the application."""
    inner = command.callback
    assert inner is not None

    @wraps(inner)
    def run(*args: object, **options: object) -> object:
        app = create_app()
        with app.app_context():
            try:
                return inner(*args, **options)
            except Exception as fault:
                from sqlalchemy.exc import DBAPIError

                if isinstance(fault, DBAPIError):
                    _check_there_is_something()  # where there is none yet, that is why
                raise

    wrapped = copy.copy(command)  # the room's own command stays as it is for whoever has an application already
    wrapped.callback = run
    return wrapped


class Rooms(click.Group):
    """A group whose commands live in the rooms: each is imported when it is asked for, and runs inside the application."""

    def __init__(self, *arguments: Any, places: dict[str, str], **options: Any) -> None:
        """places: name of the command → "module:function"."""
        super().__init__(*arguments, **options)
        self.places = places

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self.places})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.places and name not in self.commands:
            module, _colon, function = self.places[name].partition(":")
            self.add_command(in_app(getattr(importlib.import_module(module), function)), name)
        return super().get_command(context, name)


@click.group(
    cls=Rooms,
    places={
        "backup": "lms.core.backup.commands:backup",
        "restore": "lms.core.backup.commands:restore",
        "summary": "lms.compliance.commands:summary",
    },
)
def cli() -> None:
    """安课: a record of safety training that survives an inspection."""


@cli.command()
@click.option("--demo", is_flag=True, help="Add a district, its firms, one enterprise with lectures, and demo accounts.")
def init(demo: bool) -> None:
    """Make or upgrade the database and load what ships with the product. Safe to run again."""
    from flask_migrate import upgrade

    from lms import seeding
    from lms.access.actor import Actor
    from lms.app import MIGRATIONS
    from lms.core import examining
    from lms.core.uow import unit_of_work

    app = create_app()
    with app.app_context():
        if unknown := examining.unknown_revision(app.extensions["settings"], MIGRATIONS):
            raise click.ClickException(unknown)
        upgrade()
        with unit_of_work(Actor.system("init"), "home") as uow:
            seeding.load_reference_data(uow)
        if demo:
            seeding.load_demo()


@cli.command()
@click.option("--scale", required=True, metavar="city|district|N", help="20,000 or 1,000 enterprises, or so many.")
def demo(scale: str) -> None:
    """Fill a demo installation with a made-up city for measuring: 50 people an enterprise, five attendance rows a person.

    Needs ANKE_ENV=demo and a database made by `anke init`. Broken off, it goes on where it was; run again, it changes nothing.
    """
    from lms.seeding.city import SCALES, load_city

    if read_settings().env != "demo":
        raise click.UsageError("This writes made-up enterprises: only with ANKE_ENV=demo.")
    number = SCALES.get(scale) or (int(scale) if scale.isdecimal() else 0)
    if not 0 < number <= max(SCALES.values()):
        raise click.BadParameter(f"city, district, or a number up to {max(SCALES.values())}.", param_hint="--scale")
    with create_app().app_context():
        made = load_city(number)
    click.echo(json.dumps(made))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=lambda: os.environ.get("PORT") or 8000, help="Default: PORT or 8000."
)
@click.option("--workers", type=int, default=WEB_WORKERS, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the product, with a worker for its jobs in the same process tree."""
    _check_nobody_listens(host, port)
    os.environ["PORT"] = str(port)  # the address that codes and messages name
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from lms.app import serving

    _check_there_is_something()  # a fault is said once, here, not by every worker
    _few_heaps()
    _many_connections()
    # Made before the processes part, so that they share the memory it takes; no connection may be open as they do.
    serving().extensions["jobs"].close()
    helper = multiprocessing.Process(target=_run_jobs, name="jobs")
    helper.start()
    # More threads than processors are meant: they wait for the database. Its advice on that would greet everybody who starts us.
    logging.getLogger("_granian").addFilter(lambda said: "seems quite high" not in said.getMessage())
    click.echo(f"http://{host}:{port}  （按 Ctrl+C 停止）", err=True)
    try:
        Server(
            "lms.app:serving",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            backlog=CONNECTIONS,
            backpressure=CONNECTIONS,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        helper.terminate()
        helper.join(timeout=10)
        helper.kill()  # should it still be at something


@cli.command()
def worker() -> None:
    """Run the jobs of the product until stopped."""
    _check_there_is_something()
    _few_heaps()
    _run_jobs()


def _check_nobody_listens(host: str, port: int) -> None:
    """Raises ClickException where another program serves there: the server would share the port with it, and of two
    installations a browser would get now the one and now the other.
    """
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as fault:
        told = f"不能在 {host} 的端口 {port} 上打开服务（{fault.strerror}）。"
        if fault.errno == errno.EADDRINUSE:
            told = f"端口 {port} 已经有程序在用，可能是另一个安课。请先停掉它，或者换一个：anke serve --port {port % 65_535 + 1}"
        raise click.ClickException(told) from None


def _check_there_is_something() -> None:
    """Raises ClickException where the settings are wrong or there is no database yet."""
    from lms.core import examining

    if fault := examining.no_database(read_settings()):
        raise click.ClickException(fault)


def _run_jobs() -> None:
    from lms.app import serving

    app = serving()
    consumer = app.extensions["jobs"].huey.create_consumer(workers=1, periodic=True, initial_delay=0.1, max_delay=0.5)
    consumer.run()


def _few_heaps() -> None:
    """So many heaps for this process and those that part from it; other C libraries than glibc are left as they are."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option and "MALLOC_ARENA_MAX" not in os.environ:
        set_option(M_ARENA_MAX, ARENAS)


def _many_connections() -> None:
    """As many open files for this process and those that part from it as its connections need, if the system lets it."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


@cli.command()
def doctor() -> None:
    """Check what the product needs of this machine and of this installation, and say how to mend what is missing."""
    from lms.app import MIGRATIONS, plug_in
    from lms.core import clock, examining
    from lms.core.documents import checks

    missing = checks.faults()
    missing += [f"a plug-in is left out: {one}. Mend it or uninstall {one.package}." for one in plug_in() if one.fault]
    advice = [*checks.advice(), *examining.calendar(clock.local_date(clock.now()))]
    try:
        settings = read_settings()
    except SettingsFault as fault:
        missing.append(str(fault))
    else:
        missing += examining.faults(settings, MIGRATIONS)
        advice += examining.advice(settings)
    for sentence in missing:
        click.echo(sentence)
    for sentence in advice:
        click.echo(sentence, err=True)
    if missing:
        sys.exit(1)
    click.echo("ok")


@cli.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(name: str, as_json: bool) -> None:
    """Measure something of a checkout; NAME is a file of bench/. Ends with 1 when a figure is over its bar."""
    known = sorted(path.stem.replace("_", "-") for path in (CHECKOUT / "bench").glob("[a-z]*.py"))
    if not known:
        raise click.UsageError("There is no bench/ beside this installation: benchmarks are part of a checkout.")
    if name not in known:
        raise click.BadParameter(f"{name!r} is none of {', '.join(known)}.", param_hint="NAME")
    sys.path.insert(0, str(CHECKOUT))
    report = importlib.import_module(f"bench.{name.replace('-', '_')}").run()
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) if as_json else report.as_text())
    if not report.holds:
        sys.exit(1)


@cli.group(
    "import",
    cls=Rooms,
    places={
        "enterprises": "lms.registry.commands:enterprises",
        "people": "lms.registry.commands:people",
        "questions": "lms.quizzes.commands:questions",
    },
)
def import_() -> None:
    """Import a file; --dry-run shows what would come out and writes nothing."""


@cli.group(
    cls=Rooms,
    places={
        "add": "lms.registry.accounts:add",
        "end": "lms.registry.accounts:end",
        "forget-second-step": "lms.registry.accounts:forget_second",
        "rename": "lms.registry.accounts:rename",
        "set-password": "lms.registry.accounts:set_password",
    },
)
def user() -> None:
    """Accounts that sign in with a password."""


@cli.group(
    cls=Rooms,
    places={"map": "lms.integrations.lti.commands:map_deployment", "new-key": "lms.integrations.lti.commands:new_key"},
)
def lti() -> None:
    """Teaching platforms that open pages of the product (LTI 1.3)."""


@cli.group(cls=Rooms, places={"create": "lms.api.commands:create"})
def token() -> None:
    """Tokens with which programs act as a user."""


@cli.group(cls=Rooms, places={"receipts": "lms.registry.chains:receipts", "verify": "lms.registry.chains:verify"})
def chain() -> None:
    """Chains of facts, one for each enterprise."""


@cli.group(cls=Rooms, places={name: f"lms.credentials.commands:{name}" for name in ("export", "issue", "key", "verify")})
def certificate() -> None:
    """Certificates: issue those that are due, write one, check one, say who signs."""


@cli.group()
def archive() -> None:
    """Archives as files (一期一档)."""


@archive.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def verify_archive(file: str) -> None:
    """Check FILE without a database: its files, its manifest, the chain and the receipts. Ends with 1 when one does not hold."""
    from lms.archives.verifier import WHOLE, check

    found = check(file)
    click.echo("\n".join(found) or WHOLE)
    if found:
        sys.exit(1)


@cli.group(cls=Rooms, places={"rebuild": "lms.compliance.commands:rebuild"})
def standings() -> None:
    """Where enterprises stand in campaigns."""


@cli.group(cls=Rooms, places={"facts": "lms.compliance.signals.commands:facts"})
def signals() -> None:
    """Credibility signals of lectures (docs/signals.zh.md)."""


@signals.command("evaluate")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a lecture on stdout.")
def evaluate_signals(file: BinaryIO, as_json: bool) -> None:
    """Read lecture facts from FILE, one lecture a line ("-": standard input), and print its signals, in the file's order.

    Needs no database. A line that cannot be read is named on stderr, the others are evaluated, and the end is 1.
    """
    from lms.compliance.signals.commands import print_signals

    if not print_signals(file, as_json):
        sys.exit(1)


def main() -> None:
    """Entry of the console script: a Problem is a sentence and exit code 1, never a trace."""
    try:
        cli()
    except Exception as fault:
        if not isinstance(fault, (*_problems(), SettingsFault)):
            raise
        click.echo(str(fault), err=True)
        sys.exit(1)


def _problems() -> tuple[type[Exception], ...]:
    """What the user can act on; none before the application was imported, for then nothing can have raised it."""
    errors = sys.modules.get("lms.core.errors")
    return (errors.Problem,) if errors else ()
