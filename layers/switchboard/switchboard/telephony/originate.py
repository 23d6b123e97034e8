"""Start a call: ring an extension, then connect it to a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.ports import Admit, Extensions, admit_all
from switchboard.errors import Conflict, NotFound, NotSupported, ProviderSilent, Refused
from switchboard.kernel.numbers import extension_key
from switchboard.telephony.dialable import dialled_number, require_dialable
from switchboard.telephony.model import AccountTelephony, Action, Command, CommandState, OriginateRequest
from switchboard.telephony.outcome import accepted, failed, is_surely_not_done, refused_before_sending
from switchboard.telephony.ports import ANY_CALL, CallPermits, Commands, IdempotencyClaim, Telephonies, Telephony
from switchboard.telephony.registry import PROVIDERS

DOUBLE_CLICK = timedelta(seconds=10)
DIALLED = "dial"  # the key of a request whose key is made of what is dialled
KEY_HOLDS = timedelta(hours=24)
ATTEMPTS = 3  # to take a claim that other requests release meanwhile
# Longer than any function that calls a provider may run: an older unanswered command was cut off.
CUT_OFF_AFTER = timedelta(seconds=30)
SILENT = "The telephony did not answer: the call may or may not have been started."

ConnectTelephony = Callable[[AccountTelephony], Telephony]


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A requested call. `key` is the idempotency key within `window`; requests with an empty key always differ."""

    account: str
    extension: str
    number: str
    caller_id: str = ""
    key: str = ""
    window: timedelta = KEY_HOLDS


def with_double_click_key(wish: CallRequest) -> CallRequest:
    """Return the request with a key that makes equal extension and number one call, for ten seconds or to its end.

    `OriginateCall` completes the key with what is dialled: two spellings of one number are equal.
    """
    return replace(wish, key=DIALLED, window=DOUBLE_CLICK)


def require_telephony(account: str, telephonies: Telephonies) -> AccountTelephony:
    """Return the telephony that an account chose. Raises NotSupported without a choice."""
    chosen = telephonies.get(account)
    if chosen is None:
        raise NotSupported("The account has no telephony.")
    return chosen


@dataclass(frozen=True, slots=True)
class OriginateCall:
    """Starts calls. The command's row is written before the provider is called; a repeat gets the first answer.

    A refusal releases the idempotency claim, so the same request can be tried again. Silence does not: the call may
    have started, so the claim blocks a second start until it expires.
    """

    telephonies: Telephonies
    extensions: Extensions
    commands: Commands
    connect: ConnectTelephony
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    report: Callable[[Command], None]
    region_of: Callable[[str], str]
    admit: Admit = admit_all
    permits: CallPermits = ANY_CALL
    is_over: Callable[[str, str], bool] = lambda account, call: False  # noqa: ARG005 - where no calls are at hand
    default_caller_id: Callable[[str], str] = lambda _: ""

    def __call__(self, wish: CallRequest) -> Command:
        """Return the command. Raises Invalid, NotFound, Conflict, NotSupported, ProviderRefused or ProviderSilent.

        Raises Suspended if the account is not served. Raises Forbidden for a number that the account may not call.
        Raises TooMany above the account's calls of a day.

        A request without a caller id shows the account's default. The provider gets number and extension in their
        plain spelling. By the account's region two spellings of one number are equal.
        """
        self.admit(wish.account)
        caller_id = wish.caller_id or self.default_caller_id(wish.account)
        wish = self._with_plain_numbers(replace(wish, caller_id=caller_id))
        self.permits.check_number(wish.account, wish.number)
        chosen = require_telephony(wish.account, self.telephonies)
        wish = self._keyed(replace(wish, extension=self._known_extension(wish)))
        with refused_before_sending():
            telephony = self.connect(chosen)  # before the row is written: an unreachable provider leaves no command
        new = self._new(wish, chosen.provider)
        command = self._begin(new, wish)
        if command.id == new.id or self._is_ours_to_finish(command, new, wish):
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
            if found.id == new.id or not (is_surely_not_done(found) or self._has_ended(found, wish)):
                break
            found = self.commands.begin(new, replace(claim, instead_of=found.id))
        return found

    def _keyed(self, wish: CallRequest) -> CallRequest:
        if wish.key != DIALLED:
            return wish
        number = dialled_number(wish.number, self.region_of(wish.account))
        return replace(wish, key=f"{DIALLED}:{wish.extension}:{number}")

    def _has_ended(self, command: Command, wish: CallRequest) -> bool:
        """Whether the call of a double click's command is over: the next click rings again."""
        return bool(wish.window == DOUBLE_CLICK and command.call_id and self.is_over(command.account, command.call_id))

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
                self.permits.take_originate(command.account)
                answer = telephony.originate(order)
        except Refused as error:
            kept = self._settle(failed(command, error, self.clock()))
            if kept.state is CommandState.SUCCEEDED:  # the call's event arrived before the provider's answer
                return kept
            raise
        return self._settle(accepted(command, answer.call_id, self.clock()))

    def _settle(self, command: Command) -> Command:
        kept = self.commands.settle(command)
        self.report(kept)
        return kept

    def _known_extension(self, wish: CallRequest) -> str:
        known = {one.number for one in self.extensions.of_account(wish.account)}
        found = extension_key(wish.extension, known)
        if found not in known:
            raise NotFound("The account has no such extension.", "extension")
        return found

    def _with_plain_numbers(self, wish: CallRequest) -> CallRequest:
        region = self.region_of(wish.account)
        shown = wish.caller_id and require_dialable(wish.caller_id, "caller_id", region)
        return replace(wish, number=require_dialable(wish.number, "number", region), caller_id=shown)

    def _is_ours_to_finish(self, command: Command, new: Command, wish: CallRequest) -> bool:
        """Whether to send another request's unfinished command again, because a repeat is harmless there.

        Raises Conflict if the key belongs to another call.
        """
        if wish.window != DOUBLE_CLICK and self._dialled(command) != self._dialled(new):
            raise Conflict("This idempotency key was used for another call.", "idempotency_key")
        if command.state is not CommandState.ACCEPTED or command.provider != new.provider:
            return False
        return PROVIDERS[command.provider].repeatable

    def _dialled(self, command: Command) -> tuple[str, str]:
        return command.extension, dialled_number(command.number, self.region_of(command.account))
