"""Somebody whose personal data are erased stays as they are: nothing brings them back, or tells who they were."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.registry.models import Person


class Forgotten(Conflict):
    code = "person-forgotten"
    sentence = _l("这个人的个人信息已按规定删除，不能再改。")


def check_known(person: Person) -> None:
    """Raises Forgotten."""
    if person.erased_at is not None:
        raise Forgotten
