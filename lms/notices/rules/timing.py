"""When a message may leave, and when it is tried again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from lms.core import clock

MORNING, EVENING = time(8), time(21)  # between evening and morning nobody is woken
SOON = timedelta(hours=12)  # what happens within this is worth waking somebody for
# After the first try, the second …; the last one is repeated until MOST_TRIES.
PAUSES = (timedelta(seconds=30), timedelta(seconds=90), timedelta(minutes=4), timedelta(minutes=15), timedelta(hours=1))
MOVES_ON_AFTER = 3  # tries on one channel when there is another one: two minutes
MOST_TRIES = 28  # about a day on the last channel
LISTED_AFTER = timedelta(minutes=10)  # whoever has not been reached by then is listed by name


def quiet(at: datetime) -> bool:
    """Whether an aware instant lies in the quiet hours, 21:00–08:00 on the wall."""
    return not MORNING <= clock.local(at).time() < EVENING


def wakes_at(at: datetime) -> datetime:
    """The next 08:00 on the wall, strictly after an aware instant."""
    local = clock.local(at)
    morning = local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return morning if local < morning else morning + timedelta(days=1)


def ripe_at(now: datetime, *, urgent: bool) -> datetime:
    """When a message written now leaves the product: at once when urgent, else with the digest of the next morning.

    Everything that is not urgent leaves at 08:00, so a person gets one digest a day and none at night.
    """
    return now if urgent else wakes_at(now)


def let_out(at: datetime, *, urgent: bool) -> datetime:
    """When something that should leave at this instant may: then, or in the morning when it would be at night."""
    return at if urgent or not quiet(at) else wakes_at(at)


def presses(now: datetime, happens_at: datetime) -> bool:
    """Whether news of something that happens then is urgent: always by day; at night only when it is within 12 hours."""
    return not quiet(now) or happens_at - now <= SOON


def tries_after(tries: int, *, another: bool) -> timedelta | None:
    """How long to wait after so many tries in vain; None when it is enough.

    tries: at least 1. another: whether there is a further channel to this person.
    """
    if tries >= (MOVES_ON_AFTER if another else MOST_TRIES):
        return None
    return PAUSES[min(tries, len(PAUSES)) - 1]
