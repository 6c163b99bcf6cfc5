"""What campaigns tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CampaignLaunched:
    """Said once per campaign, in the transaction that makes its duties."""

    campaign_id: UUID
    at: datetime
