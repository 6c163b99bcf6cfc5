"""The shape of what a bureau publishes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField
from wtforms.validators import DataRequired, Length

from lms.core.given import stripped


class VersionForm(FlaskForm):
    note = StringField(_l("这一版改了什么"), [Length(max=200, message=_l("最多 200 字"))], [stripped])
    materials = MultipleFileField(_l("文件"))


class ItemForm(VersionForm):
    title = StringField(
        _l("资料名称"), [DataRequired(_l("请写资料名称")), Length(max=120, message=_l("最多 120 字"))], [stripped]
    )
