"""Errands: what is done beside the pages for whoever asked, seen by nobody else, and forgotten after a day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update

from lms.access.actor import Actor
from lms.access.models import Errand
from lms.access.service import load_actor
from lms.core import clock
from lms.core.db import UtcDateTime, db, put
from lms.core.errands import Later, work_of
from lms.core.errors import NotFound, Problem
from lms.core.jobs import enqueue, forget_progress, job, sweep, tell_progress
from lms.core.uow import UnitOfWork, unit_of_work

CLERK = Actor.system("access.errands")
KEPT = timedelta(days=1)
GIVEN_UP = timedelta(minutes=10)  # whoever took it up so long ago was killed
TRIES = 3  # what kills its worker each time would kill it for ever
LONGEST, LONGEST_ADDRESS = 200, 2_000
_ASK = put(db.metadata.tables[Errand.__tablename__])
log = logging.getLogger(__name__)


def begin(uow: UnitOfWork, later: Later, read_at: datetime) -> Errand:
    """Ask a worker for it; while the same, asked on the same page, is being made for whoever asks, that one.

    read_at: when the page began to read what is given: whoever was forgotten by law since then may stand in it.
    """
    language = str(get_locale())
    mark = sha256(repr((uow.actor.key, later.work, later.title, later.goal, later.back, language)).encode()).hexdigest()
    values = {
        "asked_by": uow.actor.key,
        "asked_at": read_at,
        "mark": mark,
        "language": language,
        "work": later.work,
        "title": later.title[:LONGEST],
        "given": later.given,
        "goal": later.goal,
        "back": later.back if len(later.back) <= LONGEST_ADDRESS else later.back.partition("?")[0],
    }
    is_new = uow.execute(_ASK[uow.dialect], values).rowcount
    of_mark = select(Errand).where(Errand.mark == mark).order_by(Errand.done_at.is_not(None), Errand.asked_at.desc()).limit(1)
    asked = uow.session.scalars(of_mark).one()
    if is_new:
        uow.after_commit(lambda: enqueue("do_errands", errand_id=str(asked.id)))
    return asked


def own(uow: UnitOfWork, errand_id: UUID) -> Errand:
    """An errand of whoever acts. Raises NotFound, for somebody else's too."""
    found = uow.session.scalar(select(Errand).where(Errand.id == errand_id, Errand.asked_by == uow.actor.key))
    if found is None:
        raise NotFound
    return found


def mine(uow: UnitOfWork) -> list[Errand]:
    """What whoever acts asked for within the last day, the latest first."""
    wanted = select(Errand).where(Errand.asked_by == uow.actor.key, Errand.asked_at >= uow.now - KEPT)
    return list(uow.session.scalars(wanted.order_by(Errand.asked_at.desc(), Errand.id.desc())))


def made_for(uow: UnitOfWork, goal: str) -> bytes | None:
    """What was made within the last day for a page that whoever acts wants to see; None: nothing, or nothing yet."""
    of_mine = select(Errand.made).where(Errand.asked_by == uow.actor.key, Errand.goal == goal, Errand.made.is_not(None))
    return uow.session.scalar(of_mine.order_by(Errand.asked_at.desc()).limit(1))


def forget_made(uow: UnitOfWork, part: str) -> None:
    """Forget what was made for pages that have this in their address: nobody wants to see it any more."""
    uow.session.execute(update(Errand).where(Errand.goal.contains(part), Errand.made.is_not(None)).values(made=None))


def forget_files(uow: UnitOfWork) -> None:
    """Somebody is forgotten by law and may stand in anything made for anybody: it can be asked for anew.

    Once more a minute later, for what was read before all this was safe and kept only after it.
    """
    _forget_before(uow, uow.now)
    uow.after_commit(lambda: enqueue("forget_read_before", after=60, moment=clock.now().isoformat()))


@job
def forget_read_before(moment: str) -> None:
    """Forget what was made of anything read until then."""
    with unit_of_work(CLERK, "system") as uow:
        _forget_before(uow, datetime.fromisoformat(moment))


def _forget_before(uow: UnitOfWork, moment: datetime) -> None:
    """What leads on to a page is made anew when it is next wanted, and what is being made for one is begun anew; of a file it is
    said why it is gone.
    """
    led_on = update(Errand).where(Errand.goal.is_not(None), Errand.begun_at <= moment)
    uow.session.execute(led_on.values(made=None, begun_at=None))
    now = literal(uow.now, UtcDateTime())
    files = (Errand.goal.is_(None), Errand.problem.is_(None), Errand.asked_at <= moment)
    for language in uow.session.scalars(select(Errand.language).where(*files).distinct()).all():
        with force_locale(language):
            said = _("有人的资料依法删除，请重新导出。")
        gone = update(Errand).where(*files, Errand.language == language)
        uow.session.execute(gone.values(given=None, made=None, problem=said, done_at=func.coalesce(Errand.done_at, now)))


@sweep
def do_errands(errand_id: str | None = None) -> None:
    """Do the one, or of all that wait the oldest: the other sweeps want their turn too."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        wanted = select(Errand.id).where(_waits(uow.now)).order_by(Errand.asked_at).limit(1)
        waiting = uow.session.scalar(wanted.where(Errand.id == UUID(errand_id)) if errand_id else wanted)
    if waiting is not None:
        _do(waiting)


def _do(errand_id: UUID) -> None:
    with unit_of_work(CLERK, "system") as uow:
        asked = uow.session.scalar(select(Errand).where(Errand.id == errand_id, _waits(uow.now)).with_for_update())
        if asked is None:
            return
        asked.begun_at = begun_at = uow.now
        asked.tries += 1
        tries, language, work, given = asked.tries, asked.language, asked.work, asked.given or b""
        actor = load_actor(uow, asked.asked_by)
    with force_locale(language):
        made, problem = (None, _failed()) if tries > TRIES else _made(errand_id, work, actor, given)
    with unit_of_work(CLERK, "system") as uow:
        mine = select(Errand).where(Errand.id == errand_id, Errand.begun_at == begun_at, _open())
        done = uow.session.scalar(mine.with_for_update())
        if done is not None:  # else nobody may have it any more, or another worker has begun it anew
            done.given, done.made, done.problem, done.done_at = None, made, problem and problem[:300], uow.now
    forget_progress(str(errand_id))


def _made(errand_id: UUID, work: str, actor: Actor | None, given: bytes) -> tuple[bytes | None, str | None]:
    """What came of it, or why nothing did."""
    try:
        if actor is None:
            raise NotFound
        return work_of(work)(actor, given, partial(tell_progress, str(errand_id))), None
    except Problem as fault:
        return None, str(fault)
    except Exception:  # what was given by another version and cannot be read here too
        log.exception("errand_fault", extra={"errand": str(errand_id)})
        return None, _failed()


def _failed() -> str:
    return _("没有做成，请再做一次；还不行请联系管理员。")


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
