"""Photos as pictures that any phone shows: a worker looks at them soon after they came, and once a minute at those that wait."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select

from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.core.viewing.pages import Seen, look_at
from lms.core.viewing.problems import CannotShow

AT_ONCE = 50
DAMAGED = "damaged"


def look_at_new(
    kind: Any, clerk: Any, *which: ColumnElement[bool], note: Callable[[UnitOfWork, Any, Seen | None], object] | None = None
) -> None:
    """Make pictures of the photos nobody has looked at yet. Holds no database lock while looking.

    kind: a model with sha256, looked_at, fault, view_sha256 and small_sha256. clerk: the actor. which: those of its rows that
    are photos. note: writes down what else was seen, None of a photo that is damaged.
    """
    with unit_of_work(clerk, "system", write=False) as uow:
        wanted = select(kind.id, kind.sha256).where(kind.looked_at.is_(None), *which)
        unseen = uow.session.execute(wanted.order_by(kind.id).limit(AT_ONCE)).all()
    for photo_id, sha256 in unseen:
        with tempfile.TemporaryDirectory(prefix="anke-photo-") as name:
            seen, made = None, {}
            try:
                storage().fetch(sha256, Path(name) / "source")
                seen = look_at(Path(name) / "source", Path(name))
            except (CannotShow, FileNotFoundError, ValueError):
                made = {"fault": DAMAGED}
            else:  # a fault of the store is none of the photo
                pictures = {"view_sha256": seen.path, "small_sha256": seen.small}
                made = {column: storage().put(path.read_bytes()) for column, path in pictures.items()}
        with unit_of_work(clerk, "system") as uow:
            photo = uow.session.get_one(kind, photo_id, with_for_update=True)
            if photo.looked_at is not None:
                continue  # another worker was quicker
            photo.looked_at = uow.now
            for column, value in made.items():
                setattr(photo, column, value)
            if note:
                note(uow, photo, seen)
