"""What the stored words of the ledger of hours are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

HOURS_WORDS = {"earned": _l("记入"), "amended": _l("更正"), "voided": _l("冲销")}
