"""Parts of pages that are the same for many: drawn once for each language and kept."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask, has_request_context, request
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from lms.web.locale import chosen

KEPT = 512


class Page(Template):
    """A template of ours. None has globals of its own, which Jinja would look for at every import of a macro."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init(app: Flask) -> None:
    app.jinja_env.template_class = Page

    @lru_cache(KEPT)
    def kept(name: str, language: str, mounted: str, said: tuple[tuple[str, Hashable], ...]) -> Markup:
        return draw(name, dict(said))

    def draw(name: str, said: dict[str, Hashable]) -> Markup:
        return Markup(app.jinja_env.get_template(name).render(said))  # our own template, escaped as it was drawn

    def fixed(name: str, /, **said: Hashable) -> Markup:
        """A template that asks for nothing but what it is told, the language and where the product is mounted.

        said: what many requests have in common; nothing of one person.
        """
        if app.jinja_env.auto_reload:
            return draw(name, said)
        return kept(name, chosen(), request.script_root if has_request_context() else "", tuple(said.items()))

    app.jinja_env.globals["fixed"] = fixed
