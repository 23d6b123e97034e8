"""Everything that is done with a PBX behind a source, and with the question whom a caller should reach."""

from __future__ import annotations

import json
from importlib.util import find_spec

from switchboard.aws.codec import dump, load
from switchboard.telephony.pending import PendingCommand
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, receiving
from tests.support.sprecord_day import sprecord_token
from tests.support.vendor import Vendor, vending
from tests.unit.builders import sample

SOURCE = "/admin/sources/s-vpbx"
NUMBER = "79161234567"
RULES = {"rules": [{"numbers": ["+7351*"], "extension": "104"}, {"last_employee": {"days": 30}}], "default": "104"}


def upstream_day(hub: Hub, auth: dict[str, str]) -> None:
    """Connect the source of `acme`, ask by it, start calls through it, and disconnect it."""
    pbx = hub.account("pbx", allow_self=True)
    for account in ("pbx", "acme"):
        hub.operator("POST", "/admin/extensions", {"account": account, "number": "104"})
    hub.operator("POST", "/admin/extensions", {"account": "pbx", "number": "177"})
    with vending(hub) as vendor:
        token = pbx["Authorization"].removeprefix("Bearer ")
        recorded(hub, f"{vendor.url}/api/v1/record/theirs")
        for _ in range(2):
            hub.operator("POST", f"{SOURCE}/connect", {"base_url": vendor.url, "token": token})
        hub.fetches()
        hub.operator("GET", SOURCE)
        hub.operator("POST", f"{SOURCE}/check")
        hub.request("DELETE", "/api/v1/events/subscribe", None, pbx, {"event_name": "end.call"})
        hub.invoke("workflows/check_sources", {})
        vendor.refusals[("GET", "subscribe")] = 500
        hub.invoke("workflows/check_sources", {})
        vendor.refusals.clear()
        hub.operator("POST", f"{SOURCE}/disconnect")
        if find_spec("switchboard.bootstrap.telephony"):
            calls(hub, auth, vendor, token)
        streamed(hub, vendor)
    routes(hub)


def streamed(hub: Hub, vendor: Vendor) -> None:
    """Read the stream of an SpRecord twice: before and after something has happened there."""
    token = sprecord_token(hub, "pbx")["Authorization"].removeprefix("Bearer ")
    source = "/admin/sources/s-streamed"
    hub.source("s-streamed", dialect="sprecord")
    hub.source("s-device", account="pbx", dialect="sprecord")
    hub.operator("POST", f"{source}/connect", {"by": "stream", "base_url": vendor.url, "token": token})
    for _ in range(2):
        hub.invoke("workflows/read_streams", {"seconds": 0.5})
        hub.request("POST", "/webhooks/sprecord/s-device", sample("sprecord/incoming_call"))
        hub.work_events()
    hub.operator("GET", source)
    hub.operator("POST", f"{source}/check")
    hub.operator("POST", f"{source}/disconnect")
    for behave in (nonsense, without_ids):
        with receiving(behave) as pbx:
            hub.operator("POST", f"{source}/connect", {"by": "stream", "base_url": pbx.url, "token": token})
            hub.invoke("workflows/read_streams", {"seconds": 0.5})
        hub.operator("POST", f"{source}/disconnect")


def without_ids(exchange: Exchange, _: Received) -> bool:
    """A stream without ids, with an event that nobody can read and another event."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    event = json.dumps(sample("sprecord/incoming_call")).encode()
    exchange.send(head + b"data: nonsense\n\ndata: " + event + b"\n\n")
    return False


def nonsense(exchange: Exchange, _: Received) -> bool:
    """A stream with an event that nobody can read."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    exchange.send(head + b"id: 1\n\n")
    exchange.send(b"id: 2\ndata: nonsense\n\n")
    return False


def recorded(hub: Hub, reference: str) -> None:
    """A call of the source's ends, with a recording that its PBX has for those with its token."""
    params = {"call_id": "recorded", "disposition": "ANSWER", "billsec": 5, "record": reference}
    body = {"type": "call_event", "event_name": "end.call", "params": params}
    hub.request("POST", "/webhooks/vpbx/s-vpbx", body)
    hub.work_events()


def routes(hub: Hub) -> None:
    """Make rules, ask by them, and forget them."""
    path = "/admin/accounts/acme/routing"
    hub.operator("PUT", path, RULES)
    hub.operator("GET", path)
    hub.request("GET", "/webhooks/s-callevents/route", query={"phone": NUMBER})
    hub.request("POST", "/webhooks/megafon/s-megafon", sample("megafon/contact") | {"phone": NUMBER})
    hub.work()
    key = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "megafon"}).json["token"]
    for asked in ("users", "history/json"):
        assert hub.request("GET", f"/crmapi/v1/{asked}", None, {"X-API-KEY": key}).status == 200
    hub.operator("DELETE", path)


def calls(hub: Hub, auth: dict[str, str], vendor: Vendor, token: str) -> None:
    """Start calls by both APIs: some are found, some come twice, some never, some are refused."""
    settings = {"base_url": vendor.url, "token": token}
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "vpbx", "settings": settings})
    for status in (409, 200):
        vendor.refusals[("POST", "originate")] = status
        for number in (f"7916{status}0000", f"7916{status}0001"):
            hub.operator("POST", "/admin/calls", {"account": "acme", "extension": "104", "number": number})
        body = {"local_num": "104", "phone2call": f"7916{status}0002"}
        hub.request("POST", "/api/v1/application/originate", body, auth)
    hub.source("s-pbx-of-acme")
    for call in ("first", "second"):
        params = {"call_id": call, "dst_phone": "79162000001", "direction": 2, "real_local_number": "104"}
        body = {"type": "call_event", "event_name": "start.call", "params": params}
        hub.request("POST", "/webhooks/vpbx/s-pbx-of-acme", body)
        hub.work_events()
        settle(hub)


def settle(hub: Hub) -> None:
    """Let the time of every command be over."""
    rows = [row for row in hub.stack.items("TelephonyTable") if "#pending:" in row["pk"]["S"]]
    for row in rows:
        key = load(row["data"]["S"], PendingCommand).key
        attributes = {"ApproximateReceiveCount": "1"}
        record = {"messageId": key.command, "receiptHandle": "r", "body": dump(key), "attributes": attributes}
        hub.invoke("workers/settle_command", {"Records": [record]})
