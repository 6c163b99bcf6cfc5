"""What awaits a person in a quiz, as a page. Before the first attempt a whole hall is told the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from lms.core import letters
from lms.core.drawn import form_token, shelf
from lms.core.settings import settings
from lms.quizzes.queries import SoFar
from lms.quizzes.rules import GRACE


class Awaits(NamedTuple):
    """All that the page says but for the attempts made, so that the page is kept by it.

    opened: for this person. over: the time of the attempt begun has run out. again_at: when the next may begin, None when that
    is no matter. minutes: what this person has. left: attempts not begun yet. begun, tried: whether there is an attempt that is
    not handed in, one at all.
    """

    quiz_id: UUID
    title: str
    is_retest: bool
    questions: int
    pass_mark: int
    minutes: int
    max_attempts: int
    cool_down: int
    opens_at: datetime | None
    closes_at: datetime | None
    opened: bool
    closed: bool
    over: bool
    again_at: datetime | None
    left: int
    passed: bool
    waiting: bool
    begun: bool
    tried: bool


def entry(awaits: Awaits, at: SoFar, *, needs_large: bool) -> Markup:
    """at: where the person is with the quiz."""
    large = letters.large(needed=needs_large)

    def values(marks: Mapping[str, str]) -> dict[str, Any]:
        own = {**marks, "open_id": UUID(marks["open_id"])}
        grace = int(GRACE.total_seconds() // 60)
        return {"demo_mode": settings().demo, "large_type": "1" if large else "0", "grace": grace, **own, **awaits._asdict()}

    page = shelf().page("quizzes/entry.html", (settings().demo, large, awaits), ("open_id", "attempts"), values)
    ended = [attempt for attempt in at.attempts if attempt.submitted_at]
    return page.filled(
        token=Markup(form_token()),  # of letters and digits
        open_id=at.open.id if at.open else "",
        attempts=Markup(_macros().attempts(ended)) if ended else "",  # escaped by its template
    )


def _macros() -> Any:
    return current_app.jinja_env.get_template("quizzes/_entry.html").module
