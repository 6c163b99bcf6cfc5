"""Credibility signals that plug-ins bring (entry points of the group anke.signals)."""

from __future__ import annotations

import logging
from typing import Any

from lms.compliance.signals.rules import NOTICE, RULES, SERIOUS, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import Limit, Signal
from lms.compliance.signals.rules.words import WORDS, Words
from lms.core.plugins import Unfit, needs, takes

log = logging.getLogger(__name__)


@takes("anke.signals")
def take(name: str, brought: Any) -> None:
    """brought: WORDS (lms.compliance.signals.rules.words.Words) and rule(lecture, elsewhere, limit) → signals coded `name`.

    A signal must never be a reason that a lecture cannot be closed: where the rule breaks, it has found nothing. Raises Unfit.
    """
    needs(brought, "WORDS", "rule")
    if name in RULES:
        raise Unfit("there is such a signal already")
    if not isinstance(brought.WORDS, Words):
        raise Unfit("WORDS are to be lms.compliance.signals.rules.words.Words")

    def guarded(lecture: Lecture, elsewhere: Elsewhere, limit: Limit) -> list[Signal]:
        try:
            found = list(brought.rule(lecture, elsewhere, limit))
            for one in found:
                if one.code != name or one.level not in (NOTICE, SERIOUS):
                    raise ValueError(f"code {one.code!r}, level {one.level!r}")
                str(brought.WORDS.sentence) % dict(one.facts)
            return found
        except Exception:  # somebody else's code
            log.exception("the rule of a plug-in broke", extra={"signal": name})
            return []

    RULES[name], WORDS[name] = guarded, brought.WORDS
