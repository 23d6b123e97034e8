"""Play one call from the fixtures through the hub, and show its events and deliveries on the terminal."""

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from local.errors import LocalError
from local.operator import Operator
from local.paths import ROOT
from local.receiver import Received, Receiver
from local.terminal import heading, row, say, styled

FIXTURES = ROOT / "events" / "dialects" / "vpbx"
SCRIPT = ("start_call.json", "local_in_call.json", "start_talk.json", "end_call.json")
# Marks the subscriptions of a demo that was cut short, so that a later one may take them over.
RECEIVER_PATH = "/switchboard-demo"

_SECONDS = 30.0
_ZONE = ZoneInfo("Asia/Yekaterinburg")
_TIME = "%Y-%m-%d %H:%M:%S"

Event = dict[str, Any]


def play(hub: Mapping[str, Any], operator: Operator) -> None:
    events = _script()
    names = [event["event_name"] for event in events]
    with Receiver() as receiver, httpx.Client(timeout=_SECONDS, trust_env=False) as http:
        subscriptions = Subscriptions(http, hub, f"{receiver.url}{RECEIVER_PATH}")
        try:
            ours = subscriptions.make(names)
            call = _play(http, hub, operator, events)
            _show_deliveries(receiver, ours)
            _show_call(operator, hub, call)
        finally:
            subscriptions.remove()


class Subscriptions:
    """The demo's own subscriptions: made where the account has none, removed at the end, and nobody else's touched."""

    def __init__(self, http: httpx.Client, hub: Mapping[str, Any], receiver: str) -> None:
        self._http = http
        self._url = f"{hub['base_url']}/api/v1/events/subscribe"
        self._headers = {"Authorization": f"Bearer {hub['vpbx_token']}"}
        self._receiver = receiver
        self._made: list[str] = []

    def make(self, names: Sequence[str]) -> list[str]:
        """Return the names of the events that come to the receiver."""
        for name in names:
            answer = self._ask("POST", name)
            if answer.status_code == httpx.codes.CONFLICT and self._is_left_over(name):
                answer = self._ask("PUT", name)
            if answer.is_success:
                self._made.append(name)
            elif answer.status_code == httpx.codes.CONFLICT:
                say(f"  {name} is subscribed to already and goes to its subscriber.")
            else:
                raise LocalError(f"The hub refused a subscription to {name}: {answer.text[:300]}")
        return self._made

    def remove(self) -> None:
        for name in self._made:
            self._http.delete(self._url, params={"event_name": name}, headers=self._headers)

    def _ask(self, method: str, name: str) -> httpx.Response:
        body = {"event_name": name, "webhook_url": self._receiver, "auth_type": "None"}
        return self._http.request(method, self._url, json=body, headers=self._headers)

    def _is_left_over(self, name: str) -> bool:
        answer = self._http.get(self._url, headers=self._headers)
        active = answer.json().get("active_events", []) if answer.content else []
        return any(
            one.get("event_name") == name and str(one.get("webhook_url", "")).endswith(RECEIVER_PATH) for one in active
        )


def _script() -> list[Event]:
    """Return the fixtures of one call, as a new call that ends now: the hub knows the last one by its id."""
    events = [_fixture(FIXTURES / name) for name in SCRIPT]
    call, later = uuid.uuid4().hex, datetime.now(_ZONE).replace(tzinfo=None) - _time_of(events[-1])
    return [_replayed(event, call, _time_of(event) + later) for event in events]


def _fixture(path: Path) -> Event:
    try:
        event: Event = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise LocalError(f"The demo's fixture {path.relative_to(ROOT)} cannot be read: {error}.") from error
    return event


def _time_of(event: Event) -> datetime:
    return datetime.strptime(event["params"]["event_date"], _TIME)  # noqa: DTZ007 - of the PBX, as all of these


def _replayed(event: Event, call: str, at: datetime) -> Event:
    # Without its recording: there is no PBX that has one.
    params = {name: value for name, value in event["params"].items() if name != "record"}
    return {**event, "params": {**params, "call_id": call, "event_date": at.strftime(_TIME)}}


def _play(http: httpx.Client, hub: Mapping[str, Any], operator: Operator, events: list[Event]) -> str:
    """Post each event and wait until the call shows it, as a PBX's pauses would have it; return the call's id."""
    heading("A call comes in from the PBX")
    call = ""
    for position, event in enumerate(events, start=1):
        began = time.perf_counter()
        answer = http.post(hub["webhooks"]["vpbx"], json=event)
        took = f"{(time.perf_counter() - began) * 1000:.0f} ms"
        if not answer.is_success:
            raise LocalError(f"The hub answered {answer.status_code} to {event['event_name']}: {answer.text[:300]}")
        call = answer.json()["call_id"]
        shown = _await_call(operator, hub, call, position)
        row("→", "cyan", (event["event_name"], 14), (str(answer.status_code), 3), (took, 8), (_in_words(shown), 0))
    return call


def _await_call(operator: Operator, hub: Mapping[str, Any], call: str, events: int) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        found = operator.ask("GET", f"/admin/calls/{call}", query={"account": hub["account"]}, also=404)
        if found.get("events_count", 0) >= events:
            return found
        time.sleep(0.05)
    raise LocalError(f"The call did not show its event within {_SECONDS:.0f} s; emulator.log may say why.")


def _in_words(call: Mapping[str, Any]) -> str:
    def number(name: str) -> str:
        known = call.get(name) or {}
        return str(known.get("e164") or known.get("received") or "")

    route = " → ".join(filter(None, (number("caller"), number("callee"), number("extension"))))
    end = f" ({call['disposition']}, {call['talk_duration']} s of talk)" if call.get("disposition") else ""
    return f"{call['state']}{end}  {route}"


def _show_deliveries(receiver: Receiver, ours: list[str]) -> None:
    heading("What the subscriber received")
    if not receiver.wait_for(lambda received: len(received) >= len(ours), _SECONDS):
        raise LocalError(f"Of {len(ours)} deliveries {len(receiver.requests)} arrived within {_SECONDS:.0f} s.")
    for received in receiver.requests:
        _show_delivery(received)


def _show_delivery(received: Received) -> None:
    event = received.json()
    headers = received.headers
    facts = [f"webhook-id {headers.get('webhook-id', '-')}", f"webhook-timestamp {headers.get('webhook-timestamp')}"]
    facts += [f"{name} {headers[name]}" for name in ("webhook-signature", "authorization") if name in headers]
    row("←", "green", (event.get("event_name", "?"), 14), (received.method, 3), ("  ".join(facts), 0))


def _show_call(operator: Operator, hub: Mapping[str, Any], call: str) -> None:
    heading(f"What the hub keeps of it: GET /admin/calls/{call}")
    found = _settled(operator, hub, call)
    for moment in found["timeline"]:
        row("·", "cyan", (str(moment["at"]), 32), (moment["kind"], 18), (moment["outcome"], 0))
    for delivery in found["deliveries"]:
        statuses = ", ".join(str(attempt.get("status")) for attempt in delivery["attempts"])
        row("·", "cyan", (f"delivery of {delivery['event_name']}", 32), (delivery["state"], 18), (statuses, 0))
    say(f"  state {styled(found['state'], 'bold')}")


def _settled(operator: Operator, hub: Mapping[str, Any], call: str) -> dict[str, Any]:
    """Return the call when its deliveries are written down, a moment after the receiver has them."""
    deadline = time.monotonic() + 5
    while True:
        found = operator.get(f"/admin/calls/{call}", account=hub["account"])
        if all(delivery["attempts"] for delivery in found["deliveries"]) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)
