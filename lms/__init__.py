"""安课 (Anke): safety lectures, attendance, quizzes, certificates and a bureau's summaries on one record.

create_app() makes the product as a Flask application; mount() puts it into another one. See docs/mounting.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from lms.core.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """As lms.app.create_app, which is loaded only now: a command that needs no application does not wait for one."""
    from lms import app

    return app.create_app(settings)


def mount(host: Flask, at: str, settings: Settings | None = None) -> Flask:
    """As lms.plugin.mount."""
    from lms import plugin

    return plugin.mount(host, at, settings)
