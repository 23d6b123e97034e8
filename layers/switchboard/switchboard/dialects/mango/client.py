"""Client of Mango's API: employees, calls, hang-ups and routes (VPBX API, 'Команды')."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.dialects.mango.legs import leg_of
from switchboard.dialects.mango.requests import command, success
from switchboard.dialects.mango.tables import ABONENT, APPEARED, CALL, CONNECTED, DISCONNECTED, ON_HOLD
from switchboard.dialects.reading import inside, text, whole
from switchboard.dialects.vendor_requests import SendToVendor, not_understood
from switchboard.errors import Conflict
from switchboard.kernel.call import CallEvent

CALLBACK, HANG_UP, ROUTE = "commands/callback", "commands/call/hangup", "commands/route"
EMPLOYEES = "config/users/request"
TALKS = (CONNECTED, ON_HOLD)


@dataclass(frozen=True, slots=True)
class MangoClient:
    """One PBX of Mango's. Every method may raise ProviderRefused and ProviderSilent. `token` is `key:salt`."""

    ask: SendToVendor
    token: str

    def extensions(self) -> list[str]:
        """Return the extensions of the PBX's employees."""
        users = self._command(EMPLOYEES, {}).get("users")
        if not isinstance(users, list):
            raise not_understood()
        found = [text(inside(one, "telephony"), "extension") for one in users if isinstance(one, Mapping)]
        return [one for one in found if one]

    def originate(self, extension: str, number: str, caller_id: str = "") -> None:
        """Start a call whose events name no command. Raises as `originate_as`."""
        self.originate_as("hub", extension, number, caller_id)

    def originate_as(self, command_id: str, extension: str, number: str, caller_id: str = "") -> None:
        """Ring an extension, then a number. Mango shows the employee's own line, or `caller_id`.

        Raises Invalid (number) or NotFound (extension).
        """
        line = {"line_number": caller_id} if caller_id else {}
        wish = {"command_id": command_id, "from": {"extension": extension}, "to_number": number, **line}
        self._command(CALLBACK, wish)

    def end_call(self, command_id: str, events: Sequence[CallEvent]) -> None:
        """End the leg that talks, else the one that rings or waits. Raises Conflict without a leg."""
        leg = _latest(_live(events), TALKS) or _latest(_live(events), (APPEARED,))
        self._command(HANG_UP, {"command_id": command_id, "call_id": _required(leg)})

    def route_caller(self, command_id: str, events: Sequence[CallEvent], to: str) -> None:
        """Send a caller who waits to `to`. Raises Conflict if nobody waits: Mango routes before an answer alone."""
        waiting = [one for one in _live(events) if _waits(one)]
        leg = _latest(waiting, (APPEARED, *TALKS))
        self._command(ROUTE, {"command_id": command_id, "call_id": _required(leg), "to_number": to})

    def _command(self, path: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return success(self.ask(command(self.token, path, fields)))


def open_client(ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> MangoClient:  # noqa: ARG001 - the role's
    """Return a client."""
    return MangoClient(ask, token)


def _live(events: Iterable[CallEvent]) -> Iterator[Mapping[str, Any]]:
    """Yield the last event of each leg that has not ended, by `seq`: notifications come in any order."""
    last: dict[str, Mapping[str, Any]] = {}
    for event in events:
        leg = text(event.raw, "call_id")
        if leg and event.name.startswith(f"{CALL}.") and _seq(event.raw) >= _seq(last.get(leg, {})):
            last[leg] = event.raw
    yield from (one for one in last.values() if text(one, "call_state") != DISCONNECTED)


def _waits(event: Mapping[str, Any]) -> bool:
    """Whether the leg's caller is in a menu or a queue, or hears an employee's telephone ring."""
    leg = leg_of(event)
    return leg.location != ABONENT or leg.state == APPEARED


def _latest(legs: Iterable[Mapping[str, Any]], states: Sequence[str]) -> str:
    """Return the id of the youngest leg in one of the states, empty without one."""
    fitting = [one for one in legs if text(one, "call_state") in states]
    return text(max(fitting, key=lambda one: whole(one, "timestamp") or 0), "call_id") or "" if fitting else ""


def _required(leg: str) -> str:
    if not leg:
        raise Conflict("No leg of the call is in a state for this.", "call")
    return leg


def _seq(event: Mapping[str, Any]) -> int:
    return whole(event, "seq") or 0
