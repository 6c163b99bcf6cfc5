"""Ways to sign in that plug-ins bring (entry points of the group anke.sign_in)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lms.core.plugins import Unfit, needs, takes
from lms.notices.channels import Net
from lms.notices.channels.fields import Field
from lms.notices.channels.parcels import Unreachable
from lms.sign_in.models import Rule
from lms.sign_in.ways import ADAPTERS, NotSignedIn, Outsider, Trip

RULES = {Rule.OWN, Rule.WORK_NO, Rule.PHONE}  # the columns of the roster are those of 企业微信 and 钉钉
log = logging.getLogger(__name__)


class Guarded:
    """A way whose faults are told as those of the other side."""

    def __init__(self, way: Any) -> None:
        self._way = way
        self.LABEL, self.FIELDS, self.RULES = way.LABEL, tuple(way.FIELDS), tuple(way.RULES)

    def start(self, settings: dict[str, str], trip: Trip, net: Net) -> str:
        """As Adapter.start. Raises NotSignedIn, Unreachable."""
        return str(self._asked("start", settings, trip, net))

    def finish(self, settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
        """As Adapter.finish. Raises NotSignedIn, Unreachable, also where the plug-in is at fault."""
        found = self._asked("finish", settings, trip, query, net)
        if not isinstance(found, Outsider) or not 0 < len(found.subject) <= 255:
            raise NotSignedIn("plug-in")
        return found

    def _asked(self, name: str, *given: Any) -> Any:
        try:
            return getattr(self._way, name)(*given)
        except (NotSignedIn, Unreachable):
            raise
        except Exception as fault:  # somebody else's code
            log.exception("a way of a plug-in broke")
            raise NotSignedIn("plug-in-fault") from fault


@takes("anke.sign_in")
def take(name: str, way: Any) -> None:
    """way: as lms.sign_in.ways.Adapter. Raises Unfit."""
    needs(way, "LABEL", "FIELDS", "RULES", "start", "finish")
    if name in ADAPTERS:
        raise Unfit("there is such a way already")
    if not all(isinstance(one, Field) for one in way.FIELDS):
        raise Unfit("FIELDS are to be lms.notices.channels.fields.Field")
    if not way.RULES or not set(way.RULES) <= RULES:
        raise Unfit(f"RULES are to be some of {', '.join(sorted(RULES))}")
    ADAPTERS[name] = Guarded(way)
