"""Send requests to an account's PBX, and tell what changed in its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.ports import EventQueue
from switchboard.telephony.asterisk.events import events_between
from switchboard.telephony.asterisk.model import AsteriskCall, AsteriskSettings
from switchboard.telephony.asterisk.ports import PbxConnections, PbxLink
from switchboard.telephony.asterisk.progress import progress_between
from switchboard.telephony.asterisk.requests import AriRequest, Line
from switchboard.telephony.progress import ProgressListener


@dataclass(frozen=True, slots=True)
class Switch:
    """The PBXs of all accounts, as far as calls need them. `media` returns the address of an audio file."""

    connections: PbxConnections
    link: PbxLink
    events: EventQueue
    placed: ProgressListener
    media: Callable[[str], str]
    clock: Callable[[], datetime]

    def line(self, account: str, settings: AsteriskSettings) -> Line | None:
        """Return what requests of an account need; None if its PBX is not connected."""
        found = self.connections.of(account)
        return Line(settings, found.application, self.media) if found and found.is_ready else None

    def send(self, account: str, owner: str, requests: Iterable[AriRequest]) -> bool:
        """Send the requests in order. Return False if the PBX is not connected; its connection is then forgotten.

        Raises ProviderSilent if a request may have arrived.
        """
        requests = list(requests)
        if not requests:
            return True
        connection = self.connections.of(account)
        if connection is None:
            return False
        for request in requests:
            if not self.link.post(connection.id, request.frame(owner)):
                self.connections.close(account, connection.id)
                return False
        return True

    def tell(self, before: AsteriskCall | None, after: AsteriskCall) -> None:
        """Send the events and the report of a change. `before` is None to tell all again."""
        for event in events_between(before, after, self.clock()):
            self.events.send(event)
        if progress := progress_between(before, after):
            self.placed(progress)
