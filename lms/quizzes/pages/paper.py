"""The paper of an attempt as a page. Of a wording only the order of its options and what was chosen are a person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, render_template, url_for
from markupsafe import Markup

from lms.core import letters
from lms.core.drawn import Draw, Drawn, Shelf, form_token, shelf
from lms.core.settings import Settings
from lms.quizzes import queries, rules

CHECKED = Markup(" checked")
OF_A_FORM = ("number", "total", "token", "counter", "speech", "action", "fields")
WITH_OPTIONS = ("single", "multiple", "judge")


def whole(paper: queries.Paper, answers: Mapping[UUID, queries.Tap], language: str, seconds_left: int) -> Markup:
    """The page with all questions. answers: those that count so far."""
    kept, token = shelf(), form_token()
    action = url_for("quizzes.answers", attempt_id=paper.id)
    speech = "auto" if paper.read_aloud else ""
    own = {"total": len(paper.asked), "token": token, "speech": speech, "action": action}
    own["counter"] = queries.last_counter(answers)
    forms: list[Markup] = []
    marks: dict[str, str] = {}
    for number, asked in enumerate(paper.asked, 1):
        tap = answers.get(asked.version.id)
        chosen = tap.chosen if tap else []
        spoken = language if language in asked.version.translations else ""
        forms.append(
            _form(kept, asked, spoken).filled(number=number, fields=_fields(kept, paper, number, asked, chosen, spoken), **own)
        )
        marks |= {f"done{number}": " done" if chosen else "", f"hidden{number}": " hidden" if chosen else ""}
    page = _page(kept, paper, language)
    minutes, seconds = divmod(seconds_left, 60)
    return page.filled(
        token=token,
        attempt=paper.id,
        seconds=seconds_left,
        clock=f"{minutes}:{seconds:02}",
        questions=Markup("").join(forms),
        **marks,
    )


def single(paper: queries.Paper, answers: Mapping[UUID, queries.Tap], language: str, seconds_left: int, page: int) -> str:
    """One question on a page, or after the last the page to hand in: for phones without a script."""
    screens = queries.screens_of(paper, answers, language)
    return render_template(
        "quizzes/take.html",
        attempt_id=paper.id,
        read_at=url_for("quizzes.take", attempt_id=paper.id, page=page),
        screens=screens,
        page=min(page, len(screens) + 1),
        counter=queries.last_counter(answers),
        seconds_left=seconds_left,
        read_aloud=paper.read_aloud,
        needs_large=paper.large_type,
        **_said(paper, language),
    )


def _said(paper: queries.Paper, language: str) -> dict[str, Any]:
    """What a paper says around its questions."""
    languages = paper.languages
    return {
        "total": len(paper.asked),
        "has_text": any(asked.version.kind in rules.MARKED_BY_A_PERSON for asked in paper.asked),
        "languages": languages,
        "language_names": rules.LANGUAGES,
        "language": language if language in languages else "",
    }


def _page(kept: Shelf, paper: queries.Paper, language: str) -> Drawn:
    settings: Settings = current_app.extensions["settings"]
    said = _said(paper, language)
    numbers = range(1, len(paper.asked) + 1)
    large = letters.large(needed=paper.large_type)
    key = (settings.demo, large, said["total"], said["has_text"], tuple(said["languages"]), said["language"])
    states = [(f"done{number}", f"hidden{number}") for number in numbers]

    def values(marks: Mapping[str, str]) -> dict[str, Any]:
        attempt_id = UUID(marks["attempt"])
        return {
            "demo_mode": settings.demo,
            "large_type": "1" if large else "0",
            "attempt_id": attempt_id,
            "read_at": url_for("quizzes.take", attempt_id=attempt_id),
            "seconds_left": marks["seconds"],
            "clock": marks["clock"],
            "questions": marks["questions"],
            "states": [(marks[done], marks[hidden]) for done, hidden in states],
            **said,
        }

    gaps = ("attempt", "seconds", "clock", "questions", *(gap for pair in states for gap in pair))
    return kept.page("quizzes/take.html", key, gaps, values)


def _form(kept: Shelf, asked: queries.Asked, language: str) -> Drawn:
    """The form of a question, all but its fields."""

    def draw(marks: Mapping[str, str]) -> str:
        return _macros().paper_form(_screen(asked, language), **marks)

    return kept.part(("form", asked.version.id, language), OF_A_FORM, draw)


def _fields(kept: Shelf, paper: queries.Paper, number: int, asked: queries.Asked, chosen: Sequence[str], language: str) -> Markup:
    version = asked.version
    if version.kind not in WITH_OPTIONS:
        screen = queries.screen_of(number, version, asked.order, chosen, language)
        picture = url_for("quizzes.picture", attempt_id=paper.id, question=version.id) if screen.picture else ""
        return Markup(_macros().answer_fields(screen, picture))  # escaped by its template

    def draw(marks: Mapping[str, str]) -> str:
        return _macros().answer_fields(_screen(asked, language), options=marks["options"])

    fieldset = kept.part(("fields", version.id, language), ("options",), draw)
    return fieldset.filled(options=_options(kept, asked, chosen, language))


def _options(kept: Shelf, asked: queries.Asked, chosen: Sequence[str], language: str) -> Markup:
    """The options in this person's order. chosen: the bank's letters, or truths."""
    version = asked.version
    if version.kind == "judge":
        drawn = [(kept.part(("truth", truth), ("checked",), partial(_truth, truth)), truth, truth) for truth in rules.TRUTHS]
    else:
        drawn = [
            (
                kept.part(("option", version.id, language, letter), ("value", "checked"), _option(asked, letter, language)),
                letter,
                shown,
            )
            for shown, letter in zip(rules.LETTERS, asked.order, strict=False)
        ]
    return Markup("\n").join(
        [part.filled(value=shown, checked=CHECKED if called in chosen else "") for part, called, shown in drawn]
    )


def _truth(truth: str, marks: Mapping[str, str]) -> str:
    return str(_macros().option("judge", truth, None, marks["checked"]))


def _option(asked: queries.Asked, letter: str, language: str) -> Draw:
    def draw(marks: Mapping[str, str]) -> str:
        version = asked.version
        _stem, body = rules.in_language(version.stem, version.body, version.translations, language) or ("", version.body)
        return str(_macros().option(version.kind, marks["value"], body.options[letter], marks["checked"]))

    return draw


def _screen(asked: queries.Asked, language: str) -> queries.Screen:
    """A question as nobody has answered it yet."""
    return queries.screen_of(0, asked.version, asked.order, (), language)


def _macros() -> Any:
    return current_app.jinja_env.get_template("quizzes/_question.html").module
