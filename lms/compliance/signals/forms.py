"""What is said about a signal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from lms.core.given import at_most


class WordForm(FlaskForm):
    """One text, a line of its own."""

    text = TextAreaField(_l("写一句"), [DataRequired(_l("请写一句")), at_most(500)])


class LookForm(WordForm):
    """What came of looking at it."""

    keep = BooleanField(_l("不采纳，继续列着"))
