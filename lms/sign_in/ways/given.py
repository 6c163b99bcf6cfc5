"""What a way to sign in is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lms.notices.channels import Net
from lms.notices.channels.fields import Field
from lms.sign_in.models import Rule


@dataclass(frozen=True, slots=True)
class Trip:
    """One way there and back. back_to: our address, as entered at the other side. state, nonce, verifier: made for this trip
    and this browser alone. inside: the browser is the one inside the other side's own app.
    """

    back_to: str
    state: str
    nonce: str
    verifier: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Outsider:
    """Who came back. subject: as in ExternalAccount. keys: by which rule they are known as whom, only what is verified."""

    subject: str
    name: str
    keys: Mapping[Rule, str] = field(default_factory=dict)


class NotSignedIn(Exception):
    """Nobody came back, or nobody to be believed. The message is for the log and for whoever set the way up, in the source
    language; it holds no secret.
    """


class Adapter(Protocol):
    """A way to sign in elsewhere; a module of ours, or what a plug-in brings."""

    LABEL: Any  # as chosen by whoever sets one up
    FIELDS: tuple[Field, ...]
    RULES: tuple[Rule, ...]  # by which accounts may become known

    def start(self, settings: dict[str, str], trip: Trip, net: Net) -> str:
        """The address to send the browser to. Raises NotSignedIn, Unreachable."""

    def finish(self, settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
        """Who the browser that came back with this query is. Raises NotSignedIn, Unreachable."""
