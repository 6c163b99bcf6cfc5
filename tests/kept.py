"""Scenes that take seconds to set: set once in this process, and what they left in the folder of data copied for each test."""

from __future__ import annotations

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
    """What a scene left. told: what it returned; made_on: one of yesterday is set again."""

    folder: Path
    told: Any
    made_on: date


@pytest.fixture(scope="session")
def copies() -> dict[Callable[[], Any], Copy]:
    return {}


@pytest.fixture
def kept(app: Flask, copies: dict[Callable[[], Any], Copy], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """kept(scene): what the scene returns, plain values with a world of its own; on PostgreSQL it is set for each test."""

    def find(scene: Callable[[], Any]) -> Any:
        if db.engine.dialect.name != "sqlite":
            return scene()
        own, found, today = app.extensions["settings"].data_dir, copies.get(scene), clock.local_date(clock.now())
        if found and found.made_on == today:
            _closed()
            shutil.rmtree(own)
            shutil.copytree(found.folder, own)
        else:
            told = scene()
            _closed()
            found = Copy(tmp_path_factory.mktemp("scene") / "data", told, today)
            shutil.copytree(own, found.folder)
            copies[scene] = found
        return found.told

    return find


def _closed() -> None:
    db.session.remove()
    db.engine.dispose()
