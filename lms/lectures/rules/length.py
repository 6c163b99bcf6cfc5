"""Whether a lecture was long enough, by its real start and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

PLANNED_PERCENT = 90  # of the plan: who begins two minutes late and ends on time has kept it


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A lecture that was too short (时长不足). All in whole minutes. asked: by the campaign; None when the plan was missed."""

    actual: int
    planned: int
    asked: int | None

    @property
    def minutes(self) -> Any:
        """How long it was and ought to have been, for beside the words 时长不足."""
        return _("讲了 %(n)s 分钟，应讲 %(of)s 分钟", n=self.actual, of=self.planned if self.asked is None else self.asked)

    @property
    def sentence(self) -> Any:
        if self.asked is not None:
            return _("时长不足：专项活动要求 %(asked)s 分钟，实际 %(n)s 分钟。", asked=self.asked, n=self.actual)
        return _("时长不足：计划 %(planned)s 分钟，实际 %(n)s 分钟。", planned=self.planned, n=self.actual)


def shortfall(actual: int | None, planned: int, asked: int | None) -> Shortfall | None:
    """What a lecture lacks, or None.

    actual: whole minutes from real start to real end; None while it is not over. planned: minutes of the plan; less than
    nine tenths of it is too short. asked: the least a campaign asks, exactly; None without a campaign.
    """
    if actual is None:
        return None
    if asked is not None and actual < asked:
        return Shortfall(actual, planned, asked)
    return Shortfall(actual, planned, None) if actual * 100 < planned * PLANNED_PERCENT else None
