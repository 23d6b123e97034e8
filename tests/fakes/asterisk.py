"""An Asterisk in memory: it speaks ARI over one connection, and refuses what a real one refuses.

The answers and the order of events are those that Asterisk 22.10 gave in `make test-pbx`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.telephony.asterisk.model import AsteriskCall, is_own
from switchboard.telephony.asterisk.ports import PbxConnection, PbxFrame

Served = tuple[int, Any, list[str]]
"""A status, a body, and the events that follow."""
KNOWN = {"endpoint", "app", "appArgs", "channelId", "timeout", "callerId"}


class MemoryConnections:
    """Port PbxConnections."""

    def __init__(self) -> None:
        self.rows: dict[str, PbxConnection] = {}
        self.owners: dict[str, str] = {}

    def open(self, connection: PbxConnection) -> PbxConnection | None:
        old = self.rows.get(connection.account)
        self.rows[connection.account] = connection
        self.owners[connection.id] = connection.account
        return old

    def of(self, account: str) -> PbxConnection | None:
        return self.rows.get(account)

    def account_of(self, connection: str) -> str:
        return self.owners.get(connection, "")

    def change(self, connection: PbxConnection) -> bool:
        found = self.rows.get(connection.account)
        if found is None or found.id != connection.id:
            return False
        self.rows[connection.account] = connection
        return True

    def close(self, account: str, connection: str) -> None:
        found = self.rows.get(account)
        if found and found.id == connection:
            del self.rows[account]

    def all(self) -> list[PbxConnection]:
        return list(self.rows.values())


class MemoryAsteriskCalls:
    """Port AsteriskCalls."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], AsteriskCall] = {}

    def claim(self, call: AsteriskCall) -> bool:
        return self.rows.setdefault((call.account, call.id), call) is call

    def forget(self, call: AsteriskCall) -> None:
        self.rows.pop((call.account, call.id), None)

    def get(self, account: str, call_id: str) -> AsteriskCall | None:
        return self.rows.get((account, call_id))

    def change(self, before: AsteriskCall, after: AsteriskCall) -> AsteriskCall | None:
        found = self.rows.get((before.account, before.id))
        if found is None or found.version != before.version:
            return None
        kept = self.rows[before.account, before.id] = replace(after, version=before.version + 1)
        return kept

    def open_calls(self, account: str) -> list[str]:
        return [call.id for (owner, _), call in self.rows.items() if owner == account and not call.is_over]


class NoFrames:
    """Port PbxFrames that keeps frames."""

    def __init__(self) -> None:
        self.sent: list[tuple[PbxFrame, str]] = []

    def send(self, frame: PbxFrame, group: str) -> None:
        self.sent.append((frame, group))


@dataclass
class FakeChannel:
    """A channel: `party` is the endpoint."""

    id: str
    party: str
    state: str = "Down"
    limit: float = 0.0


