"""Kinds of question that plug-ins bring: one text is typed, and the plug-in says what it is worth.

They are drawn, printed, keyed in and kept like a question with one blank; what the plug-in gave is written down when an attempt
is handed in, so that it stays when the plug-in is gone. From then on a person marks such answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brought:
    """label: what the kind is called. hint: what whoever writes a question puts as its key.

    check: key → what is wrong with it in a sentence, "" for nothing. grade: key, answer → 0 … 100 percent; None when it cannot
    say.
    """

    label: str
    hint: str
    check: Callable[[str], str]
    grade: Callable[[str, str], int | None]


BROUGHT: dict[str, Brought] = {}  # by the name of the entry point, which is kept with the question
