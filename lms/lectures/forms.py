"""The shape of a plan, of a closing and of a cancelling."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from lms.core import clock

NO_CAMPAIGN = ""


def stripped(text: str | None) -> str:
    return (text or "").strip()


class NeededForQuiz:
    """Required unless there is no quiz; then whatever stands in the field is no matter."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if form.no_quiz.data:
            field.errors = []
            raise StopValidation
        if not field.data:
            field.errors = []
            raise StopValidation(self.message)


class PlanForm(FlaskForm):
    """One page for everything that is decided about a lecture. Choices are filled in by the view."""

    title = StringField(_l("标题"), [DataRequired(_l("请写讲什么")), Length(max=120, message=_l("标题最多 120 字"))], [stripped])
    campaign_id = SelectField(_l("计入哪个专项活动"), [Optional()])
    lecturer_id = SelectField(_l("讲课人"), [InputRequired(_l("请选择讲课人"))])
    day = DateField(_l("日期"), [InputRequired(_l("请填写日期，比如 2026-12-04"))])
    starts = TimeField(_l("开始"), [InputRequired(_l("请填写开始时间，比如 09:00"))])
    ends = TimeField(_l("结束"), [InputRequired(_l("请填写结束时间，比如 10:00"))])
    place = StringField(_l("地点"), [DataRequired(_l("请填写地点")), Length(max=60, message=_l("地点最多 60 字"))], [stripped])
    departments = SelectMultipleField(_l("部门"), validators=[InputRequired(_l("请至少选一个部门"))])
    materials = MultipleFileField(_l("课件"))
    topics = SelectMultipleField(_l("题目范围"), validators=[NeededForQuiz(_l("请选题目范围，或者勾选“不考核”"))])
    no_quiz = BooleanField(_l("不考核"))
    questions = IntegerField(
        _l("每人抽几题"), [NeededForQuiz(_l("请填写每人抽几题")), NumberRange(1, 100, message=_l("1 到 100 题"))]
    )
    pass_mark = IntegerField(
        _l("合格分（满分 100）"), [NeededForQuiz(_l("请填写合格分")), NumberRange(1, 100, message=_l("1 到 100 分"))]
    )
    today: date
    topic_counts: dict[str, int]
    campaign_marks: dict[str, int]

    def starts_at(self) -> datetime:
        return datetime.combine(self.day.data, self.starts.data, clock.ZONE)

    def ends_at(self) -> datetime:
        return datetime.combine(self.day.data, self.ends.data, clock.ZONE)

    def validate_day(self, field: Any) -> None:
        if field.data and field.data < self.today:
            raise ValidationError(_("日期已经过了"))

    def validate_ends(self, field: Any) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("结束时间应晚于开始时间"))

    def validate_topics(self, field: Any) -> None:
        there = sum(self.topic_counts.get(topic, 0) for topic in field.data)
        if self.questions.data and there < self.questions.data:
            raise ValidationError(_("所选范围只有 %(n)s 题，不够每人抽 %(wanted)s 题", n=there, wanted=self.questions.data))

    def validate_pass_mark(self, field: Any) -> None:
        least = self.campaign_marks.get(self.campaign_id.data or NO_CAMPAIGN, 0)
        if field.data < least:
            raise ValidationError(_("这个专项活动要求合格分不低于 %(n)s 分", n=least))


class CloseForm(FlaskForm):
    day = DateField(_l("日期"), [InputRequired(_l("请填写日期"))])
    started = TimeField(_l("实际开始时间"), [InputRequired(_l("请填写实际开始时间"))])
    ended = TimeField(_l("实际结束时间"), [InputRequired(_l("请填写实际结束时间"))])
    check_out_rest = BooleanField(_l("未签退的按散会时间签退"))

    def started_at(self) -> datetime:
        return self._at(self.started.data)

    def ended_at(self) -> datetime:
        return self._at(self.ended.data)

    def _at(self, at: time) -> datetime:
        return datetime.combine(self.day.data, at, clock.ZONE)

    def validate_ended(self, field: Any) -> None:
        if self.started.data and field.data and field.data <= self.started.data:
            raise ValidationError(_("应晚于实际开始时间"))


class CancelForm(FlaskForm):
    reason = StringField(
        _l("取消原因"),
        [DataRequired(_l("请写明为什么取消，通知里会写上")), Length(max=200, message=_l("最多 200 字"))],
        [stripped],
    )
