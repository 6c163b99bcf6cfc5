"""Reads of the inbox, of what became of what was told, and of who is to be told."""

from lms.notices.queries.fates import Fate, Telling, Unreached, fates_of, tellings, unreached
from lms.notices.queries.inbox import channels_in_use, inbox, latest, own_unread, unread
from lms.notices.queries.readers import Readers, readers

__all__ = [
    "Fate",
    "Readers",
    "Telling",
    "Unreached",
    "channels_in_use",
    "fates_of",
    "inbox",
    "latest",
    "own_unread",
    "readers",
    "tellings",
    "unreached",
    "unread",
]
