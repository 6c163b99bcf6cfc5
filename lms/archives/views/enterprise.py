"""一企一档: one enterprise, as the one who supervises it and the one who runs it see it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.archives import queries
from lms.archives.views import bp
from lms.core.uow import UnitOfWork
from lms.lectures.rules import STATE_WORDS
from lms.registry.models import Enterprise
from lms.registry.queries import roster_on


@bp.route("/enterprises/<uuid:enterprise_id>")
@may("enterprise.read")
def enterprise(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found = find(uow, Enterprise, enterprise_id)
    roster = roster_on(uow, found.id, uow.today)
    trusts = queries.trust_counts(uow, found.id)
    return render_template(
        "archives/enterprise.html",
        enterprise=found,
        street=found.jurisdiction.name,
        heads=queries.heads_of(uow, found.id),
        roster_count=len(roster),
        lectures=queries.held_lectures(uow, found.id),
        duties=queries.duties_of(uow, found.id),
        categories=queries.hours_by_category(uow, found, roster, uow.today.year),
        year=uow.today.year,
        trusts=trusts,
        marks=sum(number for _trust, number in trusts),
        state_words=STATE_WORDS,
        is_officer=uow.actor.holds(Role.OFFICER),
        today=uow.today,
    )
