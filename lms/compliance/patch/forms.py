"""To whom enterprises are handed over, and whose."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from lms.core.given import at_most


class TickedForm(FlaskForm):
    successor = StringField(_l("交给谁"), [DataRequired(_l("请填写交给谁")), at_most(50)])


class HandOverForm(TickedForm):
    name = SelectField(_l("谁的"), validate_choice=False)
