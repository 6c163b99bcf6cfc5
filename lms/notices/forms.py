"""The shape of a channel's settings: made from what the channel asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.core.given import stripped
from lms.notices.channels.fields import FIELDS, Field
from lms.notices.models import ChannelKind

MOST = 2000


def channel_form(kind: ChannelKind, kept: dict[str, str] | None) -> FlaskForm:
    """The form of one channel, filled with what is kept; secrets stay empty. kept: None while it was never set up."""
    return settings_form(FIELDS[kind], kept, {"enabled": BooleanField(_l("启用这个渠道"))}, enabled=True)


def settings_form(fields: Iterable[Field], kept: dict[str, str] | None, more: dict[str, Any], **given: Any) -> FlaskForm:
    """A form of these fields and `more`, filled with what is kept of the first and given for the others."""
    fields, there = list(fields), kept or {}
    values = {field.name: "" if field.secret and there else there.get(field.name, field.default) for field in fields}
    controls = {field.name: _control(field, kept) for field in fields}
    form: FlaskForm = type("SettingsForm", (FlaskForm,), controls | more)(data=values | given)
    return form


def hint_of(field: Field, kept: dict[str, str] | None) -> str:
    """What is said below a field; of a secret that is kept, that it is."""
    said = str(field.hint)
    return _("已保存，不再显示；留空就不改。") + said if field.secret and (kept or {}).get(field.name) else said


def _control(field: Field, kept: dict[str, str] | None) -> Any:
    needed = field.required and not (field.secret and (kept or {}).get(field.name))
    checks = [DataRequired(_l("请填写")) if needed else Optional(), Length(max=MOST)]
    if field.choices:
        return RadioField(field.label, checks, choices=list(field.choices))
    return (TextAreaField if field.lines else StringField)(field.label, checks, [stripped])
