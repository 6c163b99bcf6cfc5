"""Materials: judged by their bytes, kept by their hash, handed out as downloads."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import current_app, request, send_file
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Material
from lms.lectures.service import Stored
from lms.lectures.views import bp


@bp.route("/materials/<uuid:material_id>")
@may("material.read")
def material(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    found = find(uow, Material, material_id)
    answer = send_file(
        io.BytesIO(storage().get(found.sha256)), mimetype=found.media_type, as_attachment=True, download_name=found.file_name
    )
    answer.headers["Cache-Control"] = "private, no-cache"  # a proxy in between keeps no copy for others
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def received(enterprise_id: UUID) -> tuple[list[Stored], list[str]]:
    """The materials of a submitted form and what was wrong with the others.

    Those from earlier, refused submissions come first: they are kept by their hash, signed so that nobody can name a
    file of another enterprise.
    """
    kept = [_unsealed(enterprise_id, token) for token in request.form.getlist("kept")]
    files = {file.sha256: file for file in kept if file}
    faults = []
    for upload in request.files.getlist("materials"):
        if not upload.filename:
            continue
        content = upload.stream.read()
        try:
            judged = rules.judge_material(upload.filename, content)
        except Problem as problem:
            faults.append(str(problem))
            continue
        sha256 = storage().put(content)
        files[sha256] = Stored(judged.name, judged.media_type, len(content), sha256, judged.pages)
    return list(files.values()), faults


def sealed(enterprise_id: UUID, file: Stored) -> str:
    """A file that is already kept, as text for a hidden field of this enterprise's form."""
    return str(_seal(enterprise_id).dumps(asdict(file)))


def _unsealed(enterprise_id: UUID, token: str) -> Stored | None:
    try:
        values: dict[str, Any] = _seal(enterprise_id).loads(token)
    except BadSignature:
        return None
    return Stored(**values)


def _seal(enterprise_id: UUID) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"material-{enterprise_id}")
