"""Look for the signals of a lecture, keep them as lines, and keep what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from lms.access.models import Role
from lms.compliance.signals.gathering import facts_of
from lms.compliance.signals.models import LectureSignal, Said, SignalCheck, SignalWord
from lms.compliance.signals.neighbours import elsewhere
from lms.compliance.signals.rules import SERIOUS, evaluate
from lms.compliance.signals.rules.signal import Figure, moved_little
from lms.core.db import new_id, put
from lms.core.errors import Conflict, NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.notices.service import tell_staff

KIND = "signal.raised"
FIRST_WAIT, A_DAY = timedelta(minutes=1), timedelta(days=1)
MOST_DOUBLED = 11  # 1 minute, 2, 4 … 2,048 minutes are longer than a day
_PUT = put(SignalCheck.__table__)  # type: ignore[arg-type]


class NoSignal(NotFound):
    code = "no-such-signal"
    sentence = _l("这堂课没有这条信号。")


class NothingToLookAt(Conflict):
    code = "signal-gone"
    sentence = _l("这条信号的事实已经变了，不用再处理。请刷新页面。")


def mark_due(uow: UnitOfWork, lecture: Lecture) -> None:
    """Facts of a lecture changed: its signals are looked for again, some of these changes at a time."""
    rests = or_(SignalCheck.due_since.is_(None), SignalCheck.due_since > uow.now)  # nothing is new, or it failed and waits
    due = update(SignalCheck).where(SignalCheck.lecture_id == lecture.id, rests)
    if uow.execute(due.values(due_since=uow.now)).rowcount == 0:
        row = {"id": new_id(), "enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id}
        uow.execute(_PUT[uow.dialect], row | {"due_since": uow.now, "checked_at": None, "faults": 0})


def put_off(uow: UnitOfWork, lecture_id: UUID, due_since: datetime | None) -> None:
    """Its signals could not be looked for: they are looked for again later, each time after twice as long, once a day at last.

    due_since: what was read before. Where its facts changed while it failed, it is looked at again as soon as any other.
    """
    row = uow.session.scalars(select(SignalCheck).where(SignalCheck.lecture_id == lecture_id).with_for_update()).one()
    if row.due_since == due_since:
        row.due_since = uow.now + min(FIRST_WAIT * 2 ** min(row.faults, MOST_DOUBLED), A_DAY)
    row.faults += 1
    uow.session.flush()


def check(uow: UnitOfWork, lecture_id: UUID) -> None:
    """Look for the signals of a lecture; lines whose facts are others are closed and followed. One that is void has none.

    A line that follows one whose facts moved a little stands since that one was raised: what was said of it holds, and the days
    to answer go on.
    """
    uow.execute(
        update(SignalCheck).where(SignalCheck.lecture_id == lecture_id).values(due_since=None, checked_at=uow.now, faults=0)
    )  # first: whoever changes a fact meanwhile waits, and marks it due again
    lecture = uow.session.get_one(Lecture, lecture_id)
    found: dict[tuple[str, int], tuple[str, dict[str, Figure]]] = {}
    if lecture.is_held:
        known = facts_of(uow, lecture)
        for signal in evaluate(known, elsewhere(uow, lecture, known)):
            place = sum(code == signal.code for code, _place in found)
            found[signal.code, place] = (signal.level, dict(signal.facts))
    ever = uow.session.scalars(
        select(LectureSignal).where(LectureSignal.lecture_id == lecture.id).order_by(LectureSignal.id)
    ).all()
    replaced = []
    for line in [line for line in ever if line.cleared_at is None]:
        same = next((key for key, said in found.items() if key[0] == line.code and said == (line.level, line.facts)), None)
        if same is None:
            line.cleared_at = uow.now
            replaced.append(line)
        else:
            del found[same]
    serious = 0
    for (code, _place), (level, facts) in found.items():
        since = next(
            (one.raised_at for one in replaced if (one.code, one.level) == (code, level) and _goes_on(ever, one, facts)), None
        )
        serious += level == SERIOUS and since is None
        of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id}
        uow.session.add(LectureSignal(**of, code=code, level=level, facts=facts, raised_at=since or uow.now))
    uow.session.flush()
    if serious:
        _tell(uow, lecture, serious)


def _goes_on(ever: Sequence[LectureSignal], line: LectureSignal, facts: Mapping[str, Figure]) -> bool:
    """Whether facts are near those a line was raised with: the first line since then tells, however small the steps were."""
    first = next(one for one in ever if (one.code, one.level, one.raised_at) == (line.code, line.level, line.raised_at))
    return moved_little(first.facts, facts)


def _tell(uow: UnitOfWork, lecture: Lecture, number: int) -> None:
    """The firm hears of it with the next morning's messages: it may explain."""
    body = "系统看到几处不寻常的事实，监管部门也看得到。不影响学时和证书；请说明一下，说明和事实一起留着。"
    _tell_firm(uow, lecture, f"「{lecture.title}」有 {number} 处请说明", body)


def _tell_firm(uow: UnitOfWork, lecture: Lecture, title: str, body: str) -> None:
    tell_staff(
        uow, lecture.enterprise_id, Role.TRAINER, Role.HEAD, kind=KIND, about_id=lecture.id, title=title, body=body,
        link=f"/lectures/{lecture.id}#signals",
    )  # fmt: skip


def explain(uow: UnitOfWork, lecture: Lecture, code: str, text: str) -> None:
    """The firm explains a signal; it stays, and both can be read. Raises NoSignal."""
    _say(uow, lecture, code, Said.EXPLAINED, text)


def look(uow: UnitOfWork, lecture: Lecture, code: str, text: str) -> None:
    """An officer has looked at a signal and writes what came of it. Raises NoSignal."""
    _say(uow, lecture, code, Said.LOOKED, text)


def keep_open(uow: UnitOfWork, lecture: Lecture, code: str, text: str) -> None:
    """An officer has looked and is not content: why is kept and told the firm, and the signal stays open. Raises NoSignal."""
    _say(uow, lecture, code, Said.KEPT_OPEN, text)
    _tell_firm(uow, lecture, f"「{lecture.title}」还请再说明", f"{uow.actor.name}：{text}")


def _say(uow: UnitOfWork, lecture: Lecture, code: str, said: Said, text: str) -> None:
    lines = uow.session.scalars(
        select(LectureSignal).where(LectureSignal.lecture_id == lecture.id, LectureSignal.code == code)
    ).all()
    if not lines:
        raise NoSignal
    if all(line.cleared_at for line in lines):
        raise NothingToLookAt
    word = {"code": code, "said": said, "text": text, "said_by": uow.actor.name, "said_at": uow.now}
    uow.session.add(SignalWord(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, **word))
    uow.session.flush()
