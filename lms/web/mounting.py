"""The product below a path of its host: behind a proxy that passes the path on or takes it off, or inside another application."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from lms.core.settings import Settings, SettingsFault
from lms.web.places import this_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)


class Below:
    """Tells the product which part of the address is its own, unless whoever calls it has (SCRIPT_NAME)."""

    def __init__(self, product: WSGIApplication, path: str) -> None:
        self._product, self._path = product, path
        self._warned = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = environ.get("SCRIPT_NAME", "").rstrip("/")
        if told:
            self._compare(told)
        else:
            asked = environ.get("PATH_INFO", "")
            if self._path and (asked == self._path or asked.startswith(f"{self._path}/")):
                environ["PATH_INFO"] = asked[len(self._path) :]
            environ["SCRIPT_NAME"] = self._path
        return self._product(environ, start_response)

    def _compare(self, told: str) -> None:
        if told != self._path and not self._warned:
            self._warned = True
            log.warning("served below %s, but ANKE_BASE_URL ends with %r: addresses in printed codes and messages lead elsewhere",
                        told, self._path)  # fmt: skip


def init(app: Flask, settings: Settings) -> None:
    app.config["APPLICATION_ROOT"] = settings.path or "/"
    app.wsgi_app = Below(app.wsgi_app, settings.path)  # type: ignore[method-assign]

    @app.context_processor
    def page() -> dict[str, object]:
        return {"here": this_page}


def refuse_own_paths(app: Flask, settings: Settings) -> None:
    """Raise SettingsFault where the path begins as a page of ours does: whether a proxy took it off could not be told."""
    if any(rule.rule.startswith(f"{settings.path}/") for rule in app.url_map.iter_rules() if settings.path):
        raise SettingsFault(f"ANKE_BASE_URL ends with {settings.path}, where the product has a page itself; choose another path.")
