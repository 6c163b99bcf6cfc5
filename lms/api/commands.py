"""`anke token create`: a token from the command line, for whoever runs the installation."""

from __future__ import annotations

import json

import click
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access import tokens
from lms.access.actor import Actor
from lms.access.models import Role, User
from lms.access.service import load_actor
from lms.access.words import ROLES
from lms.api.shapes import write
from lms.core.uow import unit_of_work


@click.command("create")
@click.option("--user", "username", required=True, help="Whom the token speaks for: the name they sign in with.")
@click.option("--expires", type=click.IntRange(1, tokens.MOST_DAYS), default=tokens.DAYS, show_default=True, help="Days.")
@click.option("--role", type=click.Choice([role.value for role in ROLES]), help="Default: every role of the user.")
@click.option("--read-only", is_flag=True, help="It may change nothing.")
@click.option("--name", default="anke token create", show_default=True, help="What it is for, as its owner sees it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def create(username: str, expires: int, role: str | None, read_only: bool, name: str, as_json: bool) -> None:
    """Make a token and show it, once: it is kept nowhere."""
    with unit_of_work(Actor.system("token.create"), "home") as uow:
        user_id = uow.session.scalar(select(User.id).where(User.username == username))
        owner = load_actor(uow, f"user:{user_id}") if user_id else None
        if owner is None or (role and not owner.holds(Role(role))):
            raise click.UsageError(_("没有用户 %(name)s，或者没有这个身份", name=username))
        made, text = tokens.create(uow, owner, name, days=expires, role=Role(role) if role else None, writes=not read_only)
        said = {
            "id": write(made.id), "token": text, "user": username, "role": role, "writes": made.writes,
            "expires_at": write(made.expires_at),
        }  # fmt: skip
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else text)
