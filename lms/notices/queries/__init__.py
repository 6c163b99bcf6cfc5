"""Reads of the inbox, of what became of what was told, and of who is to be told."""

from lms.notices.queries.fates import Fate, Telling, Unreached, fates_of, sent_on, tellings, unreached
from lms.notices.queries.inbox import channels_in_use, inbox, kinds_in_use, latest, own_unread, sends_texts, unread
from lms.notices.queries.readers import Readers, officers_of, reachable_on, readers

__all__ = [
    "Fate",
    "Readers",
    "Telling",
    "Unreached",
    "channels_in_use",
    "fates_of",
    "inbox",
    "kinds_in_use",
    "latest",
    "officers_of",
    "own_unread",
    "reachable_on",
    "readers",
    "sends_texts",
    "sent_on",
    "tellings",
    "unreached",
    "unread",
]
