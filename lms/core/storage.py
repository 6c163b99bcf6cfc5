"""Files by content: a file's name is the SHA-256 of its bytes, so it can neither change nor be stored twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import fsspec
from flask import current_app

_SHA256 = re.compile(r"[0-9a-f]{64}")
PIECE = 1024 * 1024  # bytes held at a time of a file that may be big
# Who keeps bytes that are there already writes them anew after an hour, so that drop(), which spares what is younger than
# two, can never take a file from under a row that is just being written.
REWRITTEN, DROPPED = timedelta(hours=1), timedelta(hours=2)


class Changed(ValueError):
    """A kept file is not what it was when it was kept."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"stored file {sha256} was changed")
        self.sha256 = sha256


class Storage:
    """A content-addressed store on any fsspec file system.

    url: for example file:///srv/anke/files or s3://bucket/anke.
    """

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def put(self, content: bytes) -> str:
        """Keep these bytes; returns their SHA-256 as 64 hex digits. Safe to call again with the same bytes."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not self._came_within(path, REWRITTEN):
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            half = f"{path}.{uuid4().hex}"  # a reader never sees half a file
            self._fs.pipe_file(half, content)
            self._fs.mv(half, path)
        return sha256

    def put_piece(self, key: str, file: BinaryIO) -> None:
        """Keep a piece of a file that is still arriving, until drop_pieces(). key: "<folder>/<name>", chosen by us."""
        path = f"{self._root}/pieces/{key}"
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        file.seek(0)
        with self._fs.open(path, "wb") as kept:
            while part := file.read(PIECE):
                kept.write(part)

    def open_piece(self, key: str) -> BinaryIO:
        """A piece, open for reading."""
        piece: BinaryIO = self._fs.open(f"{self._root}/pieces/{key}", "rb")
        return piece

    def drop_pieces(self, folder: str) -> None:
        """Forget all pieces of one file."""
        path = f"{self._root}/pieces/{folder}"
        if self._fs.exists(path):
            self._fs.rm(path, recursive=True)

    def put_file(self, file: BinaryIO) -> str:
        """Keep what this open, seekable file holds, as put() does, a piece at a time."""
        sha256 = digest(file)
        path = self._path(sha256)
        if not self._came_within(path, REWRITTEN):
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            half = f"{path}.{uuid4().hex}"
            file.seek(0)
            with self._fs.open(half, "wb") as kept:
                while piece := file.read(PIECE):
                    kept.write(piece)
            self._fs.mv(half, path)
        return sha256

    def drop(self, sha256: str) -> None:
        """Forget a file that no row names. One that came within the last two hours stays: its row may be on the way."""
        path = self._path(sha256)
        if self._fs.exists(path) and not self._came_within(path, DROPPED):
            self._fs.rm(path)

    def _came_within(self, path: str, time: timedelta) -> bool:
        return bool(self._fs.exists(path) and datetime.now(UTC) - self._fs.modified(path) < time)

    def contents(self) -> Iterator[str]:
        """The SHA-256 of every file that is kept; pieces of those still arriving are not among them."""
        if self._fs.exists(self._root):
            for path in sorted(self._fs.find(self._root)):
                if _SHA256.fullmatch(name := path.rsplit("/", 1)[-1]):
                    yield name

    def open(self, sha256: str, *, checked: bool = True) -> BinaryIO:
        """The file, open for reading and seekable, never in memory as a whole.

        Raises FileNotFoundError when it is gone. checked: read it once before and raise Changed when it is not what it was.
        """
        file: BinaryIO = self._fs.open(self._path(sha256), "rb")
        if checked:
            if digest(file) != sha256:
                file.close()
                raise Changed(sha256)
            file.seek(0)
        return file

    def fetch(self, sha256: str, to: Path) -> None:
        """Copy the file onto this machine, for a program that needs it by name. Raises as open() does."""
        with self.open(sha256) as file, to.open("wb") as copy:
            while piece := file.read(PIECE):
                copy.write(piece)

    def get(self, sha256: str) -> bytes:
        """The bytes; raises FileNotFoundError when they are gone and Changed when they are not what they were."""
        content: bytes = self._fs.cat_file(self._path(sha256))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Changed(sha256)
        return content


def digest(file: BinaryIO) -> str:
    """The SHA-256 of an open, seekable file, a piece at a time."""
    file.seek(0)
    made = hashlib.sha256()
    while piece := file.read(PIECE):
        made.update(piece)
    return made.hexdigest()


def storage() -> Storage:
    """The store of the running application."""
    store: Storage = current_app.extensions["storage"]
    return store
