"""Every form that a trainer or head sends is measured when it was taken; the measuring never gets in the way of the form."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from itsdangerous import BadData
from sqlalchemy import Select, insert, select

from lms.access.actor import Actor
from lms.access.door import current_actor
from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.compliance.burden import rules
from lms.compliance.burden.models import Effort
from lms.core.db import new_id
from lms.core.signatures import form_tokens
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture

CLERK = Actor.system("compliance.burden")
TAKEN = (302, 303)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
log = logging.getLogger(__name__)
bp = Blueprint("effort", __name__)


@bp.after_app_request
def measure(answer: Response) -> Response:
    """A transaction of its own, after the answer is certain: a fault here is written down and nothing else."""
    if request.method == "POST" and answer.status_code in TAKEN and request.mimetype in FORMS:
        try:
            _measure()
        except Exception:
            log.exception("burden_not_measured")
    return answer


def _measure() -> None:
    actor = current_actor()
    held = next((one for one in actor.held if one.role in (Role.TRAINER, Role.HEAD)), None) if actor else None
    if held is None or held.enterprise_id is None:
        return
    typed = rules.typed(request.form.items(multi=True)) + len(request.files)
    with unit_of_work(CLERK, "system") as uow:
        seconds = rules.spent(_shown_at(), uow.now).seconds
        uow.execute(
            insert(Effort).values(
                id=new_id(), enterprise_id=held.enterprise_id, role=held.role, endpoint=(request.endpoint or "")[:60],
                campaign_id=uow.session.scalar(_campaign()) if request.view_args else None, fields=typed, seconds=seconds,
                spent_at=uow.now,
            )
        )  # fmt: skip


def _campaign() -> Select[Any]:
    """The campaign that the page is about: by itself, or by its lecture."""
    values = request.view_args or {}
    if isinstance(values.get("campaign_id"), UUID):
        return select(Campaign.id).where(Campaign.id == values["campaign_id"])
    return select(Lecture.campaign_id).where(Lecture.id == values.get("lecture_id"))


def _shown_at() -> datetime | None:
    """When the page was made that this form was on: its token says so, signed."""
    signed = form_tokens(str(current_app.secret_key), salt="wtf-csrf-token")
    try:
        return signed.loads(request.form.get("csrf_token", ""), return_timestamp=True)[1]
    except BadData:
        return None
