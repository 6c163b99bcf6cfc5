"""The seam to a host: the product mounts into another Flask application and leaves no trace when it is taken out again."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from lms.app import create_app
from lms.core.settings import Settings


def mount(host: Flask, at: str, settings: Settings | None = None) -> Flask:
    """Serve the product under `at` (for example "/anke") beside everything the host serves; returns the product's application.

    The host keeps its own configuration, sessions, database and routes: the two share a process and nothing else.
    Raises ValueError when `at` is not a path below the root.
    """
    if not at.startswith("/") or at.rstrip("/") == "":
        raise ValueError("the product needs a path of its own, for example /anke")
    product = create_app(settings)
    product.config["SESSION_COOKIE_PATH"] = product.config["REMEMBER_COOKIE_PATH"] = at.rstrip("/") + "/"
    host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {at.rstrip("/"): product.wsgi_app})  # type: ignore[method-assign]
    return product
