"""The shape of a campaign as it is typed."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from lms.campaigns import rules
from lms.campaigns.models import Campaign


class CampaignForm(FlaskForm):
    title = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=120, message=_l("最多 120 个字"))])
    industries = SelectMultipleField(_l("行业"))
    starts_on = DateField(_l("开始日期"), [InputRequired(_l("请填写开始日期"))])
    due_on = DateField(_l("截止日期"), [InputRequired(_l("请填写截止日期"))])
    head_lectures = BooleanField(_l("必须由主要负责人本人讲"))
    deputy_counts = BooleanField(_l("主要负责人确有原因不能讲、写明由谁代讲的，也算"))
    min_minutes = IntegerField(
        _l("最少讲多少分钟"),
        [InputRequired(_l("请填写分钟数")), NumberRange(1, 480, _l("请填 1 到 480 之间的分钟数"))],
    )
    min_attendance = IntegerField(
        _l("参训比例不低于（%）"),
        [InputRequired(_l("请填写比例")), NumberRange(1, 100, _l("请填 1 到 100 之间的数"))],
    )
    pass_mark = IntegerField(
        _l("考核合格分数"),
        [InputRequired(_l("请填写合格分数")), NumberRange(0, 100, _l("请填 0 到 100 之间的分数"))],
    )

    def validate_industries(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_l("请至少选一个行业"))

    def validate_due_on(self, field: DateField) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_l("截止日期不能早于开始日期"))

    def plan(self) -> rules.Plan:
        """What was typed, as values. Only after the form is valid."""
        return rules.Plan(
            title=self.title.data.strip(),
            industries=tuple(self.industries.data),
            starts_on=self.starts_on.data,
            due_on=self.due_on.data,
            head_lectures=self.head_lectures.data,
            deputy_counts=self.deputy_counts.data,
            min_minutes=self.min_minutes.data,
            min_attendance=self.min_attendance.data,
            pass_mark=self.pass_mark.data,
        )


def new_form(counts: dict[str, int], today: date) -> CampaignForm:
    """A form with what is usual already filled in; every industry is chosen."""
    return _with_choices(
        CampaignForm(
            data={
                "title": rules.TITLE,
                "industries": list(counts),
                "starts_on": today,
                "due_on": rules.due_by_default(today),
                "head_lectures": True,
                "min_minutes": rules.MIN_MINUTES,
                "min_attendance": rules.MIN_ATTENDANCE,
                "pass_mark": rules.PASS_MARK,
            }
        ),
        counts,
    )


def form_of(campaign: Campaign, counts: dict[str, int]) -> CampaignForm:
    """The form of a draft as it is."""
    return _with_choices(CampaignForm(obj=campaign), counts)


def _with_choices(form: CampaignForm, counts: dict[str, int]) -> CampaignForm:
    form.industries.choices = [(industry, industry) for industry in counts]
    return form
