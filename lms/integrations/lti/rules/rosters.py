"""Who came into a course and who left it, by the roster the platform gives.

Source: 1EdTech LTI Names and Role Provisioning Services 2.0, https://www.imsglobal.org/spec/lti-nrps/v2p0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.integrations.lti.rules.launching import LONGEST

ACCEPT = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ACTIVE = "Active"


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on a roster. numbers: what the platform says of the person's numbers, by name."""

    subject: str
    name: str
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is different since the last roster. came: new ones, and those who are back; left: subjects; renamed: new names."""

    came: tuple[Listed, ...]
    left: tuple[str, ...]
    renamed: tuple[Listed, ...]


def read(page: Mapping[str, Any]) -> list[Listed]:
    """Those of one page who are in the course. Raises ValueError where it is no roster."""
    members = page.get("members")
    if not isinstance(members, list):
        raise ValueError("no roster")
    found = []
    for each in members:
        if not isinstance(each, dict) or each.get("status", ACTIVE) != ACTIVE:
            continue
        subject = each.get("user_id")
        if isinstance(subject, str) and 0 < len(subject) <= LONGEST and subject.isprintable():
            number = each.get("lis_person_sourcedid")
            numbers = (("work_no", number.strip()),) if isinstance(number, str) and number.strip() else ()
            found.append(Listed(subject, _name(each), numbers))
    return found


def next_page(link: str) -> str | None:
    """The address of the next page by the header Link (RFC 8288); None for the last one."""
    for part in link.split(","):
        address, _semicolon, about = part.partition(";")
        if 'rel="next"' in about.replace(" ", "") or "rel=next" in about.replace(" ", ""):
            return address.strip().removeprefix("<").removesuffix(">")
    return None


def change(known: Mapping[str, str], listed: Iterable[Listed]) -> Change:
    """known: subject → name of those who are in the course as far as we know. listed: all of the roster.

    A roster that says the same again changes nothing.
    """
    now = {one.subject: one for one in listed}
    return Change(
        came=tuple(one for subject, one in now.items() if subject not in known),
        left=tuple(subject for subject in known if subject not in now),
        renamed=tuple(one for subject, one in now.items() if one.name and known.get(subject, one.name) != one.name),
    )


def _name(member: Mapping[str, Any]) -> str:
    """The whole name; put together as Chinese names are where it is told in two."""
    name = member.get("name") or f"{member.get('family_name') or ''}{member.get('given_name') or ''}"
    return str(name).strip()[:100]
