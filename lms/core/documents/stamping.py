"""Time stamps of a third party (可信时间戳, RFC 3161): when a signature or the head of a chain was there already."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask_babel import lazy_gettext as _l

from lms.core.errors import Problem

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

T = TypeVar("T")
SECONDS = 10
ROOM = 24_000  # hex digits that a stamp with its certificates may take in a file


class NoStamp(Problem):
    status = 503
    code = "no-time-stamp"
    sentence = _l("时间戳服务没有应答：%(why)s。一分钟后自动重试。")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says. by: as in the certificate of the authority. fits: it is of what it was held against, and signed."""

    at: datetime
    by: str
    fits: bool


def stamper(url: str) -> TimeStamper:
    """Who asks the authority. url: where it takes requests."""
    from pyhanko.sign.timestamps import HTTPTimeStamper  # here, not above: only who stamps has it in memory

    return HTTPTimeStamper(url, timeout=SECONDS)


def faults() -> tuple[type[Exception], ...]:
    """What asking may raise: the authority is away, or says no."""
    from aiohttp import ClientError
    from pyhanko.sign.timestamps import TimestampRequestError

    return (TimestampRequestError, ClientError, OSError, TimeoutError)


def stamp(url: str, message: bytes) -> bytes:
    """The stamp of a message, DER (RFC 3161 TimeStampToken). Raises NoStamp."""
    try:
        token = _apart(stamper(url).async_timestamp(hashlib.sha256(message).digest(), "sha256"))
    except faults() as fault:
        raise NoStamp(why=str(fault) or type(fault).__name__) from fault
    return bytes(token.dump())


def read_stamp(token: bytes, message: bytes) -> Stamp:
    """What a stamp says of a message. Whether the authority is to be trusted is for whoever knows it. Raises ValueError."""
    from asn1crypto import cms, tsp
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    signed = cms.ContentInfo.load(token, strict=True)["content"]
    info = signed["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("not a time stamp")
    told = _apart(validate_tst_signed_data(signed, None, lambda _name: hashlib.sha256(message).digest()))
    certificate = told["signing_cert"]
    by = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
    return Stamp(info["gen_time"].native, str(by), bool(told["intact"] and told["valid"]))


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """pyHanko runs an event loop, and a thread of a host may have one already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()
