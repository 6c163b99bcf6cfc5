"""Telling people, and what becomes of it."""

from lms.notices.service.outbox import again
from lms.notices.service.telling import take_out, tell, withdraw

__all__ = ["again", "take_out", "tell", "withdraw"]
