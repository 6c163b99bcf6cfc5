"""Stored words as a book says them: in Chinese, whoever asks for it in whichever language."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from lms.attendance.words import MARK_WORDS, METHOD_WORDS, STATUS_WORDS, TRUST_WORDS
from lms.campaigns.words import SOURCE
from lms.core import clock
from lms.credentials.words import HOURS_WORDS
from lms.lectures.models import LeaveLine, Lecture
from lms.lectures.rules import STATE_WORDS, WITNESS_WORDS
from lms.lectures.words import LEVEL_WORDS

FIELD_WORDS = {"phone": _l("手机号"), "id_number": _l("身份证号")}
WORDS = {
    "trust": TRUST_WORDS, "mark": MARK_WORDS, "method": METHOD_WORDS, "status": STATUS_WORDS, "hours": HOURS_WORDS,
    "state": STATE_WORDS, "step": {"start": _l("开讲"), "end": _l("讲完")}, "witness": WITNESS_WORDS, "field": FIELD_WORDS,
    "level": LEVEL_WORDS,
    "asked": {"copy": _l("要副本"), "correction": _l("更正"), "erasure": _l("删除")},
}  # fmt: skip


def in_words(what: str, value: str | None) -> str | None:
    """what: a key of WORDS. value: as it is stored; a word that is not known stays as it is."""
    return _chinese()[what].get(str(value), str(value)) if value is not None else None


def void_words(lecture: Lecture) -> str:
    """What is to stand beside the title of a lecture that was declared void; nothing beside another's."""
    return f"（已作废：{clock.local_date(lecture.voided_at)}，{lecture.voided_reason}）" if lecture.voided_at else ""


def leave_words(line: LeaveLine) -> str:
    """What a line of leave says."""
    return "登记" if line.given else "没有确认" if line.refused else "取消"


@lru_cache(maxsize=1)
def _chinese() -> dict[str, dict[str, str]]:
    with force_locale(SOURCE):
        return {what: {value: str(word) for value, word in words.items()} for what, words in WORDS.items()}
