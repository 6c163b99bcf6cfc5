"""A key that was wrong: what an answer is worth after an enterprise has decided about its question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lms.quizzes.rules.body import MARKED_BY_A_PERSON, Body
from lms.quizzes.rules.grading import FULL, Grade, grade
from lms.quizzes.rules.reasons import because as _


@dataclass(frozen=True, slots=True)
class Ruling:
    """up_to: the last version it is about. key: the body whose key counts for them; None: void."""

    up_to: int
    key: Body | None


def with_weights(new: Body, old: Body) -> Body:
    """A body as it was typed, with the weights that its choice came with, as long as options and key are the same."""
    same = (new.kind, new.options, new.answer) == (old.kind, old.options, old.answer)
    return replace(new, weights=old.weights) if same else new


def same_but_for_the_key(asked: Body, key: Body) -> bool:
    """Whether the answers to one wording can be read by the key of another: nothing a person chose among is different."""
    return (
        asked.kind == key.kind
        and asked.kind not in MARKED_BY_A_PERSON
        and asked.options == key.options
        and asked.prompts == key.prompts
        and asked.picture == key.picture
        and len(asked.blanks) == len(key.blanks)
    )


def ruling_on(body: Body, version: int, rulings: Iterable[Ruling]) -> Ruling | None:
    """The ruling that counts for a version: the last one about it. rulings: of its question, in the order they were made."""
    told = [one for one in rulings if version <= one.up_to and (one.key is None or same_but_for_the_key(body, one.key))]
    return told[-1] if told else None


def judge(body: Body, chosen: Sequence[str], ruling: Ruling | None) -> Grade:
    """grade() under a ruling. A void question is everybody's in full, answered or not: its fault is nobody's who was asked."""
    if ruling is None:
        return grade(body, chosen)
    if ruling.key is None:
        return Grade(FULL, _("这道题已作废，每人按全对计"))
    return grade(ruling.key, chosen)


def counts_before(body: Body, share: Fraction | None, ruling: Ruling | None) -> bool:
    """Whether what was given to an answer when it was marked counts, and not what grading says now: of a text always, of a kind
    of a plug-in unless its key was decided about anew."""
    return share is None or (bool(body.by) and ruling is None)


def digest(lines: Iterable[Sequence[object]]) -> str:
    """Sixteen hex digits that are others as soon as anything of what somebody looked at is different."""
    text = "\n".join(sorted("|".join(map(str, line)) for line in lines))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
