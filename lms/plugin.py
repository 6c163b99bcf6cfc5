"""The seam to a host: the product mounts into another Flask application and leaves no trace when it is taken out again."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from lms.app import create_app
from lms.core.settings import Settings, read_settings


def mount(host: Flask, at: str, settings: Settings | None = None) -> Flask:
    """Serve the product under `at` (for example "/anke") beside everything the host serves; returns the product's application.

    The host keeps its own configuration, sessions, database and routes: the two share a process and nothing else.
    Raises ValueError when `at` is not a path below the root, or the base_url of the settings names another one.
    """
    at = at.rstrip("/")
    if not at.startswith("/"):
        raise ValueError("the product needs a path of its own, for example /anke")
    settings = settings or read_settings()
    if not settings.path:
        settings = replace(settings, base_url=settings.base_url + at)
    if settings.path != at:
        raise ValueError(f"ANKE_BASE_URL ends with {settings.path}, and the product is to be mounted at {at}")
    product = create_app(settings)
    host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {at: product.wsgi_app})  # type: ignore[method-assign]
    return product
