"""What campaigns hear: enterprises that come under a campaign after its launch are asked as well."""

from __future__ import annotations

from lms.campaigns import service
from lms.core.uow import UnitOfWork, hears
from lms.registry.events import EnterprisesAdded, EnterprisesChanged


@hears(EnterprisesAdded)
def enterprises_added(uow: UnitOfWork, event: EnterprisesAdded) -> None:
    service.ask_newcomers(uow, event.enterprise_ids)


@hears(EnterprisesChanged)
def enterprises_changed(uow: UnitOfWork, event: EnterprisesChanged) -> None:
    """Reopened, moved here, or of another industry; what they are asked by a bureau they have left goes with them.

    In this order: who changes a campaign has hold of it before its duties.
    """
    service.ask_newcomers(uow, event.enterprise_ids)
    service.carry(uow, event.enterprise_ids)
