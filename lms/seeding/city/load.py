"""Making the city, with a progress bar; broken off, it goes on where it was."""

from __future__ import annotations

import sys
import time

import click
from flask import current_app
from sqlalchemy import Connection, func, select

from lms.access.actor import Actor
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise
from lms.seeding.city.firms import CODE, Writer
from lms.seeding.city.stage import build

ACTOR = Actor.system("demo")
SCALES = {"city": 20_000, "district": 1_000}
TOGETHER = 100  # enterprises of one transaction at most


def load_city(enterprises: int) -> dict[str, float]:
    """So many enterprises in all, 50 people each, with two rounds of lectures; returns what there is now and the seconds.

    Writes rows beneath the use cases, dated as these would have: no chain, no notices, no certificates. What was written
    by an earlier call stays; each transaction holds whole enterprises. Progress on stderr.
    """
    began = time.monotonic()
    with unit_of_work(ACTOR, "system") as uow:
        stage, now = build(uow), uow.now
        there = uow.session.scalar(select(func.count(Enterprise.id)).where(Enterprise.uscc.startswith(CODE))) or 0
    marks = 0
    with db.engine.connect() as connection, click.progressbar(
        range(there, max(enterprises, there)), label="测算用的城市", file=sys.stderr, update_min_steps=20
    ) as numbers:  # fmt: skip
        writer = Writer(connection, stage, now)
        transaction, held = None, 0
        for number in numbers:
            if transaction is None:
                transaction = connection.begin()
                _without_triggers(connection)  # each row refers to what this writer made or has just read
            writer.firm(number)
            held += 1
            if held >= TOGETHER or writer.full:
                writer.write()
                transaction.commit()
                transaction, held = None, 0
        if transaction:
            writer.write()
            transaction.commit()
        marks = writer.attendance
    _look_at_tables()
    return {"enterprises": max(enterprises, there), "attendance": marks, "seconds": round(time.monotonic() - began, 1)}


def _without_triggers(connection: Connection) -> None:
    """For this transaction PostgreSQL runs no trigger: neither those that look up what a row refers to, four fifths of what a
    row costs it, nor the guards of what may only be added (core/guards.py).

    Only its superuser may say so; with anybody else, and on SQLite, every row is looked at.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT set_config('session_replication_role', 'replica', true) WHERE current_setting('is_superuser') = 'on'"
        )


def _look_at_tables() -> None:
    """Tell the database how much there is now, so that it plans for it."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    current_app.logger.info("city_loaded")
