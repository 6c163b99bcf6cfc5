"""Make an installation out of a backup, in an empty database, and read back that it is the same."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_migrate import upgrade
from sqlalchemy import Connection, inspect, text

from lms.core.backup.rows import KINDS, Shape
from lms.core.backup.taking import FORMAT, ROWS_AT_A_TIME, Moved, counts, digest_of, secret_mark
from lms.core.db import db
from lms.core.engine import writers_turn
from lms.core.errors import Problem
from lms.core.examining import is_before_first_release
from lms.core.storage import Storage, digest

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NoBackup(Problem):
    sentence = _l("这不是安课的备份文件，或者文件不完整、被改动过：%(where)s。什么也没有恢复，请换一份备份。")


class Newer(Problem):
    sentence = _l("这份备份是用更新的版本做的（%(revision)s）。请先把程序升级到那个版本，再恢复。")


class BeforeFirstRelease(Problem):
    sentence = _l("这份备份是用正式发布之前的程序做的（%(revision)s），这个程序恢复不了。请用做备份时的程序恢复。")


class OtherSecret(Problem):
    sentence = _l("备份里的个人信息是用另一个密钥加密的。请把 ANKE_SECRET_KEY 设成做备份时的那一个，再恢复。")


class NotEmpty(Problem):
    sentence = _l("数据库里已经有数据（%(table)s）。恢复只写进空的数据库：请换一个新的 ANKE_DATA_DIR 或 ANKE_DATABASE_URL。")


class NotTheSame(Problem):
    sentence = _l("写进去的和备份里的不一致（%(table)s），已全部撤回。请检查磁盘和数据库版本。")


def restore(file: Path, moved: Moved) -> dict[str, Any]:
    """Fill the empty database and the store of this installation; returns the manifest. moved: as for take().

    The rows are one transaction, read back before it ends. The database ends as this version of the program wants it.
    Raises the Problems above, and OSError.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            manifest, shapes = _manifest(tar)
            _check(tar, manifest, shapes)
            _refuse_others()
            for sha256 in manifest["files"]:
                _storage().put_file(_member(tar, f"files/{sha256}"))
                moved(1)
            upgrade(revision=manifest["revision"])
            with writers_turn(db.engine), db.engine.begin() as connection, _in_any_order(connection):
                for shape in shapes:
                    _fill(connection, tar, shape, moved)
                for shape, told in zip(shapes, manifest["tables"], strict=True):
                    if digest_of(connection, shape, lambda _count: None) != (told["rows"], told["sha256"]):
                        raise NotTheSame(table=shape.name)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise NoBackup(where=file.name) from error
    upgrade()
    return manifest


def size(file: Path) -> int:
    """How many rows and files a backup holds. Raises NoBackup, BeforeFirstRelease, Newer, OtherSecret."""
    try:
        with tarfile.open(file, "r:") as tar:
            manifest, _shapes = _manifest(tar)
    except tarfile.TarError as error:
        raise NoBackup(where=file.name) from error
    told = counts(manifest)
    return told["rows"] + told["files"]


def _manifest(tar: tarfile.TarFile) -> tuple[dict[str, Any], list[Shape]]:
    try:
        manifest = json.loads(_member(tar, "manifest.json").read())
        said = (manifest["revision"], manifest["secret"], *(told["sha256"] for told in manifest["tables"]))
        if manifest["format"] != FORMAT or not all(isinstance(one, str) for one in said):
            raise NoBackup(where="manifest.json")
        counts(manifest)  # every table with its number of rows, the chains among them
        shapes = [
            Shape(told["name"], tuple((name, kind) for name, kind in told["columns"]), tuple(told["key"]))
            for told in manifest["tables"]
        ]
        names = [name for shape in shapes for name in (shape.name, *shape.key, *(name for name, _ in shape.columns))]
        kinds = {kind for shape in shapes for _, kind in shape.columns}
        if not all(map(_NAME.fullmatch, names)) or not kinds <= set(KINDS) or not all(map(_SHA256.fullmatch, manifest["files"])):
            raise NoBackup(where="manifest.json")
    except (ValueError, KeyError, TypeError) as error:
        raise NoBackup(where="manifest.json") from error
    if not _known(manifest["revision"]):
        if is_before_first_release(manifest["revision"]):
            raise BeforeFirstRelease(revision=manifest["revision"])
        raise Newer(revision=manifest["revision"])
    if manifest["secret"] != secret_mark():
        raise OtherSecret
    return manifest, shapes


def _known(revision: str) -> bool:
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False


def _check(tar: tarfile.TarFile, manifest: dict[str, Any], shapes: list[Shape]) -> None:
    """Everything in the file is what its manifest says. Raises NoBackup naming the first that is not."""
    for shape, told in zip(shapes, manifest["tables"], strict=True):
        made, count = hashlib.sha256(), 0
        for line in _lines(tar, shape):
            made.update(line)
            count += 1
        if (count, made.hexdigest()) != (told["rows"], told["sha256"]):
            raise NoBackup(where=shape.name)
    for sha256 in manifest["files"]:
        if digest(_member(tar, f"files/{sha256}")) != sha256:
            raise NoBackup(where=sha256)


def _refuse_others() -> None:
    with db.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            if name != "alembic_version" and connection.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {name})")):
                raise NotEmpty(table=name)


def _fill(connection: Connection, tar: tarfile.TarFile, shape: Shape, moved: Moved) -> None:
    insert, lines = shape.table.insert(), _lines(tar, shape)
    while some := [shape.values(line) for line in islice(lines, ROWS_AT_A_TIME)]:
        connection.execute(insert, some)
        moved(len(some))


@contextmanager
def _in_any_order(connection: Connection) -> Iterator[None]:
    """Rows may point at rows that come after them; whether all are there is asked at the end."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        return
    found = text(
        "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    constraints = connection.scalars(found).all()
    for each in constraints:
        connection.execute(text(f"{each} DEFERRABLE INITIALLY DEFERRED"))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for each in constraints:
        connection.execute(text(f"{each} NOT DEFERRABLE"))


def _lines(tar: tarfile.TarFile, shape: Shape) -> Iterator[bytes]:
    with gzip.open(_member(tar, f"tables/{shape.name}.jsonl.gz")) as lines:
        yield from lines


def _member(tar: tarfile.TarFile, name: str) -> BinaryIO:
    try:
        found = tar.extractfile(name)
    except KeyError as error:
        raise NoBackup(where=name) from error
    if found is None:
        raise NoBackup(where=name)
    return cast(BinaryIO, found)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
