"""The key that this installation signs with: receipts, archives, and what a certificate says by itself."""

from __future__ import annotations

from lms.core.crypto import keyring
from lms.ledger.receipts import public_key

PURPOSE = "chain-receipts"  # what the key is derived for; never renamed, or every signature is another one's


def signing_seed() -> bytes:
    """The 32 bytes of the private key."""
    return keyring().derive(PURPOSE)


def own_key() -> str:
    """The public key, 64 hex digits."""
    return public_key(signing_seed())
