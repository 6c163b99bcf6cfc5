"""A file of any kind that is kept while it is looked at: as it came, with what was typed on the page, until it is taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InvalidRequestError

from lms.access import errands
from lms.core.errors import Conflict, NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import ImportBatch, ImportKind

T = TypeVar("T")
PIECE = 500
LONGEST_ROW = 8  # digits of the row or column of a file


class AlreadyApplied(Conflict):
    code = "import-already-applied"
    sentence = _l("这个文件已经导入过了，没有重复写入。")


def new_batch(
    uow: UnitOfWork,
    kind: ImportKind,
    content: bytes,
    file_name: str,
    *,
    enterprise_id: UUID | None = None,
    jurisdiction_id: UUID | None = None,
    rest_of_id: UUID | None = None,
) -> ImportBatch:
    """A file to be looked at; the caller adds it to the session once it can be used."""
    return ImportBatch(
        kind=kind,
        enterprise_id=enterprise_id,
        jurisdiction_id=jurisdiction_id,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        mapping={},
        rest_of_id=rest_of_id,
        created_by=uow.actor.name,
        created_at=uow.now,
    )


def hold(uow: UnitOfWork, batch: ImportBatch) -> None:
    """Whoever is taking the file over, or the import it is the rest of back, is waited for. Raises AlreadyApplied, and NotFound
    of one that went with the import it was the rest of.
    """
    uow.session.flush()  # what was typed last would be forgotten when the row is read again
    try:
        uow.session.refresh(batch, with_for_update=True)
    except InvalidRequestError:
        raise NotFound from None
    if batch.applied_at is not None:
        raise AlreadyApplied


def keep_fixes(uow: UnitOfWork, batch: ImportBatch, typed: Mapping[str, str], knows: Callable[[str], bool], longest: int) -> None:
    """Keep what was typed into cells: {"row:field": text}; an empty text takes a fix back.

    knows: whether there is such a field. longest: characters kept of a text. Raises AlreadyApplied, NotFound.
    """
    hold(uow, batch)
    fixes = batch.fixes
    for key, text in typed.items():
        row, _colon, field = key.partition(":")
        if not row.isdecimal() or len(row) > LONGEST_ROW or not knows(field):
            continue
        if text.strip():
            fixes[key] = text.strip()[:longest]
        else:
            fixes.pop(key, None)
    batch.fixes = fixes


def pieces(rows: Sequence[T]) -> list[Sequence[T]]:
    """Rows as they are written, some at a time."""
    return [rows[at : at + PIECE] for at in range(0, len(rows), PIECE)]


def conclude(uow: UnitOfWork, batch: ImportBatch, result: dict[str, Any]) -> None:
    """Write down what was taken over of a file and forget what stands in it, and what was seen of it."""
    batch.result = result
    batch.applied_at = uow.now
    batch.content = None
    batch.fixes = {}
    errands.forget_made(uow, str(batch.id))
