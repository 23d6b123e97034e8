"""Start a call: an extension is rung, and then connected to a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.ports import Extensions
from switchboard.errors import Conflict, NotFound, NotSupported, ProviderSilent, Refused
from switchboard.telephony.dialable import require_dialable
from switchboard.telephony.model import AccountTelephony, Action, Command, CommandState, OriginateRequest
from switchboard.telephony.outcome import accepted, failed, is_surely_not_done, refused_before_sending
from switchboard.telephony.ports import Commands, IdempotencyClaim, Telephonies, Telephony
from switchboard.telephony.registry import PROVIDERS

DOUBLE_CLICK = timedelta(seconds=10)
KEY_HOLDS = timedelta(hours=24)
ATTEMPTS = 3  # at a claim that others let go of meanwhile
# Longer than any function that asks a provider may run: a command that is still not answered then was cut off.
CUT_OFF_AFTER = timedelta(seconds=30)
SILENT = "The telephony did not answer: whether the call was started is not known."

ConnectTelephony = Callable[[AccountTelephony], Telephony]


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call asked for. The same `key` within `window` is the same wish; an empty key is never the same."""

    account: str
    extension: str
    number: str
    caller_id: str = ""
    key: str = ""
    window: timedelta = KEY_HOLDS


def with_double_click_key(wish: CallRequest) -> CallRequest:
    """The wish of one who may press twice: the same extension and number within ten seconds are one call."""
    return replace(wish, key=f"dial:{wish.extension}:{wish.number.removeprefix('+')}", window=DOUBLE_CLICK)


def require_telephony(account: str, telephonies: Telephonies) -> AccountTelephony:
    """The telephony that an account chose, or NotSupported."""
    chosen = telephonies.get(account)
    if chosen is None:
        raise NotSupported("The account has no telephony.")
    return chosen


@dataclass(frozen=True, slots=True)
class OriginateCall:
    """The command is kept before the provider is asked, and so is what came of it; a repeat is answered as the first.

    A failure lets go of the claim, so that the same can be tried again, but for silence: then the call may have been
    started, and for as long as the claim holds nobody starts it a second time.
    """

    telephonies: Telephonies
    extensions: Extensions
    commands: Commands
    connect: ConnectTelephony
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    report: Callable[[Command], None]

    def __call__(self, wish: CallRequest) -> Command:
        """The command; Invalid, NotFound, Conflict, NotSupported, ProviderRefused or ProviderSilent."""
        _check_numbers(wish)
        chosen = require_telephony(wish.account, self.telephonies)
        self._check_extension(wish)
        with refused_before_sending():
            telephony = self.connect(chosen)  # before anything is kept: what cannot be asked leaves no command
        new = self._new(wish, chosen.provider)
        command = self._begin(new, wish)
        if command.id == new.id or _is_ours_to_finish(command, new):
            return self._order(command, telephony)
        return self._tell_again(command)

    def _new(self, wish: CallRequest, provider: str) -> Command:
        return Command(
            id=self.new_id(),
            account=wish.account,
            action=Action.ORIGINATE,
            provider=provider,
            created_at=self.clock(),
            extension=wish.extension,
            number=wish.number,
            caller_id=wish.caller_id,
        )

    def _begin(self, new: Command, wish: CallRequest) -> Command:
        if not wish.key:
            return self.commands.begin(new)
        claim = IdempotencyClaim(wish.key, new.created_at, new.created_at + wish.window)
        found = self.commands.begin(new, claim)
        for _ in range(ATTEMPTS):
            if found.id == new.id or not is_surely_not_done(found):
                break
            found = self.commands.begin(new, replace(claim, instead_of=found.id))
        return found

    def _tell_again(self, command: Command) -> Command:
        now = self.clock()
        if command.state is CommandState.ACCEPTED and now - command.created_at >= CUT_OFF_AFTER:
            command = self._settle(failed(command, ProviderSilent(SILENT), now))
        if command.state is CommandState.FAILED:
            raise ProviderSilent(SILENT)
        return command

    def _order(self, command: Command, telephony: Telephony) -> Command:
        order = OriginateRequest(command.id, command.account, command.extension, command.number, command.caller_id)
        try:
            with refused_before_sending():
                answer = telephony.originate(order)
        except Refused as error:
            kept = self._settle(failed(command, error, self.clock()))
            if kept.state is CommandState.SUCCEEDED:  # its call showed before the provider said anything
                return kept
            raise
        return self._settle(accepted(command, answer.call_id, self.clock()))

    def _settle(self, command: Command) -> Command:
        kept = self.commands.settle(command)
        self.report(kept)
        return kept

    def _check_extension(self, wish: CallRequest) -> None:
        if wish.extension not in {one.number for one in self.extensions.of_account(wish.account)}:
            raise NotFound("The account has no such extension.", "extension")


def _check_numbers(wish: CallRequest) -> None:
    require_dialable(wish.number, "number")
    if wish.caller_id:
        require_dialable(wish.caller_id, "caller_id")


def _is_ours_to_finish(command: Command, new: Command) -> bool:
    """Whether to order again what another request began, where that is not the same as doing it twice."""
    if _dialled(command) != _dialled(new):
        raise Conflict("This key was used for another call.", "idempotency_key")
    if command.state is not CommandState.ACCEPTED or command.provider != new.provider:
        return False
    return PROVIDERS[command.provider].repeatable


def _dialled(command: Command) -> tuple[str, str]:
    return command.extension, command.number.removeprefix("+")
