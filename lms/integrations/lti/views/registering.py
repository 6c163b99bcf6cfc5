"""One address, pasted by the administrator of a platform: it says what it is, and is told what we are (Dynamic Registration)."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import Writing, public
from lms.core import framing
from lms.core.uow import UnitOfWork
from lms.integrations.lti import service
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.refusals import Refused
from lms.integrations.lti.rules import launching, tickets
from lms.integrations.lti.rules import registration as rules
from lms.integrations.lti.rules.launching import Unfit
from lms.integrations.lti.views import bp
from lms.integrations.lti.views.common import base, refuse, refused, ticket_key, whole
from lms.notices.channels.parcels import Answer, Request, Unreachable
from lms.notices.sending import network
from lms.registry.models import Enterprise

log = logging.getLogger(__name__)


def address_for(uow: UnitOfWork, platform: LtiPlatform) -> str:
    """What the administrator pastes: good for a day, and until the platform is known."""
    said = {"platform": platform.id.hex}
    ticket = tickets.sign(ticket_key(), "register", said, uow.now + tickets.REGISTER_LIFE)
    return whole(url_for(".register", ticket=ticket))


@bp.route("/register/<ticket>", methods=["GET", "POST"])
@public("the administrator of a platform opens it there; its ticket was shown to the trainer", unasked=True, reads_first=True)
def register(uow: UnitOfWork, ticket: str) -> ResponseReturnValue | Writing:
    """A page that says what will be registered where; what comes of it after a tap."""
    address = request.values.get("openid_configuration", "")[: rules.LONGEST]
    try:
        platform = _platform(uow, ticket)
        framing.allow(launching.origin(address) or "'none'")
        if request.method == "GET":
            firm = uow.session.get_one(Enterprise, platform.enterprise_id)
            values = {"address": address, "token": request.args.get("registration_token", ""), "place": launching.origin(address)}
            return render_template("lti/register.html", platform=platform, firm=firm, ticket=ticket, **values)
        told, client_id, deployments = _ask(platform, address)
    except (Refused, Unfit) as fault:
        return refused(None, fault)
    return Writing(lambda later: _write(later, ticket, told, client_id, deployments))


def _write(uow: UnitOfWork, ticket: str, told: rules.Offered, client_id: str, deployments: list[str]) -> ResponseReturnValue:
    try:
        platform = _platform(uow, ticket)
    except Refused as fault:
        return refuse(uow, None, fault)
    details = service.Details(
        platform.name, told.issuer, client_id, told.auth_url, told.token_url, told.keys_url, frames=(), deployments=deployments,
        trusts_numbers=False,
    )  # fmt: skip
    service.describe(uow, platform, details)
    log.info("lti_registered", extra={"platform_id": platform.id, "issuer": told.issuer})
    place = launching.origin(told.issuer)
    return render_template("lti/registered.html", platform=platform, deployments=deployments, place=place)


def _platform(uow: UnitOfWork, ticket: str) -> LtiPlatform:
    said = tickets.read(ticket_key(), "register", ticket, uow.now)
    platform = uow.session.get(LtiPlatform, UUID(said["platform"])) if said else None
    if platform is None or platform.is_ready:
        raise Refused("over")
    return platform


def _ask(platform: LtiPlatform, address: str) -> tuple[rules.Offered, str, list[str]]:
    """What the platform is, and what it registered us as. Raises Unfit."""
    net = network()
    try:
        told = rules.read(address, net.ask(Request("GET", address, {"Accept": "application/json"})).json())
        wanted = rules.request_of(
            base(), whole(url_for(".login", platform_id=platform.id)), whole(url_for(".launch", platform_id=platform.id)),
            whole(url_for(".jwks")), _("安课"), _("安全课：讲课、签到、考核和培训证明"),
        )  # fmt: skip
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        token = request.form.get("registration_token", "")
        if token and token.isascii() and token.isprintable():
            headers["Authorization"] = f"Bearer {token}"
        answer = net.ask(Request("POST", told.registration_url, headers, json.dumps(wanted, ensure_ascii=False).encode()))
        return told, *_registered(answer)
    except Unreachable as fault:
        raise Unfit("registration", fault.kept, launching.origin(address) or "") from fault
    finally:
        net.close()


def _registered(answer: Answer) -> tuple[str, list[str]]:
    if answer.status not in (200, 201):
        raise Unfit("registration", answer.status)
    told: dict[str, Any] = answer.json()
    return rules.registered(told)
