"""Where somebody is told something."""

from __future__ import annotations

from lms.core.uow import UnitOfWork
from lms.registry.models import Person
from lms.registry.rules.roster import WAYS
from lms.registry.service.forgotten import check_known


def change_contact(uow: UnitOfWork, person: Person, told: dict[str, str], *, clear: bool) -> None:
    """Keep what was told. clear: what was not told is taken away instead of staying. Raises Forgotten."""
    check_known(person)
    for way in WAYS:
        if told.get(way) or clear:
            setattr(person, way, told.get(way) or None)
    uow.session.flush()
