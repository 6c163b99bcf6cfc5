"""From a scanned token or six spoken digits to the one sitting they belong to."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.attendance import queries, rules
from lms.attendance.models import Mark
from lms.core.crypto import keyring
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import CALLED_OFF
from lms.lectures.rules.steps import STATE_WORDS

log = logging.getLogger(__name__)


class CodeExpired(Problem):
    status = 410
    code = "code-expired"
    sentence = _l("这个码已经换掉了，没有记录签到。请再扫一次投影上的新码，扫到就记下时间，不用赶。")


class CodeForged(Problem):
    status = 404
    code = "code-unknown"
    sentence = _l("这不是现在投影上的签到码，没有记录签到。请直接扫投影上的码，或者输入投影上的六位数字。")


class NotOpen(Problem):
    status = 410
    code = "check-in-not-open"
    sentence = _l("这堂课现在没有开放签到，没有记录。课已经结束的，请找培训管理员补登。")


class CalledOff(Problem):
    status = 410
    code = "lecture-called-off"
    sentence = _l("这堂课%(state)s，签到不算数，不用再签了。有疑问请找培训管理员。")


class CodeWrong(Problem):
    status = 422
    code = "spoken-code-wrong"
    sentence = _l("数字不对，或者刚刚换过。请看投影上现在的六位数字，再输一次。")


class CodeUnclear(Problem):
    status = 422
    code = "spoken-code-unclear"
    sentence = _l("这组数字碰巧和别处的一堂课相同，请等投影换成下一组再输。")


def secret_of(sitting_id: UUID) -> bytes:
    """The secret of one sitting, derived anew each time and stored nowhere."""
    return rules.sitting_secret(keyring().derive("attendance-code"), sitting_id)


def read_code(text: str, now: datetime) -> tuple[UUID, Mark, int, int]:
    """Sitting, mark, step and screen of a token that is worth something now. Nothing but the clock and our key is asked.

    Raises CodeForged, CodeExpired.
    """
    claimed = rules.read_token(text)
    if claimed is not None:
        secret = secret_of(claimed.sitting_id)
        step = rules.accepted_step(secret, claimed, now)
        if step is not None:
            return claimed.sitting_id, Mark(claimed.mark), step, claimed.screen
        if rules.lapsed_step(secret, claimed, now) is not None:
            raise CodeExpired
    log.warning("code_refused", extra={"why": "unknown"})
    raise CodeForged


def hall_of(uow: UnitOfWork, sitting_id: UUID, *, must_be_open: bool = True) -> queries.Hall:
    """The hall of a code that was read. must_be_open: not for a claim, which counts after the closing too.

    Raises NotOpen, CalledOff.
    """
    return _usable(queries.hall_at(uow, sitting_id), sitting_id, must_be_open=must_be_open)


def arrive(uow: UnitOfWork, sitting_id: UUID, person_id: UUID | None, *, must_be_open: bool = True) -> queries.Arrival:
    """The hall of a code that was read, and the person of this phone there; else as hall_of. Raises NotOpen, CalledOff."""
    here = queries.arrival(uow, sitting_id, person_id)
    _usable(here and here.hall, sitting_id, must_be_open=must_be_open)
    assert here is not None
    return here


def find_by_spoken_code(uow: UnitOfWork, digits: str, enterprise_id: UUID | None) -> tuple[UUID, Mark, int]:
    """Sitting, mark and step of six digits. enterprise_id: of whoever types, when that is known.

    Raises CodeWrong; CodeUnclear when two sittings happen to show the same digits; NotOpen.
    """
    found = [
        (sitting_id, mark, step)
        for sitting_id in queries.sittings_opened_lately(uow, enterprise_id)
        for mark in Mark
        if (step := rules.spoken_step(secret_of(sitting_id), digits, mark, uow.now)) is not None
    ]
    if not found:
        raise CodeWrong
    if len(found) > 1:
        raise CodeUnclear
    sitting_id, mark, step = found[0]
    return hall_of(uow, sitting_id).id, mark, step


def _usable(hall: queries.Hall | None, sitting_id: UUID, *, must_be_open: bool) -> queries.Hall:
    if hall is not None and hall.state in CALLED_OFF:
        raise CalledOff(state=STATE_WORDS[hall.state])
    if hall is None or (must_be_open and not hall.open):
        log.warning("code_refused", extra={"why": "not open", "sitting_id": str(sitting_id)})
        raise NotOpen
    return hall
