"""What came of a chase, in words: for pages and for lists to hand out."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.compliance.chasing.rules import Came, Outcome


def came_words(came: Came) -> tuple[str, str]:
    """In words, and the kind of its pill; no words where it is too early to say."""
    on = came.on.isoformat() if came.on else ""
    return {
        Outcome.NOTHING: (_("%(n)s 天没有动静", n=came.days) if came.days else "", "warn"),
        Outcome.EXTENSION: (_("%(on)s 申请改期", on=on), "far"),
        Outcome.EXEMPTION: (_("%(on)s 申请免除", on=on), "far"),
        Outcome.PLANNED: (_("%(on)s 安排了讲课", on=on), "far"),
        Outcome.LECTURED: (_("%(on)s 开讲", on=on), "ok"),
        Outcome.COMPLETED: (_("%(on)s 完成", on=on), "ok"),
    }[came.what]
