"""The shape of what an officer says of the state of an enterprise."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired

from lms.core.given import at_most
from lms.registry.models import EnterpriseState


class StateForm(FlaskForm):
    state = RadioField(
        _l("改成"),
        choices=[
            (EnterpriseState.ACTIVE, _l("在营：开业、复工，进行中的任务重新计时")),
            (EnterpriseState.SUSPENDED, _l("停业：从那天起不计入，没做的任务先停着")),
            (EnterpriseState.CLOSED, _l("注销：从那天起不计入")),
        ],
        validators=[InputRequired(_l("请选改成什么"))],
    )
    on = DateField(_l("从哪天起"), [InputRequired(_l("请选日期"))])
    reason = StringField(_l("原因"), [DataRequired(_l("请写明原因，企业看得到")), at_most(200)])
