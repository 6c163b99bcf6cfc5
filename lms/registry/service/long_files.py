"""Files so long that nobody waits for the page: looked at and taken over as errands, each part told as it is done."""

from __future__ import annotations

import pickle
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from lms.access import errands
from lms.access.actor import Actor
from lms.access.reach import find
from lms.core import tables
from lms.core.errands import Bar, Tell, errand
from lms.core.tables import TableFault
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry import rules
from lms.registry.models import ImportBatch
from lms.registry.service.batches import LOOKED, apply, look
from lms.registry.service.kept import AlreadyApplied

LONG = 200_000  # bytes: a workbook of some 2,500 enterprises, which takes half a second to look at


def is_long(content: bytes | None) -> bool:
    """Whether nobody waits for what is done with this file; one that was taken over is gone."""
    return len(content or b"") > LONG


def state_of(uow: UnitOfWork, batch: ImportBatch) -> str:
    """Names what is seen of a file: the same until somebody mends a cell, chooses a column or takes another such file over for
    the same enterprise or district, or until our rules change.
    """
    there = (ImportBatch.enterprise_id == batch.enterprise_id, ImportBatch.jurisdiction_id == batch.jurisdiction_id)
    last = uow.session.scalar(select(func.max(ImportBatch.applied_at)).where(ImportBatch.kind == batch.kind, *there))
    typed = (sorted(batch.fixes.items()), sorted(batch.mapping.items()), batch.header_row)
    told = repr((batch.sha256, typed, last, _version()))
    return sha256(told.encode()).hexdigest()[:16]


@cache
def _version() -> str:
    """Of what reads and compares files: another one may find other faults, and cannot read what this one kept."""
    folders = (Path(str(each.__file__)).parent for each in (tables, rules))
    sources = [path for folder in (*folders, Path(__file__).parent) for path in sorted(folder.glob("*.py"))]
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


@errand
def look_at_file(actor: Actor, given: bytes, tell: Tell) -> bytes | None:
    """What there is to see of a file, a Look. given: the id of its batch. Raises TableFault: then nothing is kept of it."""
    try:
        with unit_of_work(actor, "import.change", write=False) as uow:
            batch = find(uow, ImportBatch, UUID(bytes=given))
            return None if batch.applied_at else pickle.dumps(look(uow, batch, Bar(tell, LOOKED)))
    except TableFault:
        with unit_of_work(actor, "import.change") as uow:
            uow.session.delete(find(uow, ImportBatch, UUID(bytes=given)))
            errands.forget_made(uow, str(UUID(bytes=given)))
        raise


@errand
def take_over_file(actor: Actor, given: bytes, tell: Tell) -> None:
    """All of it or nothing, in one transaction; how far it is is told beside it. given: the id of its batch."""
    try:
        with unit_of_work(actor, "import.change") as uow:
            apply(uow, find(uow, ImportBatch, UUID(bytes=given)), tell)
    except AlreadyApplied:
        pass  # by another click, or by a worker killed just after
