"""What somebody sets for their own account and cannot read while they type it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from lms.access.service import LONGEST_PASSWORD, SHORTEST_PASSWORD, WRONG_LENGTH


def new_password(label: object) -> PasswordField:
    """A field for the password that is to be."""
    return PasswordField(
        label,
        [InputRequired(_l("请设一个密码")), Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, WRONG_LENGTH)],
        description=_l("至少 %(n)s 个字符。", n=SHORTEST_PASSWORD),
    )


def typed_again(name: str) -> PasswordField:
    """A field for the same once more. name: of the field where it was typed first."""
    return PasswordField(_l("再输一遍"), [InputRequired(_l("请再输一遍")), EqualTo(name, _l("两遍不一样"))])
