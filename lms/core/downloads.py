"""What a browser is handed that is no page: what was made for it, and what is kept, a file or a picture."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, Protocol

from flask import Response, request, send_file

from lms.core.errors import NotFound
from lms.core.storage import storage

WEBP = "image/webp"


def download(content: bytes | BinaryIO, media_type: str, name: str) -> Response:
    """content: an open file where it is long, which is closed once it is sent. name: with its ending, in any script; what would
    end a folder in it is taken out.
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name.replace("/", "、"))


def handed_out(
    sha256: str, media_type: str, size: int | None = None, *, download_name: str = "", personal: bool = False
) -> Response:
    """A kept file as an answer: the whole of it or the range that was asked for, never in memory as a whole.

    A whole file is checked against its hash first; a piece of a film is not. download_name: as an attachment of this name.
    personal: somebody's handwriting, which a browser asks for anew each time: whoever is next at it is another.
    """
    file = storage().open(sha256, checked="Range" not in request.headers)
    answer = send_file(
        file, mimetype=media_type, as_attachment=bool(download_name), download_name=download_name or None, conditional=False
    )
    answer.set_etag(sha256)
    answer.content_length = size if size is not None else file.seek(0, 2)
    file.seek(0)
    answer.headers["Cache-Control"] = "private, no-cache" if download_name or personal else "private, max-age=86400"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    # A proxy in between keeps no copy for others; the bytes behind an address never change.
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=answer.content_length)
    return answer


class Photographed(Protocol):
    """A photo as the worker drew it anew, without where it was taken: to look at, and small. None: not drawn, or not yet."""

    @property
    def view_sha256(self) -> str | None: ...
    @property
    def small_sha256(self) -> str | None: ...


def drawn_anew(photo: Photographed, which: str) -> Response:
    """which: "view" or "small". Raises NotFound where there is none."""
    sha256 = photo.view_sha256 if which == "view" else photo.small_sha256
    if sha256 is None:
        raise NotFound
    return handed_out(sha256, WEBP)


def signature_drawn(path: str | None) -> Response:
    """A signature as a picture. Raises NotFound without one."""
    if path is None:
        raise NotFound
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 160" fill="none" stroke="#14211d" stroke-width="3" '
        f'stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
    )
    return Response(drawing, mimetype="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'"})
