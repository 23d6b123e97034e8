"""The end of a suspension: what waited goes on."""

from __future__ import annotations

from switchboard.accounts.states import SEEN_WITHIN
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import endpoints, retry_queue, wake_queue
from switchboard.deliveries.endpoint import RetryMessage
from switchboard.laps import NO_LAPS


def go_on(account: str) -> None:
    """Have the waiting deliveries of an account sent, and its campaigns go on, once every function knows the change.

    A repeat does no harm. If the worker dies before the last message, the watches send the rest within half an hour.
    """
    wait = SEEN_WITHIN.total_seconds()
    wake_queue().wake(account, f"resumed.{now().isoformat()}", wait, NO_LAPS)
    for endpoint in endpoints().of_account(account):
        if endpoint.lanes or endpoint.failing:
            retry_queue().send(RetryMessage(endpoint.key), wait)
