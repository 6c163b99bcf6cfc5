"""Entering what happened, and taking back what was entered wrongly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.compliance import queries as standings
from lms.compliance.situation import rules
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.compliance.situation.queries import counted_for
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction

ONE_CLICK = timedelta(minutes=1)


class VoidedAlready(Conflict):
    code = "incident-voided-already"
    sentence = _l("这一条已经作废了，请刷新后再看。")


class OfAnother(Conflict):
    code = "incident-of-another-jurisdiction"
    sentence = _l("发生那天，这条街道由别的辖区监管，计在那里的数字里，由那里作废。")


def enter(
    uow: UnitOfWork, street: Jurisdiction, enterprise: Enterprise | None, kind: IncidentKind, sphere: Sphere, happened_on: date,
    **facts: Any,
) -> Incident:  # fmt: skip
    """Put an event on record. Of an enterprise on record its street and industry are taken, whatever was chosen. Told twice
    in the same words within a minute, as by a double click, it is one event.

    facts: category, industry, deaths, injured, loss, text.
    """
    actor: Actor = uow.actor
    if enterprise:
        code, _name = standings.streets(uow, [enterprise.jurisdiction_id])[enterprise.jurisdiction_id]
        street = standings.find_jurisdiction(uow, code)
        facts["industry"] = enterprise.industry
    graded = kind is IncidentKind.ACCIDENT and sphere is Sphere.PRODUCTION
    uow.session.execute(select(Jurisdiction.id).where(Jurisdiction.id == street.id).with_for_update(key_share=True))
    facts |= {
        "jurisdiction_id": street.id, "enterprise_id": enterprise.id if enterprise else None, "kind": kind, "sphere": sphere,
        "happened_on": happened_on,
    }  # fmt: skip
    same = select(Incident).filter_by(**facts, entered_by=actor.name, voided_at=None)
    there = uow.session.scalar(same.where(Incident.entered_at > uow.now - ONE_CLICK))
    if there:
        return there
    made = Incident(
        grade=rules.grade_of(facts["deaths"], facts["injured"], facts["loss"]) if graded else "", entered_by=actor.name,
        entered_at=uow.now, **facts,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    return made


def void(uow: UnitOfWork, incident: Incident, reason: str) -> None:
    """Count it no more; it stays on record with the reason. Raises OfAnother where the street was another's on the day it
    happened, in whose figures of that month it stands; VoidedAlready.
    """
    if not counted_for(uow, incident):
        raise OfAnother
    uow.session.refresh(incident, ["voided_at"], with_for_update={"key_share": True})
    if incident.voided_at:
        raise VoidedAlready
    actor: Actor = uow.actor
    incident.void_reason, incident.voided_by, incident.voided_at = reason, actor.name, uow.now
