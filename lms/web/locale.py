"""Chinese unless somebody chose English; dates always as in Shanghai."""

from __future__ import annotations

from functools import cache

from babel import Locale
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lms.core import letters

LOCALES = {"zh": "中文", "en": "English"}
COOKIE = "anke_locale"


def chosen() -> str:
    """The language of this request, zh or en; commands and jobs speak Chinese. A program says in which one it reads."""
    if not has_request_context():
        return "zh"
    wish = request.cookies.get(COOKIE)
    if wish is None and request.headers.get("Authorization", "").startswith("Bearer "):
        wish = request.accept_languages.best_match(LOCALES)
    return wish if wish in LOCALES else "zh"


@cache
def _known(language: str) -> Locale:
    """Read once: each request asks for it."""
    return Locale.parse(language)


@pass_eval_context
def written(context: EvalContext, text: str, /, **values: object) -> str:
    """A text of a template in the language of this request: what is written in the source is Chinese already, and a page has
    dozens of them. values: under any name, "text" and "context" as well.
    """
    said = text if chosen() == "zh" else get_translations().ugettext(text)
    if context.autoescape:
        said = Markup(said)
    return said % values if values or "%" in said else said


def init(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=lambda: _known(chosen()))

    app.jinja_env.globals.update(_=written, gettext=written)

    @app.context_processor
    def names() -> dict[str, object]:
        wish = request.cookies.get(letters.COOKIE) if has_request_context() else None
        return {"locale": chosen(), "locales": LOCALES, "large_type": wish if wish in ("0", "1") else ""}
