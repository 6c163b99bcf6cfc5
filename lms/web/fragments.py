"""Parts of pages that are the same for everybody: drawn once for each language and kept."""

from __future__ import annotations

from flask import Flask, has_request_context, request
from markupsafe import Markup

from lms.web.locale import chosen


def init(app: Flask) -> None:
    kept: dict[tuple[str, str, str], Markup] = {}

    def fixed(name: str) -> Markup:
        """A template that asks for nothing but the language and where the product is mounted."""
        key = (name, chosen(), request.script_root if has_request_context() else "")
        if key not in kept or app.jinja_env.auto_reload:
            kept[key] = Markup(app.jinja_env.get_template(name).render())  # our own template, escaped as it was drawn
        return kept[key]

    app.jinja_env.globals["fixed"] = fixed
