"""What telephony needs from the outside: one port that every provider fits, and a place for commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.telephony.model import (
    AccountTelephony,
    CallRef,
    Command,
    CommandState,
    OrderAccepted,
    OriginateRequest,
    PlaceCallRequest,
)


class Telephony(Protocol):
    """One account's telephony.

    Each method returns as soon as the provider has taken the order, and raises NotSupported, ProviderRefused or
    ProviderSilent. What comes of it is told by call events. The same `command` twice is one order wherever the provider
    can tell (Asterisk: the channel id is the command's; where it cannot, an order is not sent again).
    """

    def originate(self, order: OriginateRequest) -> OrderAccepted: ...
    def place(self, order: PlaceCallRequest) -> OrderAccepted: ...
    def redirect(self, command: str, call: CallRef, to: str) -> None: ...
    def hang_up(self, command: str, call: CallRef) -> None: ...


class Telephonies(Protocol):
    """The telephony that each account chose."""

    def get(self, account: str) -> AccountTelephony | None: ...
    def save(self, telephony: AccountTelephony) -> None: ...
    def remove(self, account: str) -> None: ...


@dataclass(frozen=True, slots=True)
class IdempotencyClaim:
    """What makes two requests one: the first command under `key` has it `until` then.

    `instead_of` is the id of a command that may be replaced before that, because it came to nothing.
    """

    key: str
    now: datetime
    until: datetime
    instead_of: str = ""


# What a provider's answer to an order comes to, but for a call that is known at once.
ANSWERS = frozenset({CommandState.SENT, CommandState.FAILED})


class Commands(Protocol):
    """What was asked of the accounts' telephony, and what came of it."""

    def begin(self, command: Command, claim: IdempotencyClaim | None = None) -> Command:
        """Keep a new command with its claim; where another has the claim, give that one and keep nothing."""

    def settle(self, command: Command) -> Command:
        """Keep what came of a command, and give what is kept now.

        What a provider answers is kept of an accepted command only, and nothing replaces a success.
        """

    def get(self, account: str, command_id: str) -> Command | None: ...

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Command], str | None]:
        """An account's commands, newest first, a page at a time."""