@dataclass
class FakeAsterisk:
    """Port PbxLink, and the other end of it. `heard` takes each frame that Asterisk sends.

    `answers` are endpoints that answer at once; the others ring until a test says more.
    """

    heard: Callable[[str], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    answers: bool = True
    connected: bool = True
    channels: dict[str, FakeChannel] = field(default_factory=dict)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    plays: list[tuple[str, str]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    filtered: set[str] = field(default_factory=set)
    endpoints: dict[str, str] = field(default_factory=lambda: {"PJSIP/trunk": "online"})
    watched: set[str] = field(default_factory=set)
    later: list[str] = field(default_factory=list)
    application: str = "switchboard"

    def post(self, connection: str, frame: str) -> bool:  # noqa: ARG002 - one connection
        """Take a request, and send the answer and the events that follow."""
        if not self.connected:
            return False
        asked = json.loads(frame)
        assert asked["type"] == "RESTRequest"
        assert len(frame.encode()) <= 32 * 1024
        body = json.loads(asked.get("message_body", "{}"))
        self.requests.append((asked["method"], asked["uri"]))
        status, answer, events = self._serve(asked["method"], asked["uri"].split("/"), body)
        self.later.append(self._response(asked, status, answer))
        self.later += events
        return True

    def flush(self) -> None:
        """Send what waits to be sent, and what this causes."""
        while self.later and self.connected:
            self.heard(self.later.pop(0))

    def register(self) -> None:
        """Tell that the connection is ready."""
        self.later.append(self.event("ApplicationRegistered"))
        self.flush()

    def event(self, kind: str, channel: str = "", **fields: Any) -> str:
        """Return an event as a frame."""
        told: dict[str, Any] = {"type": kind, "timestamp": self.clock().isoformat(timespec="milliseconds")}
        told |= {"application": self.application, "asterisk_id": "02:fc:00:00:00:01", **fields}
        if channel:
            found = self.channels.get(channel, FakeChannel(channel, ""))
            told["peer" if kind == "Dial" else "channel"] = {"id": channel, "state": found.state}
        return json.dumps(told)

    def ends(self, channel: str, cause: int = 16, sip: int = 0) -> None:
        """Have a channel end: its party hung up, or was never reached."""
        self.later += self._ended(channel, cause, sip)
        self.flush()

    def played(self, *, done: bool = True, after: float = 0.0) -> None:
        """Have the last playback end, so many seconds later."""
        channel, playback = self.plays[-1]
        fields = {"id": playback, "target_uri": f"channel:{channel}", "state": "done" if done else "failed"}
        at = (self.clock() + timedelta(seconds=after)).isoformat(timespec="milliseconds")
        self.later.append(self.event("PlaybackFinished", playback=fields, timestamp=at))
        self.flush()

    def press(self, channel: str, digit: str) -> None:
        """Have a party press a key."""
        self.later.append(self.event("ChannelDtmfReceived", channel, digit=digit, duration_ms=160))
        self.flush()

    def _serve(self, method: str, path: list[str], body: dict[str, Any]) -> Served:  # noqa: C901, PLR0911, PLR0912 - a table
        match method, path:
            case "POST", ["channels"]:
                return self._dial(body)
            case "PUT", ["applications", _, "eventFilter"]:
                self.filtered = {one["type"] for one in body["allowed"]}
                return 200, {}, []
            case "POST", ["applications", _, "subscription"]:
                channel = body["eventSource"].removeprefix("channel:")
                self.watched.add(channel)
                return (200, {}, []) if channel in self.channels else (422, {"message": "Event source not found"}, [])
            case "GET", ["asterisk", "ping"]:
                return 200, {"ping": "pong"}, []
            case "GET", ["asterisk", "info"]:
                return 200, {"system": {"version": "22.10.1", "entity_id": "02:fc:00:00:00:01"}}, []
            case "GET", ["endpoints", technology, resource]:
                state = self.endpoints.get(f"{technology}/{resource}")
                return (200, {"state": state}, []) if state else (404, {"message": "Endpoint not found"}, [])
            case _, ["channels", channel, *_] if channel not in self.channels:
                return 404, {"message": "Channel not found"}, []
            case "GET", ["channels", channel]:
                return 200, {"id": channel, "state": self.channels[channel].state}, []
            case "DELETE", ["channels", channel]:
                return 204, None, self._ended(channel, 16, 0)
            case "POST", ["channels", channel, "play", playback]:
                return self._play(channel, playback, body)
            case "POST", ["channels", channel, "variable"]:
                assert body["variable"] == "TIMEOUT(absolute)"
                self.channels[channel].limit = float(body["value"])
                return 204, None, []
            case _, ["channels", _, "ring" | "answer" | "continue"]:
                return 204, None, []
            case _, ["bridges", bridge, *_]:
                return self._bridge(method, bridge, body)
        raise AssertionError((method, path))

    def _dial(self, body: dict[str, Any]) -> Served:
        assert set(body) <= KNOWN, body
        id_ = body["channelId"]
        if id_ in self.channels:
            return 409, {"message": "Channel with given unique ID already exists"}, []
        if body["endpoint"].startswith("PJSIP/nobody"):
            return 500, {"error": "Allocation failed"}, []
        self.channels[id_] = FakeChannel(id_, body["endpoint"])
        rings = [self.event("Dial", id_, dialstatus=""), self.event("Dial", id_, dialstatus="RINGING")]
        return 200, {"id": id_}, rings + (self.answered(id_) if self.answers else [])

    def answered(self, channel: str) -> list[str]:
        """Return the events of an answer."""
        self.channels[channel].state = "Up"
        return [self.event("Dial", channel, dialstatus="ANSWER"), self.event("StasisStart", channel, args=[])]

    def _play(self, channel: str, playback: str, body: dict[str, Any]) -> Served:
        assert body["media"].startswith("sound:http")
        assert body["media"].endswith(".wav")
        self.plays.append((channel, playback))
        fields = {"id": playback, "target_uri": f"channel:{channel}", "state": "playing"}
        return 201, fields, [self.event("PlaybackStarted", playback=fields)]

    def _bridge(self, method: str, bridge: str, body: dict[str, Any]) -> Served:
        if method == "DELETE":
            return (204 if self.bridges.pop(bridge, None) is not None else 404), None, []
        assert isinstance(body.get("channel", []), list)  # Asterisk takes a text as one channel's id
        channels = set(body.get("channel", []))
        assert channels <= self.channels.keys()
        self.bridges.setdefault(bridge, set()).update(channels)
        return 200, {"id": bridge}, []

    def _ended(self, channel: str, cause: int, sip: int) -> list[str]:
        if self.channels.pop(channel, None) is None:
            return []
        if not is_own(channel) and channel not in self.watched:
            return []  # it left the application, which is told no more of it
        return [self.event("ChannelDestroyed", channel, cause=cause, tech_cause=sip)]

    def _response(self, asked: dict[str, Any], status: int, answer: Any) -> str:
        body = {} if answer is None else {"message_body": json.dumps(answer)}
        told = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": status, **body}
        return json.dumps({**told, "timestamp": self.clock().isoformat(timespec="milliseconds")})
