"""The shape of a plan, of a closing and of a cancelling."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from lms.core import clock
from lms.core.given import Rows, at_most, believable, can_be_meant, printable, stripped
from lms.lectures.rules import MONTHLY, MOST, WEEKLY
from lms.lectures.words import LEVEL_WORDS

NO_CAMPAIGN = NO_THEME = ""
LEVEL_CHOICES = [("", _l("都不是")), *LEVEL_WORDS.items()]
NIGHT = timedelta(hours=12)  # what ends later than that on the next day is a slip of the pen


class Told(InputRequired):
    """It has to be sent, and nothing chosen is an answer as well."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Whoever is asked decides what nothing means."""


def end_of(begins: datetime, ends: time) -> datetime:
    """The end of what begins then, by the hour alone: on the next day when that hour has passed (a night shift)."""
    same_day = clock.at(begins.date(), ends)
    return same_day if same_day >= begins else same_day + timedelta(days=1)


def in_order(starts: time, ends: time) -> bool:
    """Whether one can begin and end at these hours: later on the same day, or over midnight within NIGHT."""
    begins = clock.at(date.min, starts)
    return starts < ends or timedelta(0) < end_of(begins, ends) - begins <= NIGHT


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


class TimedForm(Form):
    """When and where a sitting is planned. today: the first day that can be chosen."""

    day = DateField(_l("日期"), [InputRequired(_l("请填写日期，比如 2026-12-04")), believable])
    starts = TimeField(_l("开始"), [InputRequired(_l("请填写开始时间，比如 09:00"))])
    ends = TimeField(_l("结束"), [InputRequired(_l("请填写结束时间，比如 10:00"))])
    place = StringField(
        _l("地点"), [DataRequired(_l("请填写地点")), Length(max=60, message=_l("地点最多 60 字")), printable], [stripped]
    )
    today: date

    @property
    def is_timed(self) -> bool:
        """Whether day and times can be read and are in order."""
        there = self.day.data and self.starts.data and self.ends.data
        return bool(there and can_be_meant(self.day.data) and in_order(self.starts.data, self.ends.data))

    def starts_at(self) -> datetime:
        return clock.at(self.day.data, self.starts.data)

    def ends_at(self) -> datetime:
        return end_of(self.starts_at(), self.ends.data)

    def validate_day(self, field: Any) -> None:
        if field.data and field.data < self.today:
            raise ValidationError(_("日期已经过了"))

    def validate_ends(self, field: Any) -> None:
        if self.starts.data and field.data and not in_order(self.starts.data, field.data):
            raise ValidationError(_("结束时间应晚于开始时间"))


class SlotForm(TimedForm):
    """One sitting of a plan. shift: its name, where there are several."""

    shift = StringField(_l("班次"), [Optional(), Length(max=20, message=_l("班次最多 20 字")), printable], [stripped])
    sitting_id = HiddenField()


class MoveForm(FlaskForm, TimedForm):
    """Another time or place for a sitting that is still to come, and why."""

    reason = StringField(
        _l("为什么改时间或地点"),
        [DataRequired(_l("时间或地点改了，请写明原因，会写进通知")), at_most(200)],
        [stripped],
    )


