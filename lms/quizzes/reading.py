"""Reading the photos of answered papers that wait: what the worker does soon after an upload and once a minute."""

from __future__ import annotations

import logging
import pickle
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.documents.apart import print_apart
from lms.core.errors import Problem
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing.limits import MEMORY
from lms.quizzes import service, sheets
from lms.quizzes.models import QuizPhoto

CLERK = "quizzes.sheets"
FAULT = "quiz-photo-unread"  # a fault of ours: said to the trainer, and in the log for us
SECONDS = 300  # forty pages of a scan
log = logging.getLogger(__name__)


def read_waiting(photo_id: UUID | None = None) -> None:
    """Read one photo or all that wait; each in a transaction of its own that holds no lock while the picture is looked at."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        wanted = select(QuizPhoto.id, QuizPhoto.sha256).where(QuizPhoto.read_at.is_(None)).order_by(QuizPhoto.taken_at)
        waiting = uow.session.execute(wanted if photo_id is None else wanted.where(QuizPhoto.id == photo_id)).all()
    for one_id, sha256 in waiting:
        refused = None
        try:
            read = print_apart(sheets.read_photo, storage().get(sha256), memory=MEMORY, seconds=SECONDS)
            seen = pickle.loads(read)  # our own process
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                photo = uow.session.get_one(QuizPhoto, one_id, with_for_update=True)
                if photo.read_at is None:
                    service.note_papers(uow, photo, seen)
        except Problem as problem:
            refused = problem.code
        except Exception:
            log.exception("quiz_photo_unread", extra={"photo_id": str(one_id)})
            refused = FAULT
        if refused:
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                photo = uow.session.get_one(QuizPhoto, one_id)
                photo.refused, photo.read_at = refused, uow.now
