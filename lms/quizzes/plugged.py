"""Kinds of question that plug-ins bring (entry points of the group anke.question_kinds)."""

from __future__ import annotations

import logging
from typing import Any

from flask_babel import gettext as _

from lms.core.plugins import Unfit, needs, takes
from lms.quizzes.rules.body import KINDS
from lms.quizzes.rules.brought import BROUGHT, Brought
from lms.quizzes.rules.importing.kinds import KIND_OF, word_of

log = logging.getLogger(__name__)


@takes("anke.question_kinds")
def take(name: str, brought: Any) -> None:
    """brought: LABEL (what the kind is called, also in files), HINT (how its key is written), check(key) → a sentence, "" when it
    is fine, and grade(key, answer) → 0 … 100 percent of the question, for ever the same.

    An answer must never be lost to somebody else's code: where grading breaks, a person marks it. Raises Unfit.
    """
    needs(brought, "LABEL", "HINT", "check", "grade")
    words = (word_of(brought.LABEL), word_of(name))
    if name in KINDS or any(KIND_OF.get(word, name) != name for word in words):
        raise Unfit("there is such a kind already")

    def check(key: str) -> str:
        try:
            return str(brought.check(key) or "")
        except Exception:  # somebody else's code
            log.exception("the check of a plug-in broke", extra={"kind": name})
            return _("插件没能检查这个答案，请告诉管理员")

    def grade(key: str, answer: str) -> int | None:
        try:
            percent = brought.grade(key, answer)
            if type(percent) is not int or not 0 <= percent <= 100:
                raise ValueError(f"percent {percent!r}")
            return percent
        except Exception:  # somebody else's code
            log.exception("the grading of a plug-in broke", extra={"kind": name})
            return None

    BROUGHT[name] = Brought(str(brought.LABEL), str(brought.HINT), check, grade)
    KIND_OF.update(dict.fromkeys(words, name))
