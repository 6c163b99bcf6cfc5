"""Materials: judged by their bytes, kept by their hash, handed out as downloads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, BinaryIO
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from lms.access.door import may
from lms.access.reach import find
from lms.core.downloads import handed_out
from lms.core.errors import NotFound
from lms.core.given import taken
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures import rules, service
from lms.lectures.models import Lecture, Material
from lms.lectures.service import Stored
from lms.lectures.views import bp


@bp.route("/materials/<uuid:material_id>")
@may("material.read")
def material(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    """The very bytes that were uploaded, as a download."""
    found = find(uow, Material, material_id)
    return handed_out(found.sha256, found.media_type, found.size, download_name=found.file_name)


@bp.route("/lectures/<uuid:lecture_id>/materials", methods=["POST"])
@may("lecture.give")
def bring(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """What the lecturer wants to show as well: pictures from the own phone, of hazards and near misses here."""
    lecture = find(uow, Lecture, lecture_id)
    if not uow.actor.is_person(lecture.lecturer_id):
        raise NotFound
    rules.check_changeable(lecture.state)
    files, faults = received(lecture.enterprise_id)
    service.add_materials(uow, lecture, files)
    if files:
        flash(_("课件加了 %(n)s 个。传错了的，请培训管理员拿掉。", n=len(files)), "ok")
    for fault in faults if files or faults else [_("还没有选照片。请点“拍照”，或从相册里选。")]:
        flash(fault, "bad")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)


def received(enterprise_id: UUID) -> tuple[list[Stored], list[str]]:
    """The materials of a submitted form and what was wrong with the others.

    Those from earlier, refused submissions come first: they are kept by their hash, signed so that nobody can name a
    file of another enterprise.
    """
    kept = [_unsealed(enterprise_id, token) for token in request.form.getlist("kept")]
    files = {file.sha256: file for file in kept if file}
    fresh, faults = taken("materials", stored)
    return list({**files, **{file.sha256: file for file in fresh}}.values()), faults


def stored(file_name: str, file: BinaryIO) -> Stored:
    """A file judged by its bytes and kept by its hash. Raises NotAMaterial, MaterialTooBig."""
    judged = rules.judge_material(file_name, file)
    size, sha256 = file.seek(0, 2), storage().put_file(file)
    return Stored(judged.name, judged.media_type, size, sha256, judged.pages)


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
