"""What `anke doctor` says of an installation, each with the way forward, and without changing anything."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_migrate import stamp

from lms.app import MIGRATIONS
from lms.cli import cli
from lms.core import examining, workdays
from lms.core.db import db
from lms.core.settings import Settings
from tests.conftest import settings_for


@pytest.fixture
def settings(app: Flask) -> Settings:
    stamp()
    found: Settings = app.extensions["settings"]
    return found


def test_an_installation_that_is_whole_is_left_alone(settings):
    before = sorted(settings.data_dir.rglob("*.*"))
    assert examining.faults(settings, MIGRATIONS) == []
    assert sorted(settings.data_dir.rglob("*.*")) == before


def test_a_database_that_is_not_there_empty_old_or_new(app, settings, tmp_path):
    def said(settings: Settings) -> str:
        return "".join(examining.faults(settings, MIGRATIONS))

    missing = settings_for(tmp_path)
    assert "anke init" in said(missing) and not (tmp_path / "anke.sqlite3").exists()
    (tmp_path / "anke.sqlite3").touch()
    assert "还是空的" in said(missing)
    stamp(revision="0101")
    assert "比程序旧" in said(settings) and "anke init" in said(settings)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "版本 9999" in said(settings) and "ANKE_DATA_DIR" in said(settings)


@pytest.mark.parametrize(("version", "told"), [("9999", "比程序新"), ("0001", "正式发布之前"), ("0046", "正式发布之前")])
def test_a_database_of_another_version_is_left_alone_and_named(settings, monkeypatch, version, told):
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    for name, value in (("ENV", "test"), ("DATA_DIR", str(settings.data_dir)), ("SECRET_KEY", settings.secret_key)):
        monkeypatch.setenv(f"ANKE_{name}", value)

    for command in ("init", "doctor"):
        answer = CliRunner().invoke(cli, [command])

        assert answer.exit_code == 1 and f"版本 {version}" in answer.output and told in answer.output
        assert isinstance(answer.exception, SystemExit), "a sentence and no stack trace"
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == version


def test_a_database_that_does_not_answer_is_named_without_its_password(settings):
    gone = replace(settings, database_url="postgresql+psycopg://anke:hidden@127.0.0.1:1/anke")
    (said,) = examining.faults(gone, MIGRATIONS)
    assert "连不上" in said and "ANKE_DATABASE_URL" in said and "hidden" not in said


def test_a_store_that_cannot_be_written_a_queue_that_is_gone_and_a_full_disk(settings, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    broken = replace(settings, storage_url=f"file://{tmp_path}/file/files", redis_url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 5 * 1024**2))  # type: ignore[attr-defined]
    store, queue, room = examining.faults(broken, MIGRATIONS)
    assert "ANKE_STORAGE_URL" in store
    assert "ANKE_REDIS_URL" in queue
    assert "只剩 5 MB" in room


def test_from_december_on_a_year_without_its_public_holidays_is_spoken_of(monkeypatch):
    monkeypatch.setattr(workdays, "arranged_until", lambda: 2026)
    assert list(examining.calendar(date(2026, 11, 30))) == []
    for day in (date(2026, 12, 1), date(2027, 1, 1), date(2027, 11, 30)):
        [said] = examining.calendar(day)
        assert "2027 年的法定节假日" in said and "升级" in said
    monkeypatch.setattr(workdays, "arranged_until", lambda: 2027)
    assert list(examining.calendar(date(2026, 12, 31))) == []


@pytest.mark.parametrize(
    ("address", "fine"), [("https://anke.example.cn", True), ("http://anke.example.cn", False), ("https://127.0.0.1:8000", False)]
)
def test_an_address_that_no_phone_can_open_is_spoken_of(settings, address, fine):
    assert (list(examining.advice(replace(settings, env="production", base_url=address))) == []) is fine
    assert list(examining.advice(replace(settings, env="demo", base_url=address))) == []
