"""Each way to sign in elsewhere: where to send somebody, and who came back. Plain requests, one thin sender."""

from __future__ import annotations

from lms.sign_in.models import WayKind
from lms.sign_in.ways import dingtalk, oidc, wecom
from lms.sign_in.ways.given import Adapter, NotSignedIn, Outsider, Trip

ADAPTERS: dict[str, Adapter] = {WayKind.OIDC: oidc, WayKind.WECOM: wecom, WayKind.DINGTALK: dingtalk}

__all__ = ["ADAPTERS", "Adapter", "NotSignedIn", "Outsider", "Trip"]
