"""What is to be written so that the hours ledger says what is known now: a line is taken back as it was entered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

NOTHING = Decimal(0)


class Entered(NamedTuple):
    """As what hours of a completion stand in the ledger: how presence is known (a Trust), and the day."""

    trust: str
    earned_on: date


def corrections(kept: Mapping[Entered, Decimal], wanted: Mapping[Entered, Decimal]) -> dict[Entered, Decimal]:
    """Hours to add, or where negative to take back, so that each sum is the wanted one; what is taken back comes first.

    kept: the sums of the ledger. Hours of nothing are added only where the ledger has no line at all.
    """
    changed = {one: wanted.get(one, NOTHING) - kept.get(one, NOTHING) for one in {**kept, **wanted}}
    return {one: hours for one, hours in sorted(changed.items(), key=lambda item: item[1]) if hours or not kept}
