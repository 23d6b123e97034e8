"""Take a frame of a PBX: it is stored in the queue, and only then the gateway's invocation ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.telephony.asterisk.ari import read_message
from switchboard.telephony.asterisk.hear import group_of
from switchboard.telephony.asterisk.ports import PbxConnections, PbxFrame, PbxFrames


@dataclass(frozen=True, slots=True)
class ReceiveFrame:
    """Queues frames, in order within a call. A frame that the hub does not know costs no message."""

    connections: PbxConnections
    frames: PbxFrames
    clock: Callable[[], datetime]

    def __call__(self, connection: str, text: str) -> bool:
        """Queue the frame. Return False for a frame of nobody, and for one that the hub does not know."""
        if read_message(text) is None:
            return False
        account = self.connections.account_of(connection)
        if not account:
            return False
        self.frames.send(PbxFrame(account, connection, text, self.clock()), group_of(account, text))
        return True
