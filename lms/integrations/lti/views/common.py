"""What the doors of platforms share: whose platform it is, our addresses, and the page of a refusal."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.access.door import Writing
from lms.core import framing
from lms.core.crypto import keyring
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.integrations.lti import service
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.refusals import Refused
from lms.integrations.lti.rules.launching import Unfit

log = logging.getLogger(__name__)
ANYWHERE = "*"  # who shows a page that says why it went wrong: there is nothing on it to be tricked into


def ticket_key() -> bytes:
    """What tickets are signed with."""
    return keyring().derive("lti-tickets")


def base() -> str:
    """The address of this installation, without a slash at its end."""
    return settings().base_url


def whole(path: str) -> str:
    """A whole address of ours. path: of url_for, which has the part in front of a mounted product that base has as well."""
    return base() + path.removeprefix(request.script_root)


def platform_of(uow: UnitOfWork, platform_id: UUID) -> LtiPlatform:
    """A platform that people may come from. Raises Refused."""
    platform = uow.session.get(LtiPlatform, platform_id)
    if platform is None:
        raise Refused("unknown")
    if not platform.is_ready:
        raise Refused("unready")
    return platform


def refused(platform_id: UUID | None, fault: Refused | Unfit) -> Writing:
    """The same as refuse(), where nothing was to be written so far."""
    return Writing(lambda uow: refuse(uow, platform_id, fault))


def refuse(uow: UnitOfWork, platform_id: UUID | None, fault: Refused | Unfit) -> ResponseReturnValue:
    """A plain page, a log line, and a note on the page of the platform."""
    problem = fault if isinstance(fault, Refused) else Refused.of(fault)
    log.warning("lti_refused", extra={"platform_id": platform_id, "reason": problem.reason, "said": problem.said})
    if platform_id is not None:
        uow.if_refused(lambda after: service.note_refusal(after, platform_id, problem.reason, problem.said))
    framing.allow(ANYWHERE)
    return render_template("lti/refused.html", problem=problem), problem.status
