"""Why a file cannot be shown as pictures."""

from __future__ import annotations


class CannotShow(Exception):
    """why: damaged (or what it is not), locked (with a password) or slow (took longer than it may)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoOffice(Exception):
    """LibreOffice is not installed on this machine."""
