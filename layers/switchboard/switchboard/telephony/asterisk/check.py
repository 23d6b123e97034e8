"""Check an account's Asterisk: it is asked for its version, its trunk and the telephones of some extensions.

The PBX answers over its WebSocket, so the answers come to the worker behind the queue, which writes them down with the
connection. A list of all endpoints could be larger than a frame, so each endpoint is asked for by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.telephony.asterisk.ari import RestResponse
from switchboard.telephony.asterisk.model import AsteriskSettings
from switchboard.telephony.asterisk.ports import PbxConnection
from switchboard.telephony.asterisk.requests import AriRequest
from switchboard.telephony.asterisk.switch import Switch
from switchboard.telephony.check import NOT_CONNECTED, SILENT, EndpointHealth, TelephonyHealth

INFO, ENDPOINT = "info", "endpoint:"
MOST_PHONES = 10
LOOKS, PAUSE = 50, 0.2  # how often the answers are looked for, and seconds between
GOOD = ("online", "unknown")  # an endpoint without qualify_frequency is unknown
OK = 200


@dataclass(frozen=True, slots=True)
class CheckAsterisk:
    """Port CheckTelephony. `extensions` are the account's; `pause` waits for so many seconds."""

    account: str
    settings: AsteriskSettings
    extensions: Sequence[str]
    switch: Switch
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def __call__(self) -> TelephonyHealth:
        """Ask, and wait up to ten seconds for the answers."""
        found = self.switch.connections.of(self.account)
        if found is None or not found.is_ready:
            return TelephonyHealth(ok=False, reason=NOT_CONNECTED)
        names = endpoints_of(self.settings, self.extensions)
        since = self.clock()
        requests = [AriRequest(f"{ENDPOINT}{name}", "GET", f"endpoints/{name}") for name in names]
        if not self.switch.send(self.account, self.account, [*requests, AriRequest(INFO, "GET", "asterisk/info")]):
            return TelephonyHealth(ok=False, reason=NOT_CONNECTED)
        answered = self._answered(since)
        return _health(answered, names) if answered else TelephonyHealth(ok=False, reason=SILENT)

    def _answered(self, since: datetime) -> PbxConnection | None:
        """Return the connection when the PBX has answered the last request; None if it does not."""
        for _ in range(LOOKS):
            found = self.switch.connections.of(self.account)
            if found and found.checked_at and found.checked_at >= since:
                return found
            self.pause(PAUSE)
        return None


def endpoints_of(settings: AsteriskSettings, extensions: Sequence[str]) -> list[str]:
    """Return the trunk, and the telephones of the first extensions, as `PJSIP/trunk`."""
    technology, _, rest = settings.trunk.partition("/")
    trunk = rest.partition("@")[2] or rest.partition("/")[0]
    phones = [settings.phone.format(extension=one) for one in sorted(extensions)[:MOST_PHONES]]
    return [f"{technology}/{trunk.partition('/')[0]}", *phones]


def noted(connection: PbxConnection, response: RestResponse, received_at: datetime) -> PbxConnection:
    """Return the connection with what an answer to a check says."""
    name = response.request.partition(":")[2]
    heard = replace(connection, heard_at=received_at)
    if name.startswith(ENDPOINT):
        endpoint = name.removeprefix(ENDPOINT)
        others = tuple(one for one in heard.endpoints if one.partition(" ")[0] != endpoint)
        return replace(heard, endpoints=(*others, f"{endpoint} {_state_in(response)}"))
    if name != INFO:
        return heard
    behind = (received_at - response.at).total_seconds() + connection.skew if response.at else connection.skew
    return replace(heard, version=_version_in(response.body), checked_at=received_at, behind=round(behind, 1))


def _health(answered: PbxConnection, names: Sequence[str]) -> TelephonyHealth:
    states = dict(one.split(" ", 1) for one in answered.endpoints if " " in one)
    endpoints = tuple(EndpointHealth(name, states.get(name, "unanswered")) for name in names)
    ok = endpoints[0].state in GOOD
    reason = "" if ok else f"trunk_{endpoints[0].state}"
    return TelephonyHealth(ok, reason, answered.version, endpoints, answered.behind)


def _state_in(response: RestResponse) -> str:
    return str(_object(response.body).get("state") or "unknown") if response.status == OK else "missing"


def _version_in(body: str) -> str:
    system = _object(body).get("system")
    return str(system.get("version", "")) if isinstance(system, dict) else ""


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
