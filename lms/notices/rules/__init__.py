"""When people are told, how often one tries, and when one reminds: pure rules."""

from lms.notices.rules.ladder import LADDER, rung_due
from lms.notices.rules.timing import LISTED_AFTER, let_out, presses, quiet, ripe_at, tries_after, wakes_at

__all__ = ["LADDER", "LISTED_AFTER", "let_out", "presses", "quiet", "ripe_at", "rung_due", "tries_after", "wakes_at"]
