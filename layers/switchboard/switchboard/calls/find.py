"""Finding calls: by account, number, state and time."""

from __future__ import annotations

from switchboard.calls.ports import CallFilter, Calls, Page
from switchboard.kernel.call import Call
from switchboard.paging import across


def list_calls(accounts: list[str], wanted: CallFilter, limit: int, cursor: str | None, calls: Calls) -> Page:
    """Return a page of the calls that match the filter, newest first within each account."""

    def read(account: str, left: int, place: str | None) -> tuple[list[Call], str | None]:
        page = calls.listed(account, wanted, left, place)
        return page.calls, page.cursor

    return Page(*across(accounts, limit, cursor, read))
