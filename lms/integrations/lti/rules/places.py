"""Which of our pages a link in a course may open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

LECTURE, QUIZ, CERTIFICATES, OWN = "lecture", "quiz", "certificates", "own"
_ID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_PLACES = (
    (re.compile(f"/lectures/{_ID}"), LECTURE),
    (re.compile(f"/quizzes/{_ID}"), QUIZ),
    (re.compile("/me/certificates"), CERTIFICATES),
    (re.compile("/me"), OWN),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page somebody may be sent to. id: of the lecture or quiz, None for one's own pages."""

    kind: str
    id: UUID | None = None

    @property
    def path(self) -> str:
        return {
            LECTURE: f"/lectures/{self.id}", QUIZ: f"/quizzes/{self.id}", CERTIFICATES: "/me/certificates", OWN: "/me",
        }[self.kind]  # fmt: skip


def place_of(target: str, base: str) -> Place | None:
    """The page that an address means. target: a whole address, or a path. base: ours, no slash at its end.

    None for an address of somebody else, or of a page that no course opens. The address where launches arrive is one's own.
    """
    if target.startswith("/") and not target.startswith("//"):
        path = target
    else:
        ours = f"{base}/"
        if not target.startswith(ours):
            return None
        path = target[len(base) :]
    path = urlsplit(path).path.rstrip("/")
    if path == "" or path.startswith("/lti/"):
        return Place(OWN)
    for pattern, kind in _PLACES:
        found = pattern.fullmatch(path)
        if found:
            return Place(kind, UUID(found[1]) if found.groups() else None)
    return None
