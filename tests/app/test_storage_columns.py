"""Both storage columns, SQLite and PostgreSQL: the same migrations, the same constraints, nothing lost under parallel writers."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, make_url, select
from sqlalchemy.exc import IntegrityError

from lms.access.actor import Actor
from lms.app import create_app
from lms.attendance.models import Mark
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.credentials.models import SerialCounter
from lms.hazards.service import ask
from lms.lectures import service as lectures
from lms.registry.models import ChangeKind, Enterprise, HeadAppointment, Jurisdiction, Person
from lms.registry.service import jurisdictions, transfers
from tests.app.everything import a_row_in_every_table
from tests.app.populate import populate
from tests.conftest import settings_for
from tests.credentials.scenes import hold, mark
from tests.hazards.scene import found
from tests.world import LONG_AGO, build_world

SYSTEM = Actor.system("test")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request, tmp_path_factory):
    """URL of an empty database that the migrations made, once, to be copied; nobody is connected to it."""
    url, folder = None, tmp_path_factory.mktemp("migrated")
    if request.param == "postgresql":
        name = f"migrated_{uuid4().hex}"
        request.getfixturevalue("on_postgres")(f'CREATE DATABASE "{name}" TEMPLATE template0')
        url = f"{request.getfixturevalue('postgres_url').rpartition('/')[0]}/{name}"
    app = create_app(settings_for(folder, url))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return make_url(app.extensions["settings"].database_url)


@pytest.fixture
def migrated(made, request):
    """The application on a database that the migrations made."""
    if made.get_backend_name() == "sqlite":
        app = request.getfixturevalue("app_on_sqlite")
        shutil.copy(made.database, db.engine.url.database)
    else:
        app, on_postgres = request.getfixturevalue("app_on_postgres"), request.getfixturevalue("on_postgres")
        on_postgres(f'DROP DATABASE "{db.engine.url.database}"')
        on_postgres(f'CREATE DATABASE "{db.engine.url.database}" TEMPLATE "{made.database}"')
    return app


def same_type(_context, _inspected, _metadata, inspected_type, metadata_type):
    if type(metadata_type).__name__ == "Enum":
        return getattr(inspected_type, "length", None) != metadata_type.length
    return None


def test_the_migrations_make_what_the_models_say(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type, "compare_server_default": True})

        assert compare_metadata(context, db.metadata) == []
        assert foreign_keys_there_are(connection) == foreign_keys_of_the_models(connection)


def foreign_keys_there_are(connection):
    looked_at = inspect(connection)
    return {(table, key["name"]) for table in looked_at.get_table_names() for key in looked_at.get_foreign_keys(table)}


def foreign_keys_of_the_models(connection):
    """Their names too: who drops one on PostgreSQL does it by its name."""
    as_written = connection.dialect.identifier_preparer.format_constraint
    return {(table.name, as_written(key)) for table in db.metadata.tables.values() for key in table.foreign_key_constraints}


def guards(connection):
    """Each trigger with the columns it looks at."""
    on_sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    on_postgres = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    told = connection.exec_driver_sql(on_sqlite if connection.dialect.name == "sqlite" else on_postgres)
    return {name: sorted(re.findall(r"(?:old|new)\.\w+(?: is not null)?", sql.lower())) for name, sql in told}


def indexes(connection):
    """Each as the database tells it: its columns, whether they are unique, and the rows it covers."""
    on_sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    on_postgres = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    told = connection.exec_driver_sql(on_sqlite if connection.dialect.name == "sqlite" else on_postgres)
    return dict(told.all())


def test_the_migrations_guard_and_index_what_the_models_do_column_by_column_and_row_by_row(migrated):
    with db.engine.connect() as connection:
        by_migrations = guards(connection), indexes(connection)
        if connection.dialect.name == "sqlite":
            with create_engine("sqlite://").connect() as apart:
                db.metadata.create_all(apart)
                by_models = guards(apart), indexes(apart)
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            db.metadata.create_all(connection)
            by_models = guards(connection), indexes(connection)
            connection.rollback()

    assert len(by_models[0]) > 20 and by_migrations[0] == by_models[0]
    assert sum(" WHERE " in one for one in by_models[1].values()) > 25 and by_migrations[1] == by_models[1]


def test_the_migrations_go_up_with_data_down_and_up_again(migrated, monkeypatch):
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    with unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        ask(uow, found(uow, here))  # a major hazard with its step, its file and an alert: none of them goes easily
        lecture = hold(uow, here, {2: (0, 60)})
        not_voided(uow, lecture)
        lectures.require_follow_ups(uow, lecture, [(here.department_id, ""), (here.department_id, "甲班")], uow.today)
    a_row_in_every_table(here)
    written = rows()

    upgrade()  # again, with something in every table
    assert all(written.values()) and rows() == written
    db.engine.dispose()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    db.engine.dispose()
    upgrade()
    assert "lecture" in inspect(db.engine).get_table_names()


def test_the_newest_migration_comes_after_a_database_in_use_and_every_row_is_still_there(migrated, monkeypatch):
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        here, there = world.here, world.there
        lecture = hold(uow, here, {2: (0, 60), 3: (5, 60)})
        found(uow, here)
        firm = uow.session.get_one(Enterprise, there.enterprise_id)
        district = uow.session.get_one(Jurisdiction, there.district_id)
        transfers.ask(uow, firm, district, "暂不知道在哪条街道")
        not_voided(uow, lecture)
    a_row_in_every_table(here)

    written = rows()
    assert all(written.values())
    db.engine.dispose()
    downgrade(revision="-1")  # the version before, with all that it knew
    before = rows()
    db.engine.dispose()
    upgrade()

    now = rows()
    assert len(before["attendance_event"]) >= 4 and before["person"] and before["chain_entry"] and before["hours_line"]
    assert {table: len(kept) for table, kept in before.items()} == {table: len(written[table]) for table in before}
    assert [(line["enterprise_id"], line["jurisdiction_id"]) for line in now["enterprise_past"]] == [
        (line["enterprise_id"], line["jurisdiction_id"]) for line in written["enterprise_past"]
    ]  # where it lay until it was handed over
    for table, kept in before.items():
        for row in kept:
            assert any(row.items() <= there.items() for there in now[table]), (table, row)


def test_a_page_that_went_for_somebody_forgotten_is_still_told_so_where_it_stood_as_why_it_was_not_read(migrated):
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
    populate(here)
    gone = "UPDATE {} SET refused = 'page-forgotten', read_at = taken_at"
    told = "SELECT refused, read_at = taken_at, forgotten_at = taken_at FROM {}"
    db.engine.dispose()
    downgrade(revision="0121")
    with db.engine.begin() as connection:
        for name in ("sheet_photo", "quiz_photo"):
            connection.exec_driver_sql(gone.format(name))
    db.engine.dispose()

    upgrade()

    with db.engine.connect() as connection:
        for name in ("sheet_photo", "quiz_photo"):
            assert [tuple(row) for row in connection.exec_driver_sql(told.format(name))] == [(None, True, True)]
    db.engine.dispose()
    downgrade(revision="0121")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT refused FROM quiz_photo").scalar() == "page-forgotten"


def test_a_change_of_a_jurisdiction_that_was_taken_back_is_brought_in_by_no_earlier_version_either(migrated):
    with unit_of_work(SYSTEM, "system") as uow:
        street = uow.session.get_one(Jurisdiction, build_world(uow).here.street_id)
        for ahead in (1, 2):
            later = uow.today + timedelta(days=ahead)
            decided = jurisdictions.change(uow, street, ChangeKind.RENAME, later, name="新街道", basis="批复")
        jurisdictions.take_back(uow, decided)
    db.engine.dispose()

    downgrade(revision="0122")

    before = sorted(rows()["jurisdiction_change"], key=lambda line: str(line["on"]))
    assert [line["fault"] for line in before] == [repr(None), repr("已撤回")]
    db.engine.dispose()
    upgrade()
    assert len(rows()["jurisdiction_change"]) == 2


def not_voided(uow, lecture):
    """Somebody wants the lecture declared void and thinks better of it."""
    lectures.propose_void(uow, lecture, "记错了日期")
    lectures.drop_void(uow, lecture)


def rows() -> dict[str, list[dict[str, object]]]:
    """Every row there is, as it lies in the database, by table."""
    with db.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {
            name: [
                {column: repr(value) for column, value in row._mapping.items()}
                for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')
            ]
            for name in names
        }


def test_two_current_heads_are_impossible(migrated):
    with unit_of_work(SYSTEM, "home") as uow:
        enterprise_id = build_world(uow).here.enterprise_id

    with pytest.raises(IntegrityError), unit_of_work(SYSTEM, "home") as uow:
        uow.session.add(HeadAppointment(enterprise_id=enterprise_id, name="另一位", starts_on=LONG_AGO))


def test_encrypted_columns_come_back_and_are_found_by_their_hash(migrated):
    with unit_of_work(SYSTEM, "home") as uow:
        build_world(uow)

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        ring = migrated.extensions["keyring"]
        found = uow.session.scalars(select(Person).where(Person.phone_hash == ring.fingerprint("19906030610"))).all()
        assert [person.phone for person in found] == ["19906030610"]
        raw = uow.session.connection().exec_driver_sql("SELECT phone FROM person").scalars().all()
        assert all(b"19906030610" not in bytes(value) for value in raw)


def test_ten_writers_that_read_first_lose_nothing(migrated):
    """Read-then-write is where SQLite fails without BEGIN IMMEDIATE and PostgreSQL without a row lock."""
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.add(SerialCounter(district_code="430602", year=2026, last=0))

    def count_up(_):
        with migrated.app_context(), unit_of_work(SYSTEM, "home") as uow:
            row = uow.session.scalar(select(SerialCounter).with_for_update())
            row.last += 1

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(count_up, range(100)))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(SerialCounter.last)) == 100


def test_the_ledger_and_the_chain_refuse_to_be_changed_in_the_database_itself(migrated, monkeypatch):
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        lecture = hold(uow, here, {2: (0, 60)})
        mark(uow, lecture, here.person_ids[2], Mark.OUT, 30)
        ask(uow, found(uow, here))
        not_voided(uow, lecture)
    refused = [
        "UPDATE hours_line SET hours = 9", "DELETE FROM hours_line", "UPDATE completion_change SET said = '[]'",
        "DELETE FROM completion_change", "UPDATE chain_entry SET digest = 'x'", "UPDATE chain_entry SET fact = '{}'",
        "UPDATE chain_entry SET salt = NULL", "UPDATE chain_entry SET seq = seq + 100", "DELETE FROM chain_entry",
        "UPDATE hazard_step SET words = ''", "DELETE FROM hazard_step", "DELETE FROM hazard_file", "DELETE FROM hazard",
        "UPDATE hazard_alert SET told = 9", "DELETE FROM hazard_alert",
        "UPDATE attendance_event SET trust = 'paper'", "DELETE FROM attendance_event",
        "UPDATE dropped_proposal SET reason = ''", "DELETE FROM dropped_proposal",
    ]  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        refused += [
            "TRUNCATE hazard_alert",
            "TRUNCATE hazard_file",
            "TRUNCATE hours_line",
            "TRUNCATE attendance_event CASCADE",
            "TRUNCATE chain_entry",
            "TRUNCATE certificate",
        ]
    for statement in refused:
        with pytest.raises(IntegrityError, match="stay as they are"), db.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    with db.engine.begin() as connection:  # what the law wants forgotten can be
        connection.exec_driver_sql("UPDATE chain_entry SET salt = NULL, fact = NULL WHERE seq = 1")
