"""The ports of the simulator: the table of calls and the queue of messages."""

from __future__ import annotations

from typing import Protocol

from switchboard.telephony.simulator.model import Advance, SimulatedCall, SimulatorSettings


class SimulatedCalls(Protocol):
    """The table of simulated calls, with the channels of each line and the busy extensions."""

    def begin(self, call: SimulatedCall, settings: SimulatorSettings) -> None:
        """Insert a call, take a channel and mark the extension as busy, in one transaction.

        Raises Duplicate if the call exists, ProviderRefused if the line's limits are reached, Conflict if the extension
        is busy.
        """

    def get(self, account: str, call_id: str) -> SimulatedCall | None:
        """Return the call, read consistently, or None."""

    def change(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        """Write a changed call and return the stored call; None if the call is no longer as `before`.

        The last step frees the channel and the extension in the same transaction. Raises Conflict if the extension of a
        redirect is busy.
        """


class AdvanceQueue(Protocol):
    """The queue of calls to continue."""

    def send(self, advance: Advance, wait: float) -> None:
        """Deliver a message after `wait` seconds, or after the longest delay of the queue if that is shorter."""
