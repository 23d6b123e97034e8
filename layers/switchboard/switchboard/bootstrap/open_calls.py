"""Calls whose end never comes: the sweep, and the follower that ends the calls of a restarted device."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, event_queue, kept_calls, open_calls

if TYPE_CHECKING:
    from switchboard.calls.expire import EndCallsOfRestarted, ExpireOverdueCalls


def expire_overdue_calls() -> ExpireOverdueCalls:
    """Return the sweep, new for each run: a run reads each account and each source once."""
    from switchboard.accounts.model import LOST_AFTER
    from switchboard.calls.expire import ExpireOverdueCalls

    def lost_after(account: str) -> timedelta:
        found = accounts().get(account)
        return timedelta(seconds=found.lost_after if found else LOST_AFTER)

    return ExpireOverdueCalls(open_calls(), kept_calls().restarted_at, lost_after, event_queue(), now)


@cache
def end_calls_of_restarted() -> EndCallsOfRestarted:
    """Return the follower that ends the open calls of a device that has started anew."""
    from switchboard.calls.expire import EndCallsOfRestarted

    return EndCallsOfRestarted(open_calls(), event_queue(), now)
