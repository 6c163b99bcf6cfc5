import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from lms.core.crypto import Keyring

RING = Keyring("a secret of 32 characters or more")


@given(st.binary(max_size=200))
def test_what_is_sealed_comes_back_and_never_looks_the_same(plain):
    assert RING.decrypt(RING.encrypt(plain)) == plain
    assert RING.encrypt(plain) != RING.encrypt(plain)


@given(st.binary(min_size=1, max_size=40), st.data())
def test_a_changed_byte_is_found(plain, data):
    sealed = bytearray(RING.encrypt(plain))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1

    with pytest.raises(InvalidTag):
        RING.decrypt(bytes(sealed))


def test_another_installation_finds_nothing_by_our_hashes():
    assert RING.fingerprint("19921463076") != Keyring("another secret of 32 characters..").fingerprint("19921463076")
