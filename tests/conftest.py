"""Few fixtures: an application on a database of its own, a unit of work, a world with two districts, a client in a role."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import inf
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, g, request_started
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import HealthCheck, settings

from lms.access.actor import Actor
from lms.app import create_app
from lms.core import jobs
from lms.core.db import db
from lms.core.documents import fonts
from lms.core.settings import Settings
from lms.core.uow import UnitOfWork, unit_of_work
from lms.web.security import limiter
from tests.world import World, committed_world

pytest_plugins = ["tests.services", "tests.installations", "tests.browser", "tests.kept", "tests.printing"]
# A slow minute of this machine says nothing of the product.
settings.register_profile("busy machine", max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")
gc.set_threshold(100_000, 20, 50)  # the product's tables, statements and pages stay: looking through them was 6 % of a run
jobs.GIVEN_BACK = inf  # and after jobs it was another 5 % of the processor
# Each of the processes of a run would put all of the product and of the tests into bytecode anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # every commit waits for the disk, which no test is about
SECRET = "a secret for tests only, 32 characters and more"
ALWAYS_CUT = frozenset(map(chr, range(0x20, 0x7F)))
_cut = lru_cache(maxsize=256)(fonts.cut)
# People and texts of the tests are few: without this, a third of each document was cutting the same characters from a face again.
fonts.cut = lambda face, characters: _cut(face, ALWAYS_CUT.union(characters))


def settings_for(folder: Path, database_url: str | None = None) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database_url or f"sqlite:///{folder / 'anke.sqlite3'}",
        storage_url=f"file://{folder / 'files'}",
        secret_key=SECRET,
        base_url="http://anke.test",
        env="test",
    )


def keeping_statements(app: Flask) -> Flask:
    """An application that keeps every statement as it was compiled: all tests together ask far more than SQLAlchemy keeps."""
    with app.app_context():
        db.engine.update_execution_options(compiled_cache={})
    return app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks come first: a minute in them is a minute, and whoever walks last would keep the others waiting."""
    items.sort(key=lambda item: "/journey/" not in str(item.path))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for every test of this process: its routes, statements and pages are put together once."""
    app = keeping_statements(create_app(settings_for(tmp_path_factory.mktemp("product"))))
    gc.collect()
    gc.freeze()
    return app


@pytest.fixture(scope="session")
def template(product: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with every table, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    with product.app_context():
        db.create_all()
        db.engine.dispose()
        shutil.copy(product.extensions["settings"].data_dir / "anke.sqlite3", folder)
    return folder / "anke.sqlite3"


@pytest.fixture
def app_on_sqlite(product: Flask, template: Path) -> Iterator[Flask]:
    """The application, as a test finds it: with an empty folder, an empty database, and nothing left of the test before."""
    with _as_found(product):
        shutil.copy(template, product.extensions["settings"].data_dir)
        yield product


@pytest.fixture(scope="session")
def product_on_postgres(postgres_url: str, on_postgres: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application on PostgreSQL for every test of this process, and beside its database the empty one it is copied from."""
    url = f"{postgres_url.rpartition('/')[0]}/product_{uuid4().hex}"
    product = create_app(settings_for(tmp_path_factory.mktemp("product_on_postgres"), f"{url}_template"))
    on_postgres(f'CREATE DATABASE "{url.rpartition("/")[2]}_template" TEMPLATE template0')
    with product.app_context():
        db.create_all()
        db.engine.dispose()
    return keeping_statements(create_app(settings_for(product.extensions["settings"].data_dir, url)))


@pytest.fixture
def app_on_postgres(product_on_postgres: Flask, on_postgres: Callable[[str], None]) -> Iterator[Flask]:
    with product_on_postgres.app_context():
        name = db.engine.url.database
    with _as_found(product_on_postgres):
        on_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{name}_template"')
        yield product_on_postgres
    on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def app_on_either(request: pytest.FixtureRequest) -> Flask:
    """The application on SQLite, then on PostgreSQL."""
    return request.getfixturevalue("app_on_postgres" if request.param == "postgresql" else "app_on_sqlite")


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Flask:
    """The application on SQLite, or where TESTS_ON says; a test marked on_either has it on both, one after the other."""
    on = getattr(request, "param", os.environ.get("TESTS_ON", "sqlite"))
    return request.getfixturevalue("app_on_postgres" if on == "postgresql" else "app_on_sqlite")


on_either = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)


@contextmanager
def _as_found(product: Flask) -> Iterator[None]:
    folder = product.extensions["settings"].data_dir
    shutil.rmtree(folder)
    folder.mkdir()
    config, extensions = dict(product.config), dict(product.extensions)
    product.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    limiter.enabled = False  # it is one for all applications: one made by another test may have left it on

    def forget(*_: object, **__: object) -> None:
        # The context below is open for the whole test, so Flask-Login would take the first client's user for every client.
        g.pop("_login_user", None)

    with product.app_context(), request_started.connected_to(forget, product):
        yield
        db.session.remove()
        db.engine.dispose()
    for now, before in ((product.config, config), (product.extensions, extensions)):
        now.clear()
        now.update(before)


@pytest.fixture
def uow(app: Flask) -> Iterator[UnitOfWork]:
    """A unit of work of the product itself; what a test leaves in it is committed at the end."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        yield uow


@pytest.fixture
def world(kept: Callable[..., World]) -> World:
    """Two districts, each with a street, an enterprise and its people; a user in every role on both sides. Committed."""
    return kept(committed_world)


@pytest.fixture
def client_as(app: Flask) -> Callable[[str], FlaskClient]:
    """A client signed in by the key of an actor, for example client_as(world.here.trainer)."""

    def sign_in(key: str) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = key
            session["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def trainer(client_as: Callable[[str], FlaskClient], world: World) -> FlaskClient:
    """Whoever looks after the training of the enterprise here, signed in."""
    return client_as(world.here.trainer)


@pytest.fixture
def officer(client_as: Callable[[str], FlaskClient], world: World) -> FlaskClient:
    """An officer of the district here, signed in."""
    return client_as(world.here.officer)


@pytest.fixture
def chinese(app: Flask) -> Iterator[None]:
    """What is said outside of any request is said in Chinese."""
    with force_locale("zh"):
        yield
