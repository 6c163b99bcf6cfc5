"""The facts of a lecture as the line they are read from again."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from lms.compliance.signals.rules.facts import Lecture, Photo


def record_of(lecture: Lecture) -> dict[str, Any]:
    """What json.dumps can write and parsing.lecture_of reads."""
    record = {one.name: _plain(getattr(lecture, one.name)) for one in fields(lecture)}
    record["site"] = {"network": record.pop("network"), "sessions": record.pop("sessions")}
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        made = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, Photo) and value.phash is not None:
            made["phash"] = f"{value.phash:016x}"
        return made
    return value
