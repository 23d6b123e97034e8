"""The ports of telephony: the provider, the accounts' choices, and the table of commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from switchboard.kernel.call import CallEvent
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

    Each method returns as soon as the provider has accepted the request; call events report the result. Each may raise
    NotSupported, ProviderRefused or ProviderSilent. `command` is the idempotency key, if the provider has one
    (Asterisk: the channel id). Without one the hub never repeats a request.
    """

    def originate(self, order: OriginateRequest) -> OrderAccepted: ...
    def place(self, order: PlaceCallRequest) -> OrderAccepted: ...
    def redirect(self, command: str, call: CallRef, to: str) -> None: ...
    def hang_up(self, command: str, call: CallRef) -> None: ...


class OriginatingPbx(Protocol):
    """One account of a vendor's PBX that can start calls; the client of the PBX's dialect fits this protocol."""

    def originate(self, extension: str, number: str, caller_id: str = "") -> str | None:
        """Ring `extension`, then connect it to `number`. Numbers are E.164 without `+`, or local to the PBX.

        Returns the PBX's id of the call, None if the PBX tells none.
        Raises Invalid, NotFound, Conflict or ProviderRefused if no call was started. Raises ProviderSilent if the call
        may have been started.
        """


@runtime_checkable
class CommandedPbx(Protocol):
    """An optional role of a PBX: it repeats the command's id in the call's events, and changes running calls.

    `events` are the events of the call so far. Each method raises Conflict if the call is in no state for the request,
    and else as `OriginatingPbx`.
    """

    def originate_as(self, command_id: str, extension: str, number: str, caller_id: str = "") -> None:
        """Ring `extension`, then connect it to `number`; the call's events name `command_id`."""

    def end_call(self, command_id: str, events: Sequence[CallEvent]) -> None:
        """Hang up every leg of the command's call."""

    def route_caller(self, command_id: str, events: Sequence[CallEvent], to: str) -> None:
        """Send the caller to an extension or number."""


class Telephonies(Protocol):
    """The telephony that each account chose."""

    def get(self, account: str) -> AccountTelephony | None: ...
    def save(self, telephony: AccountTelephony) -> None: ...
    def remove(self, account: str) -> None: ...


@dataclass(frozen=True, slots=True)
class IdempotencyClaim:
    """An idempotency claim: the first command under `key` holds the key until `until`.

    `instead_of` is the id of a holder that may be replaced earlier, because nothing was done for it.
    """

    key: str
    now: datetime
    until: datetime
    instead_of: str = ""


# The states that a provider's answer can set, except the success with a known call.
ANSWERS = frozenset({CommandState.SENT, CommandState.FAILED})


class Commands(Protocol):
    """The table of commands and their outcomes."""

    def begin(self, command: Command, claim: IdempotencyClaim | None = None) -> Command:
        """Insert a command with its claim. If another command holds the claim, return the holder and insert nothing."""

    def settle(self, command: Command) -> Command:
        """Write a command's outcome and return the stored command.

        SENT and FAILED are written only over ACCEPTED. Nothing replaces a success.
        """

    def get(self, account: str, command_id: str) -> Command | None: ...

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Command], str | None]:
        """Return a page of an account's commands, newest first, and the cursor of the next page."""


class CallPermits(Protocol):
    """The limits of an account's calls."""

    def check_number(self, account_id: str, number: str) -> None:
        """Raise Forbidden for a number that the account may not call."""

    def take_originate(self, account_id: str) -> None:
        """Count a call that is started. Raises TooMany above the limit of the day."""


class AnyCall:
    """Null object for the port CallPermits."""

    def check_number(self, account_id: str, number: str) -> None:
        """Raise nothing."""

    def take_originate(self, account_id: str) -> None:
        """Count nothing."""


ANY_CALL = AnyCall()
