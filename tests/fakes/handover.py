"""Hand-overs in memory."""

from __future__ import annotations

from dataclasses import replace

from switchboard.campaigns.handover.model import Handover


class MemoryHandovers:
    """Port Handovers."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Handover] = {}

    def get(self, account: str, execution: str) -> Handover | None:
        return self.rows.get((account, execution))

    def save(self, handover: Handover) -> bool:
        key = handover.account, handover.execution
        if (self.rows[key].version if key in self.rows else 0) != handover.version:
            return False
        self.rows[key] = replace(handover, version=handover.version + 1)
        return True
