"""Ports of Amazon Chime's telephony: calls, the service, and the messages that look after limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from switchboard.telephony.chime.model import ChimeCall, ChimeCheck, ChimeSettings


class ChimeCalls(Protocol):
    """The calls of accounts, with the channels in use."""

    def claim(self, call: ChimeCall, settings: ChimeSettings) -> bool:
        """Insert a call and take its channels. Return False if the call exists: nobody is called again.

        Raises ProviderRefused if no channel is free or calls begin too fast.
        """

    def unclaim(self, call: ChimeCall) -> None:
        """Remove a call whose order the service surely refused, and free its channels."""

    def get(self, account: str, call_id: str) -> ChimeCall | None:
        """Return the call, read consistently."""

    def change(self, before: ChimeCall, after: ChimeCall) -> ChimeCall | None:
        """Write a changed call and return the stored call; None if the call is no longer as `before`.

        The end of a call frees its channels.
        """

    def link(self, transaction: str, account: str, call_id: str) -> None:
        """Note whose a transaction of the service is. A repeat changes nothing."""

    def linked(self, transaction: str) -> tuple[str, str] | None:
        """Return account and id of a transaction's call; None for an unknown transaction."""


class ChimeService(Protocol):
    """The SIP media application."""

    def call(self, source: str, target: str, arguments: Mapping[str, str]) -> str:
        """Call `target`, showing `source`, both E.164 with `+`. Return the transaction.

        The service has no idempotency key: a repeat is another call. Raises ProviderRefused, or ProviderSilent if a
        call may have begun.
        """

    def update(self, transaction: str, arguments: Mapping[str, str]) -> None:
        """Have the service ask what to do in a call. Raises NotFound if the call has ended.

        Raises ProviderRefused or ProviderSilent.
        """


class ChimeChecks(Protocol):
    """The queue of messages that look after limits."""

    def send(self, check: ChimeCheck, wait: float) -> None:
        """Queue a message to arrive after `wait` seconds, or after 15 minutes if that is sooner."""
