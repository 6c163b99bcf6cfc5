"""The result of an attempt as a page. Of a wording only the letters of its options and what was chosen are a person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from lms.core import letters
from lms.core.drawn import Drawn, Shelf, form_token, shelf
from lms.core.settings import settings
from lms.quizzes import queries, rules
from lms.quizzes.models import QuizImage, QuizSheet, ScoreChange
from lms.quizzes.pages.paper import LETTERED, WITH_OPTIONS

OF_A_CARD = ("number", "worth", "given", "reason", "right")
OF_THE_PAGE = ("attempt", "quiz", "score", "mark", "name", "title", "nth", "most", "submitted", "asked", "right", "heading")


@dataclass(frozen=True, slots=True)
class Around:
    """What a result says besides the questions. own: whoever reads it took it. again_at: when the next attempt may begin, None
    at once. explained: what was right is shown. may_correct: whoever reads it marks texts of others, and some here have
    marks. sheet, photos: of an attempt on paper. no_hours: they were in the lecture for so short that no certificate comes of it.
    """

    own: bool
    may_retake: bool
    again_at: datetime | None
    explained: bool
    no_more: bool
    changes: Sequence[ScoreChange] = ()
    may_correct: bool = False
    sheet: QuizSheet | None = None
    photos: Sequence[QuizImage] = ()
    no_hours: bool = False


def result(attempt: queries.Handed, outcomes: Sequence[queries.Outcome], around: Around) -> Markup:
    """The page; attempt: handed in."""
    kept = shelf()
    told = [outcome for outcome in outcomes if outcome.share is None or outcome.share < 1 or outcome.note or outcome.corrected]
    late = sum(outcome.late for outcome in outcomes)
    page = _page(kept, attempt, around, any_told=bool(told))
    return page.filled(
        token=form_token(),
        attempt=attempt.id,
        quiz=attempt.quiz_id,
        score=attempt.score,
        mark=attempt.pass_mark,
        name=attempt.name,
        title=attempt.title,
        nth=attempt.number,
        most=attempt.max_attempts,
        submitted=current_app.jinja_env.filters["seconds"](attempt.submitted_at),
        asked=len(outcomes),
        right=sum(outcome.share == 1 for outcome in outcomes),
        heading=_heading(told),
        notes=_notes(attempt, around, late),
        photos=_macros().photos(around.sheet, around.photos) if around.photos else "",
        cards=Markup("\n".join([_card(kept, outcome, around) for outcome in told])),
    )


def _heading(told: Sequence[queries.Outcome]) -> str:
    """What the cards are of. An answer that nobody has marked yet is not one that was missed."""
    missed = sum(outcome.share is not None and outcome.share < 1 for outcome in told)
    waiting = sum(outcome.share is None for outcome in told)
    parts = [_("没有全对的 %(n)s 道题", n=missed)] if missed else []
    parts += [_("等待评分的 %(n)s 道题", n=waiting)] if waiting else []
    return " · ".join(parts) or _("有评语或更正的题")


def _page(kept: Shelf, attempt: queries.Handed, around: Around, *, any_told: bool) -> Drawn:
    state = "waiting" if attempt.score is None else "passed" if attempt.passed else "failed"
    large = letters.large(needed=False)
    said = {
        "demo_mode": settings().demo,
        "large_type": "1" if large else "0",
        "state": state,
        "own": around.own,
        "retest": attempt.retest_of_id is not None,
        "on_paper": around.sheet is not None,
        "any_told": any_told,
        "no_hours": around.no_hours,
        "begins_again": around.may_retake and around.again_at is None,
    }

    def values(marks: Mapping[str, str]) -> dict[str, Any]:
        ids = {"attempt_id": UUID(marks["attempt"]), "quiz_id": UUID(marks["quiz"])}
        return {**marks, **said, **ids, "read_at": url_for("quizzes.result", attempt_id=ids["attempt_id"])}

    return kept.page("quizzes/result.html", tuple(said.values()), (*OF_THE_PAGE, "notes", "photos", "cards"), values)


def _notes(attempt: queries.Handed, around: Around, late: int) -> Markup:
    """What is not so with most results; nothing of it is kept."""
    by_clock = attempt.submitted_how == "deadline"
    if not any(
        (late, by_clock, around.changes, around.sheet, around.again_at, around.no_more, around.may_correct, not around.explained)
    ):
        return Markup("")
    return Markup(_macros().notes(attempt, around, late, int(rules.GRACE.total_seconds() // 60)))  # escaped by its template


def _card(kept: Shelf, outcome: queries.Outcome, around: Around) -> Markup:
    """One question that was not got in full."""
    version = outcome.version
    own = {
        "number": Markup(outcome.number),
        "worth": _worth(kept, outcome.share),
        "given": _said(kept, outcome, outcome.chosen),
        "right": _right(kept, outcome),
    }
    if outcome.ruled or outcome.note or outcome.corrected or outcome.share is None or version.kind in rules.MARKED_BY_A_PERSON:
        reason = None if outcome.share is None or version.kind in rules.MARKED_BY_A_PERSON else outcome.reason
        more = {"reason": reason, "ruled": outcome.ruled, "note": outcome.note, "corrected": outcome.corrected}
        return Markup(_macros().card(version, around.own, around.explained, **own, **more))  # escaped by its template
    drawn = kept.part(("card", version.id, around.own, around.explained), OF_A_CARD, partial(_draw_card, version, around))
    said = kept.kept(("reason", *outcome.reason.key), lambda: escape(str(outcome.reason)))
    return drawn.filled(reason=said, **own)


def _draw_card(version: queries.Kept, around: Around, marks: Mapping[str, str]) -> str:
    return str(_macros().card(version, around.own, around.explained, **marks))


def _worth(kept: Shelf, share: Fraction | None) -> Markup:
    return kept.kept(("worth", share), lambda: Markup(_macros().worth(share)))


def _right(kept: Shelf, outcome: queries.Outcome) -> Markup:
    if outcome.version.kind in WITH_OPTIONS:
        return _said(kept, outcome, outcome.right)
    return Markup(_words().key_said(outcome.version.body, outcome.right, outcome.choices))


def _said(kept: Shelf, outcome: queries.Outcome, values: Sequence[str]) -> Markup:
    """An answer in words, each option with the letter it had."""
    if outcome.version.kind not in LETTERED or not values:
        if values and outcome.version.kind != "judge":
            return Markup(_words().said(outcome.version.body, values, outcome.choices))
        return kept.kept(("said", *values), lambda: Markup(_words().said(outcome.version.body, values, outcome.choices)))
    said = [
        kept.kept(("said", choice.value, choice.text), partial(_option, choice))
        for choice in outcome.choices
        if choice.value in values
    ]
    return Markup("".join(said))


def _option(choice: rules.Choice) -> Markup:
    return Markup(_words().option_said(choice.value, choice.text))


def _macros() -> Any:
    return current_app.jinja_env.get_template("quizzes/_result.html").module


def _words() -> Any:
    return current_app.jinja_env.get_template("quizzes/_words.html").module
