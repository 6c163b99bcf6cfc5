"""The worker's part: hand results on to the platforms, and fetch their rosters."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from lms.access.actor import Actor
from lms.core.jobs import enqueue, sweep
from lms.core.uow import unit_of_work
from lms.integrations.lti import results, rosters
from lms.integrations.lti.results import Batch, Item, Outcome
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.services import Services
from lms.notices.channels import Net
from lms.notices.channels.parcels import Unreachable
from lms.notices.sending import network

SENDER = Actor.system("lti.send")
LANES = 6  # requests to a platform at once
PATIENCE, LONGEST = 20, 60  # seconds for one platform, then the others have their turn; seconds for one batch
log = logging.getLogger(__name__)


@sweep
def send_lti_scores() -> None:
    """Send what is due, to one platform after another."""
    with unit_of_work(SENDER, "system", write=False) as uow:
        platform_ids = results.with_work(uow)
    for platform_id in platform_ids:
        _empty(platform_id)


@sweep
def fetch_lti_rosters() -> None:
    """Fetch the rosters that are due, one after another."""
    with unit_of_work(SENDER, "system", write=False) as uow:
        if not rosters.any_due(uow):
            return
    net, ends = network(), time.monotonic() + PATIENCE
    try:
        while time.monotonic() < ends:
            with unit_of_work(SENDER, "system") as uow:
                due = rosters.take_on(uow)
            if due is None:
                return
            _fetch(due, net)
    finally:
        net.close()


def _fetch(due: rosters.RosterDue, net: Net) -> None:
    try:
        listed = Services(due.access, due.scopes, net).members(due.url)
    except Unreachable as fault:
        with unit_of_work(SENDER, "system") as uow:
            rosters.failed(uow, due.course_id, fault.kept)
        log.warning("lti_roster", extra={"course_id": due.course_id, "why": fault.kept})
        return
    with unit_of_work(SENDER, "system") as uow:
        change = rosters.apply(uow, due.course_id, listed)
    if change is not None:
        told = {"course_id": due.course_id, "came": len(change.came), "left": len(change.left)}
        log.info("lti_roster", extra=told)


def _empty(platform_id: UUID) -> None:
    ends, nets = time.monotonic() + PATIENCE, [network() for _ in range(LANES)]
    try:
        while True:
            with unit_of_work(SENDER, "system") as uow:
                batch = results.claim(uow, platform_id)
            if batch is None:
                return
            urls, outcomes = _send(batch, nets)
            with unit_of_work(SENDER, "system") as uow:
                results.mark(uow, batch, urls, outcomes)
            sent = sum(rules.taken(one.status) for one in outcomes)
            log.info("lti_scores", extra={"platform_id": platform_id, "sent": sent, "failed": len(outcomes) - sent})
            if time.monotonic() > ends:
                enqueue("send_lti_scores")
                return
    finally:
        for net in nets:
            net.close()


def _send(batch: Batch, nets: Sequence[Net]) -> tuple[dict[UUID, str], list[Outcome]]:
    """The addresses of lines, and what came of each item that was tried in time."""
    ends = time.monotonic() + LONGEST
    urls: dict[UUID, str] = {}
    faults: dict[UUID, str] = {}
    services = Services(batch.access, batch.scopes, nets[0])
    for line in batch.lines.values():
        try:
            services.token()  # before the lanes, so that it is asked for once
            urls[line.id] = services.line_url(line)
        except Unreachable as fault:
            faults[line.id] = fault.kept

    def lane(number: int) -> list[Outcome]:
        own = Services(batch.access, batch.scopes, nets[number])
        return [_one(own, item, urls, faults) for item in batch.items[number :: len(nets)] if time.monotonic() < ends]

    with ThreadPoolExecutor(len(nets)) as pool:
        return urls, [outcome for each in pool.map(lane, range(len(nets))) for outcome in each]


def _one(services: Services, item: Item, urls: dict[UUID, str], faults: dict[UUID, str]) -> Outcome:
    if item.line_id in faults:
        return Outcome(item, None, faults[item.line_id])
    body = rules.score_body(item.subject, item.score, item.maximum, item.wanted_at)
    try:
        answer = services.ask("POST", rules.scores_url(urls[item.line_id]), "application/json", body, rules.SCORE_TYPE)
    except Unreachable as fault:
        return Outcome(item, None, fault.kept)
    return Outcome(item, answer.status, "" if rules.taken(answer.status) else f"平台答复 {answer.status}")
