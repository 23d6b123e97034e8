"""Ports of the hand-over: its storage, and how the other system is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from switchboard.campaigns.handover.model import Handover
from switchboard.dialects.campaign_system import CampaignSystem
from switchboard.telephony.model import AccountTelephony


class Handovers(Protocol):
    """The stored hand-overs."""

    def get(self, account: str, execution: str) -> Handover | None:
        """Return the hand-over as of the last write; None if there is none."""

    def save(self, handover: Handover) -> bool:
        """Write the next version. Return False and write nothing if the stored version differs."""


Dial = Callable[[AccountTelephony], CampaignSystem]
"""Makes the client for an account's campaign system. Raises Sealed if the token cannot be unsealed."""

ReadAudio = Callable[[str], bytes]
"""Reads a clip's WAV file by its key in the store of campaign audio. Raises NotFound if the file is gone."""
