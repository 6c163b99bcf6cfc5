"""Names in a message that goes to the next page (flash): it travels in the session's cookie, of which a browser keeps 4 KB and
else nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

MOST = 300  # characters of names in all messages of one answer
LONGEST = 60  # of one name, where even the first is too long


def fitting(names: Sequence[str], most: int = MOST) -> list[str]:
    """The first names, as many as `most` characters hold; the first one at least, shortened where it is very long."""
    taken: list[str] = []
    for name in names:
        most -= len(name)
        if most < 0:
            break
        taken.append(name)
    return taken or [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names[:1]]


def people(names: Sequence[str]) -> str:
    """People by name, with how many they are where not all fit."""
    shown = fitting(names)
    said = _("、").join(shown)
    return said if len(shown) == len(names) else _("%(names)s等 %(n)s 人", names=said, n=len(names))


def enterprises(names: Sequence[str]) -> str:
    """The same of enterprises."""
    shown = fitting(names)
    said = _("、").join(shown)
    return said if len(shown) == len(names) else _("%(names)s等 %(n)s 家", names=said, n=len(names))
