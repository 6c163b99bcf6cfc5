"""What was made for whoever asks, handed out as a file to keep."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file


def download(content: bytes, media_type: str, name: str) -> Response:
    """name: with its ending, in any script; what would end a folder in it is taken out."""
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name.replace("/", "、"))
