"""Signatures of PDF files from a mould: of one signer all of them are the same but for the digest and the signature itself.

pyHanko makes a CMS message (RFC 5652) out of some thousand objects, which takes thirty times as long as signing; that writing
them out is slow is known (github.com/wbond/asn1crypto, issue 256). Here it makes one, and the next ones are its bytes with
another digest (32 bytes) and another signature, of the same length, in their places.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from asn1crypto.cms import ContentInfo
    from pyhanko.sign.signers import SimpleSigner

SAMPLES = 9  # from which the usual length of a signature is known
DIGEST = hashlib.sha256(b"a mould").digest()


class Mould(NamedTuple):
    """whole: the message. attributes: what is signed, with DIGEST in it. signature: that of the mould."""

    whole: bytes
    attributes: bytes
    signature: bytes


def moulded(sign: Callable[[bytes], bytes], **told: Any) -> SimpleSigner:
    """A signer as pyHanko wants it, for keys in memory. sign: of Identity. told: what pyHanko's own SimpleSigner takes."""
    from asn1crypto import cms
    from pyhanko.sign.signers import SimpleSigner

    class Moulded(SimpleSigner):
        _mould: Mould | None = None

        async def async_sign(self, data_digest: bytes, *others: Any, **settings: Any) -> ContentInfo:
            if settings.get("timestamper") is not None:  # a stamp is another one each time, and of another length
                return await super().async_sign(data_digest, *others, **settings)
            if self._mould is None:
                usual = Counter(len(sign(bytes([n]))) for n in range(SAMPLES)).most_common(1)[0][0]
                made = mould_of(await super().async_sign(DIGEST, *others, **settings))
                while len(made.signature) != usual:
                    made = mould_of(await super().async_sign(DIGEST, *others, **settings))
                self._mould = made
            return cms.ContentInfo.load(cast(self._mould, data_digest, sign))

    return Moulded(**told)


def mould_of(made: ContentInfo) -> Mould:
    """made: a message of DIGEST. Raises ValueError where something else in it would be another one each time."""
    (signer,) = made["content"]["signer_infos"]
    attributes, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
    mould = Mould(made.dump(), attributes, signature)
    timed = {attribute["type"].native for attribute in signer["signed_attrs"]} & {"signing_time", "content_time_stamp"}
    once = (mould.whole.count(DIGEST), attributes.count(DIGEST), mould.whole.count(signature)) == (1, 1, 1)
    if timed or not once or signer["unsigned_attrs"].native:
        raise ValueError("no mould can be made of this signature")
    return mould


def cast(mould: Mould, digest: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Another message, of another digest."""
    attributes = mould.attributes.replace(DIGEST, digest)
    signature = b""
    # ECDSA gives 70 to 72 bytes, as chance will have it: every other one fits, and one that fits says no more of the key.
    while len(signature) != len(mould.signature):
        signature = sign(attributes)
    return mould.whole.replace(mould.signature, signature).replace(DIGEST, digest)
