"""The use cases around destinations, with their adapters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings

if TYPE_CHECKING:
    from switchboard.deliveries.send_test import SendTest
    from switchboard.subscriptions.destinations import DestinationManager


@cache
def destination_desk() -> DestinationManager:
    """Where destinations are made and changed."""
    from switchboard.subscriptions.destinations import DestinationManager

    return DestinationManager(bootstrap.desk())


@cache
def send_test() -> SendTest:
    """A sample event for a destination."""
    from switchboard.accounts.digests import new_id
    from switchboard.deliveries.send_test import SendTest
    from switchboard.dialects.registry import renderer_named

    return SendTest(
        subscriptions=bootstrap.subscriptions(),
        renderer_named=renderer_named,
        base_url=settings.base_url(),
        deliveries=bootstrap.deliveries(),
        queue=bootstrap.delivery_queue(),
        clock=bootstrap.now,
        new_id=new_id,
    )
