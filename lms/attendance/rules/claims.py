"""What a phone carries from the scan to the sign-in: signed by us, kept by nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms.core.signatures import with_mac, without_mac

CLAIM_LIFE = timedelta(minutes=10)
MOST_WAITED = timedelta(hours=24)  # a phone without a network sends within a day what was tapped in time
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A phone saw the code, before anybody said who they are (扫码). It can become one attendance event.

    id: of this claim, so that it counts once however often it arrives. mark: one of codes.MARKS. method: "scan" or "code".
    scanned_at: aware; what counts. step, screen: of the code that was seen. device_id: of the one phone that can use it.
    received_at: when the code reached the server, of a phone that had no network as it scanned.
    """

    id: UUID
    sitting_id: UUID
    mark: str
    method: str
    scanned_at: datetime
    step: int
    screen: str
    device_id: str
    received_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """The phone had no network as it scanned: the trainer decides whether it counts."""
        return self.received_at is not None

    def lives(self, now: datetime) -> bool:
        """Whether somebody can still say that it was them."""
        return now - (self.received_at or self.scanned_at) <= CLAIM_LIFE

    def waited_for(self, now: datetime, waited: timedelta) -> bool:
        """Whether a tap that a phone without a network kept for so long was made in time."""
        return AT_ONCE < waited <= MOST_WAITED and now - self.scanned_at - waited <= CLAIM_LIFE


def sign(key: bytes, claim: Claim) -> str:
    """A claim as text for a form or a cookie, about 250 characters. key: 32 bytes of the installation."""
    values = [
        claim.id.hex, claim.sitting_id.hex, claim.mark, claim.method, _micros(claim.scanned_at), claim.step, claim.screen,
        claim.device_id, _micros(claim.received_at) if claim.received_at else None,
    ]  # fmt: skip
    said = json.dumps(values, separators=(",", ":")).encode()
    return with_mac(key, said)


def read(key: bytes, text: str) -> Claim | None:
    """The claim behind a text of ours; None for any other text. Whether it is too old is asked elsewhere."""
    said = without_mac(key, text)
    if said is None:
        return None
    claim_id, sitting_id, mark, method, scanned, step, screen, device_id, received = json.loads(said)
    return Claim(
        UUID(claim_id), UUID(sitting_id), mark, method, _instant(scanned), step, screen, device_id,
        None if received is None else _instant(received),
    )  # fmt: skip


def _micros(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def _instant(micros: int) -> datetime:
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
