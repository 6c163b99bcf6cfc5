"""Parts of pages that are the same for many, for templates: drawn once for each language and kept."""

from __future__ import annotations

from collections.abc import Hashable

from flask import Flask
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from lms.core.drawn import shelf
from lms.web.locale import chosen

IN_A_HALL = (
    "layouts/base.html", "layouts/phone.html", "layouts/_parts.html", "components/forms.html", "components/icons.html",
    "components/kv.html", "components/labels.html", "components/numbers.html", "components/states.html", "quizzes/entry.html",
    "quizzes/take.html", "quizzes/_question.html", "quizzes/result.html", "quizzes/_result.html", "quizzes/_words.html",
    "attendance/_claim_page.html", "attendance/_crowd.html", "attendance/confirm.html", "attendance/done.html",
)  # fmt: skip


class Page(Template):
    """A template of ours. None has globals of its own, which Jinja would look for at every import of a macro."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def read_ahead(app: Flask) -> None:
    """Compile what a hall asks for within seconds: else each process does so while the first of them wait."""
    for name in IN_A_HALL:
        app.jinja_env.get_template(name)


def init(app: Flask) -> None:
    app.jinja_env.template_class = Page

    def fixed(name: str, /, **said: Hashable) -> Markup:
        """A template that asks for nothing but what it is told, the language and where the product is mounted.

        said: what many requests have in common; nothing of one person.
        """

        def draw() -> Markup:
            return Markup(app.jinja_env.get_template(name).render(locale=chosen(), **said))  # ours, escaped as it was drawn

        return shelf().kept(("fixed", name, *said.items()), draw)

    app.jinja_env.globals["fixed"] = fixed
