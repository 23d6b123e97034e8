"""What happens when a message that goes round without progress is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.bootstrap.adapters import operations

if TYPE_CHECKING:
    from switchboard.laps import Stop


def tell_stop(stop: Stop) -> None:
    """Log that a circle was stopped, count it, and tell the operators."""
    from switchboard.observability.logs import loop_stopped

    loop_stopped(stop)
    told = {"circle": stop.circle, "account": stop.account, "about": stop.about, "laps": stop.idle}
    operations().tell("loop.stopped", told)
