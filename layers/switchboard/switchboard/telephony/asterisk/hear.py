"""What a frame of a PBX does: the state of a call changes, and the change demands requests and tells events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.errors import TryAgain
from switchboard.telephony.asterisk.ari import (
    ApplicationRegistered,
    AriMessage,
    RestResponse,
    StasisStart,
    channel_named,
    read_message,
)
from switchboard.telephony.asterisk.check import noted
from switchboard.telephony.asterisk.fold import fold
from switchboard.telephony.asterisk.model import AsteriskCall, AsteriskSettings, call_of_channel, is_own
from switchboard.telephony.asterisk.outage import CHECK, LOOK
from switchboard.telephony.asterisk.ports import AsteriskCalls, PbxConnection, PbxFrame
from switchboard.telephony.asterisk.requests import due, filter_events, look_at, owner_of
from switchboard.telephony.asterisk.switch import Switch

ATTEMPTS = 10
GIVE_UP_AFTER = timedelta(minutes=2)
SKEWED = 2.0  # seconds between the clocks that a slow connection may explain

Welcome = Callable[[str, StasisStart], AsteriskCall | None]
"""Returns the call of a caller who came from the dialplan; None if the account takes no callers."""


def group_of(account: str, text: str) -> str:
    """Return the group of a frame, in which order is kept: its call, or the account for everything else."""
    message = read_message(text)
    call = _call_of(account, message) if message else ""
    return call or f"pbx:{account}"


def _call_of(account: str, message: AriMessage) -> str:
    if isinstance(message, RestResponse):
        return owner_of(message.request)
    channel = channel_named(message)
    return call_of_channel(account, channel) if channel else ""


@dataclass(frozen=True, slots=True)
class HearPbx:
    """The use case behind the queue of frames. A repeated frame tells and demands again what it did the first time."""

    calls: AsteriskCalls
    switch: Switch
    settings_of: Callable[[str], AsteriskSettings | None]
    welcome: Welcome
    clock: Callable[[], datetime]

    def __call__(self, frame: PbxFrame, *, first_receipt: bool) -> None:
        """Apply a frame. Raises TryAgain if the call changes too fast, or the PBX does not answer."""
        connection = self.switch.connections.of(frame.account)
        skew = timedelta(seconds=connection.skew) if connection else timedelta()
        message = read_message(frame.text, skew)
        if isinstance(message, ApplicationRegistered):
            self._registered(frame, message)
        elif isinstance(message, RestResponse) and owner_of(message.request) == frame.account:
            self._answered(frame, message, connection)
        elif message is not None:
            self._of_call(frame, message, first_receipt=first_receipt)

    def _answered(self, frame: PbxFrame, response: RestResponse, connection: PbxConnection | None) -> None:
        """Note that the PBX answers: to a ping, to the filter of events, or to a check."""
        if connection is not None and connection.id == frame.connection:
            self.switch.connections.change(noted(connection, response, frame.received_at))

    def _registered(self, frame: PbxFrame, told: ApplicationRegistered) -> None:
        """Have the PBX filter its events, and ask for each open call whether it still exists."""
        connections = self.switch.connections
        found = connections.of(frame.account)
        if found is None or found.id != frame.connection:
            return  # of a connection that was replaced meanwhile
        behind = (frame.received_at - told.at).total_seconds() + found.skew
        ready = replace(
            found,
            application=told.application,
            asterisk_id=told.asterisk_id,
            skew=round(behind, 1) if abs(behind) > SKEWED else 0.0,
            heard_at=frame.received_at,
        )
        if connections.change(ready):
            self._resync(ready)

    def _resync(self, connection: PbxConnection) -> None:
        account = connection.account
        self.switch.send(account, account, [filter_events(connection.application)])
        for call_id in self.calls.open_calls(account):
            call = self.calls.get(account, call_id)
            if call is not None:
                self.switch.send(account, call_id, look_at(call))

    def _of_call(self, frame: PbxFrame, message: AriMessage, *, first_receipt: bool) -> None:
        account = frame.account
        call_id = _call_of(account, message)
        for _ in range(ATTEMPTS):
            before = self.calls.get(account, call_id) if call_id else None
            if before is None:
                before = self._new_caller(account, message)
                if before is None:
                    return
            applied = self._applied(before, message, first_receipt=first_receipt)
            if applied is not None:
                self._require_sent(frame, sent=applied)
                return
        raise TryAgain("The call changes too fast.", after=1.0)

    def _new_caller(self, account: str, message: AriMessage) -> AsteriskCall | None:
        """Begin the call of a caller from the dialplan. Channels of others, and of calls long over, are left alone."""
        if not isinstance(message, StasisStart) or is_own(message.channel):
            return None
        call = self.welcome(account, message)
        if call is not None:
            self.calls.claim(call)
        return call

    def _require_sent(self, frame: PbxFrame, *, sent: bool) -> None:
        """Raise TryAgain if requests could not be sent, for as long as they make sense."""
        if not sent and (self.clock() - frame.received_at) < GIVE_UP_AFTER:
            raise TryAgain("The PBX is not connected.", after=1.0)

    def _applied(self, before: AsteriskCall, message: AriMessage, *, first_receipt: bool) -> bool | None:
        """Apply a message, and return whether what the change demands was sent; None if another worker was first."""
        settings = self.settings_of(before.account)
        line = self.switch.line(before.account, settings) if settings else None
        after = replace(fold(before, message, self.clock()), heard=True)
        again = not (first_receipt or _is_answer(message))
        requests = due(_asked_again(after) if again else after, line) if line else []
        new = [request.name for request in requests if request.name not in after.asked]
        after = replace(after, asked=(*after.asked, *new))
        kept = self._kept(before, after)
        if kept is None:
            return None
        self.switch.tell(before if first_receipt and before.heard else None, kept)
        return kept.is_over if line is None else self.switch.send(before.account, before.id, requests)

    def _kept(self, before: AsteriskCall, after: AsteriskCall) -> AsteriskCall | None:
        return before if after == before else self.calls.change(before, after)


def _is_answer(message: AriMessage) -> bool:
    """Whether a message answers a request of a call: then the repeat of its requests would be answered in turn."""
    return isinstance(message, RestResponse) and not _is_look(message.request)


def _is_look(request: str) -> bool:
    return any(f":{name}" in request for name in (LOOK, CHECK))


def _asked_again(call: AsteriskCall) -> AsteriskCall:
    """Return the call as if nothing but its dialling had been asked: a worker may have died before its requests."""
    return replace(call, asked=tuple(name for name in call.asked if name.startswith("dial")))
