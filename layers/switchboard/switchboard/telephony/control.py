"""Hang up or redirect a running call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.accounts.ports import Admit, admit_all
from switchboard.calls.ports import EventQueue
from switchboard.errors import Conflict, NotFound, NotSupported, ProviderSilent, Refused
from switchboard.kernel.call import Call, CallEvent, Kind, State
from switchboard.kernel.news import news
from switchboard.telephony.dialable import require_dialable
from switchboard.telephony.model import AccountTelephony, Action, CallRef, Command
from switchboard.telephony.originate import ConnectTelephony, require_telephony
from switchboard.telephony.outcome import accepted, failed, refused_before_sending
from switchboard.telephony.ports import ANY_CALL, Commands, Telephonies, Telephony

SILENT = "The telephony did not answer: the command may or may not have been carried out."
SendCommand = Callable[[Telephony, Command, CallRef], None]


class CallLookup(Protocol):
    """The calls by account and id."""

    def get(self, account: str, call_id: str) -> Call | None: ...


@dataclass(frozen=True, slots=True)
class ControlCall:
    """Sends commands about a call. The command's row is written first; the outcome becomes an event of the call."""

    calls: CallLookup
    telephonies: Telephonies
    commands: Commands
    connect: ConnectTelephony
    events: EventQueue
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    report: Callable[[Command], None]
    region_of: Callable[[str], str]
    admit: Admit = admit_all
    check_number: Callable[[str, str], object] = ANY_CALL.check_number

    def hang_up(self, call: Call) -> Command:
        """End a call. Raises Conflict, NotSupported, ProviderRefused or ProviderSilent."""
        return self._ask(Action.HANG_UP, call, "", _hang_up)

    def redirect(self, call: Call, to: str) -> Command:
        """Connect a call to another extension or number. Raises Invalid, Suspended, and the errors of `hang_up`.

        Raises Forbidden for a number that the account may not call.
        """
        self.admit(call.account)
        number = require_dialable(to, "to", self.region_of(call.account))
        self.check_number(call.account, number)
        return self._ask(Action.REDIRECT, call, number, _redirect)

    def running(self, accounts: Sequence[str], call_id: str) -> Call:
        """Return the running call with this id in one of the accounts. Raises NotFound, or Conflict after the end."""
        found = (self.calls.get(account, call_id) for account in accounts)
        call = next((call for call in found if call is not None and call.version), None)
        if call is None:
            raise NotFound("There is no such call.", "call")
        if call.state is State.ENDED:
            raise Conflict("The call has ended.", "call")
        return call

    def _ask(self, action: Action, call: Call, to: str, do: SendCommand) -> Command:
        chosen = self._telephony_of(call)
        with refused_before_sending():
            telephony = self.connect(chosen)
        command = self.commands.begin(
            Command(self.new_id(), call.account, action, chosen.provider, self.clock(), call_id=call.id, number=to)
        )
        try:
            with refused_before_sending():
                do(telephony, command, CallRef(call.account, call.id, call.external_id))
        except Refused as error:
            self._tell(Kind.COMMAND_FAILED, failed(command, error, self.clock()))
            raise
        except Exception:  # a failure of the hub, possibly after the command was sent
            self._tell(Kind.COMMAND_FAILED, failed(command, ProviderSilent(SILENT), self.clock()))
            raise
        return self._tell(Kind.COMMAND_SUCCEEDED, accepted(command, call.id, self.clock()))

    def _telephony_of(self, call: Call) -> AccountTelephony:
        chosen = require_telephony(call.account, self.telephonies)
        if call.dialect != chosen.provider:
            raise NotSupported("The call does not run through the account's telephony.", "call")
        return chosen

    def _tell(self, kind: Kind, command: Command) -> Command:
        """Send the event, then write the row. If the worker dies between, only the row lacks the outcome."""
        self.events.send(command_news(kind, command))
        kept = self.commands.settle(command)
        self.report(kept)
        return kept


def command_news(kind: Kind, command: Command) -> CallEvent:
    """Return the event of a command's outcome: `{"command_id", "action", "reason"?}`."""
    details = {"command_id": command.id, "action": command.action.value}
    if command.reason:
        details["reason"] = command.reason
    return news(
        kind, (command.account, command.call_id), command.id, command.finished_at or command.created_at, details
    )


def _hang_up(telephony: Telephony, command: Command, call: CallRef) -> None:
    telephony.hang_up(command.id, call)


def _redirect(telephony: Telephony, command: Command, call: CallRef) -> None:
    telephony.redirect(command.id, call, command.number)
