"""The shape of what is typed about something new in use, and about permits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.core import clock
from lms.core.given import at_most, believable, stripped


class NoveltyForm(FlaskForm):
    """Something new is used: which, from when on, by whom."""

    what = StringField(
        _l("新设备、新工艺、新材料或新技术"),
        [DataRequired(_l("请写明是什么")), Length(min=2, max=100, message=_l("请用 2 到 100 个字"))],
        [stripped],
    )
    on = DateField(_l("从哪天起用"), [InputRequired(_l("请填写日期")), believable], default=lambda: clock.local_date(clock.now()))
    department = SelectField(_l("谁会用到"), default="")


class PermitForm(FlaskForm):
    """A permit that some work needs."""

    authority = RadioField(
        _l("发证部门"),
        [InputRequired(_l("请选发证部门"))],
        choices=[("emergency", _l("应急管理：特种作业操作证")), ("market", _l("市场监管：特种设备作业人员证"))],
    )
    work = StringField(
        _l("作业类别"),
        [DataRequired(_l("请填写作业类别，例如低压电工作业")), at_most(60)],
        [stripped],
    )
    card_no = StringField(_l("证号"), [DataRequired(_l("请填写证号")), at_most(40)], [stripped])
    issued_on = DateField(_l("发证或上次复审日期"), [InputRequired(_l("请填写日期")), believable])
    review_due_on = DateField(_l("下次复审"), [Optional(), believable])
    ends_on = DateField(_l("有效期至"), [Optional(), believable])
