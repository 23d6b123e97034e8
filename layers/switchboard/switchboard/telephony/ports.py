"""What telephony needs from the outside: one port that every provider fits, and a place for commands."""

from __future__ import annotations

from typing import Protocol

from switchboard.telephony.model import AccountTelephony, CallRef, Originate, PlaceCall, Taken


class Telephony(Protocol):
    """One account's telephony.

    Each method returns as soon as the provider has taken the order, and raises NotSupported, ProviderRefused or
    ProviderSilent. What comes of it is told by call events. The same `command` twice is one order wherever the provider
    can tell (Asterisk: the channel id is the command's; Chime and IS.VPBX cannot, so an order is not sent again).
    """

    def originate(self, order: Originate) -> Taken: ...
    def place(self, order: PlaceCall) -> Taken: ...
    def redirect(self, command: str, call: CallRef, to: str) -> None: ...
    def hang_up(self, command: str, call: CallRef) -> None: ...


class Telephonies(Protocol):
    """The telephony that each account chose."""

    def get(self, account: str) -> AccountTelephony | None: ...
    def save(self, telephony: AccountTelephony) -> None: ...
    def remove(self, account: str) -> None: ...
