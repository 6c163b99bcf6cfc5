"""Parts of pages that are the same for everybody but for some gaps: drawn once for each language, and filled for each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import RLock
from typing import Any, TypeVar
from uuid import uuid4

from flask import current_app, has_request_context, request
from flask_babel import get_locale
from markupsafe import Markup, escape

from lms.core.memo import Lists

MOST = 1_000  # parts kept for one language, about 3 KB each
MOST_LINES = 3_000  # of lists, about 1 KB each
_OURS = str(uuid4())[:24]  # of the marks of this process; the rest is a number. They are UUIDs, so that an address takes them
_MARK = re.compile(f"({_OURS}[0-9]{{12}})")
Draw = Callable[[Mapping[str, str]], str]
R = TypeVar("R", bound=Hashable)
T = TypeVar("T")


class Drawn:
    """A part with gaps."""

    def __init__(self, text: str, marks: Mapping[str, str]) -> None:
        """marks: gap → what stands in the text where it is, and nowhere else."""
        names = {mark: name for name, mark in marks.items()}
        self._pieces: list[str] = _MARK.split(text)
        self._gaps = [(at, names[self._pieces[at]]) for at in range(1, len(self._pieces), 2)]

    def filled(self, **values: Any) -> Markup:
        """values: what goes into the gaps; escaped unless it is markup."""
        for name, value in values.items():
            if type(value) is not Markup:
                values[name] = escape(value)
        pieces = self._pieces.copy()
        for at, name in self._gaps:
            pieces[at] = values[name]
        return Markup("".join(pieces))  # its own pieces were escaped as they were drawn


class Shelf:
    """The parts kept for one language. Whatever a part depends on besides its gaps stands in its key.

    Each is drawn by one thread while the others wait for it: when a hall presses a button, all of them want the same parts at
    once, and drawing them side by side took eight times as long as drawing them.
    """

    def __init__(self, locale: str, *, keeps: bool = True) -> None:
        self._locale = locale
        self._keeps = keeps
        self._parts: dict[Hashable, Any] = {}
        self._lines: Lists[Any] = Lists(MOST_LINES)
        self._drawing = RLock()  # a part may be made of others

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made once: of the same key always the same."""
        found: T | None = self._parts.get(key)
        if found is not None:
            return found
        with self._drawing:
            found = self._parts.get(key)
            if found is None:
                found = make()
                if len(self._parts) >= MOST:
                    self._parts.clear()
                if self._keeps:
                    self._parts[key] = found
        return found

    def part(self, key: Hashable, gaps: tuple[str, ...], draw: Draw) -> Drawn:
        """draw: gets a mark for each gap, to be written where the gap is."""
        return self.kept(key, lambda: drawn(gaps, draw))

    def lines(self, name: Hashable, rows: Iterable[R], draw: Callable[[R], T]) -> dict[R, T]:
        """Row → what is drawn of it, as of Lists.of()."""
        return self._lines.of(name, rows, draw) if self._keeps else {row: draw(row) for row in rows}

    def page(
        self, template: str, key: Hashable, gaps: tuple[str, ...], values: Callable[[Mapping[str, str]], dict[str, Any]]
    ) -> Drawn:
        """A whole page, with a gap "token" for the form token besides. It asks for nothing but the values, which are made with
        the marks: neither who is asking, nor what was flashed.
        """

        def draw(marks: Mapping[str, str]) -> str:
            page = current_app.jinja_env.get_template(template)
            text = page.render(locale=self._locale, get_flashed_messages=lambda **_: (), **values(marks))
            token = form_token()
            assert token in text, "a page has its form token in its head"
            return text.replace(token, marks["token"])

        return self.part((template, key), ("token", *gaps), draw)


def drawn(gaps: Iterable[str], draw: Draw) -> Drawn:
    """A part that is kept by whoever asks. draw: as of Shelf.part()."""
    marks = {gap: f"{_OURS}{number:012}" for number, gap in enumerate(gaps)}
    return Drawn(draw(marks), marks)


def form_token() -> str:
    """The token that forms of this session carry."""
    make: Callable[[], str] = current_app.jinja_env.globals["csrf_token"]  # type: ignore[assignment]  # Flask-WTF put it there
    return make()


def shelf() -> Shelf:
    """What is kept for the language of this request, and for where the product is mounted."""
    kept: dict[tuple[str, str], Shelf] = current_app.extensions.setdefault("drawn", {})
    language, mounted = get_locale().language, request.script_root if has_request_context() else ""
    found = kept.get((language, mounted))
    if found is None:
        found = kept[language, mounted] = Shelf(language, keeps=not current_app.jinja_env.auto_reload)
    return found
