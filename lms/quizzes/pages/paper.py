"""The paper of an attempt as a page. Of a wording only the order of its options and what was chosen are a person's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from flask import current_app, render_template, url_for
from markupsafe import Markup

from lms.core import letters
from lms.core.drawn import Drawn, Shelf, drawn, form_token, shelf
from lms.core.settings import settings
from lms.quizzes import queries, rules

OF_A_FORM = ("number", "total", "token", "counter", "speech", "action", "fields")
LETTERED = ("single", "multiple")
WITH_OPTIONS = (*LETTERED, "judge")
ORDERS = 24  # of four options; kept of each question, about 20 KB
NOTHING, CHECKED, DONE, HIDDEN = Markup(""), Markup(" checked"), Markup(" done"), Markup(" hidden")


class DrawnQuestion:
    """A question on a page, in one language: its form, but for its fields, and its fields as far as they are the same for all."""

    def __init__(self, asked: queries.Asked, language: str) -> None:
        version = asked.version
        self._screen = screen = queries.screen_of(0, version, asked.order, (), language)
        self._macros = macros = _macros()
        self.form = drawn(OF_A_FORM, lambda marks: macros.paper_form(screen, **marks))
        self._options: dict[tuple[str, str, Markup], Markup] = {}
        self._texts = {choice.value: choice.text for choice in screen.choices}
        if version.kind in LETTERED:  # by the bank's letters, not by those of whoever is asked first
            self._texts = {letter: self._texts[shown] for shown, letter in zip(rules.LETTERS, asked.order, strict=False)}
        if version.kind == "fill":
            blanks = [f"blank{at}" for at in range(screen.gaps)]
            self._fields = drawn(
                blanks, lambda marks: macros.answer_fields(replace(screen, chosen=tuple(marks[blank] for blank in blanks)))
            )
        elif version.kind in WITH_OPTIONS:
            self._fields = drawn(("options",), lambda marks: macros.answer_fields(screen, options=marks["options"]))
            self._untouched = lru_cache(ORDERS)(self._choices)  # as whoever begins gets it

    def fields(self, paper: queries.Paper, asked: queries.Asked, chosen: Sequence[str], language: str) -> Markup:
        """chosen: as it is kept; nothing where there is no answer yet."""
        version = asked.version
        if version.kind in WITH_OPTIONS:
            return self._choices(asked.order, chosen) if chosen else self._untouched(asked.order)
        if version.kind == "fill":
            texts = [*chosen, *[""] * self._screen.gaps]
            return self._fields.filled(**{f"blank{at}": texts[at] for at in range(self._screen.gaps)})
        screen = queries.screen_of(0, version, asked.order, chosen, language)
        picture = url_for("quizzes.picture", attempt_id=paper.id, question=version.id) if screen.picture else ""
        return Markup(self._macros.answer_fields(screen, picture))  # escaped by its template

    def _choices(self, order: tuple[str, ...], chosen: Sequence[str] = ()) -> Markup:
        called = zip(rules.LETTERS, order, strict=False)
        if self._screen.kind == "judge":
            called = zip(rules.TRUTHS, rules.TRUTHS, strict=True)
        options = [self._option(shown, letter, CHECKED if letter in chosen else NOTHING) for shown, letter in called]
        return self._fields.filled(options=Markup("\n".join(options)))

    def _option(self, shown: str, letter: str, checked: Markup) -> Markup:
        key = shown, letter, checked
        if key not in self._options:
            self._options[key] = Markup(self._macros.option(self._screen.kind, shown, self._texts[letter], checked))
        return self._options[key]


def whole(paper: queries.Paper, answers: Mapping[UUID, queries.Tap], language: str, seconds_left: int) -> Markup:
    """The page with all questions. answers: those that count so far."""
    kept, token = shelf(), Markup(form_token())  # of letters and digits
    own = {
        "total": Markup(len(paper.asked)),
        "token": token,
        "counter": Markup(queries.last_counter(answers)),
        "speech": Markup("auto" if paper.read_aloud else ""),
        "action": Markup(url_for("quizzes.answers", attempt_id=paper.id)),
    }
    forms: list[str] = []
    marks: dict[str, Markup] = {}
    for number, asked in enumerate(paper.asked, 1):
        tap = answers.get(asked.version.id)
        chosen = tap.chosen if tap else ()
        spoken = language if language in asked.version.translations else ""
        question = kept.kept(("sheet", asked.version.id, spoken), partial(DrawnQuestion, asked, spoken))
        forms.append(question.form.filled(number=Markup(number), fields=question.fields(paper, asked, chosen, spoken), **own))
        marks[f"done{number}"], marks[f"hidden{number}"] = (DONE, HIDDEN) if chosen else (NOTHING, NOTHING)
    minutes, seconds = divmod(seconds_left, 60)
    return _page(kept, paper, language).filled(
        token=token,
        attempt=paper.id,
        seconds=seconds_left,
        clock=f"{minutes}:{seconds:02}",
        questions=Markup("".join(forms)),
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
    said = _said(paper, language)
    large = letters.large(needed=paper.large_type)
    key = (settings().demo, large, said["total"], said["has_text"], tuple(said["languages"]), said["language"])
    states = [(f"done{number}", f"hidden{number}") for number in range(1, said["total"] + 1)]

    def values(marks: Mapping[str, str]) -> dict[str, Any]:
        attempt_id = UUID(marks["attempt"])
        return {
            "demo_mode": settings().demo,
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


def _macros() -> Any:
    return current_app.jinja_env.get_template("quizzes/_question.html").module
