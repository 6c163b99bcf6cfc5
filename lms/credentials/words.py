"""What the stored words of the ledger of hours and of certificates are called."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

HOURS_WORDS = {"earned": _l("记入"), "amended": _l("更正"), "voided": _l("冲销")}
# The clauses that rules.completion and rules.makeups print on a certificate.
_PRESENCE = (
    (re.compile(r"全程到课"), _l("全程到课")),
    (re.compile(r"到课 (?P<n>\d+) 分钟"), _l("到课 %(n)s 分钟")),
    (re.compile(r"补训（补 (?P<year>\d+) 年第 (?P<n>\d+) 期）"), _l("补训（补 %(year)s 年第 %(n)s 期）")),
)


def presence_said(printed: str) -> str:
    """How a certificate says that somebody was there, in the reader's language; what is not known of old, as it is printed."""
    return _("，").join(_clause(one) for one in printed.split("，"))


def _clause(printed: str) -> str:
    for pattern, said in _PRESENCE:
        if found := pattern.fullmatch(printed):
            return str(said) % found.groupdict()
    return printed
