"""The shape of what is typed about papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError

from lms.quizzes import rules
from lms.quizzes.models import Quiz
from lms.quizzes.rules.timing import CLOSED, DONE, HANDED_IN
from lms.quizzes.service import PaperRules

TOPICS, QUOTAS, FIXED = "topics", "quotas", "fixed"
QUOTA = "quota"  # fields quota:<difficulty>:<topic>: by its name, for others add and retire topics meanwhile
DIFFICULTIES = (1, 2, 3, 0)
MOST = 100  # questions of a paper


def _count_asked(form: PaperForm, field: IntegerField) -> None:
    """Left empty the number is no fault, but where papers are drawn by it. Before Optional, which asks no further."""
    if form.how.data == TOPICS and not "".join(field.raw_data or []).strip():
        field.errors = []  # not the one that nothing is no number
        raise StopValidation(_("请填写每人抽几题"))


def quota_field(topic: str, difficulty: int) -> str:
    """The name of the field with the number of questions of a topic and a difficulty; 0: of any."""
    return f"{QUOTA}:{difficulty}:{topic}"


class PaperForm(FlaskForm):
    """How papers are made. Choices are filled in by the view; pool: what may be drawn at all."""

    how = RadioField(
        _l("怎么出题"),
        choices=[
            (TOPICS, _l("按知识点随机抽，每人不同")),
            (QUOTAS, _l("按知识点和难度配题，每人不同")),
            (FIXED, _l("固定试卷：第一次大家同一批题，顺序不同；补考另抽")),
        ],
        default=TOPICS,
    )
    topics = SelectMultipleField(_l("知识点"), validators=[Optional()])
    count = IntegerField(_l("每人抽几题"), [_count_asked, Optional(), NumberRange(1, MOST, message=_l("1 到 100 题"))])
    fixed = SelectMultipleField(_l("试卷里的题"), validators=[Optional()])
    minutes = IntegerField(
        _l("答题时间（分钟）"), [InputRequired(_l("请填写分钟数")), NumberRange(1, 240, message=_l("1 到 240 分钟"))]
    )
    attempts = IntegerField(
        _l("最多考几次（含第一次）"), [InputRequired(_l("请填写次数")), NumberRange(1, 10, message=_l("1 到 10 次"))]
    )
    cool_down = IntegerField(
        _l("两次之间隔多少分钟"),
        [InputRequired(_l("请填写分钟数，不用隔就写 0")), NumberRange(0, 2880, message=_l("0 到 2880 分钟"))],
    )
    explain = SelectField(
        _l("什么时候给看正确答案和解析"),
        choices=[(HANDED_IN, _l("每次交卷以后")), (DONE, _l("合格以后，或者次数用完以后")), (CLOSED, _l("考核截止以后"))],
    )
    pool: Sequence[rules.Candidate] = ()
    typed: Mapping[str, str]

    @classmethod
    def of(cls, quiz: Quiz) -> PaperForm:
        """Filled in as the quiz is."""
        return cls(
            data={
                "how": FIXED if quiz.fixed else QUOTAS if quiz.quotas else TOPICS,
                "topics": quiz.topics,
                "count": quiz.question_count,
                "fixed": quiz.fixed,
                "minutes": quiz.minutes,
                "attempts": quiz.max_attempts,
                "cool_down": quiz.cool_down,
                "explain": quiz.explain,
            }
        )

    def offer(self, pool: Sequence[rules.Candidate], typed: Mapping[str, str]) -> None:
        """What may be chosen. typed: the quotas as the page sent them, or as they are."""
        self.pool, self.typed = pool, typed
        self.topics.choices = self.all_topics
        self.fixed.choices = [str(one.question) for one in pool]

    @property
    def all_topics(self) -> list[str]:
        return sorted({one.topic for one in self.pool})

    @property
    def topic_counts(self) -> dict[str, int]:
        return {topic: self.there(topic, 0) for topic in self.all_topics}

    def there(self, topic: str, difficulty: int) -> int:
        """How many questions a quota could take."""
        return sum(rules.Quota(topic, difficulty, 1).takes(one) for one in self.pool)

    @property
    def quotas(self) -> list[rules.Quota]:
        """The quotas typed; a number that is none counts as nothing. Of a topic that is gone meanwhile nothing is there."""
        found = []
        for name, typed in self.typed.items():
            kind, _colon, rest = name.partition(":")
            difficulty, _colon, topic = rest.partition(":")
            text = typed.strip()
            known = kind == QUOTA and difficulty in map(str, DIFFICULTIES)
            if known and text.isascii() and text.isdecimal() and int(text[:4]) > 0:
                found.append(rules.Quota(topic, int(difficulty), int(text[:4])))
        return sorted(found, key=lambda quota: (quota.topic, DIFFICULTIES.index(quota.difficulty)))

    def validate_how(self, field: Any) -> None:
        if field.data == QUOTAS:
            self._check_quotas()
        elif field.data == FIXED:
            if not self.fixed.data:
                raise ValidationError(_("请在下面勾选试卷里的题"))
        elif not self.topics.data:
            raise ValidationError(_("请至少选一个知识点"))

    def _check_quotas(self) -> None:
        asked = sum(quota.count for quota in self.quotas)
        if not 0 < asked <= MOST:
            raise ValidationError(_("请在下面的表里写每个知识点要几题，一共 1 到 100 题"))
        names = {1: _("易"), 2: _("中"), 3: _("难"), 0: _("不限难度")}
        short = [
            _("%(topic)s（%(difficulty)s）要 %(n)s 题，只有 %(there)s 题",
              topic=quota.topic, difficulty=names[quota.difficulty], n=quota.count, there=there)
            for quota, there in rules.shortfalls(self.pool, self.quotas)
        ]  # fmt: skip
        if short:
            raise ValidationError("；".join(short))

    def validate_count(self, field: Any) -> None:
        if self.how.data != TOPICS or not self.topics.data:
            return
        there = sum(one.topic in self.topics.data for one in self.pool)
        if field.data and there < field.data:
            raise ValidationError(_("所选范围只有 %(n)s 题，不够每人抽 %(wanted)s 题", n=there, wanted=field.data))

    def rules(self) -> PaperRules:
        """What was typed; after validating."""
        around = (self.minutes.data, self.attempts.data, self.cool_down.data, self.explain.data)
        if self.how.data == QUOTAS:
            quotas = tuple(self.quotas)
            topics = tuple(dict.fromkeys(quota.topic for quota in quotas))
            return PaperRules(topics, sum(quota.count for quota in quotas), *around, quotas=quotas)
        if self.how.data == FIXED:
            fixed = tuple(UUID(one) for one in self.fixed.data)
            topics = tuple(sorted({one.topic for one in self.pool if one.question in fixed}))
            return PaperRules(topics, len(fixed), *around, fixed=fixed)
        return PaperRules(tuple(self.topics.data), self.count.data, *around)
