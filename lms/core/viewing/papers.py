"""Photos and scans of paper that people have filled in: a worker reads them, soon after the upload and once a minute."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Id, Utc
from lms.core.documents.apart import print_apart
from lms.core.errors import Problem
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.core.viewing.limits import MEMORY

FAULT = "sheet-unread"  # a fault of ours: said to the trainer, and in the log for us
SECONDS = 300  # forty pages of a scan take two minutes on a slow machine
log = logging.getLogger(__name__)


class PaperPhoto:
    """Columns of a photo or scan of papers, kept by its hash. refused: why it could not be read, a Problem's code or FAULT.
    forgotten_at: when it went from the store, as it showed somebody who is forgotten by law; what was cut out of it stays.
    """

    if TYPE_CHECKING:
        id: Mapped[Id]  # of the table itself
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taken_by: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[Utc]
    read_at: Mapped[Utc | None]
    refused: Mapped[str | None] = mapped_column(String(40))
    forgotten_at: Mapped[Utc | None]

    @property
    def waits(self) -> bool:
        """Whether it is still to be read."""
        return self.read_at is None and self.forgotten_at is None


def read_waiting(
    kind: type[PaperPhoto],
    clerk: Any,
    read: Callable[[bytes], bytes],
    note: Callable[[UnitOfWork, Any, Any], object],
    photo_id: UUID | None = None,
) -> None:
    """Read one photo or all that wait; each in a transaction of its own that holds no lock while the picture is looked at.

    clerk: the actor. read: a function of a module, run in a process of its own; it returns what it saw, pickled, and raises
    Problem for what cannot be read. note: writes down what was seen, and that the photo is read.
    """
    with unit_of_work(clerk, "system", write=False) as uow:
        waits = (kind.read_at.is_(None), kind.forgotten_at.is_(None))
        wanted = select(kind.id, kind.sha256).where(*waits).order_by(kind.taken_at)
        waiting = uow.session.execute(wanted if photo_id is None else wanted.where(kind.id == photo_id)).all()
    for one_id, sha256 in waiting:
        refused = None
        try:
            seen = pickle.loads(print_apart(read, storage().get(sha256), memory=MEMORY, seconds=SECONDS))  # our own process
            with unit_of_work(clerk, "system") as uow:
                photo = uow.session.get_one(kind, one_id, with_for_update=True)
                if photo.waits:
                    note(uow, photo, seen)
        except Problem as problem:
            refused = problem.code
        except Exception:
            log.exception("photo_unread", extra={"kind": kind.__name__, "photo_id": str(one_id)})
            refused = FAULT
        if refused:
            with unit_of_work(clerk, "system") as uow:
                photo = uow.session.get_one(kind, one_id)
                photo.refused, photo.read_at = refused, uow.now
