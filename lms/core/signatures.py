"""Signed text that a browser carries for us; what a phone brings back with each request is looked at once.

A signature that was right stays right; only its age is asked anew. What was not right is never kept, so nobody who makes up
signatures puts another's out of the way.
"""

from __future__ import annotations

import base64
import hmac
from functools import cache, lru_cache
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer

MAC_BYTES = 32
KEPT = 2_000  # signatures at a time, about half a KB each: a hall of phones


class _Once(TimestampSigner):
    """Derives its keys and looks at each right signature once."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.derive_key = cache(self.derive_key)  # type: ignore[method-assign]
        looks = super().unsign
        self._right = lru_cache(KEPT)(lambda signed: looks(signed, return_timestamp=True))

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, signed_at = self._right(signed_value)
        if max_age is not None and not 0 <= self.get_timestamp() - signed_at.timestamp() <= max_age:
            super().unsign(signed_value, max_age)  # says what is wrong with its age
        return (value, signed_at) if return_timestamp else value


def once(serializer: URLSafeTimedSerializer) -> URLSafeTimedSerializer:
    """The same, one that is kept: it makes its signer once."""
    serializer.signer = _Once
    serializer.make_signer = cache(serializer.make_signer)  # type: ignore[method-assign]
    return serializer


@cache
def form_tokens(secret_key: str, salt: str) -> URLSafeTimedSerializer:
    """What Flask-WTF signs and reads its form tokens by; it would make one for each."""
    return once(URLSafeTimedSerializer(secret_key, salt=salt))


def base64url(raw: bytes) -> str:
    """Without padding. Source: RFC 4648 §5."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """None for what is none. The last character may have bits that mean nothing: several texts are read as the same bytes."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None


def with_mac(key: bytes, said: bytes) -> str:
    """Text that anybody can read and only we can make (HMAC-SHA-256). key: 32 bytes of the installation, for this purpose."""
    return base64url(hmac.digest(key, said, "sha256") + said)


def without_mac(key: bytes, text: str) -> bytes | None:
    """What with_mac() was given; None for any other text."""
    raw = from_base64url(text) or b""
    mac, said = raw[:MAC_BYTES], raw[MAC_BYTES:]
    return said if hmac.compare_digest(hmac.digest(key, said, "sha256"), mac) else None
