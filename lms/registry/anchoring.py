"""The heads of all chains are anchored once a day: each gets a signed receipt, unless it contradicts the one before."""

from __future__ import annotations

import logging

from lms.access.actor import Actor
from lms.core.documents.sealing import identity
from lms.core.documents.stamping import NoStamp
from lms.core.documents.token import UnusableKey
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.ledger import countersigning, queries, service, stamps
from lms.ledger.models import ChainReceipt
from lms.ledger.receipts import Receipt

CLERK = "chain.anchor"
AT_ONCE = 200
log = logging.getLogger(__name__)


@sweep
def anchor_chains() -> None:
    """Sign the heads that moved since their last receipt and have none of today, some at a time, each in its transaction."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        waiting = queries.to_anchor(uow, AT_ONCE)
    for enterprise_id in waiting:
        try:
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                if service.anchor(uow, enterprise_id) is None:
                    log.error("chain_contradicts_receipt", extra={"enterprise": str(enterprise_id)})
        except Exception:  # what stands in the way of one chain must not keep the others from their receipt
            log.exception("chain_not_anchored", extra={"enterprise": str(enterprise_id)})


@sweep
def countersign_receipts() -> None:
    """The bureau signs the receipts of the last days that agree with their chain, outside of a transaction, for a key in a token
    takes its time; what does not agree is told and not signed.
    """
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        waiting = countersigning.waiting(uow, AT_ONCE)
    if not waiting:
        return
    try:
        who = identity()
        for receipt_id in waiting:
            with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
                row = uow.session.get_one(ChainReceipt, receipt_id)
                enterprise_id, receipt = row.enterprise_id, Receipt(row.statement, row.signature, row.key)
                against = service.contradictions(uow, enterprise_id, [receipt])
            if against:
                log.error("receipt_not_countersigned", extra={"enterprise": str(enterprise_id)})
                continue
            signature = countersigning.sign(who, receipt)
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                countersigning.keep(uow, receipt_id, enterprise_id, signature, who.certificate)
    except UnusableKey as fault:
        log.error("receipt_not_countersigned", extra={"why": str(fault)})


@sweep
def stamp_receipts() -> None:
    """Have the receipts of the last days stamped that have no stamp, where an authority is set; it is asked outside of a
    transaction, and when it is away the next minute asks again.
    """
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        waiting = stamps.waiting(uow, AT_ONCE) if stamps.authority() else []
    for receipt_id, enterprise_id, statement in waiting:
        try:
            token = stamps.ask(statement)
        except NoStamp as problem:
            log.warning("no_time_stamp", extra={"why": str(problem)})
            return
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            stamps.keep(uow, receipt_id, enterprise_id, statement, token)
