"""A backup goes into an empty machine and is the same there; what is not whole goes nowhere."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from click.testing import CliRunner
from flask import Flask
from flask_migrate import downgrade, stamp
from sqlalchemy import func, select

from lms.app import create_app
from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.attendance.service import record
from lms.core.backup import commands, restoring, taking
from lms.core.backup.rows import Shape, shapes
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.storage import Changed
from lms.core.uow import unit_of_work
from lms.credentials.issuing import issue_due
from lms.lectures.models import Lecture, Sitting
from lms.ledger.models import ChainEntry, ChainHead
from lms.ledger.service import append, verify
from lms.registry.models import Person
from tests.app.everything import a_row_in_every_table
from tests.conftest import SECRET, settings_for
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.lectures.builders import make_lecture
from tests.world import World, committed_world

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def nothing(_count: int) -> None:
    pass


@contextmanager
def machine(settings: Settings) -> Iterator[Flask]:
    """Another installation, with nothing in it."""
    settings.data_dir.mkdir(exist_ok=True)
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(app_on_either: Flask) -> Flask:
    stamp()  # the migrations made it, as far as a backup can see
    return app_on_either


@pytest.fixture
def world(app: Flask) -> World:
    """Set in the database that was stamped; a copy of the small world has no stamp."""
    return committed_world()


@pytest.fixture
def other(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Settings:
    """An empty machine with the other database, and the same secret."""
    kind = OTHER[db.engine.dialect.name]
    return settings_for(tmp_path / "other", request.getfixturevalue("postgres_database") if kind == "postgresql" else None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "anke.tar"


def counted() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in db.metadata.sorted_tables
        }


def heads() -> dict[object, tuple[int, bytes]]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return {head.enterprise_id: (head.seq, head.hash) for head in uow.session.scalars(select(ChainHead))}


def test_what_one_database_held_the_other_holds_rows_chains_files_and_all(app, world, file, other):
    lecture_id = held(world.here, {1: (0, 60), 2: (0, 60)})
    issue_due(lecture_id)
    a_row_in_every_table(world.there)
    before, chains, issued = counted(), heads(), certificates(lecture_id)
    bytes_of = {one.serial: app.extensions["storage"].get(one.pdf_sha256) for one in issued}
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        phones = {person.id: person.phone for person in uow.session.scalars(select(Person))}
    assert issued and chains and any(phones.values()) and all(before.values())

    taking.take(file, nothing)
    with machine(other) as there:
        restoring.restore(file, nothing)

        assert counted() == before
        assert heads() == chains
        assert {one.serial: there.extensions["storage"].get(one.pdf_sha256) for one in certificates(lecture_id)} == bytes_of
        with unit_of_work(SYSTEM, "system") as uow:
            assert {person.id: person.phone for person in uow.session.scalars(select(Person))} == phones
            assert verify(uow, world.here.enterprise_id).whole
            append(uow, world.here.enterprise_id, "test", world.here.enterprise_id, {"went": "on"})
        assert heads()[world.here.enterprise_id][0] == chains[world.here.enterprise_id][0] + 1


def test_a_backup_of_the_version_before_is_this_version_once_it_is_restored(app, world, file, other, monkeypatch):
    lecture_id = held(world.here, {1: (0, 60)})
    before, chains = counted(), heads()
    downgrade(revision="-1")
    there_then = {
        table: {one["name"] for one in db.inspect(db.engine).get_columns(table)}
        for table in db.inspect(db.engine).get_table_names()
    }
    monkeypatch.setattr(
        taking, "shapes", lambda tables: [as_it_was(one, there_then) for one in shapes(tables) if one.name in there_then]
    )
    taking.take(file, nothing)
    monkeypatch.undo()

    with machine(other):
        told = restoring.restore(file, nothing)

        with db.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() > told["revision"]
        assert {name: number for name, number in counted().items() if name in there_then} == {
            name: number for name, number in before.items() if name in there_then
        }
        assert heads() == chains
        with unit_of_work(SYSTEM, "system") as uow:
            assert verify(uow, world.here.enterprise_id).whole
            assert uow.session.get(Lecture, lecture_id) is not None


def as_it_was(shape: Shape, columns: dict[str, set[str]]) -> Shape:
    """A table as the program of then knew it: without what came since."""
    return Shape(shape.name, tuple((name, kind) for name, kind in shape.columns if name in columns[shape.name]), shape.key)


def test_a_backup_taken_while_people_check_in_is_of_one_moment(app, world, file, other):
    begun, stop = threading.Event(), threading.Event()
    with unit_of_work(SYSTEM, "system") as uow:
        sitting_id = make_lecture(uow, world.here, state="open").sitting.id

    def write() -> None:
        with app.app_context():
            for n in count():
                if stop.is_set():
                    break
                with unit_of_work(SYSTEM, "system") as uow:
                    sitting, person_id = uow.session.get_one(Sitting, sitting_id), world.here.person_ids[n % 5]
                    mark = Mark.OUT if n // 5 % 2 else Mark.IN
                    record(uow, sitting, person_id, mark=mark, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        taking.take(file, nothing)
        taken = heads()[world.here.enterprise_id][0]
    finally:
        stop.set()
        writer.join()
    with machine(other):
        restoring.restore(file, nothing)
        seq, _hash = heads()[world.here.enterprise_id]
        assert 0 < seq <= taken
        assert counted()["chain_entry"] == seq
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            assert verify(uow, world.here.enterprise_id).whole
            told = uow.session.scalars(select(ChainEntry.subject_id).where(ChainEntry.kind == "attendance.recorded")).all()
            assert told and set(told) == set(uow.session.scalars(select(AttendanceEvent.id)))


class TestRefusals:
    """Whatever is refused is refused before a row is written."""

    @pytest.fixture
    def app(self, app_on_sqlite: Flask) -> Flask:
        stamp()
        return app_on_sqlite

    @pytest.fixture
    def empty(self, tmp_path: Path) -> Settings:
        return settings_for(tmp_path / "empty")

    @pytest.fixture
    def taken(self, app: Flask, world: object, file: Path) -> Path:
        app.extensions["storage"].put(b"a kept file")
        taking.take(file, nothing)
        return file

    def refused(self, file: Path, settings: Settings) -> str:
        with machine(settings):
            told = CliRunner().invoke(commands.restore, [str(file)])
            assert told.exit_code == 1
            assert "Traceback" not in told.output
            with db.engine.connect() as connection:
                assert db.inspect(connection).get_table_names() == []
        return told.output

    @pytest.mark.parametrize("name", ["manifest.json", "tables/person.jsonl.gz", "files/"])
    def test_a_file_of_which_a_member_was_changed_names_it(self, taken, empty, name):
        def change(found: str, content: bytes) -> bytes:
            if found == "manifest.json":
                return content.replace(b'"anke-backup-1"', b'"anke-backup-0"')
            if found.endswith(".gz"):
                return gzip.compress(gzip.decompress(content).replace(b"null", b"1234", 1))
            return content + b"!"

        rewrite(taken, lambda found, content: change(found, content) if found.startswith(name) else content)

        said = self.refused(taken, empty)

        assert "被改动过" in said and name.removeprefix("tables/").removesuffix(".jsonl.gz").removeprefix("files/") in said

    def test_half_a_file(self, taken, empty):
        taken.write_bytes(taken.read_bytes()[: taken.stat().st_size // 2])
        assert "不完整" in self.refused(taken, empty)

    def test_a_table_of_which_a_byte_was_turned(self, taken, empty):
        def turned(name: str, content: bytes) -> bytes:
            return content[:40] + b"\xff\xff\xff" + content[43:] if name == "tables/person.jsonl.gz" else content

        rewrite(taken, turned)
        assert "不完整、被改动过" in self.refused(taken, empty)

    def test_what_the_machine_refuses_is_said_in_words_with_the_place(self, taken, empty):
        empty.data_dir.mkdir()
        (empty.data_dir / "files").write_text("in the way of the folder")
        assert f"没有恢复成：应该是目录的地方是一个文件（{empty.data_dir}" in self.refused(taken, empty)

    def test_another_secret(self, taken, empty):
        stranger = Settings(**{f: getattr(empty, f) for f in empty.__slots__} | {"secret_key": SECRET[::-1]})
        assert "ANKE_SECRET_KEY" in self.refused(taken, stranger)

    @pytest.mark.parametrize(("version", "told"), [("9999", "更新的版本"), ("0046", "正式发布之前")])
    def test_a_newer_version_and_one_from_before_the_first_release(self, taken, empty, version, told):
        def other(name: str, content: bytes) -> bytes:
            if name != "manifest.json":
                return content
            return json.dumps(json.loads(content) | {"revision": version}).encode()

        rewrite(taken, other)
        said = self.refused(taken, empty)
        assert told in said and version in said

    @pytest.mark.parametrize(
        "lacks", [{"revision": None}, {"revision": 46}, {"secret": None}, {"tables": [{}]}, {"tables": []}, {"files": [1]}]
    )
    def test_a_manifest_that_lacks_something_or_has_something_else_there_is_named(self, taken, empty, lacks):
        def other(name: str, content: bytes) -> bytes:
            if name != "manifest.json":
                return content
            told = json.loads(content) | lacks
            return json.dumps({key: value for key, value in told.items() if value is not None}).encode()

        rewrite(taken, other)
        said = self.refused(taken, empty)
        assert "被改动过：manifest.json" in said

    def test_a_database_with_something_in_it(self, taken):
        told = CliRunner().invoke(commands.restore, [str(taken)])
        assert told.exit_code == 1 and "数据库里已经有数据" in told.output

    def test_an_older_backup_is_not_written_over_and_a_failed_one_leaves_nothing(self, app, taken, tmp_path, monkeypatch):
        before = taken.read_bytes()
        again = CliRunner().invoke(commands.backup, [str(taken)])
        assert again.exit_code == 1 and "不覆盖" in again.output and taken.read_bytes() == before

        def failing(fault: Exception):
            def failed(*_: object) -> None:
                raise fault

            return failed

        for fault, said in (
            (OSError(28, "No space left on device"), "没有备份成，没有留下半个文件：磁盘满了。"),
            (OSError(2, "No such file or directory", "/srv/new.tar"), "没有这个文件或目录（/srv/new.tar）。"),
            (OSError(110, "Connection timed out"), "系统答复“Connection timed out”。"),
            (Changed("0a"), "没有留下半个文件：存着的文件 0a 和存进去时不一样。"),
        ):
            monkeypatch.setattr(tarfile.TarFile, "addfile", failing(fault))
            failed = CliRunner().invoke(commands.backup, [str(tmp_path / "new.tar")])
            assert failed.exit_code == 1 and said in failed.output
        assert not list(tmp_path.glob("new.tar*"))


def rewrite(file: Path, change) -> None:
    with tarfile.open(file) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar.getmembers()]
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            changed = change(member.name, content)
            member.size = len(changed)
            tar.addfile(member, io.BytesIO(changed))
