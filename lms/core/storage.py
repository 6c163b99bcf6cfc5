"""Files by content: a file's name is the SHA-256 of its bytes, so it can neither change nor be stored twice."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import fsspec
from flask import current_app


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
        if not self._fs.exists(path):
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            half = f"{path}.{uuid4().hex}"  # a reader never sees half a file
            self._fs.pipe_file(half, content)
            self._fs.mv(half, path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises FileNotFoundError when they are gone and ValueError when they are not what they were."""
        content: bytes = self._fs.cat_file(self._path(sha256))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"stored file {sha256} was changed")
        return content


def storage() -> Storage:
    """The store of the running application."""
    store: Storage = current_app.extensions["storage"]
    return store
