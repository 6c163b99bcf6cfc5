"""Awards: complete hours are found in the ledger, lecturers and reviewers are named; a certificate follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.models import Role
from lms.access.reach import holds_over
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.models import Award, Certificate, HoursCycle
from lms.credentials.rules import CertificateKind, Counted
from lms.credentials.service.chain import enter_ended, enter_given
from lms.ledger.rules import PRODUCT
from lms.registry.models import Jurisdiction, Person

TAKEN_BACK = "学时更正后不足"
AMENDED = "所依据的学时已更正"


class OnlyBureaus(Conflict):
    code = "award-only-by-bureau"
    sentence = _l("评审员证书由监管部门发。请联系您所在地的监管责任人。")


class WrongEnd(Invalid):
    code = "award-wrong-end"
    sentence = _l("有效期要晚于今天，最长五年。")


class AlreadyNamed(Conflict):
    code = "award-already"
    sentence = _l("%(name)s的%(subject)s证书还在有效期内，到期前 60 天起可以续发。")


def follow_hours(uow: UnitOfWork, person_ids: Collection[UUID]) -> bool:
    """Lines came into the ledger for these people: whose hours are complete gets a certificate, whose are no more loses it.

    Returns whether a certificate is due. A fixed number of queries for all who are far from complete.
    """
    uow.session.flush()
    cycles = queries.cycles_asking(uow, person_ids)
    earned = queries.earned_in(uow, cycles)
    awards = queries.awards_of_cycles(uow, [cycle.id for cycle in cycles])
    of_interest = [cycle for cycle in cycles if cycle.id in awards or _is_complete(cycle, earned)]
    if not of_interest:
        return False
    people = select(Person.id).where(Person.id.in_([cycle.person_id for cycle in of_interest])).order_by(Person.id)
    uow.session.execute(people.with_for_update(key_share=True)).all()  # of two at once the second one sees all
    earned = queries.earned_in(uow, of_interest)
    awards = queries.hold_awards_of_cycles(uow, [cycle.id for cycle in of_interest])  # a certificate being recorded is waited for
    held = queries.certificates_of_awards(uow, [award.id for award in awards.values()])
    due = False
    for cycle in of_interest:
        award = awards.get(cycle.id)
        if award is not None:
            due = _look_again(uow, cycle, award, held.get(award.id, []), complete=_is_complete(cycle, earned)) or due
        elif _is_complete(cycle, earned):
            enter_given(uow, _award_of(uow, cycle))
            due = True
    uow.session.flush()
    return due


def name(uow: UnitOfWork, person: Person, kind: CertificateKind, bureau: Jurisdiction | None, until: date, why: str) -> Award:
    """Name somebody lecturer or reviewer; the worker issues the certificate. bureau: that names them, None for their enterprise.

    until: the last day it is good for. why: what it rests on, printed. Raises OnlyBureaus, WrongEnd, AlreadyNamed.
    """
    if kind is CertificateKind.REVIEWER and bureau is None:
        raise OnlyBureaus
    if not uow.today < until <= uow.today + rules.LONGEST:
        raise WrongEnd
    uow.session.refresh(person, with_for_update={"key_share": True})
    issuer = bureau.id if bureau else None
    if queries.is_being_named(uow, person.id, kind, issuer):
        raise AlreadyNamed(name=person.name, subject=rules.SUBJECTS[kind])
    for held in queries.named_before(uow, person.id, kind, issuer):
        if held.valid_until is None or held.valid_until > rules.renewed_until(uow.today):
            raise AlreadyNamed(name=person.name, subject=rules.SUBJECTS[kind])
    made = Award(
        id=new_id(), enterprise_id=person.enterprise_id, person_id=person.id, kind=kind, jurisdiction_id=issuer,
        basis={"why": why, "by": uow.actor.name}, awarded_by=uow.actor.name, valid_until=until, decided_at=uow.now,
        certificate_due=True,
    )  # fmt: skip
    enter_given(uow, made)
    uow.session.flush()
    return made


def bureau_of(uow: UnitOfWork, person: Person) -> Jurisdiction | None:
    """The bureau whoever acts speaks for over this person; None for somebody of their enterprise, an officer elsewhere or not."""
    for held in uow.actor.held:
        if held.role is Role.OFFICER and held.jurisdiction_id:
            over = select(Person.id).where(Person.id == person.id, Person.covered_by(held))
            if uow.session.scalar(over) is not None:
                return uow.session.get_one(Jurisdiction, held.jurisdiction_id)
    return None


def may_end(uow: UnitOfWork, certificate: Certificate) -> bool:
    """What a bureau gave that bureau ends, or one above it; all else is for the enterprise."""
    if uow.actor.holds(Role.SYSTEM):
        return True
    bureau = certificate.award.jurisdiction if certificate.award else None
    if bureau is not None:
        return holds_over(uow, bureau, Role.OFFICER)
    return not (uow.actor.holds(Role.OFFICER) and holds_over(uow, certificate, Role.OFFICER))


def replace_named(uow: UnitOfWork, certificate: Certificate) -> None:
    """Somebody was named again by the same issuer: the certificate of before is superseded by this one."""
    if certificate.award is not None and certificate.kind in rules.NAMED:
        issuer = certificate.award.jurisdiction_id
        for old in queries.named_before(uow, certificate.person_id, certificate.kind, issuer):
            if old is certificate:
                continue
            old.superseded_at, old.superseded_by_id = uow.now, certificate.id
            old.superseded_reason, old.superseded_by = f"续发 {certificate.serial}", PRODUCT
            enter_ended(uow, old)


def _is_complete(cycle: HoursCycle, earned: Mapping[UUID, Decimal]) -> bool:
    return cycle.required is not None and earned[cycle.id] >= cycle.required


def _award_of(uow: UnitOfWork, cycle: HoursCycle) -> Award:
    return Award(
        id=new_id(), enterprise_id=cycle.enterprise_id, person_id=cycle.person_id, kind=CertificateKind.HOURS,
        cycle_id=cycle.id,
        basis=_basis(cycle, queries.counted_in(uow, cycle)), awarded_by=PRODUCT,
        valid_until=rules.hours_good_until(cycle.kind, cycle.ends_on), decided_at=uow.now, certificate_due=True,
    )  # fmt: skip


def _basis(cycle: HoursCycle, lines: list[Counted]) -> dict[str, Any]:
    assert cycle.required is not None
    span = rules.hours_of_cycle(cycle.kind, cycle.starts_on, cycle.ends_on)
    return rules.hours_basis(cycle.kind, cycle.category, span, cycle.required, cycle.rule_id, cycle.article, lines)


def _look_again(uow: UnitOfWork, cycle: HoursCycle, award: Award, own: list[Certificate], *, complete: bool) -> bool:
    """What becomes of the certificate of a cycle now that a line came; whether another one is due."""
    lines = queries.counted_in(uow, cycle)
    current = next((one for one in own if one.in_force), None)
    unlike = rules.rests_no_more(award.basis, lines)
    by_hand = any(one.revoked_at is not None and not one.withdrawn for one in own)
    fate = rules.fate_of(completed=complete, in_force=current is not None, unlike=unlike, ended_by_hand=by_hand)
    basis = _basis(cycle, lines)
    if current is not None and fate is rules.Fate.WITHDRAWN:
        current.revoked_at, current.withdrawn, current.revoked_by = uow.now, True, PRODUCT
        current.revoked_reason = f"{TAKEN_BACK}：{rules.found_of(award.kind, basis)}"[:200]
        enter_ended(uow, current)
    elif current is not None and fate is rules.Fate.SUPERSEDED:
        current.superseded_at, current.superseded_reason, current.superseded_by = uow.now, AMENDED, PRODUCT
        enter_ended(uow, current)
    due = fate in (rules.Fate.ISSUED, rules.Fate.SUPERSEDED)
    if due and (unlike or not award.certificate_due):
        award.basis, award.decided_at = basis, uow.now
        enter_given(uow, award)
    award.certificate_due = due
    award.problem = award.problem if due else None
    return due
