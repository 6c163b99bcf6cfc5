"""What a platform is told of results, and what its answers mean.

Source: 1EdTech LTI Assignment and Grade Services 2.0, https://www.imsglobal.org/spec/lti-ags/v2p0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lms.core import clock
from lms.integrations.lti.rules.launching import CLAIM

MINUTES, QUIZ = "minutes", "quiz"
QUIZ_MAXIMUM = 100
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
ENDPOINT = AGS + "claim/endpoint"
LINES, SCORE = AGS + "scope/lineitem", AGS + "scope/score"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
MEMBERS = NRPS + "scope/contextmembership.readonly"
LINE_TYPE, SCORE_TYPE = "application/vnd.ims.lis.v2.lineitem+json", "application/vnd.ims.lis.v1.score+json"
LINES_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
NOT_ACCEPTABLE_AGAIN = 409  # the platform has this one already, or a newer one
LONGEST_URL = 1000


@dataclass(frozen=True, slots=True)
class CourseTold:
    """What a launch says of the course it comes from. line_url: the column of this very link, where the platform made one."""

    context_id: str
    title: str = ""
    lines_url: str | None = None
    line_url: str | None = None
    members_url: str | None = None
    scopes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As a session or a ticket carries it."""
        return asdict(self)


def course_of(claims: Mapping[str, Any]) -> CourseTold | None:
    """The course of a launch; None for one from outside of any."""
    context, endpoint = claims.get(CLAIM + "context"), claims.get(ENDPOINT)
    roster = claims.get(NRPS + "claim/namesroleservice")
    if not isinstance(context, dict) or not isinstance(context.get("id"), str) or not 0 < len(context["id"]) <= 255:
        return None
    endpoint, roster = (one if isinstance(one, dict) else {} for one in (endpoint, roster))
    scopes = endpoint.get("scope")
    granted = scopes if isinstance(scopes, list) else []
    members_url = _url(roster.get("context_memberships_url"))
    return CourseTold(
        context_id=context["id"],
        title=str(context.get("title") or context.get("label") or "")[:200],
        lines_url=_url(endpoint.get("lineitems")),
        line_url=_url(endpoint.get("lineitem")),
        members_url=members_url,
        scopes=tuple(sorted({each for each in granted if each in (LINES, SCORE)} | ({MEMBERS} if members_url else set()))),
    )


def minutes_told(minutes: int | None, *, absent: bool, maximum: int) -> int | None:
    """What is told of somebody's minutes in a lecture that is over: what is not known is not told, and is not zero."""
    return min(minutes, maximum) if minutes is not None else 0 if absent else None


def scores_url(line_url: str) -> str:
    """Where the scores of a line go: its path and /scores, before what may follow a question mark."""
    parts = urlsplit(line_url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores"))


def score_body(subject: str, score: int | None, maximum: int, wanted_at: datetime) -> dict[str, Any]:
    """A score as it is sent. wanted_at: the same however often it is sent, to the microsecond."""
    body = {
        "userId": subject, "timestamp": clock.utc(wanted_at, "microseconds"),
        "activityProgress": "Completed", "gradingProgress": "FullyGraded" if score is not None else "PendingManual",
    }  # fmt: skip
    return body | ({"scoreGiven": score, "scoreMaximum": maximum} if score is not None else {})


def line_body(label: str, lecture_id: str, kind: str, maximum: int) -> dict[str, Any]:
    """A line as it is asked for; by resource and tag it is found again."""
    return {"label": label, "scoreMaximum": maximum, "resourceId": lecture_id, "tag": kind}


def taken(status: int | None) -> bool:
    """Whether the platform has the score: it said so, or it has a newer one (LTI AGS 2.0). None: it did not answer."""
    return status is not None and (200 <= status < 300 or status == NOT_ACCEPTABLE_AGAIN)


def passing(status: int | None) -> bool:
    """Whether it may be otherwise in a moment: nobody answered, too much at once, or a fault on the other side."""
    return status is None or status == 429 or status >= 500


def _url(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_URL or not value.isprintable():
        return None
    return value if value.startswith(("https://", "http://")) else None
