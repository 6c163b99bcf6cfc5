"""The `anke` command: the same use cases as the pages, for people and machines.

Exit codes: 0 fine, 1 a problem in the data or the installation, 2 wrong usage. Answers on stdout, progress on stderr.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import wraps

import click
from flask_migrate import upgrade

from lms import seeding
from lms.access.actor import Actor
from lms.app import create_app
from lms.compliance import commands as compliance_commands
from lms.core.documents import checks
from lms.core.errors import Problem
from lms.core.settings import SettingsFault, read_settings
from lms.core.uow import unit_of_work
from lms.credentials import commands as credentials_commands
from lms.quizzes import commands as quizzes_commands
from lms.registry import commands as registry_commands

WEB_WORKERS = 2
THREADS = 8


def in_app(command: click.Command) -> click.Command:
    """The same command, run inside the application."""
    inner = command.callback
    assert inner is not None

    @wraps(inner)
    def run(*args: object, **options: object) -> object:
        app = create_app()
        with app.app_context():
            return inner(*args, **options)

    command.callback = run
    return command


@click.group()
def cli() -> None:
    """安课: a record of safety training that survives an inspection."""


@cli.command()
@click.option("--demo", is_flag=True, help="Add a district, its firms, one enterprise with lectures, and demo accounts.")
def init(demo: bool) -> None:
    """Make or upgrade the database and load what ships with the product. Safe to run again."""
    app = create_app()
    with app.app_context():
        upgrade()
        with unit_of_work(Actor.system("init"), "home") as uow:
            seeding.load_reference_data(uow)
        if demo:
            seeding.load_demo()


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=lambda: int(os.environ.get("PORT") or 8000), help="Default: PORT or 8000.")
@click.option("--workers", type=int, default=WEB_WORKERS, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the product, with a worker for its jobs in the same process tree."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    read_settings()  # a fault is said once, here, not by every worker
    helper = subprocess.Popen([sys.executable, "-m", "lms", "worker"])
    click.echo(f"http://{host}:{port}", err=True)
    try:
        Server(
            "lms.app:create_app",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        helper.terminate()
        helper.wait(timeout=10)


@cli.command()
def worker() -> None:
    """Run the jobs of the product until stopped."""
    app = create_app()
    consumer = app.extensions["jobs"].huey.create_consumer(workers=1, periodic=True, initial_delay=0.1, max_delay=0.5)
    consumer.run()


@cli.command()
def doctor() -> None:
    """Check what the product needs of this machine and say how to mend what is missing."""
    missing = checks.faults()
    try:
        read_settings()
    except SettingsFault as fault:
        missing.append(str(fault))
    for sentence in missing:
        click.echo(sentence)
    if missing:
        sys.exit(1)
    click.echo("ok")


@cli.group("import")
def import_() -> None:
    """Import a file; --dry-run shows what would come out and writes nothing."""


@cli.group()
def certificates() -> None:
    """Certificates of a lecture."""


certificates.add_command(in_app(credentials_commands.issue))
cli.add_command(in_app(compliance_commands.summary))
import_.add_command(in_app(registry_commands.enterprises))
import_.add_command(in_app(registry_commands.people))
import_.add_command(in_app(quizzes_commands.questions))


def main() -> None:
    """Entry of the console script: a Problem is a sentence and exit code 1, never a trace."""
    try:
        cli()
    except (Problem, SettingsFault) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
