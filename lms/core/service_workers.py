"""Service workers: what keeps a page on a device so that it opens without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from flask import Response, current_app
from flask_babel import gettext as _

# What every page of the product is drawn with.
OF_EVERY_PAGE = ("vendor/tabler.css", "css/anke.css", "css/mark.svg", "js/main.js", "js/requests.js")


def worker(name: str, script: str, files: list[str], templates: tuple[str, ...], statics: tuple[str, ...]) -> Response:
    """The script with NAME, VERSION and FILES before it.

    name: tells what it keeps from what another one does. files: addresses it keeps.
    templates, statics: names of what makes a new version when it changes.
    """
    version = f"{_version((script, *statics), templates)}-{_('安课')}"
    head = f"var NAME = {json.dumps(name)};\nvar VERSION = {json.dumps(version)};\nvar FILES = {json.dumps(files)};\n"
    answer = Response(head + (_root() / "static" / script).read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _version(statics: Iterable[str], templates: Iterable[str]) -> str:
    """Changes when anything that a device keeps does."""
    paths = [_root() / "static" / name for name in statics] + [_root() / "templates" / name for name in templates]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def _root() -> Path:
    return Path(current_app.root_path)
