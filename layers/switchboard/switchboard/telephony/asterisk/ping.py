"""Every five minutes: a ping to each PBX, which keeps its connection open and tells that the PBX lives.

API Gateway ends a connection after ten minutes without a message; messages of the hub count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.telephony.asterisk.outage import CHECK
from switchboard.telephony.asterisk.ports import AsteriskCalls, PbxConnection, PbxConnections
from switchboard.telephony.asterisk.requests import PING, AriRequest, look_at
from switchboard.telephony.asterisk.switch import Switch

SILENT_AFTER = timedelta(minutes=12)  # two pings without an answer
LOOK_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PingPbxs:
    """Pings all PBXs, and asks them for the channels of calls that last."""

    connections: PbxConnections
    calls: AsteriskCalls
    switch: Switch
    clock: Callable[[], datetime]
    silent: Callable[[PbxConnection], None]

    def __call__(self) -> int:
        """Return how many PBXs took the ping."""
        return sum(self._ping(connection) for connection in self.connections.all())

    def _ping(self, connection: PbxConnection) -> int:
        account, now = connection.account, self.clock()
        if now - (connection.heard_at or connection.opened_at) > SILENT_AFTER:
            self.silent(connection)
        taken = self.switch.send(account, account, [AriRequest(PING, "GET", "asterisk/ping")])
        for call_id in self.calls.open_calls(account) if taken else ():
            call = self.calls.get(account, call_id)
            if call is not None and now - call.began_at > LOOK_AFTER:
                self.switch.send(account, call_id, look_at(call, CHECK))
        return int(taken)
