"""All stored records of a call: its state, its events and its deliveries."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.calls.ports import Calls, KeptEvent
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import NotFound
from switchboard.kernel.call import Call


@dataclass(frozen=True, slots=True)
class CallFile:
    """The state, the log and the deliveries of a call."""

    call: Call
    events: list[KeptEvent]
    deliveries: list[DeliveryRecord]


def open_call(accounts: list[str], call_id: str, calls: Calls, deliveries: Deliveries) -> CallFile:
    """Return the file of a call, from the first of the accounts that has the call. Raises NotFound."""
    for account in accounts:
        call = calls.get(account, call_id)
        if call is not None and call.version:
            return CallFile(call, calls.events(account, call_id), deliveries.of_call(account, call_id))
    raise NotFound("There is no such call.", "call")
