"""Big files in pieces, close to tus 1.0 (https://tus.io/protocols/resumable-upload): announce, ask how far it is, go on.

POST announces and answers with Location; HEAD tells Upload-Offset; PATCH carries the bytes from Upload-Offset on and answers
with the new one, 409 when it does not fit; GET is the line on the page; DELETE forgets it.
"""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.access.door import current_actor, may
from lms.access.reach import find, may_at_all
from lms.core.errors import Problem, TooBig
from lms.core.uow import UnitOfWork
from lms.lectures import service
from lms.lectures.models import Upload, UploadState
from lms.lectures.views import bp
from lms.lectures.views.files import sealed

MAX_PIECE = 16 * 1024 * 1024
IN_MEMORY = 512 * 1024


@bp.before_request
def take_piece() -> None:
    """Receive the bytes before the transaction begins: a slow line must not hold the database's lock."""
    actor = current_actor()
    if request.endpoint != "lectures.continue_upload" or actor is None or not may_at_all(actor, "material.upload"):
        return
    if (request.content_length or 0) > MAX_PIECE:
        raise TooBig
    piece = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the request is done with it, and then it goes
    while part := request.stream.read(64 * 1024):
        if piece.tell() + len(part) > MAX_PIECE:  # sent without saying how much
            raise TooBig
        piece.write(part)
    g.piece = piece


@bp.route("/uploads", methods=["POST"])
@may("material.upload")
def begin_upload(uow: UnitOfWork) -> ResponseReturnValue:
    try:
        upload = service.begin_upload(
            uow, request.form.get("name", ""), request.form.get("size", 0, int), request.form.get("modified", "")
        )
    except Problem as problem:
        return _said(problem)
    return _at(upload, 201, Location=url_for(".upload", upload_id=upload.id))


@bp.route("/uploads/<uuid:upload_id>")
@may("material.upload")
def upload(uow: UnitOfWork, upload_id: UUID) -> ResponseReturnValue:
    """Its line on the page; to HEAD, how far it is."""
    found = _own(uow, upload_id)
    if request.method == "HEAD":
        return _at(found, 200)
    return render_template("lectures/_upload.html", upload=found, token=token_of(found))


@bp.route("/uploads/<uuid:upload_id>", methods=["PATCH"])
@may("material.upload")
def continue_upload(uow: UnitOfWork, upload_id: UUID) -> ResponseReturnValue:
    found = _own(uow, upload_id)
    try:
        found = service.receive_piece(uow, found.id, request.headers.get("Upload-Offset", -1, int), cast("BinaryIO", g.piece))
    except Problem as problem:
        return _said(problem, found)
    return _at(found, 204)


@bp.route("/uploads/<uuid:upload_id>", methods=["DELETE"])
@may("material.upload")
def abandon_upload(uow: UnitOfWork, upload_id: UUID) -> ResponseReturnValue:
    service.abandon_upload(uow, _own(uow, upload_id))
    return Response(status=204)


def token_of(upload: Upload) -> str:
    """What puts a finished upload into a form of its enterprise; empty while it is not finished."""
    scope = upload.enterprise_id or upload.jurisdiction_id
    return sealed(scope, service.stored_of(upload)) if upload.state == UploadState.DONE and scope else ""


def _own(uow: UnitOfWork, upload_id: UUID) -> Upload:
    return service.own_upload(uow, find(uow, Upload, upload_id))


def _said(problem: Problem, upload: Upload | None = None) -> Response:
    """The sentence alone: a script shows it beside the file. With where the upload is, when there is one."""
    answer = Response(str(problem), problem.status, mimetype="text/plain")
    if upload:
        answer.headers["Upload-Offset"], answer.headers["Upload-Length"] = str(upload.received), str(upload.size)
    return answer


def _at(upload: Upload, status: int, **headers: str) -> Response:
    answer = Response(status=status, headers=headers)
    answer.headers["Upload-Offset"], answer.headers["Upload-Length"] = str(upload.received), str(upload.size)
    answer.headers["Cache-Control"] = "no-store"
    return answer
