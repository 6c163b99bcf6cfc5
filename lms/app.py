"""create_app: everything that is wired together is wired here, by hand and in sight."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from lms.access.door import refuse_silent_routes
from lms.core import logs, plugins
from lms.core.crypto import Keyring
from lms.core.db import db
from lms.core.engine import tune
from lms.core.jobs import Jobs
from lms.core.settings import THREADS, Settings, read_settings
from lms.core.storage import Storage
from lms.web import errors, formats, fragments, locale, mounting, navigation, security
from lms.web.security import csrf, limiter, sign_ins

BLUEPRINTS = (
    "lms.web.views",
    "lms.web.errand_views",
    "lms.notices.views",
    "lms.registry.views.people",
    "lms.registry.views.jurisdiction",
    "lms.registry.views.opening",
    "lms.registry.views.state",
    "lms.registry.views.imports",
    "lms.registry.claims.views",
    "lms.registry.claims.trainer_views",
    "lms.campaigns.views",
    "lms.hazards.views",
    "lms.lectures.views",
    "lms.attendance.views",
    "lms.attendance.views.device",
    "lms.quizzes.views.taking",
    "lms.quizzes.views.marking",
    "lms.quizzes.views.bank",
    "lms.quizzes.views.exchange",
    "lms.quizzes.views.sharing",
    "lms.quizzes.views.law",
    "lms.quizzes.views.paper",
    "lms.quizzes.views.sheet",
    "lms.quizzes.views.retest",
    "lms.quizzes.views.signal",
    "lms.quizzes.views.support",
    "lms.quizzes.views.translation",
    "lms.quizzes.views.regrade",
    "lms.quizzes.views.analysis",
    "lms.credentials.views.certificates",
    "lms.credentials.views.signed",
    "lms.credentials.views.badge",
    "lms.credentials.views.retraining",
    "lms.credentials.views.training",
    "lms.credentials.views.template",
    "lms.credentials.views.award",
    "lms.compliance.views",
    "lms.compliance.chasing.views",
    "lms.compliance.chasing.deferral_views",
    "lms.compliance.visiting.views",
    "lms.compliance.signals.views",
    "lms.compliance.patch.views",
    "lms.compliance.bulletins.views",
    "lms.compliance.bulletins.reply_views",
    "lms.compliance.bulletins.check_views",
    "lms.compliance.situation.views",
    "lms.compliance.burden.recording",
    "lms.compliance.burden.views",
    "lms.compliance.seeing_views",
    "lms.supervision.views",
    "lms.archives.views",
    "lms.integrations.views",
    "lms.integrations.lti.views",
    "lms.sign_in.views.account",
    "lms.sign_in.views.second",
    "lms.sign_in.views.passkey",
    "lms.sign_in.views.worker",
    "lms.sign_in.views.elsewhere",
    "lms.sign_in.views.setting",
    "lms.api.views.token",
    "lms.api.views.reference",
    "lms.api.views",
    "lms.api.views.scim",
)
# These prove themselves with a key of their own in a header.
WITHOUT_FORM_TOKEN = ("lms.attendance.views.device", "lms.api.views", "lms.api.views.scim")
# These need no session: a signed claim for this one phone, or a platform's token, proves more than a form token, and how pages
# look is no secret.
VIEWS_WITHOUT_FORM_TOKEN = (
    "lms.attendance.views.phone.check_in",
    "lms.attendance.views.phone.late_scan",
    "lms.integrations.lti.views.launching.login",
    "lms.integrations.lti.views.launching.launch",
    "lms.integrations.lti.views.launching.identify",
    "lms.integrations.lti.views.launching.open_window",
    "lms.integrations.lti.views.choosing.choose",
    "lms.integrations.lti.views.registering.register",
    "lms.web.views.set_locale",
    "lms.web.views.set_large_type",
)
# From one address, which a whole campus may have: three hundred people in half a minute, twice over; and at the page of
# certificates as many as come out of a hall, while who tries numbers gets nowhere. Firms claim one by one.
RATES = {
    "lti.login": "1200 per minute", "lti.launch": "1200 per minute", "credentials.verify": "300 per minute",
    "bulletin_check.show": "300 per minute",
    "claims.new": "60 per minute", "claims.state": "120 per minute", "claims.account": "60 per minute",
}  # fmt: skip
LISTENERS = (
    "lms.core.upkeep",
    "lms.notices.sending",
    "lms.integrations.sending",
    "lms.integrations.lti.sweeps",
    "lms.integrations.lti.sending",
    "lms.registry.listeners",
    "lms.registry.claims.listeners",
    "lms.campaigns.listeners",
    "lms.registry.principals",
    "lms.registry.anchoring",
    "lms.lectures.reminders",
    "lms.quizzes.reminders",
    "lms.compliance.reminders",
    "lms.compliance.chasing.escalating",
    "lms.hazards.alerting",
    "lms.lectures.listeners",
    "lms.attendance.listeners",
    "lms.quizzes.listeners",
    "lms.credentials.listeners",
    "lms.compliance.listeners",
    "lms.integrations.listeners",
    "lms.integrations.xapi.listeners",
    "lms.archives.listeners",
    "lms.sign_in.listeners",
    "lms.sign_in.code_sending",
    "lms.integrations.lti.listeners",
    "lms.api.listeners",
    "lms.compliance.signals.listeners",
    "lms.compliance.bulletins.jobs",
)
MODELS = (
    "access",
    "ledger",
    "notices",
    "registry",
    "registry.privacy",
    "registry.claims",
    "campaigns",
    "hazards",
    "lectures",
    "attendance",
    "quizzes",
    "credentials",
    "compliance",
    "integrations",
    "integrations.lti",
    "sign_in",
    "compliance.signals",
    "compliance.bulletins",
    "compliance.situation",
    "compliance.visiting",
    "supervision",
    "api",
)
PLUGGED = (
    "lms.notices.channels.plugged",
    "lms.compliance.signals.plugged",
    "lms.sign_in.plugged",
    "lms.quizzes.plugged",
    "lms.archives.official.plugged",
)
MIGRATIONS = Path(__file__).parent.parent / "migrations"
MAX_UPLOAD_MB = 64
COLLECT_AFTER = (20_000, 50, 100)  # a page makes some thousand objects and hardly a cycle; at 700 it looks for them all the time


class Product(Flask):
    """No view or hook of ours is a coroutine, so none is asked whether it is: a request has twenty of them."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


