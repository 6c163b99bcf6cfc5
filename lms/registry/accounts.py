"""`anke user`: the first account of an installation and any other that no page makes, and the way back into one."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from sqlalchemy import func, select, update

from lms.access import passkeys, second, service, tries
from lms.access.actor import Actor
from lms.access.models import ApiToken, Membership, Role, User
from lms.access.service import LONGEST_PASSWORD, SHORTEST_PASSWORD, WRONG_LENGTH, add_user
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.claims.models import EnterpriseClaim
from lms.registry.commands import named_enterprise
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.registry.service import officers

LONGEST_NAME = 50


@click.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(["trainer", "head", "officer"]), required=True)
@click.option("--name", help="Shown in the header. Default: the person's name, else the username.")
@click.option("--enterprise", help="Of a trainer or head: credit code or full name.")
@click.option("--work-no", help="Of a trainer or head: who this is on the roster, so that own quizzes and certificates show.")
@click.option("--jurisdiction", help="Of an officer: code, for example 430602.")
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def add(
    username: str,
    role: str,
    name: str | None,
    enterprise: str | None,
    work_no: str | None,
    jurisdiction: str | None,
    password: str,
) -> None:
    """Add somebody who signs in with a password."""
    _check(password)
    username = username.strip()
    with unit_of_work(Actor.system("user.add"), "home") as uow:
        if uow.session.scalar(select(func.count(User.id)).where(User.username == username)):
            raise click.UsageError(_("已经有用户名 %(name)s，请换一个", name=username))
        if role == Role.OFFICER:
            place = uow.session.scalar(select(Jurisdiction).where(Jurisdiction.code == jurisdiction))
            if place is None:
                raise click.UsageError(_("没有这个代码的辖区，请用 --jurisdiction 写明，例如 430602"))
            add_user(
                uow,
                username=username,
                name=_name(name or username),
                password=password,
                role=Role.OFFICER,
                jurisdiction_id=place.id,
            )
        else:
            if not enterprise:
                raise click.UsageError(_("请用 --enterprise 写明企业的统一社会信用代码或全称"))
            firm = named_enterprise(uow, enterprise)
            person = _person(uow, firm, work_no)
            user = add_user(
                uow,
                username=username,
                name=name or (person.name if person else username),
                password=password,
                role=Role(role),
                enterprise_id=firm.id,
                person_id=person.id if person else None,
            )
            if person:
                user.memberships.append(
                    Membership(role=Role.EMPLOYEE, enterprise_id=firm.id, person_id=person.id, starts_on=uow.today)
                )
    click.echo(_("已添加 %(name)s", name=username))


@click.command("rename")
@click.argument("username")
@click.argument("name")
def rename(username: str, name: str) -> None:
    """Call USERNAME by another NAME, in full, so that of two officers of one name each is told from the other.

    The enterprises that name this officer go along; past days keep the old name.
    """
    with unit_of_work(Actor.system("user.rename"), "home") as uow:
        user = _user(uow, username)
        old, went = user.name, officers.rename(uow, user, _name(name))
    click.echo(_("已把 %(old)s 改称 %(name)s", old=old, name=user.name))
    if went.along:
        click.echo(_("%(n)s 家企业的责任人跟着改了，以前的记录不变。", n=went.along))
    if went.stay:
        click.echo(
            _(
                "%(n)s 家企业还写着「%(old)s」：另有一位叫这个名字的也管着那里。其中归 %(name)s 管的，请到“辖区底数”勾选移交。",
                n=went.stay,
                old=old,
                name=user.name,
            )
        )


@click.command("end")
@click.argument("username")
def end(username: str) -> None:
    """USERNAME has left: the account opens nothing from now on. What it recorded and signed stays."""
    with unit_of_work(Actor.system("user.end"), "home") as uow:
        user = _user(uow, username)
        firms = officers.end(uow, user)
    click.echo(_("已停用 %(name)s，这个账号从现在起什么都打不开", name=user.name))
    if firms:
        click.echo(_("%(n)s 家企业的责任人还写着 %(name)s，请到“辖区底数”移交给接手的人。", n=firms, name=user.name))


@click.command("set-password")
@click.argument("username")
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def set_password(username: str, password: str) -> None:
    """Give USERNAME another password: the old one is lost. Make sure who is asking. Wherever they are signed in they are out.

    What opens the account beside the password stays, and is told: where the old one was stolen, it may be the thief's. Words with
    which whoever claimed a firm was to open the account are void: they would choose yet another password.
    """
    _check(password)
    with unit_of_work(Actor.system("user.set-password"), "home") as uow:
        user = _user(uow, username)
        service.set_password(uow, user, password)
        opening = update(EnterpriseClaim).where(EnterpriseClaim.user_id == user.id, EnterpriseClaim.opened_at.is_(None))
        uow.execute(opening.values(opening_hash=None, opening_until=None))
        tries.forget_tries(uow, f"account:{tries.account_of(user.username)}")
        lives = ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > uow.now
        tokens = uow.session.scalar(select(func.count(ApiToken.id)).where(*lives))
        keys = len(passkeys.of(uow, user.id))
    click.echo(_("已重设 %(name)s 的密码，别处登录着的都已退出", name=user.username))
    click.echo(
        _(
            "没有作废的：通行密钥 %(keys)s 个，接口令牌 %(tokens)s 个，以及绑定的外部账号和日历订阅。"
            "旧密码可能被别人知道的，请本人登录后到“我的账号”逐个核对。",
            keys=keys,
            tokens=tokens,
        )
    )


@click.command("forget-second-step")
@click.argument("username")
def forget_second(username: str) -> None:
    """Ask USERNAME for no second step any more: the phone and the codes on paper are lost. Make sure who is asking."""
    with unit_of_work(Actor.system("user.forget-second-step"), "home") as uow:
        user_id = uow.session.scalar(select(User.id).where(User.username == username))
        if user_id is None or not second.forget(uow, user_id):
            raise click.UsageError(_("没有用户 %(name)s，或者没有开两步验证", name=username))
    click.echo(_("已关闭 %(name)s 的两步验证", name=username))


def _user(uow: UnitOfWork, username: str) -> User:
    user = uow.session.scalar(select(User).where(User.username == username.strip()))
    if user is None:
        raise click.UsageError(_("没有用户 %(name)s", name=username))
    return user


def _name(name: str) -> str:
    """A name as it is kept. Raises UsageError."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise click.UsageError(_("姓名要 1 到 %(most)s 个字", most=LONGEST_NAME))
    return name


def _check(password: str) -> None:
    """A password that the pages take, too."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.UsageError(str(WRONG_LENGTH))


def _person(uow: UnitOfWork, firm: Enterprise, work_no: str | None) -> Person | None:
    if work_no is None:
        return None
    found = uow.session.scalars(
        select(Person).where(Person.enterprise_id == firm.id, Person.work_no == work_no, Person.left_on.is_(None))
    ).all()
    if len(found) != 1:
        raise click.UsageError(_("花名册上没有唯一的工号 %(number)s", number=work_no))
    return found[0]
