"""The shape of what a bureau publishes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField
from wtforms.validators import DataRequired

from lms.core.given import at_most, stripped


class VersionForm(FlaskForm):
    note = StringField(_l("这一版改了什么"), [at_most(200)], [stripped])
    materials = MultipleFileField(_l("文件"))


class ItemForm(VersionForm):
    title = StringField(_l("资料名称"), [DataRequired(_l("请写资料名称")), at_most(120)], [stripped])
