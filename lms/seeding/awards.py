"""Somebody of the demo holds a certificate of each kind: complete hours, a lecturer, a reviewer."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.credentials import queries, service
from lms.credentials.models import Certificate, Completion, HoursCycle, TrainingKind
from lms.credentials.rules import CertificateKind
from lms.registry.models import Jurisdiction
from lms.registry.principals import person_actor
from lms.seeding import exam
from lms.seeding.house import HEAD, TRAINER, Mill
from lms.seeding.pictures import paper
from lms.seeding.stage import acting, before, chance

GOOD_FOR = timedelta(days=3 * 365)
DAYS, HOURS = 2, Decimal(12)  # what the law asks of those in charge of safety every year
TRIAL = 90  # days
ON_TRIAL, WITHDRAWN = "0015", "0013"  # work numbers
EVERYBODY = 10_000  # more people than the demo has


def give(uow: UnitOfWork, mill: Mill) -> None:
    """The bureau names the head lecturer and the trainer reviewer; the trainer brings the proof of a course held elsewhere."""
    head, trainer = mill.people[HEAD], mill.people[TRAINER]
    bureau = uow.session.get_one(Jurisdiction, mill.district_id)
    _no_more(uow, mill, bureau)
    with acting(uow, before(uow, 20, 10), mill.district):
        until = uow.today + GOOD_FOR
        service.name(uow, head, CertificateKind.TRAINER, bureau, until, "市级讲师培训班考核合格")
        service.name(uow, trainer, CertificateKind.REVIEWER, bureau, until, "评审员培训班考核合格，两次跟班旁听")
    with acting(uow, before(uow, 1, 9), mill.trainer):
        told = service.Entered(
            TrainingKind.OUTSIDE, "安全生产管理人员再培训", "市级安全培训机构", uow.today - timedelta(days=DAYS - 1), uow.today,
            HOURS, "",
        )  # fmt: skip
        scan = io.BytesIO(paper(chance("proof of a course"), uow.now))
        training = service.enter_training(uow, trainer, told, "再培训合格证明.jpg", scan)
    with acting(uow, before(uow, 1, 16), person_actor(head)):
        service.accept_training(uow, training)
    _complete(uow, mill)


def _no_more(uow: UnitOfWork, mill: Mill, bureau: Jurisdiction) -> None:
    """What somebody scans who still carries an old one: a lecturer for some months, which are over, and a reviewer no longer."""
    with acting(uow, before(uow, 130, 10), mill.district):
        until = uow.today + timedelta(days=TRIAL)
        service.name(uow, mill.people[ON_TRIAL], CertificateKind.TRAINER, bureau, until, "试聘讲师，两次试讲合格")
        service.name(uow, mill.people[WITHDRAWN], CertificateKind.REVIEWER, bureau, uow.today + GOOD_FOR, "评审员培训班考核合格")
        uow.session.flush()
        exam.issue(
            uow, None, len(mill.people), uow.session.scalars(select(Completion.id).where(Completion.certificate_due)).all()
        )
    with acting(uow, before(uow, 45, 15), mill.district):
        given = select(Certificate).where(Certificate.person_id == mill.people[WITHDRAWN].id)
        reviewer = uow.session.scalars(given.where(Certificate.kind == CertificateKind.REVIEWER)).one()
        service.revoke(uow, reviewer, "跟班旁听的记录核实不属实")


def _complete(uow: UnitOfWork, mill: Mill) -> None:
    """What a worker does every minute: cycles for everybody on the roster of the mill, and a certificate of complete hours."""
    uow.session.flush()
    due = [one for one in queries.cycles_to_open(uow, EVERYBODY) if one.enterprise_id == mill.enterprise_id]
    service.open_cycles(uow, due)
    uow.session.flush()
    people = uow.session.scalars(select(HoursCycle.person_id).where(HoursCycle.enterprise_id == mill.enterprise_id)).all()
    service.follow_hours(uow, people)
    others = select(Completion.id).where(Completion.certificate_due)  # the worker prints them as soon as the product is served
    exam.issue(uow, None, len(mill.people), uow.session.scalars(others).all())
