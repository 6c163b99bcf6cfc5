"""What a browser is handed that is no page: a file to keep, a picture to show."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from flask import Response, send_file

from lms.core.storage import storage


def download(content: bytes | BinaryIO, media_type: str, name: str) -> Response:
    """content: an open file where it is long, which is closed once it is sent. name: with its ending, in any script; what would
    end a folder in it is taken out.
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name.replace("/", "、"))


def show_picture(sha256: str, media_type: str = "image/jpeg") -> Response:
    """One out of the store, by its hash, for whoever may see it: no other cache keeps it. Its bytes never change."""
    answer = send_file(BytesIO(storage().get(sha256)), mimetype=media_type)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
