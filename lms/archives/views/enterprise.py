"""一企一档: one enterprise, as the one who supervises it and the one who runs it see it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.grants import GRANTS
from lms.access.models import Role
from lms.access.reach import find, holds_over, may_at_all
from lms.archives import queries, rules
from lms.archives.views import bp
from lms.compliance.signals.queries import open_of_firm
from lms.core.uow import UnitOfWork
from lms.hazards.queries import of_enterprise as of_enterprise_hazards
from lms.hazards.words import KINDS, RUNGS
from lms.lectures.queries import theme_plan
from lms.lectures.rules import STATE_KINDS, STATE_WORDS
from lms.ledger import countersigning
from lms.ledger.queries import receipts_of
from lms.ledger.receipts import written
from lms.ledger.stamps import of_enterprise
from lms.registry.claims import trainers
from lms.registry.models import Enterprise
from lms.registry.queries import head_on, roster_on
from lms.registry.queries.charge import is_answered_for
from lms.registry.service import no_heads
from lms.supervision.rules import DIMENSIONS


@bp.route("/enterprises/<uuid:enterprise_id>")
@may("enterprise.read")
def enterprise(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found = find(uow, Enterprise, enterprise_id)
    heads, headcount = queries.heads_of(uow, found.id), len(roster_on(uow, found.id, uow.today))
    lectures, hours = queries.lectures_of(uow, found.id), queries.hours_by_category(uow, found.id, found.industry)
    plan, last = theme_plan(uow, found), queries.last_settled(uow, lectures)
    asked, answered = [row for row in hours if row.required is not None], is_answered_for(uow, found.id)
    parts = rules.parts(
        head=head_on(uow, found.id, uow.today) is not None, officer=answered, people=headcount,
        declared=found.declared_headcount, themes=(len(plan.done), len(plan.done) + len(plan.missing)),
        last=(last.completed, last.expected, last.certificates) if last else None,
        hours=(sum(row.enough for row in asked), sum(row.people for row in asked)),
    )  # fmt: skip
    standings = queries.standings_of(uow, found.id)
    in_charge, before = trainers.of_enterprise(uow, found.id)
    return render_template(
        "archives/enterprise.html",
        enterprise=found,
        officer_left=bool(found.officer_name) and not answered,
        may_hand_over=may_at_all(uow.actor, "patch.change"),
        may_transfer=may_at_all(uow.actor, "enterprise.transfer"),
        parts=parts,
        last=last.lecture if last else None,
        heads=heads,
        no_heads=no_heads(uow, found.id),
        may_end=may_at_all(uow.actor, "enterprise.state"),
        trainers=in_charge,
        former_trainers=before,
        may_name=any(held.enterprise_id == found.id and held.role in GRANTS["trainer.change"] for held in uow.actor.held),
        headcount=headcount,
        lectures=lectures,
        held=queries.held_count(uow, found.id),
        lecture_words=STATE_WORDS,
        lecture_kinds=STATE_KINDS,
        standings=standings,
        behind=next((one.standing for one in standings if one.is_behind(uow.today)), None)
        if may_at_all(uow.actor, "campaign.chase")
        else None,
        visits=queries.visits_to(uow, found.id),
        checked=sum(len(one.facts) for one in DIMENSIONS.values()),
        hours=hours,
        year=uow.today.year,
        plan=plan,
        trust=queries.trust_of(uow, found.id),
        signals=open_of_firm(uow, found.id),
        hazards=of_enterprise_hazards(uow, found.id),
        hazard_rungs=RUNGS,
        hazard_kinds=KINDS,
        may_register=holds_over(uow, found, Role.OFFICER),
        today=uow.today,
        chain=queries.chain_of(uow, found.id),
        of_bureau=uow.actor.holds(Role.OFFICER),
    )


@bp.route("/enterprises/<uuid:enterprise_id>/receipts.jsonl")
@may("enterprise.read")
def receipts(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """All receipts of the chain, to be kept elsewhere: `anke chain verify --receipts` holds the chain against them."""
    found = find(uow, Enterprise, enterprise_id)
    stamped = of_enterprise(uow, found.id)
    tokens = {statement: one.token for statement, one in stamped.items()}
    by_bureau = countersigning.of_enterprise(uow, found.id)
    lines = (f"{written(one, tokens.get(one.statement), by_bureau.get(one.statement))}\n" for one in receipts_of(uow, found.id))
    answer = Response("".join(lines), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipts-{found.uscc}.jsonl"'
    return answer
