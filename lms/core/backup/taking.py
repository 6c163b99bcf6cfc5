"""Copy a running installation: what the database held at one moment, and every file that was kept then."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, func, select

from lms.core import clock
from lms.core.backup.rows import Shape, shapes
from lms.core.crypto import keyring
from lms.core.db import db
from lms.core.engine import reads_only
from lms.core.storage import Storage

FORMAT = "anke-backup-1"
ROWS_AT_A_TIME = 1_000
Moved = Callable[[int], Any]


def take(to: Path, moved: Moved) -> dict[str, Any]:
    """Write a backup and return its manifest. moved: told how many rows and files have been copied since it was last told.

    There is a file of that name only once it is whole. Raises FileExistsError, OSError (a full disk), and Changed when a kept
    file is not what it was.
    """
    if to.exists():
        raise FileExistsError(to)
    half = to.with_name(f"{to.name}.part")
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar, snapshot() as connection:
                manifest = {
                    "format": FORMAT,
                    "made_at": clock.now().isoformat(),
                    "revision": MigrationContext.configure(connection).get_current_revision(),
                    "secret": secret_mark(),
                    "tables": [_copy_table(tar, connection, shape, moved) for shape in shapes(db.metadata.sorted_tables)],
                    "files": list(_copy_files(tar, moved)),
                }
                told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                _add(tar, "manifest.json", io.BytesIO(told), len(told))
            out.flush()
            os.fsync(out.fileno())
        half.rename(to)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def size() -> int:
    """About how many rows and files there are to copy."""
    with snapshot() as connection:
        rows = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in db.metadata.sorted_tables)
    return rows + sum(1 for _ in _storage().contents())


def counts(manifest: dict[str, Any]) -> dict[str, int]:
    """tables, rows, files, and heads of chains: what a manifest tells of."""
    rows = {told["name"]: told["rows"] for told in manifest["tables"]}
    return {"tables": len(rows), "rows": sum(rows.values()), "files": len(manifest["files"]), "heads": rows["chain_head"]}


def secret_mark() -> str:
    """By which a restore sees that it has the secret the data were encrypted with."""
    return keyring().fingerprint("backup")


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is at its first look, whatever is written meanwhile, and holds up nobody."""
    options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect().execution_options(**options) as connection:
        reads_only(connection, True)
        try:
            yield connection
        finally:
            reads_only(connection, False)


def digest_of(connection: Connection, shape: Shape, moved: Moved, write: Callable[[bytes], Any] = len) -> tuple[int, str]:
    """How many rows a table has, and the SHA-256 of all its lines. write: gets the lines."""
    count, digest = 0, hashlib.sha256()
    rows = connection.execute(shape.reading().execution_options(stream_results=True))
    for some in rows.partitions(ROWS_AT_A_TIME):
        lines = b"".join(map(shape.line, some))
        digest.update(lines)
        write(lines)
        count += len(some)
        moved(len(some))
    return count, digest.hexdigest()


def _copy_table(tar: tarfile.TarFile, connection: Connection, shape: Shape, moved: Moved) -> dict[str, Any]:
    with TemporaryFile() as spool:
        with gzip.GzipFile(fileobj=spool, mode="wb", mtime=0, compresslevel=5) as out:
            count, digest = digest_of(connection, shape, moved, out.write)
        _add(tar, f"tables/{shape.name}.jsonl.gz", spool, spool.tell())
    return asdict(shape) | {"rows": count, "sha256": digest}


def _copy_files(tar: tarfile.TarFile, moved: Moved) -> Iterator[str]:
    """Every kept file. One that goes while we look was named by no row any more."""
    storage = _storage()
    for sha256 in storage.contents():
        try:
            file = storage.open(sha256)
        except FileNotFoundError:
            continue
        with file:
            _add(tar, f"files/{sha256}", file, file.seek(0, os.SEEK_END))
        moved(1)
        yield sha256


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> None:
    file.seek(0)
    member = tarfile.TarInfo(name)
    member.size = size
    tar.addfile(member, file)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
