"""All stories of all vendors, played through a hub at once.

Each has an account of its own, which has receivers of every dialect.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.receiver import Received, Receiver
from switchboard.dialects.registry import by_webhook
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant
from tests.support.kontur import path_of
from tests.support.matrix.crm import RECORDINGS, key_of, workspace_of
from tests.support.matrix.messages import Message, errors_of, name_of
from tests.support.matrix.normal import Normal
from tests.support.matrix.stories import OF_THE_HUB, PBX, SOURCES, TARGETS, stories, words

AT_ONCE = 3
USERS = [{"crm_user": f"user-{number}", "extension": number} for number in ("101", "104", "105", "107", "109")]
PATIENCE = 120


@dataclass(slots=True)
class Played:
    """A story, and the account that it was played in."""

    source: str
    story: str
    tenant: Tenant
    sent: list[dict[str, Any]]
    communication: str = ""
    messages: dict[str, list[Message]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    normal: Normal | None = None

    @property
    def account(self) -> str:
        return self.tenant.id


def play_all(hub: Hub, crm: Receiver, wait_for: Callable[..., Any]) -> list[Played]:
    """Every story of every vendor; what came of them is there when this returns."""
    wanted = [(source, story) for source in SOURCES for story in stories(source)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played = list(pool.map(lambda one: _play(hub, crm, *one), wanted))
        list(pool.map(lambda one: _until_quiet(one, crm, wait_for), played))
        list(pool.map(lambda one: _gather(one, crm), played))
    return played


def _play(hub: Hub, crm: Receiver, source: str, story: str) -> Played:
    account = f"m-{secrets.token_hex(6)}"
    _made(hub, "/accounts", id=account, name=f"{source} {story}")
    for target in TARGETS:
        if target == "kontur":
            _made(hub, "/connectors", account=account, kind="kontur", base_url=crm.url, workspace=workspace_of(account),
                  access_key=key_of(account), users=USERS)  # fmt: skip
        else:
            _made(hub, "/destinations", account=account, dialect=target, url=f"{crm.url}/{account}/{target}")
    text = words(stories(source)[story]).replace(PBX, crm.url + RECORDINGS)
    played = Played(source, story, Tenant(hub, account, ""), json.loads(text))
    _tell(played)
    return played


def _made(hub: Hub, path: str, **body: Any) -> dict[str, Any]:
    answer = hub.operator("POST", path, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _tell(played: Played) -> None:
    """Send the payloads, as a vendor's system does."""
    if played.source in by_webhook():
        for payload in played.sent:
            assert played.tenant.post(played.source, payload).status_code == 200
        return
    hub = played.tenant.hub
    key = _made(hub, "/tokens", account=played.account, kind="kontur", name="Romashka")["token"]
    for payload in played.sent:
        callback, body = payload["callback"], {k: v for k, v in payload.items() if k != "callback"}
        if played.communication and "communicationId" in body:
            body["communicationId"] = played.communication
        answer = hub.http.post(path_of(callback, played.account), json=body, headers={"X-XCOM-AccessKey": key})
        assert answer.status_code == 200, answer.text
        played.communication = answer.json()["id"] if callback == "call-started" else played.communication


def _until_quiet(played: Played, crm: Receiver, wait_for: Callable[..., Any]) -> None:
    """Until every event was told to whom everything is told, with what the hub has to add, and nothing is under way."""
    wait_for(lambda: _is_quiet(played, crm), PATIENCE)


def _is_quiet(played: Played, crm: Receiver) -> bool:
    if len(_came(played, crm, "standard")) < len(played.sent):
        return False
    if _recordings(played, "expected"):
        return False
    fetched = len(_recordings(played, "available")) + len(_recordings(played, "dead"))
    if len(_came(played, crm, "standard")) < len(played.sent) + fetched:
        return False
    return not any(played.tenant.deliveries(state) for state in ("pending", "parked"))


def _recordings(played: Played, state: str) -> list[Any]:
    answer = played.tenant.hub.operator("GET", f"/recordings?account={played.account}&state={state}")
    found: list[Any] = answer.json()["recordings"]
    return found


def _came(played: Played, crm: Receiver, target: str) -> dict[str, Received]:
    """What came for a dialect by its id, in order; what came again is where it came first. A file has none."""
    path = f"/{workspace_of(played.account)}/" if target == "kontur" else f"/{played.account}/{target}"
    came: dict[str, Received] = {}
    for one in crm.requests:
        if path in one.path and "webhook-id" in one.headers:
            came.setdefault(one.headers["webhook-id"], one)
    return came


def _gather(played: Played, crm: Receiver) -> None:
    assert played.tenant.deliveries("dead") == []
    events = {one["id"]: one["event_id"] for one in played.tenant.deliveries("delivered")}
    told = {one.json()["data"]["event_id"]: one.json() for one in _came(played, crm, "standard").values()}
    played.normal = _normal(played, crm, told)
    for target in TARGETS:
        came = _came(played, crm, target)
        found = [
            Message(told[events[id_]]["type"], name_of(target, one.path, one.json()), played.normal(one.json()))
            for id_, one in came.items()
        ]
        played.messages[target] = sorted(found, key=_place)
        played.errors[target] = [error for one in came.values() for error in _errors(played, target, one)]


def _errors(played: Played, target: str, one: Received) -> list[str]:
    """An event that no document names leaves as it came, in its own dialect alone."""
    body: dict[str, Any] = one.json()
    if played.source == target and body in played.sent and played.story == "unknown":
        return []
    return errors_of(target, name_of(target, one.path, body), body)


def _place(message: Message) -> str:
    """What the hub adds comes when it is ready: it stands at the end."""
    return message.kind if message.kind in OF_THE_HUB else ""


def _normal(played: Played, crm: Receiver, told: dict[str, Any]) -> Normal:
    sent, hub = words(played.sent), played.tenant.hub
    names = {hub.base_url: "https://hub.example.com", crm.url + RECORDINGS: PBX, played.account: "<account>"}
    names |= dict(_named(played, told, sent))
    today = datetime.now(UTC).date()
    times = [one["timestamp"] for one in told.values() if one["type"].startswith("call.")]
    is_now = Normal({}, "", today, untimed=False).is_now
    return Normal(names, sent, today, untimed=any(map(is_now, times)))


def _named(played: Played, told: dict[str, Any], sent: str) -> Iterator[tuple[str, str]]:
    for place, event in enumerate(told, 1):
        yield event, f"<event {place}>"
    calls = {one["data"].get("call_id") for one in told.values()} - {None}
    assert len(calls) <= 1
    yield from ((call, "<call>") for call in calls if call not in sent)
    if played.communication and played.communication not in sent:
        yield played.communication, "<communication>"
