"""Whoever acts, with their password once more: a session left open is not enough to add a passkey, tie
an account elsewhere or change the second step."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from lms.access.models import User
from lms.access.service import check_password
from lms.access.tries import check_tries, note_wrong_try
from lms.core.errors import NotFound, Problem
from lms.core.settings import settings
from lms.core.uow import UnitOfWork


class WrongPassword(Problem):
    status = 422
    code = "wrong-password"
    sentence = _l("密码不对，没有改动。请再试一次。")


class PasswordForm(FlaskForm):
    password = PasswordField(_l("登录密码"), [InputRequired(_l("请填写密码")), Length(max=200)])


def me(uow: UnitOfWork) -> User:
    """The account of whoever acts. Raises NotFound where they have none."""
    user_id: UUID | None = uow.actor.user_id
    if user_id is None:
        raise NotFound
    return uow.session.get_one(User, user_id)


def proven(uow: UnitOfWork) -> User:
    """The same, with the password in the form. Raises WrongPassword, Wait."""
    user = me(uow)
    subject = f"password:{user.id}"
    check_tries(uow, subject)
    actor = check_password(uow, user.username, request.form.get("password", "")[:200], demo=settings().demo)
    if actor is None:
        uow.if_refused(lambda after: note_wrong_try(after, subject))
        raise WrongPassword
    return user
