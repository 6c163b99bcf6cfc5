"""A signing key that never leaves its token: a security module, a smart card, a cloud's key store (PKCS#11).

It is named by an address (RFC 7512): pkcs11:token=anke;object=issuer?module-path=/usr/lib/softhsm/libsofthsm2.so. Its certificate
lies in the token under the same name, those of the authorities above beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from cryptography import x509
from flask_babel import lazy_gettext as _l

from lms.core.errors import Problem

if TYPE_CHECKING:
    from pyhanko.sign.pkcs11 import PKCS11Signer

SCHEME = "pkcs11:"
_open: dict[Token, Any] = {}  # one session of a process with each: a token takes one login
_refused: dict[Token, str] = {}  # whose PIN was wrong: asked again and again it would lock


class UnusableKey(Problem):
    """The key that the settings name cannot be used; nothing was signed."""

    status = 503
    code = "signing-key-unusable"
    sentence = _l("签名用的密钥不能用：%(why)s。修好以后会自动补发，不用重新操作。")


@dataclass(frozen=True, slots=True)
class Token:
    """Where a key is. module: the library of the maker, a file. token, name: labels of the token and of key and certificate."""

    module: str
    token: str
    name: str
    pin: str

    @classmethod
    def at(cls, address: str, pin: str) -> Token:
        """Read an address. Raises UnusableKey for one that says too little."""
        path, _mark, query = address.removeprefix(SCHEME).partition("?")
        told = dict(part.partition("=")[::2] for part in (*path.split(";"), *query.split("&")))
        module, token, name = (unquote(told.get(part, "")) for part in ("module-path", "token", "object"))
        if not (module and token and name):
            raise _unusable(_l("ANKE_SIGNING_KEY 要写全：pkcs11:token=令牌名;object=密钥名?module-path=驱动文件"))
        return cls(module, token, name, pin)

    def certificates(self) -> list[x509.Certificate]:
        """Of the key, then those above it. Raises UnusableKey."""
        with self._session() as session:
            from pkcs11 import Attribute, ObjectClass

            found = {
                x509.load_der_x509_certificate(bytes(one[Attribute.VALUE])): one[Attribute.LABEL]
                for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            }
            chain = [one for one, label in found.items() if label == self.name][:1]
            if not chain:
                raise _unusable(_l("令牌 %(token)s 里没有名叫 %(name)s 的证书", token=self.token, name=self.name))
            by_subject = {one.subject: one for one in found}
            while (above := by_subject.get(chain[-1].issuer)) is not None and above not in chain:
                chain.append(above)
            return chain

    def sign(self, message: bytes) -> bytes:
        """A signature of a message, by SHA-256, as keys in memory make it. Raises UnusableKey."""
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        with self.signer() as signer, ThreadPoolExecutor(1) as apart:
            return bytes(apart.submit(asyncio.run, signer.async_sign_raw(message, "sha256")).result())

    @contextmanager
    def signer(self) -> Iterator[PKCS11Signer]:
        """What pyHanko signs with, for a moment. Raises UnusableKey, also for what goes wrong while it signs."""
        from asn1crypto import x509 as asn1
        from cryptography.hazmat.primitives.serialization import Encoding
        from pyhanko.sign.pkcs11 import PKCS11Signer

        own, *above = (asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in self.certificates())
        with self._session() as session:
            # Raw: tokens differ in which hashes they know, and all of them sign what was hashed already.
            yield PKCS11Signer(session, signing_cert=own, ca_chain=above, key_label=self.name, use_raw_mechanism=True)

    @contextmanager
    def _session(self) -> Iterator[Any]:
        from pkcs11 import PKCS11Error
        from pkcs11.exceptions import PinIncorrect, PinLocked
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.pkcs11 import open_pkcs11_session

        if self in _refused:
            raise UnusableKey(why=_refused[self])
        try:
            if self not in _open:
                criteria = TokenCriteria(label=self.token)
                _open[self] = open_pkcs11_session(self.module, token_criteria=criteria, user_pin=self.pin)
        except (PinIncorrect, PinLocked) as fault:
            _refused[self] = str(_l("令牌 %(token)s 的口令不对，改好 ANKE_SIGNING_PASSWORD 后重启", token=self.token))
            raise UnusableKey(why=_refused[self]) from fault
        except (PKCS11Error, SigningError, OSError, RuntimeError) as fault:
            raise self._away(fault) from fault
        try:
            yield _open[self]
        except (PKCS11Error, SigningError) as fault:  # whatever else goes wrong meanwhile is not the token's
            _open.pop(self, None)  # one that comes back is opened anew
            raise self._away(fault) from fault

    def _away(self, fault: Exception) -> UnusableKey:
        said = str(fault) or type(fault).__name__
        return _unusable(_l("令牌 %(token)s 没有应答（%(said)s）", token=self.token, said=said))


def _unusable(why: object) -> UnusableKey:
    return UnusableKey(why=str(why))
