"""The shape of a campaign as it is typed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from lms.campaigns import rules
from lms.campaigns.models import Campaign, CampaignState
from lms.campaigns.themes import themes as every_theme
from lms.campaigns.words import EVIDENCE
from lms.core.clock import local_date, now
from lms.core.given import at_most, believable, printable
from lms.registry.words import listed


class CampaignForm(FlaskForm):
    title = StringField(_l("名称"), [DataRequired(_l("请填写名称")), at_most(120), printable])
    industries = SelectMultipleField(_l("行业"))
    starts_on = DateField(_l("开始日期"), [InputRequired(_l("请填写开始日期")), believable])
    due_on = DateField(_l("截止日期"), [InputRequired(_l("请填写截止日期")), believable])
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

    late_days = IntegerField(
        _l("启动后新来的企业给多少天"),
        [InputRequired(_l("请填写天数")), NumberRange(1, 365, _l("请填 1 到 365 之间的天数"))],
    )
    themes = SelectMultipleField(_l("必须讲到的主题"), choices=[(theme.code, theme.title) for theme in every_theme()])
    evidence = SelectMultipleField(_l("必须留下的材料"), choices=list(EVIDENCE.items()))
    cascade = BooleanField(_l("讲完要在部门、班次传达（以上率下）"))
    reason = StringField(_l("为什么改"), [at_most(200)])
    revision = HiddenField()
    fixed_due: date | None = None  # of a launched campaign: a date that has passed may stay as it is

    def validate_industries(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_l("请至少选一个行业"))

    def validate_due_on(self, field: DateField) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_l("截止日期不能早于开始日期"))
        today = local_date(now())
        if field.data and field.data < today and field.data != self.fixed_due:
            after = rules.due_by_default(today).isoformat()
            raise ValidationError(_l("截止日期已经过去，企业一接到就是逾期。请改到今天以后，例如 %(day)s", day=after))

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
            late_days=self.late_days.data,
            themes=tuple(sorted(set(self.themes.data))),
            evidence=tuple(sorted(set(self.evidence.data))),
            cascade=self.cascade.data,
        )


def new_form(counts: dict[str, int], today: date, usual: str = "") -> CampaignForm:
    """A form with what is usual already filled in; every industry is chosen. usual: a key of rules.USUAL, or nothing."""
    like = rules.USUAL.get(usual, rules.USUAL["lecture"])
    return _with_choices(
        CampaignForm(
            data={
                "title": like.title,
                "industries": list(counts),
                "starts_on": today,
                "due_on": rules.due_by_default(today, like.days),
                "head_lectures": True,
                "deputy_counts": like.deputy_counts,
                "min_minutes": like.min_minutes,
                "min_attendance": like.min_attendance,
                "pass_mark": rules.PASS_MARK,
                "late_days": rules.LATE_DAYS,
                "themes": list(like.themes),
                "evidence": list(like.evidence),
                "cascade": like.cascade,
            }
        ),
        counts,
    )


def form_above(above: Campaign, counts: dict[str, int], today: date) -> CampaignForm:
    """The form of a campaign that tightens one of a bureau above: as strict as that, to be made stricter."""
    own = [industry for industry in above.industries if industry in counts]
    data = asdict(above.plan) | {"industries": own, "starts_on": max(above.starts_on, today)}
    return _with_choices(CampaignForm(data=data), counts)


def form_of(campaign: Campaign, counts: dict[str, int]) -> CampaignForm:
    """The form of a campaign as it is; its industries stay to be seen also when no enterprise has them any more."""
    form = _with_choices(CampaignForm(obj=campaign), {**counts, **dict.fromkeys(set(campaign.industries) - set(counts), 0)})
    form.fixed_due = campaign.due_on if campaign.state is not CampaignState.DRAFT else None
    return form


def _with_choices(form: CampaignForm, counts: dict[str, int]) -> CampaignForm:
    form.industries.choices = [(industry, listed(industry)) for industry in counts]
    return form
