"""Scenes that take a while to set: set once in this process, and what they left in the folder of data copied for each test."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask

from lms.core import clock
from lms.core.db import db


class Copy(NamedTuple):
    """What a scene left, and told: what it returned."""

    folder: Path
    told: Any


Copies = dict[tuple[Callable[..., Any], str, date], Copy]  # by scene, what it was given, and day: one of yesterday is set again


@pytest.fixture(scope="session")
def copies() -> Copies:
    return {}


@pytest.fixture
def kept(app: Flask, copies: Copies, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """kept(scene, world): what the scene returns, plain values, once it was set in that world; set anew on PostgreSQL.

    A scene that is given nothing makes a world of its own. Nothing else that was written before is there afterwards.
    """

    def find(scene: Callable[..., Any], *given: Any) -> Any:
        if db.engine.dialect.name != "sqlite":
            return scene(*given)
        own, asked = app.extensions["settings"].data_dir, (scene, repr(given), clock.local_date(clock.now()))
        if asked in copies:
            _closed()
            shutil.rmtree(own)
            shutil.copytree(copies[asked].folder, own)
        else:
            told = scene(*given)
            _closed()
            copies[asked] = Copy(tmp_path_factory.mktemp("scene") / "data", copy.deepcopy(told))
            shutil.copytree(own, copies[asked].folder)
        return copy.deepcopy(copies[asked].told)

    return find


def _closed() -> None:
    db.session.remove()
    db.engine.dispose()
