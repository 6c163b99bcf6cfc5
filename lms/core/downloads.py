"""What was made for whoever asks, handed out as a file to keep."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from flask import Response, send_file


def download(content: bytes | BinaryIO, media_type: str, name: str) -> Response:
    """content: an open file where it is long, which is closed once it is sent. name: with its ending, in any script; what would
    end a folder in it is taken out.
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name.replace("/", "、"))
