"""Everything a certificate (培训证明) says, frozen at issue, as it is stored, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from lms.credentials.rules import CertificateKind, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """Everything printed on a certificate, frozen at issue.

    masked_id: ID number with its middle hidden; None when the person has none on file. presence: how they were there, a
    clause without a full stop (全程到课, 到课 45 分钟). score: of 100; None when there was no quiz. hours: 学时.
    valid_until: the last valid day; None for no end. verify_url: where the QR code leads.
    kind, basis: of another certificate than that of a lecture what it rests on, as in Award; lecture_title is then what it is
    about, presence what was found, lecturer_name who decided; both are left out of what is stored where there is nothing to say.
    fingerprint: filled in by itself; when given, ValueError unless it is that of the other fields.
    """

    serial: str
    issuer_name: str
    holder_name: str
    masked_id: str | None
    lecture_title: str
    presence: str
    score: int | None
    hours: Decimal
    lecturer_name: str
    lecturer_is_head: bool
    issued_on: date
    valid_until: date | None
    verify_url: str
    kind: CertificateKind = CertificateKind.LECTURE
    basis: Mapping[str, Any] | None = None
    fingerprint: str = field(default="")

    def __post_init__(self) -> None:
        computed = fingerprint(self)
        if self.fingerprint not in ("", computed):
            raise ValueError(f"certificate {self.serial}: the fingerprint is not that of its data")
        object.__setattr__(self, "fingerprint", computed)

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON values, the fingerprint not among them: what is stored and what the fingerprint is taken of."""
        facts = asdict(self) | {
            "hours": plain(self.hours),
            "issued_on": self.issued_on.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
        }
        del facts["fingerprint"]
        silent = {
            "kind": CertificateKind.LECTURE,
            "basis": None,
        }  # as before there were others
        return {name: value for name, value in facts.items() if name not in silent or value != silent[name]}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], fingerprint: str = "") -> Self:
        """The inverse of as_json. Raises ValueError when a fingerprint is given and does not fit."""
        until = facts["valid_until"]
        return cls(
            **dict(facts)
            | {
                "hours": Decimal(facts["hours"]),
                "issued_on": date.fromisoformat(facts["issued_on"]),
                "valid_until": date.fromisoformat(until) if until else None,
                "kind": CertificateKind(facts.get("kind", CertificateKind.LECTURE)),
                "fingerprint": fingerprint,
            }
        )


def fingerprint(data: CertificateData) -> str:
    """SHA-256, 64 hex digits, of the facts as canonical JSON: sorted keys, no spaces, UTF-8. Source: RFC 8785, for our types."""
    return fingerprint_of(data.as_json())


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """The same of facts as they are stored."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as they are stored, as JSON that is always the same text: it lies in the PDF, and its SHA-256 is the fingerprint."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def short(digest: str) -> str:
    """A fingerprint as printed: its first and last eight digits in groups of four."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"