@cache
def serving(settings: Settings | None = None) -> Flask:
    """The product as the processes that serve it all day hold it: without what changes the schema (9 MB). The same one when
    asked again: a process that parted from one that had it shares its memory.
    """
    app = create_app(settings, migrations=False)
    fragments.read_ahead(app)
    # What was built so far stays as long as the process: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def plug_in() -> list[plugins.Plugin]:
    """Take in what other packages bring; returns all of it, what was left out too."""
    for name in PLUGGED:
        importlib.import_module(name)
    return plugins.load()


@cache
def _at_most(view: Callable[..., Any], rate: str) -> Callable[..., Any]:
    """The view, so often and then a plain refusal; counted once, however many applications are made of it."""
    limited: Callable[..., Any] = limiter.limit(rate)(view)
    return limited


def create_app(settings: Settings | None = None, *, migrations: bool = True) -> Flask:
    """The product as a Flask application. Raises SettingsFault, or RuntimeError when a route declares no permission."""
    settings = settings or read_settings()
    logs.set_up(settings)
    app = Product("lms", root_path=str(Path(__file__).parent))
    app.config.update(
        SECRET_KEY=Keyring(settings.secret_key).derive("session").hex(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": THREADS},
        MAX_CONTENT_LENGTH=MAX_UPLOAD_MB * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
    )
    app.extensions["settings"] = settings
    app.extensions["keyring"] = Keyring(settings.secret_key)
    app.extensions["storage"] = Storage(settings.storage_url)
    app.extensions["jobs"] = Jobs(app, settings)

    for feature in MODELS:
        importlib.import_module(f"lms.{feature}.models")
    db.init_app(app)
    if migrations:
        from flask_migrate import Migrate

        Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)
    with app.app_context():
        tune(db.engine)

    mounting.init(app, settings)
    security.init(app, settings)
    csrf.init_app(app)
    limiter.init_app(app)
    sign_ins.init_app(app, add_context_processor=False)  # templates ask `actor`
    locale.init(app)
    formats.init(app)
    fragments.init(app)
    navigation.init(app)
    errors.init(app)

    for name in LISTENERS:
        importlib.import_module(name)
    plug_in()
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(name).bp)
    for name in WITHOUT_FORM_TOKEN:
        csrf.exempt(importlib.import_module(name).bp)
    for name in VIEWS_WITHOUT_FORM_TOKEN:
        csrf.exempt(name)
    for endpoint, rate in RATES.items():
        app.view_functions[endpoint] = _at_most(app.view_functions[endpoint], rate)
    refuse_silent_routes(app)
    mounting.refuse_own_paths(app, settings)
    return app
