"""Telling people, and what becomes of it."""

from lms.notices.service.outbox import again
from lms.notices.service.telling import tell, withdraw

__all__ = ["again", "tell", "withdraw"]
