"""A signature that was right is looked at once; what was not right, or is too old, is refused each time."""

import pytest
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer, timed

from lms.core.signatures import once


def test_a_signature_seen_before_ends_with_its_age_and_lends_nothing_to_a_forged_one(monkeypatch):
    ours = once(URLSafeTimedSerializer("a key", salt="for this"))
    said = ours.dumps({"who": "person:1"})
    body, _dot, signature = said.rpartition(".")
    forged = [
        f"{body}.{signature.swapcase()}",
        f"{body.swapcase()}.{signature}",
        URLSafeTimedSerializer("b", salt="for this").dumps(1),
    ]

    first, again = (ours.loads(said, max_age=60) for _n in range(2))
    again["who"] = "person:2"  # what one request does to it is no other's

    assert first == {"who": "person:1"} == ours.loads(said, max_age=60)
    assert URLSafeTimedSerializer("a key", salt="for this").loads(said, max_age=60) == first
    for _n in range(2):
        for one in forged:
            with pytest.raises(BadSignature):
                ours.loads(one, max_age=60)
    later = timed.time.time() + 61
    monkeypatch.setattr(timed.time, "time", lambda: later)
    with pytest.raises(SignatureExpired):
        ours.loads(said, max_age=60)
    assert ours.loads(said) == first
