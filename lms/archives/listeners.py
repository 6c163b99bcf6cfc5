"""The copies and archives that people asked for are made beside the pages, and go again after a week."""

from __future__ import annotations

import logging
from uuid import UUID

from lms.access.actor import Actor
from lms.archives import service as orders
from lms.archives.copies import copy_of, parts_of
from lms.archives.making import ARCHIVIST, make_archive
from lms.archives.models import ArchiveOrder
from lms.core.crypto import keyring
from lms.core.jobs import enqueue, sweep
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, hears, unit_of_work
from lms.registry.models import Person
from lms.registry.privacy import queries, service
from lms.registry.privacy.events import CopyAsked, PersonErased
from lms.registry.privacy.models import DataRequest

CLERK = "archives.copies"
PARTS_TOLD = 10
log = logging.getLogger(__name__)


@hears(CopyAsked)
def wake(uow: UnitOfWork, event: CopyAsked) -> None:
    uow.after_commit(lambda: enqueue("make_copies", request_id=str(event.request_id)))


@sweep
def make_copies(request_id: str | None = None) -> None:
    """Make the copies that wait, one or all. A worker that was killed begins its copy anew, and one that cannot be made is tried
    again the next minute; the others do not wait for it.
    """
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        waiting = queries.copies_waiting(uow, UUID(request_id) if request_id else None)
    for one_id in waiting:
        try:
            _make_copy(one_id)
        except Exception:
            log.exception("copy_fault", extra={"request": str(one_id)})


def _make_copy(request_id: UUID) -> None:
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        person = uow.session.get_one(Person, uow.session.get_one(DataRequest, request_id).person_id)
        progress = _Progress(request_id, parts_of(uow, person))
        sealed = keyring().encrypt(copy_of(uow, person, progress.step))
    sha256 = storage().put(sealed)
    with unit_of_work(Actor.system(CLERK), "system") as uow:
        asked = uow.session.get_one(DataRequest, request_id)
        owner = uow.session.get_one(Person, asked.person_id, with_for_update=True)
        if asked.granted is None and owner.erased_at is not None:
            service.settle(uow, asked, granted=False, text="个人信息已按规定删除，没有副本。")
        elif asked.granted is None:
            service.settle(uow, asked, granted=True, text=f"副本已做好，{orders.KEPT.days} 天内可以下载。")
            asked.sha256, asked.done = sha256, asked.total


@sweep
def drop_copies() -> None:
    """A copy that nobody fetched any more is not kept for ever."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        over = {asked.id: asked.sha256 or "" for asked in queries.copies_over(uow, uow.now - orders.KEPT)}
    if over:
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            for one_id in over:
                uow.session.get_one(DataRequest, one_id).sha256 = None
        service.drop(list(over.values()))


@hears(PersonErased)
def forget(uow: UnitOfWork, event: PersonErased) -> None:
    orders.forget(uow, event)


@sweep
def make_archives(order_id: str | None = None) -> None:
    """Make the archives that wait, one or all. A worker that was killed begins its archive anew; one that cannot be made says
    why, and the others do not wait for it.
    """
    with unit_of_work(Actor.system(ARCHIVIST), "system", write=False) as uow:
        waiting = orders.waiting(uow, UUID(order_id) if order_id else None)
    for one_id in waiting:
        try:
            make_archive(one_id)
        except Exception:
            log.exception("archive_fault", extra={"order": str(one_id)})
            _refused(one_id, "没有做成，请再做一次；还不行请联系管理员。")


def _refused(order_id: UUID, why: str) -> None:
    with unit_of_work(Actor.system(ARCHIVIST), "system") as uow:
        asked = uow.session.get_one(ArchiveOrder, order_id, with_for_update=True)
        if asked.making:
            asked.problem = why[:300]


@sweep
def drop_archives() -> None:
    """An archive is kept for the time that its page says."""
    with unit_of_work(Actor.system(ARCHIVIST), "system") as uow:
        files = orders.let_go(uow, uow.now - orders.KEPT)
    for sha256 in files:
        storage().drop(sha256)


class _Progress:
    """Says how far a copy is, now and then, in transactions of its own."""

    def __init__(self, request_id: UUID, total: int) -> None:
        self._request_id, self._total, self._done = request_id, total, 0

    def step(self) -> None:
        self._done += 1
        if self._done % PARTS_TOLD == 1:
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                asked = uow.session.get_one(DataRequest, self._request_id)
                asked.done, asked.total = self._done, self._total
