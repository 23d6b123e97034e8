"""What the simulator needs from the outside."""

from __future__ import annotations

from typing import Protocol

from switchboard.telephony.simulator.model import Advance, SimulatedCall, SimulatorSettings


class SimulatedCalls(Protocol):
    """The simulated calls, the line that they take channels of, and the extensions that are busy with them."""

    def begin(self, call: SimulatedCall, settings: SimulatorSettings) -> None:
        """Keep a new call, take a channel and mark the extension as busy, all or nothing.

        Duplicate where the call is there already; ProviderRefused where the line takes no more; Conflict where the
        extension is busy.
        """

    def get(self, account: str, call_id: str) -> SimulatedCall | None:
        """The call, as of the last write."""

    def change(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        """Keep a change of a call, and give it as it is kept; None where it is no longer as it was `before`.

        With the last step the channel and the extension are free again, in the same transaction. Conflict where the
        extension that it goes to is busy.
        """


class AdvanceQueue(Protocol):
    """The queue of calls to be played on."""

    def send(self, advance: Advance, wait: float) -> None:
        """Hand a message to a worker after `wait` seconds, or as long as a queue can hold one back."""
