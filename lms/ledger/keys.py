"""The keys that this installation signs with: receipts, archives, credentials, and what a certificate says by itself.

The newest one signs. What an earlier one signed stays good: all are published, and whoever checks tries each.
"""

from __future__ import annotations

from lms.core.crypto import keyring
from lms.core.settings import settings
from lms.ledger.receipts import public_key

PURPOSE = "chain-receipts"  # what the key is derived for; never renamed, or every signature is another one's


def signing_seed() -> bytes:
    """The 32 bytes of the private key that signs now."""
    return _seed(generation())


def own_key() -> str:
    """The public key of it, 64 hex digits."""
    return public_key(signing_seed())


def known_keys() -> tuple[str, ...]:
    """Every public key that ever signed here, the newest first."""
    return tuple(public_key(_seed(number)) for number in range(generation(), 0, -1))


def generation() -> int:
    """Which of its own keys the running application signs with, 1 and up."""
    return settings().key_generation


def _seed(generation: int) -> bytes:
    return keyring().derive(PURPOSE if generation == 1 else f"{PURPOSE}-{generation}")
