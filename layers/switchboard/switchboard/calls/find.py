"""Finding calls: by account, number, state and time."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.calls.model import Call
from switchboard.calls.ports import CallFilter, Calls, KeptEvent, Page
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import NotFound
from switchboard.paging import across


@dataclass(frozen=True, slots=True)
class CallFile:
    """Everything that is kept of a call."""

    call: Call
    events: list[KeptEvent]
    deliveries: list[DeliveryRecord]


def open_call(accounts: list[str], call_id: str, calls: Calls, deliveries: Deliveries) -> CallFile:
    """The call of this id in the first of these accounts that has it; NotFound where none does."""
    for account in accounts:
        call = calls.get(account, call_id)
        if call is not None and call.version:
            return CallFile(call, calls.events(account, call_id), deliveries.of_call(account, call_id))
    raise NotFound("There is no such call.", "call")


def list_calls(accounts: list[str], wanted: CallFilter, limit: int, cursor: str | None, calls: Calls) -> Page:
    """Calls that answer to the filter, newest first within an account, a page at a time."""

    def read(account: str, left: int, place: str | None) -> tuple[list[Call], str | None]:
        page = calls.listed(account, wanted, left, place)
        return page.calls, page.cursor

    return Page(*across(accounts, limit, cursor, read))
