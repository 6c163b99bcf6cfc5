"""The shape of a clause that was replaced."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.core.given import at_most


class ClauseForm(FlaskForm):
    clause = StringField(
        _l("哪一条"),
        [DataRequired(_l("请写法规名称和条款，比如 安全生产法第二十八条")), Length(min=4, max=100, message=_l("4 到 100 个字"))],
    )
    note = StringField(_l("换成了什么"), [at_most(200)])
