"""The shape of answered papers: their photos, when they were answered, why one is put right."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length


class PhotoForm(FlaskForm):
    photos = MultipleFileField(_l("答卷照片"), [InputRequired(_l("请选择照片或扫描件"))])


class KeyForm(FlaskForm):
    """When a paper was answered; the answers themselves are read beside it."""

    day = DateField(_l("答卷日期"), [InputRequired(_l("请填写日期"))])
    at = TimeField(_l("答卷时间"), [InputRequired(_l("请填写时间"))])


class CorrectForm(FlaskForm):
    """Why what was keyed in is put right."""

    reason = StringField(
        _l("更正原因"),
        [DataRequired(_l("请写明更正原因，检查时会看到")), Length(min=2, max=60, message=_l("请用 2 到 60 个字写明原因"))],
    )
