"""Finding calls: by account, number, state and time."""

from __future__ import annotations

from collections.abc import Callable

from switchboard.calls.ports import CallFilter, Calls, Page
from switchboard.kernel.call import Call
from switchboard.paging import across

FilterOf = Callable[[str], CallFilter]
"""Returns the filter for an account: a national number is read by the account's numbering plan."""


def list_calls(accounts: list[str], wanted: FilterOf, limit: int, cursor: str | None, calls: Calls) -> Page:
    """Return a page of the calls that match the filter, newest first within each account."""

    def read(account: str, left: int, place: str | None) -> tuple[list[Call], str | None]:
        page = calls.listed(account, wanted(account), left, place)
        return page.calls, page.cursor

    return Page(*across(accounts, limit, cursor, read))
