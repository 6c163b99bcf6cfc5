"""Telling people, and what becomes of it."""

from lms.notices.service.outbox import again
from lms.notices.service.telling import forget_name, forget_notices, note_read, take_out, tell, tell_firms, tell_staff, withdraw

__all__ = ["again", "forget_name", "forget_notices", "note_read", "take_out", "tell", "tell_firms", "tell_staff", "withdraw"]
