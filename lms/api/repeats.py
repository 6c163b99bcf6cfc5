"""A request sent twice is done once: the second time its sender hears what was answered the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

from flask import g, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, delete, select

from lms.api.models import KEPT, KeptAnswer
from lms.core.db import new_id, put
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork

HEADER = "Idempotency-Key"
LONGEST = 200
_keep = put(cast(Table, KeptAnswer.__table__))


class OtherRequest(Invalid):
    code = "key-used-otherwise"
    sentence = _l("这个 Idempotency-Key 已用在另一个请求上。新的请求请换一个。")


class BadKey(Invalid):
    code = "bad-key"
    sentence = _l("Idempotency-Key 要 1 到 200 个字符。")


def _address() -> bytes:
    """What was asked for, with what its query says."""
    return request.path.encode() + (b"?" + request.query_string if request.query_string else b"")


def once(uow: UnitOfWork, do: Callable[[], Any]) -> tuple[Any, bool]:
    """The document that `do` makes, or that of the first time; and whether it is one of before.

    Two that arrive together are told apart by the database: the second waits for the first. Raises OtherRequest, BadKey.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do(), False
    if not 1 <= len(key) <= LONGEST:
        raise BadKey
    asked = hashlib.sha256(b"\n".join((request.method.encode(), _address(), request.get_data()))).hexdigest()
    own = (KeptAnswer.token_id == g.bearer.token_id, KeptAnswer.key == key)
    uow.execute(delete(KeptAnswer).where(*own, KeptAnswer.created_at <= uow.now - KEPT))
    row = {
        "id": new_id(), "token_id": g.bearer.token_id, "key": key, "request_hash": asked, "document": None,
        "created_at": uow.now,
    }  # fmt: skip
    fresh = uow.execute(_keep[uow.dialect], row).rowcount == 1
    kept = uow.session.scalars(select(KeptAnswer).where(*own)).one()
    if not fresh:
        if kept.request_hash != asked:
            raise OtherRequest
        return kept.document, True
    kept.document = do()
    return kept.document, False
