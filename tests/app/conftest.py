"""The application on a freshly loaded demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lms.app import create_app
from lms.core.db import db
from tests.conftest import settings_for
from tests.installations import SECRET


@pytest.fixture(scope="module")
def demo_app(installation: Callable[[str], Path]) -> Iterator[Flask]:
    app = create_app(replace(settings_for(installation("demo")), env="demo", secret_key=SECRET))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()
