"""Telephony in memory: what accounts chose, commands, simulated calls, and a provider that does as it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

from switchboard.errors import Conflict, Duplicate, NotFound
from switchboard.telephony.line import ChannelUse, take_channel
from switchboard.telephony.model import (
    AccountTelephony,
    CallRef,
    Command,
    CommandState,
    OrderAccepted,
    OriginateRequest,
    PlaceCallRequest,
)
from switchboard.telephony.ports import ANSWERS, IdempotencyClaim
from switchboard.telephony.simulator.model import Advance, SimulatedCall, SimulatorSettings
from tests.fakes.pages import page


class MemoryTelephonies:
    """Port Telephonies."""

    def __init__(self, *chosen: AccountTelephony) -> None:
        self._rows = {one.account: one for one in chosen}

    def get(self, account: str) -> AccountTelephony | None:
        return self._rows.get(account)

    def save(self, telephony: AccountTelephony) -> None:
        self._rows[telephony.account] = telephony

    def remove(self, account: str) -> None:
        self._rows.pop(account, None)


class MemoryCommands:
    """Port Commands."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Command] = {}
        self._claims: dict[tuple[str, str], tuple[str, IdempotencyClaim]] = {}
        self._lock = Lock()

    def begin(self, command: Command, claim: IdempotencyClaim | None = None) -> Command:
        with self._lock:
            if claim and (other := self._holder(command.account, claim)):
                return other
            if claim:
                self._claims[command.account, claim.key] = (command.id, claim)
            self.rows[command.account, command.id] = command
            return command

    def settle(self, command: Command) -> Command:
        with self._lock:
            kept = self.rows[command.account, command.id]
            late = command.state in ANSWERS and kept.state is not CommandState.ACCEPTED
            if kept.state is CommandState.SUCCEEDED or late:
                return kept
            self.rows[command.account, command.id] = command
            return command

    def get(self, account: str, command_id: str) -> Command | None:
        return self.rows.get((account, command_id))

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Command], str | None]:
        own = [command for command in self.rows.values() if command.account == account]
        return page(sorted(own, key=lambda one: (one.created_at, one.id), reverse=True), limit, cursor)

    def _holder(self, account: str, claim: IdempotencyClaim) -> Command | None:
        holder, held = self._claims.get((account, claim.key), ("", claim))
        if not holder or held.until <= claim.now or holder == claim.instead_of:
            return None
        return self.rows[account, holder]


class MemorySimulatedCalls:
    """Port SimulatedCalls. `lines` and `busy` may be looked at."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], SimulatedCall] = {}
        self.lines: dict[str, ChannelUse] = {}
        self.busy: dict[tuple[str, str], str] = {}
        self._lock = Lock()

    def used(self, account: str) -> int:
        """Channels that are taken."""
        return self.lines.get(account, ChannelUse()).used

    def begin(self, call: SimulatedCall, settings: SimulatorSettings) -> None:
        with self._lock:
            if (call.account, call.id) in self.rows:
                raise Duplicate("The call is there.")
            line = self.lines.get(call.account, ChannelUse())
            after = take_channel(line, int(call.began_at.timestamp() * 1000), settings)
            self._occupy(call, "extension")
            self.lines[call.account] = after
            self.rows[call.account, call.id] = call

    def get(self, account: str, call_id: str) -> SimulatedCall | None:
        return self.rows.get((account, call_id))

    def change(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        with self._lock:
            kept = self.rows[before.account, before.id]
            if kept.version != before.version:
                return None
            if after.holder != before.holder and not after.ended:
                self._occupy(after, "to")
            if before.holder and (after.ended or after.holder != before.holder):
                del self.busy[before.account, before.holder]
            if after.ended and not before.ended:
                line = self.lines[before.account]
                self.lines[before.account] = replace(line, used=line.used - 1)
            changed = replace(after, version=before.version + 1)
            self.rows[before.account, before.id] = changed
            return changed

    def _occupy(self, call: SimulatedCall, name: str) -> None:
        if not call.holder:
            return
        if (call.account, call.holder) in self.busy:
            raise Conflict("The extension has a call.", name)
        self.busy[call.account, call.holder] = call.id


class MemoryAdvanceQueue:
    """Port AdvanceQueue."""

    def __init__(self) -> None:
        self.sent: list[tuple[Advance, float]] = []

    def send(self, advance: Advance, wait: float) -> None:
        self.sent.append((advance, wait))


@dataclass
class FakeTelephony:
    """Port Telephony: takes what it is asked, or raises `error`. `asked` is what it was asked, `running` its calls."""

    error: Exception | None = None
    call_id: Callable[[str], str] = field(default=lambda command: f"call-of-{command}")
    asked: list[OriginateRequest | PlaceCallRequest | tuple[str, str, str]] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        return self._take(order)

    def place(self, order: PlaceCallRequest) -> OrderAccepted:
        return self._take(order)

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's signature
        self._require(call)
        self.asked.append(("redirect", call.call_id, to))

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - the port's signature
        self._require(call)
        self.running.discard(call.call_id)
        self.over.add(call.call_id)
        self.asked.append(("hangup", call.call_id, ""))

    def _take(self, order: OriginateRequest | PlaceCallRequest) -> OrderAccepted:
        if self.error:
            raise self.error
        call_id = self.call_id(order.command)
        if call_id not in self.running:
            self.asked.append(order)
        self.running.add(call_id)
        return OrderAccepted(call_id)

    def _require(self, call: CallRef) -> None:
        if self.error:
            raise self.error
        if call.call_id in self.over:
            raise Conflict("The call has ended.", "call")
        if call.call_id not in self.running:
            raise NotFound("There is no such call.", "call")
