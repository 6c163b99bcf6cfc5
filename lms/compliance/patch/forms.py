"""To whom enterprises are handed over, and whose."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from lms.core.given import at_most

NOBODY = " "  # those nobody answers for, where nothing chosen yet is empty; no name has blanks around it


class SuccessorForm(FlaskForm):
    successor = StringField(_l("交给谁"), [DataRequired(_l("请填写交给谁")), at_most(50)])


class HandOverForm(SuccessorForm):
    """As a program says it: an empty name are those nobody answers for."""

    name = SelectField(_l("谁的"), validate_choice=False)


class TickedForm(SuccessorForm):
    """asked: of which successor the page has asked whether there is nobody of that name."""

    asked = HiddenField()

    def ask(self, question: str) -> None:
        """The same name once more is the answer."""
        self.successor.errors, self.asked.data = [question], self.given_to

    @property
    def sure(self) -> bool:
        return self.asked.data == self.given_to

    @property
    def given_to(self) -> str:
        return " ".join((self.successor.data or "").split())


class PatchForm(TickedForm):
    name = SelectField(_l("谁的"), [InputRequired(_l("请选择是谁的企业"))], validate_choice=False)
