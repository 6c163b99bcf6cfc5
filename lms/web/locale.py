"""Chinese unless somebody chose English; dates always as in Shanghai."""

from __future__ import annotations

from flask import Flask, has_request_context, request
from flask_babel import Babel

LOCALES = {"zh": "中文", "en": "English"}
COOKIE = "anke_locale"
LARGE_TYPE = "anke_large_type"  # "1" or "0"; without it as large as usual, or as the person needs it in a quiz


def chosen() -> str:
    """The language of this request, zh or en; commands and jobs speak Chinese."""
    if not has_request_context():
        return "zh"
    wish = request.cookies.get(COOKIE, "zh")
    return wish if wish in LOCALES else "zh"


def init(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=chosen)

    @app.context_processor
    def names() -> dict[str, object]:
        wish = request.cookies.get(LARGE_TYPE, "") if has_request_context() else ""
        return {"locale": chosen(), "locales": LOCALES, "large_type": wish}
