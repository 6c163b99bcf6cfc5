"""What an officer fills in when chasing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from lms.compliance.chasing.rules import INBOX, DeferralKind, Wording
from lms.compliance.chasing.words import channel_words
from lms.compliance.models import ChaseWay
from lms.core.given import at_most, believable, stripped
from lms.notices.channels import ADDRESS_OF
from lms.notices.models import ChannelKind


class ChaseForm(FlaskForm):
    """Which words are sent to all that were ticked, and on which channel."""

    wording = SelectField(
        _l("话术"),
        choices=[
            (Wording.AUTO, _l("按情况提醒或催促")),
            (Wording.HEAD, _l("提醒主要负责人本人讲")),
            (Wording.EXPLAIN, _l("请说明原因")),
        ],
        default=Wording.AUTO,
    )
    channel = SelectField(_l("渠道"), [Length(max=20)], default="", choices=[], validate_choice=False)
    more = StringField(_l("补充一句"), [at_most(200)])


def chase_form(there: Mapping[UUID, Collection[ChannelKind]], *, listed: bool = False) -> ChaseForm:
    """An empty form with the channels that are set up. there: of the enterprises it may be sent to, those that have any.
    listed: they are several, so that each channel says how many have it.
    """
    form = ChaseForm(formdata=None)
    kinds = Counter(kind for kinds in there.values() for kind in kinds)
    form.channel.choices = [("", _("企业自己的渠道，依次试")), (INBOX, channel_words(INBOX))]
    form.channel.choices += [
        (
            kind.value,
            _("%(what)s（%(n)s 家有）", what=channel_words(kind), n=kinds[kind]) if listed else channel_words(kind),
        )
        for kind in ADDRESS_OF
        if kinds[kind]
    ]
    return form


class ContactNoteForm(FlaskForm):
    """A call or a visit."""

    way = RadioField(
        _l("怎么联系的"),
        choices=[(ChaseWay.CALL, _l("电话")), (ChaseWay.VISIT, _l("上门"))],
        default=ChaseWay.CALL,
    )
    text = TextAreaField(_l("结果"), [DataRequired(_l("请写一句联系的结果")), at_most(500)])


DEFERRALS = [(DeferralKind.EXTENSION, _l("改期：到这一天讲完")), (DeferralKind.EXEMPTION, _l("免除：到这一天之前不用讲"))]


class AskForm(FlaskForm):
    """What an enterprise asks for."""

    kind = RadioField(
        _l("申请什么"),
        choices=DEFERRALS,
        default=DeferralKind.EXTENSION,
    )
    until_on = DateField(_l("到哪一天"), [InputRequired(_l("请选日期")), believable])
    reason = TextAreaField(_l("理由"), [DataRequired(_l("请写明理由")), at_most(200)])


class GiveForm(AskForm):
    """What an officer grants an enterprise that did not ask."""

    kind = RadioField(_l("给什么"), choices=DEFERRALS, default=DeferralKind.EXTENSION)
    reason = TextAreaField(_l("理由"), [DataRequired(_l("请写明理由，企业会看到")), at_most(200)])


class WithdrawForm(FlaskForm):
    """Why what was granted ends."""

    reason = StringField(_l("为什么撤回"), [DataRequired(_l("请写明原因，企业会看到")), at_most(200)], [stripped])


class DecideForm(FlaskForm):
    """An officer's answer; `granted` is the button that was pressed."""

    until_on = DateField(_l("到哪一天"), [Optional(), believable])
    answer = StringField(_l("答复"), [at_most(200)])
    granted = SubmitField(_l("同意"))

    def validate_answer(self, field: StringField) -> None:
        if not self.granted.data and not (field.data or "").strip():
            raise ValidationError(_l("不同意要写明原因"))