class PlanForm(FlaskForm):
    """One page for everything that is decided about a lecture. Choices are filled in by the view."""

    title = StringField(
        _l("标题"), [DataRequired(_l("请写讲什么")), Length(max=120, message=_l("标题最多 120 字")), printable], [stripped]
    )
    campaign_id = SelectField(_l("计入哪个专项活动"), [Optional()])
    theme = SelectField(_l("算哪个主题"), [Optional()])
    level = SelectField(_l("三级教育、四新"), [Optional()], choices=LEVEL_CHOICES)
    lecturer_id = SelectField(_l("讲课人"), [InputRequired(_l("请选择讲课人"))])
    sittings = Rows(FormField(SlotForm), min_entries=1, max_entries=MOST)
    recheck = BooleanField(_l("在场复核：中途随机自动问一次"))
    departments = SelectMultipleField(_l("部门"))
    posts = SelectMultipleField(_l("岗位"), validators=[Optional()])
    shifts = SelectMultipleField(_l("班次"), validators=[Optional()])
    people = SelectMultipleField(_l("点名的人"), validators=[Optional()])
    materials = MultipleFileField(_l("课件"))
    topics = SelectMultipleField(_l("题目范围"), validators=[NeededForQuiz(_l("请选题目范围，或者勾选“不考核”"))])
    no_quiz = BooleanField(_l("不考核"))
    questions = IntegerField(
        _l("每人抽几题"), [NeededForQuiz(_l("请填写每人抽几题")), NumberRange(1, 100, message=_l("1 到 100 题"))]
    )
    pass_mark = IntegerField(
        _l("合格分（满分 100）"), [NeededForQuiz(_l("请填写合格分")), NumberRange(1, 100, message=_l("1 到 100 分"))]
    )
    repeat = SelectField(
        _l("再讲几次"), [Optional()], choices=[("", _l("只讲这一次")), (WEEKLY, _l("每周一次")), (MONTHLY, _l("每月一次"))]
    )
    reason = StringField(_l("为什么改时间、地点或讲课人"), [Optional(), at_most(200)], [stripped])
    times = IntegerField(_l("一共讲几次"), [Optional(), NumberRange(2, MOST, message=_l("2 到 12 次"))])
    today: date
    topic_counts: dict[str, int]
    campaign_marks: dict[str, int]
    campaign_minutes: dict[str, int]
    campaign_themes: dict[str, list[str]]

    def slots(self) -> list[SlotForm]:
        """The rows of the sittings."""
        return [entry.form for entry in self.sittings]

    def validate(self, extra_validators: Any = None) -> bool:
        for row in self.slots():
            row.today = self.today
        return bool(super().validate(extra_validators))

    @property
    def asks_nobody(self) -> bool:
        """Whether nothing is chosen of whom to ask; an audience without a choice would be everybody."""
        return not (self.departments.data or self.posts.data or self.shifts.data or self.people.data)

    def validate_departments(self, field: Any) -> None:
        if self.asks_nobody:
            raise ValidationError(_("请至少选一个部门"))

    def validate_repeat(self, field: Any) -> None:
        if field.data and not self.times.data:
            raise ValidationError(_("请填写一共讲几次"))

    def validate_topics(self, field: Any) -> None:
        there = sum(self.topic_counts.get(topic, 0) for topic in field.data)
        wanted = self.questions.data
        if wanted and 0 < there < wanted:
            self.questions.data, self.questions.raw_data = there, [str(there)]  # offered on the page that comes back
            raise ValidationError(
                _(
                    "所选范围只有 %(n)s 题，不够每人抽 %(wanted)s 题；下面已改成 %(n)s 题，合适就再提交一次",
                    n=there,
                    wanted=wanted,
                )
            )
        if wanted and there < wanted:
            raise ValidationError(_("所选范围里没有能用的题，请换一个或者先到题库里添加"))

    def validate_no_quiz(self, field: Any) -> None:
        if field.data and self.topics.data:
            raise ValidationError(_("上面选了题目范围。要考核，请去掉这个勾；不考核，请去掉题目范围"))

    def validate_pass_mark(self, field: Any) -> None:
        least = self.campaign_marks.get(self.campaign_id.data or NO_CAMPAIGN, 0)
        if field.data < least:
            raise ValidationError(_("这个专项活动要求合格分不低于 %(n)s 分", n=least))


class CloseForm(FlaskForm):
    day = DateField(_l("日期"), [InputRequired(_l("请填写日期")), believable])
    started = TimeField(_l("实际开始时间"), [InputRequired(_l("请填写实际开始时间"))])
    ended = TimeField(_l("实际结束时间"), [InputRequired(_l("请填写实际结束时间"))])
    check_out_rest = BooleanField(_l("未签退的按散会时间签退"))

    def started_at(self) -> datetime:
        return clock.at(self.day.data, self.started.data)

    def ended_at(self) -> datetime:
        return end_of(self.started_at(), self.ended.data)

    def validate_ended(self, field: Any) -> None:
        if self.started.data and field.data and not in_order(self.started.data, field.data):
            raise ValidationError(_("应晚于实际开始时间"))


class FollowUpForm(FlaskForm):
    departments = SelectMultipleField(_l("哪些部门、班次要传达"), validators=[Told()])
    due_on = DateField(_l("什么时候以前"), [InputRequired(_l("请填写日期")), believable])


class TimeForm(FlaskForm):
    step = RadioField(_l("更正哪个时间"), choices=[("start", _l("开讲")), ("end", _l("讲完"))])
    day = DateField(_l("日期"), [InputRequired(_l("请填写日期")), believable])
    hour = TimeField(_l("实际时间"), [InputRequired(_l("请填写实际时间"))])
    reason = StringField(
        _l("更正原因"),
        [DataRequired(_l("请写明为什么更正，检查时会看到")), at_most(200)],
        [stripped],
    )

    def at(self) -> datetime:
        return clock.at(self.day.data, self.hour.data)


class VoidForm(FlaskForm):
    reason = StringField(
        _l("作废原因"),
        [DataRequired(_l("请写明为什么作废，检查时会看到")), at_most(200)],
        [stripped],
    )


class WaiveForm(FlaskForm):
    reason = StringField(
        _l("为什么不适用"),
        [DataRequired(_l("请写明为什么不适用，检查时会看到")), at_most(200)],
        [stripped],
    )


class CancelForm(FlaskForm):
    reason = StringField(
        _l("取消原因"),
        [DataRequired(_l("请写明为什么取消，通知里会写上")), at_most(200)],
        [stripped],
    )
