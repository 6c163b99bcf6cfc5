"""Clients that come with a token."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from lms.access import tokens
from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.service import load_actor
from lms.core.uow import unit_of_work


def token_of(key: str, *, writes: bool = True, days: int = 1, role: Role | None = None) -> tuple[UUID, str]:
    """A committed token of the user with this session key: its id and its text."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        owner = load_actor(uow, key)
        assert owner is not None
        token, text = tokens.create(uow, owner, "测试", days=days, role=role, writes=writes)
        return token.id, text


def bearing(app: Flask, text: str) -> FlaskClient:
    """A client that sends this token with every request, and nothing else."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client
