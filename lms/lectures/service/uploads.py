"""Big files in pieces: begun, gone on with, looked at when complete, forgotten after a day."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from lms.access.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound, Problem, TooBig, TooMany
from lms.core.jobs import enqueue
from lms.core.settings import settings
from lms.core.storage import PIECE, storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures import rules
from lms.lectures.models import Upload, UploadState
from lms.lectures.service.materials import Stored
from lms.lectures.service.unused import drop_unused

PORTER = Actor.system("lectures.uploads")
KEPT = timedelta(days=1)
MOST_AT_ONCE = 10  # unfinished uploads of one person
MOST_BYTES = 4 * 1024 * 1024 * 1024  # of one person: announced, or here and used nowhere yet


class WrongOffset(Conflict):
    """Pieces arrive in order, each exactly once. offset: where the upload really is, in bytes."""

    code = "upload-offset"
    sentence = _l("这一段和已经收到的接不上，请从第 %(offset)s 个字节接着传。")


class MoreThanAnnounced(TooBig):
    code = "upload-overrun"
    sentence = _l("收到的内容比说好的多，文件可能在上传时被改过。请取消后重新上传。")


class NothingAnnounced(Invalid):
    code = "upload-size"
    sentence = _l("文件是空的，没有上传。请检查文件后重新选择。")


class TooManyUploads(TooMany):
    code = "uploads-full"
    sentence = _l("没传完、或者传完还没用上的文件太多了。请先用上或取消几个，再传新的。")


def begin_upload(uow: UnitOfWork, file_name: str, size: int, modified: str) -> Upload:
    """Announce a file; announced again, after a reload, the upload that is there goes on.

    size: bytes. modified: the file's own date as the browser gives it. Raises NothingAnnounced, MaterialTooBig, TooManyUploads.
    """
    if size <= 0:
        raise NothingAnnounced
    rules.check_size(file_name, None, size)
    actor: Actor = uow.actor
    name, modified = rules.tidy_name(file_name), modified[:20]
    mine = Upload.owner == actor.key
    again = select(Upload).where(
        mine, Upload.file_name == name, Upload.size == size, Upload.modified == modified, Upload.state != UploadState.REFUSED
    )  # fmt: skip
    there = uow.session.scalar(again.order_by(Upload.id.desc()).limit(1))
    if there is not None:
        there.touched_at = uow.now
        return there
    held = select(func.coalesce(func.sum(Upload.size), 0)).where(mine, Upload.state != UploadState.REFUSED)
    number = select(func.count(Upload.id)).where(mine, Upload.state == UploadState.RECEIVING)
    if (uow.session.scalar(number) or 0) >= MOST_AT_ONCE or (uow.session.scalar(held) or 0) + size > MOST_BYTES:
        raise TooManyUploads
    by_officer = actor.jurisdiction_id is not None
    upload = Upload(
        enterprise_id=None if by_officer else actor.enterprise_id,
        jurisdiction_id=actor.jurisdiction_id,
        owner=actor.key, file_name=name, size=size, modified=modified, pieces=[], received=0,
        started_at=uow.now, touched_at=uow.now,
    )  # fmt: skip
    uow.session.add(upload)
    uow.session.flush()
    return upload


def receive_piece(uow: UnitOfWork, upload_id: UUID, offset: int, piece: BinaryIO) -> Upload:
    """Take the next piece; the last one has the file looked at. The row is locked: of two at once the second is told so.

    Raises WrongOffset, MoreThanAnnounced.
    """
    upload = uow.session.scalars(
        select(Upload).where(Upload.id == upload_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if offset != upload.received or upload.state != UploadState.RECEIVING:
        raise WrongOffset(offset=upload.received)
    size = piece.seek(0, 2)
    if offset + size > upload.size:
        raise MoreThanAnnounced
    if size:
        key = f"{upload.id}/{offset:012}-{uuid4().hex[:8]}"
        storage().put_piece(key, piece)
        upload.pieces = [*upload.pieces, [key, size]]
        upload.received += size
    upload.touched_at = uow.now
    if upload.received == upload.size:
        upload.state = UploadState.CHECKING
        uow.after_commit(lambda: enqueue("finish_uploads"))
    return upload


def abandon_upload(uow: UnitOfWork, upload: Upload) -> None:
    """Forget an upload and what came of it."""
    uow.session.execute(delete(Upload).where(Upload.id == upload.id))
    uow.after_commit(lambda: storage().drop_pieces(str(upload.id)))


def own_upload(uow: UnitOfWork, upload: Upload) -> Upload:
    """The upload, if it is the actor's own; raises NotFound for a colleague's as for one that does not exist."""
    if upload.owner != uow.actor.key:
        raise NotFound
    return upload


def uploads_of(uow: UnitOfWork) -> list[Upload]:
    """What the actor began and has neither finished nor used."""
    return list(uow.session.scalars(select(Upload).where(Upload.owner == uow.actor.key).order_by(Upload.id)))


def finish_uploads() -> None:
    """Put complete uploads together, hash and judge them. The file is never in memory as a whole."""
    with unit_of_work(PORTER, "system", write=False) as uow:
        complete = uow.session.scalars(select(Upload.id).where(Upload.state == UploadState.CHECKING)).all()
    for upload_id in complete:
        _finish(upload_id)


def _finish(upload_id: UUID) -> None:
    with unit_of_work(PORTER, "system", write=False) as uow:
        upload = uow.session.get(Upload, upload_id)
    if upload is None or upload.state != UploadState.CHECKING:
        return  # another worker was quicker, or it was abandoned
    kept: Stored | None = None
    fault: str | None = None
    with tempfile.TemporaryFile(dir=settings().data_dir) as whole:
        try:
            for key, _size in upload.pieces:
                with storage().open_piece(key) as piece:
                    while part := piece.read(PIECE):
                        whole.write(part)
            judged = rules.judge_material(upload.file_name, whole)
            kept = Stored(judged.name, judged.media_type, upload.size, storage().put_file(whole), judged.pages)
        except FileNotFoundError:  # a backup holds no file that was still arriving
            fault = rules.fault_kept(rules.NotWhole())
        except Problem as problem:
            fault = rules.fault_kept(problem)
    with unit_of_work(PORTER, "system") as uow:
        there = uow.session.get(Upload, upload_id)
        if there is None:
            return
        there.pieces, there.touched_at = [], uow.now
        if kept:
            there.state, there.file_name, there.media_type = UploadState.DONE, kept.file_name, kept.media_type
            there.sha256, there.pages = kept.sha256, kept.pages
        else:
            there.state, there.fault = UploadState.REFUSED, fault
    storage().drop_pieces(str(upload_id))


def forget_uploads() -> None:
    """Sweep what nobody went on with for a day, and the bytes of files that were never used."""
    with unit_of_work(PORTER, "system") as uow:
        old = list(uow.session.scalars(select(Upload).where(Upload.touched_at < uow.now - KEPT)))
        for upload in old:
            abandon_upload(uow, upload)
    drop_unused([upload.sha256 for upload in old if upload.sha256])


def stored_of(upload: Upload) -> Stored:
    """A finished upload as a file to attach."""
    assert upload.sha256 and upload.media_type
    return Stored(upload.file_name, upload.media_type, upload.size, upload.sha256, upload.pages)
