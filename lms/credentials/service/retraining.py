"""Who changed their post, came back, or gets something new to work with is asked to be taught anew; permits and their reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.access.models import Role
from lms.core.db import db, new_id, put
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.models import Authority, Occasion, TrainingDemand, WorkPermit
from lms.credentials.queries.retraining import Moved, permits_due, taught_since
from lms.credentials.rules.retraining import NOVELTY, Asked, asked_anew, occasion, permit_dates, progress, words_of
from lms.credentials.service import chain
from lms.notices.queries import readers
from lms.notices.service import tell, tell_staff
from lms.registry.models import Enterprise, Person
from lms.registry.queries import roster_on

ASKED = "training.demanded"
_PUT = put(db.metadata.tables[TrainingDemand.__tablename__])


def ask_after_moves(uow: UnitOfWork, moved: Iterable[Moved]) -> int:
    """Ask of everybody who moved, or came back, what the rules of that day ask; who asked is told once each."""
    asked: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for one in moved:
        kind = occasion(one.before, one.after)
        wanted = asked_anew(kind, one.industry, one.after.starts_on) if kind else None
        if kind is None or wanted is None:
            continue
        said = words_of(kind, one.before, one.after)
        _put(uow, one.enterprise_id, [one.person_id], Occasion(kind), said, one.after.starts_on, wanted)
        asked[one.enterprise_id].append((one.person_id, said))
    for enterprise_id, people in asked.items():
        _tell_staff(uow, enterprise_id, f"{len(people)} 人转岗或重新上岗，要重新培训", f"例如：{people[0][1]}。")
    return sum(map(len, asked.values()))


def introduce(uow: UnitOfWork, enterprise: Enterprise, what: str, on: date, department_ids: Collection[UUID] | None) -> int:
    """Something new is used from a day on (四新): everybody of these departments is asked; None: everybody. How many."""
    wanted = asked_anew(NOVELTY, enterprise.industry, on)
    people = [line.person_id for line in roster_on(uow, enterprise.id, max(on, uow.today), department_ids)]
    if wanted is not None and people:
        _put(uow, enterprise.id, people, Occasion.NOVELTY, what, on, wanted)
    return len(people)


def waive(uow: UnitOfWork, demand: TrainingDemand, reason: str) -> None:
    """It does not apply, with the reason; it stays readable."""
    uow.session.refresh(demand, with_for_update=True)
    if demand.open:
        demand.waived_at, demand.waived_by, demand.waived_reason = uow.now, uow.actor.name, reason
        chain.enter_waived(uow, demand)


def judge_demands(uow: UnitOfWork, *person_ids: UUID) -> None:
    """What somebody was taught, or is asked, is other than before: which demands are met follows."""
    rows = uow.session.scalars(
        select(TrainingDemand)
        .where(TrainingDemand.person_id.in_(person_ids), TrainingDemand.waived_at.is_(None))
        .order_by(TrainingDemand.person_id, TrainingDemand.id)  # whoever else judges these holds them in the same order
        .with_for_update()
    ).all()
    if not rows:
        return
    taught = taught_since(uow, person_ids, min(row.since_on for row in rows))
    for row in rows:
        row.met_on = progress(row.levels, row.required, row.since_on, taught.get(row.person_id, ())).met_on


def enter_permit(
    uow: UnitOfWork, person: Person, authority: Authority, work: str, card_no: str, issued_on: date,
    review_due_on: date | None, ends_on: date | None,
) -> WorkPermit:  # fmt: skip
    """Enter a permit; its review and its end as typed, or by the rule. One of the same work ends. Raises WrongDates."""
    due, last, rule = permit_dates(authority.value, issued_on, review_due_on, ends_on, uow.today)
    same = (WorkPermit.person_id == person.id, WorkPermit.work == work, WorkPermit.ended_at.is_(None))
    for before in uow.session.scalars(select(WorkPermit).where(*same).order_by(WorkPermit.id).with_for_update()):
        _end(uow, before, "复审或换证，见新的一条")
    made = WorkPermit(
        enterprise_id=person.enterprise_id, person_id=person.id, authority=authority, work=work, card_no=card_no,
        issued_on=issued_on, review_due_on=due, ends_on=last, rule_id=rule.rule_id if rule else "",
        article=rule.article if rule else "", entered_by=uow.actor.name, entered_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    chain.enter_permit(uow, made)
    return made


def end_permit(uow: UnitOfWork, permit: WorkPermit, reason: str) -> None:
    """It is not good any more, or was entered by mistake."""
    uow.session.refresh(permit, with_for_update=True)
    if permit.ended_at is None:
        _end(uow, permit, reason)


def _end(uow: UnitOfWork, permit: WorkPermit, reason: str) -> None:
    permit.ended_at, permit.ended_by, permit.ended_reason = uow.now, uow.actor.name, reason
    chain.enter_permit_ended(uow, permit)


def remind_of_reviews(uow: UnitOfWork) -> int:
    """Tell holders and trainers of permits to be reviewed soon, once for each of rules.REMINDERS; how many permits."""
    told, known = 0, dict[str, set[UUID | None]]()
    for permit in permits_due(uow, rules.renewed_until(uow.today)):
        step = rules.reminder_on(uow.today, permit.review_due_on)
        kind = f"permit.review.{step}"
        if kind not in known:
            known[kind] = queries.told_of(uow, kind, uow.now - timedelta(days=rules.WINDOW_DAYS + 1))
        if permit.id in known[kind]:
            continue
        left = (permit.review_due_on - uow.today).days
        title = f"{permit.work}证件还有 {left} 天要复审：{permit.person.name}"
        body = f"复审期限 {permit.review_due_on}。{permit.article}。逾期未复审不能上岗。"
        staff = readers(uow, [permit.enterprise_id], Role.TRAINER).get(permit.enterprise_id)
        tell(
            uow, permit.enterprise_id, [permit.person_id, *(staff.person_ids if staff else ())], title=title, body=body,
            user_ids=staff.user_ids if staff else (), kind=kind, about_id=permit.id,
        )  # fmt: skip
        told += 1
    return told


def _put(
    uow: UnitOfWork, enterprise_id: UUID, people: Collection[UUID], kind: Occasion, said: str, since: date, wanted: Asked
) -> None:
    """Ask once: the same occasion of the same day again changes nothing. Who was taught before anybody asked has met it."""
    rows = [
        {
            "id": new_id(), "enterprise_id": enterprise_id, "person_id": person_id, "occasion": kind, "said": said[:200],
            "since_on": since, "levels": list(wanted.levels), "required": wanted.hours, "rule_id": wanted.rule_id,
            "article": wanted.article, "asked_by": uow.actor.name, "asked_at": uow.now, "met_on": None, "waived_at": None,
            "waived_by": None, "waived_reason": None,
        }
        for person_id in people
    ]  # fmt: skip
    uow.execute(_PUT[uow.dialect], rows)
    new = TrainingDemand.id.in_([row["id"] for row in rows])  # the others were asked before
    for demand in uow.session.scalars(select(TrainingDemand).where(new).order_by(TrainingDemand.id)):
        chain.enter_asked(uow, demand)
    judge_demands(uow, *people)


def _tell_staff(uow: UnitOfWork, enterprise_id: UUID, title: str, body: str) -> None:
    words = {"title": title, "body": body, "kind": ASKED, "about_id": enterprise_id}
    tell_staff(uow, enterprise_id, Role.TRAINER, **words, link=f"/enterprises/{enterprise_id}/retraining")
