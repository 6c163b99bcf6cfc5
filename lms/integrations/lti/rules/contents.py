"""What a teacher puts into a course: a lecture, a quiz, one's own pages, as links of the platform.

Source: 1EdTech LTI Deep Linking 2.0, https://www.imsglobal.org/spec/lti-dl/v2p0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lms.integrations.lti.rules.launching import CLAIM, Unfit, origin
from lms.integrations.lti.rules.places import Place
from lms.integrations.lti.rules.results import line_body

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LINK = "ltiResourceLink"
LONGEST_DATA = 16 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the platform asks for. back: where the answer goes; data: goes back as it came; lines: whether columns may too."""

    back: str
    data: str
    several: bool
    lines: bool

    def as_dict(self) -> dict[str, Any]:
        """As a ticket carries it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Picked:
    """One thing that was chosen. line: lecture, kind and the most there is, where there are results of it."""

    place: Place
    title: str
    line: tuple[str, str, int] | None = None


def wanted(claims: Mapping[str, Any]) -> Wanted:
    """What a request for content says. Raises Unfit."""
    told = claims.get(DL + "deep_linking_settings")
    if not isinstance(told, dict):
        raise Unfit("token")
    back, data = told.get("deep_link_return_url"), told.get("data", "")
    if not isinstance(back, str) or origin(back) is None or not isinstance(data, str) or len(data) > LONGEST_DATA:
        raise Unfit("token")
    types = told.get("accept_types")
    if isinstance(types, list) and LINK not in types:
        raise Unfit("message", ", ".join(str(one) for one in types))
    return Wanted(back, data, bool(told.get("accept_multiple")), told.get("accept_lineitem") is not False)


def item(picked: Picked, base: str, *, lines: bool) -> dict[str, Any]:
    """A link as the platform keeps it. base: our address."""
    path = picked.place.path
    made: dict[str, Any] = {"type": LINK, "title": picked.title, "url": f"{base}{path}", "custom": {"page": path}}
    if lines and picked.line:
        lecture_id, kind, maximum = picked.line
        made["lineItem"] = line_body(picked.title, lecture_id, kind, maximum)
    return made


def answer(
    issuer: str, client_id: str, deployment_id: str, items: Sequence[Mapping[str, Any]], data: str, nonce: str
) -> dict[str, Any]:
    """The claims of the answer: here we are who signs, and the platform is whom it is for."""
    said: dict[str, Any] = {
        "iss": client_id, "aud": issuer, "nonce": nonce, CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0", CLAIM + "deployment_id": deployment_id, DL + "content_items": list(items),
    }  # fmt: skip
    return said | ({DL + "data": data} if data else {})
