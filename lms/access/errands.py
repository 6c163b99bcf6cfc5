"""Errands: what is done beside the pages for whoever asked, seen by nobody else, and forgotten after a day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select

from lms.access.actor import Actor
from lms.access.models import Errand
from lms.access.service import load_actor
from lms.core.errands import Later, work_of
from lms.core.errors import NotFound, Problem
from lms.core.jobs import enqueue, forget_progress, sweep, tell_progress
from lms.core.uow import UnitOfWork, unit_of_work

CLERK = Actor.system("access.errands")
KEPT = timedelta(days=1)
GIVEN_UP = timedelta(minutes=10)  # whoever took it up so long ago was killed
LONGEST, LONGEST_ADDRESS = 200, 2_000
log = logging.getLogger(__name__)


def begin(uow: UnitOfWork, later: Later) -> Errand:
    """Ask a worker for it; while one of that title, asked on the same page, is being made for whoever asks, that one."""
    title, back = later.title[:LONGEST], later.back if len(later.back) <= LONGEST_ADDRESS else later.back.partition("?")[0]
    same = (Errand.asked_by == uow.actor.key, Errand.work == later.work, Errand.title == title, Errand.back == back)
    there = uow.session.scalar(select(Errand).where(*same, _open()))
    if there is not None:
        return there
    asked = Errand(
        asked_by=uow.actor.key, asked_at=uow.now, work=later.work, title=title, given=later.given, goal=later.goal, back=back
    )
    uow.session.add(asked)
    uow.session.flush()
    errand_id = str(asked.id)
    uow.after_commit(lambda: enqueue("do_errands", errand_id=errand_id))
    return asked


def own(uow: UnitOfWork, errand_id: UUID) -> Errand:
    """An errand of whoever acts. Raises NotFound, for somebody else's too."""
    found = uow.session.scalar(select(Errand).where(Errand.id == errand_id, Errand.asked_by == uow.actor.key))
    if found is None:
        raise NotFound
    return found


def made_for(uow: UnitOfWork, goal: str) -> bytes | None:
    """What was made within the last day for a page that whoever acts wants to see; None: nothing, or nothing yet."""
    of_mine = select(Errand.made).where(Errand.asked_by == uow.actor.key, Errand.goal == goal, Errand.made.is_not(None))
    return uow.session.scalar(of_mine.order_by(Errand.asked_at.desc()).limit(1))


def forget_files(uow: UnitOfWork) -> None:
    """Somebody is forgotten by law and may stand in any of the files: they can be asked for anew."""
    uow.session.execute(delete(Errand).where(Errand.goal.is_(None)))


@sweep
def do_errands(errand_id: str | None = None) -> None:
    """Do what waits, the one or all, the oldest first."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        wanted = select(Errand.id).where(_waits(uow.now)).order_by(Errand.asked_at)
        waiting = list(uow.session.scalars(wanted.where(Errand.id == UUID(errand_id)) if errand_id else wanted))
    for one_id in waiting:
        _do(one_id)


def _do(errand_id: UUID) -> None:
    with unit_of_work(CLERK, "system") as uow:
        asked = uow.session.scalar(select(Errand).where(Errand.id == errand_id, _waits(uow.now)).with_for_update())
        if asked is None:
            return
        asked.begun_at = uow.now
        work, given, actor = asked.work, asked.given or b"", load_actor(uow, asked.asked_by)
    made = problem = None
    try:
        if actor is None:
            raise NotFound
        made = work_of(work)(actor, given, partial(tell_progress, str(errand_id)))
    except Problem as fault:
        problem = str(fault)
    except Exception:
        log.exception("errand_fault", extra={"errand": str(errand_id)})
        problem = "没有做成，请再做一次；还不行请联系管理员。"
    with unit_of_work(CLERK, "system") as uow:
        done = uow.session.get(Errand, errand_id, with_for_update=True)
        if done is not None:  # else nobody may have it any more
            done.given, done.made, done.problem, done.done_at = None, made, problem and problem[:300], uow.now
    forget_progress(str(errand_id))


@sweep
def drop_errands() -> None:
    """Forget what was asked for a day ago."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        over = list(uow.session.scalars(select(Errand.id).where(Errand.asked_at < uow.now - KEPT)))
    if over:
        with unit_of_work(CLERK, "system") as uow:
            uow.session.execute(delete(Errand).where(Errand.id.in_(over)))


def _open() -> ColumnElement[bool]:
    return Errand.done_at.is_(None)


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(_open(), or_(Errand.begun_at.is_(None), Errand.begun_at < now - GIVEN_UP))
