"""What was found of one person in one lecture: what their completion, hours and certificate rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.credentials import rules

NOTHING = Decimal(0)
WITHDRAWN = "合格认定已更正"
MOVED = "到课记录已更正，改按新的记录记"


@dataclass(frozen=True, slots=True)
class Settled:
    """What one person's lines rest on. trust: "" of whoever was not there. presence: how they were there, as printed.

    level: that the lecture gives. shared: minutes of it that count in another lecture at the same time.
    """

    category: str
    trust: str
    earned_on: date
    decision: rules.Decision
    score: int | None
    minutes: int | None
    presence: str
    level: str | None
    shared: int = 0

    @property
    def counting(self) -> rules.Counting:
        return rules.counting_on(self.earned_on)

    @property
    def hours(self) -> Decimal | None:
        """None unless completed."""
        return self.counting.hours(max((self.minutes or 0) - self.shared, 0)) if self.decision.completed else None

    @property
    def too_short(self) -> bool:
        """Completed, and the minutes there are so few that they make no hours."""
        return self.decision.completed and not self.counting.hours(self.minutes or 0)

    @property
    def entered(self) -> dict[rules.Entered, Decimal]:
        """What the ledger is to say."""
        return {} if self.hours is None else {rules.Entered(self.trust, self.earned_on): self.hours}

    @property
    def printed(self) -> dict[str, str | int | None]:
        """What a certificate says of it."""
        score = self.score if self.decision.examined else None
        return {"presence": self.presence, "score": score, "hours": rules.plain(self.hours or NOTHING)}
