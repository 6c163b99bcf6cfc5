"""Content for a course, chosen inside the platform. Nobody is signed in here: a ticket says who asked, for which enterprise."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import Writing, public
from lms.core import framing
from lms.core.uow import UnitOfWork
from lms.integrations.lti import contents, keys, tokens
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.refusals import Refused
from lms.integrations.lti.rules import contents as rules
from lms.integrations.lti.rules import launching, places, tickets
from lms.integrations.lti.rules.launching import Launch
from lms.integrations.lti.rules.places import place_of
from lms.integrations.lti.views import bp
from lms.integrations.lti.views.arriving import frames_of
from lms.integrations.lti.views.common import base, platform_of, refused, ticket_key

log = logging.getLogger(__name__)


def offer(uow: UnitOfWork, platform: LtiPlatform, enterprise_id: UUID, told: Launch) -> ResponseReturnValue:
    """What there is to choose, for somebody who teaches there. Raises Unfit."""
    if not told.teaches:
        raise launching.Unfit("teaches")
    wanted = rules.wanted(told.claims)
    asked = {
        "platform": platform.id.hex, "enterprise": enterprise_id.hex, "deployment": told.deployment_id,
        "wanted": wanted.as_dict(),
    }  # fmt: skip
    ticket = tickets.sign(ticket_key(), "choose", asked, uow.now + tickets.ASK_LIFE)
    return _list(uow, platform, asked, ticket)


@bp.route("/choose", methods=["POST"])
@public(
    "a teacher chooses what to put into a course; the ticket says that the platform sent them", unasked=True, reads_first=True
)
def choose(uow: UnitOfWork) -> ResponseReturnValue | Writing:
    ticket = request.form.get("ticket", "")
    asked = tickets.read(ticket_key(), "choose", ticket, uow.now)
    if asked is None:
        return refused(None, Refused("state"))
    try:
        platform = platform_of(uow, UUID(asked["platform"]))
    except Refused as fault:
        return refused(None, fault)
    framing.allow(frames_of(platform))
    wanted = rules.Wanted(**asked["wanted"])
    found = [_picked(uow, asked, text) for text in request.form.getlist("pick")[: None if wanted.several else 1]]
    if "do" in request.form or not found or None in found:
        missed = "do" not in request.form
        return _list(uow, platform, asked, ticket, missed=missed)
    items = [rules.item(one, base(), lines=wanted.lines) for one in found if one]
    claims = rules.answer(
        str(platform.issuer), str(platform.client_id), asked["deployment"], items, wanted.data, tickets.secret()
    )
    key = keys.signing_key(uow)
    token = tokens.sign(key.sealed_pem, key.kid, claims, uow.now.timestamp(), tickets.TAB_LIFE)
    log.info("lti_chosen", extra={"platform_id": platform.id, "items": len(items)})
    framing.send_forms_to(str(launching.origin(wanted.back)))
    return render_template("lti/chosen.html", url=wanted.back, token=token, number=len(items))


def _list(
    uow: UnitOfWork, platform: LtiPlatform, asked: dict[str, Any], ticket: str, *, missed: bool = False
) -> ResponseReturnValue:
    words = request.form.get("q", "").strip()[:60]
    return render_template(
        "lti/choose.html", platform=platform, ticket=ticket, words=words, missed=missed, several=asked["wanted"]["several"],
        rows=contents.choices(uow, UUID(asked["enterprise"]), words), kept=request.form.getlist("pick"), own=_own(),
    ), 422 if missed else 200  # fmt: skip


def _own() -> dict[str, str]:
    return {places.CERTIFICATES: _("我的培训证明"), places.OWN: _("我的安全课")}


def _picked(uow: UnitOfWork, asked: dict[str, Any], text: str) -> rules.Picked | None:
    place = place_of(text, base())
    return contents.picked(uow, UUID(asked["enterprise"]), place, _own()) if place else None
