"""Connect a source by the stream of its PBX, and read that, with our own SpRecord server as the PBX."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, receiving
from tests.support.sprecord_day import sprecord_token
from tests.support.vendor import Vendor, vending
from tests.unit.builders import sample

PATH, STREAM, FUNCTION = "/admin/sources/s-office", "/sys/events", "workflows/read_streams"
CALL = ("incoming_call", "start_talk", "call_end")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
ODD = ('"device_id": "\\ud800"', '"weight": NaN', '"weight": 1' + "0" * 60, '"call_src": "' + "\\n" * 30000 + '"')


class Office:
    """Our account `acme` with a source, and the account `pbx` that plays its SpRecord; both are one hub."""

    def __init__(self, hub: Hub, vendor: Vendor) -> None:
        self.hub, self.vendor = hub, vendor
        hub.account("acme", allow_self=True)
        hub.account("pbx", allow_self=True)
        hub.source("s-office", dialect="sprecord")
        hub.source("s-device", account="pbx", dialect="sprecord")
        self.auth = sprecord_token(hub, "pbx")

    def connect(self, **fields: Any) -> Answer:
        token = self.auth["Authorization"].removeprefix("Bearer ")
        wish = {"by": "stream", "base_url": self.vendor.url, "token": token, **fields}
        return self.hub.operator("POST", f"{PATH}/connect", wish)

    def happen(self, *names: str) -> None:
        """Events at the PBX."""
        for name in names:
            self.hub.request("POST", "/webhooks/sprecord/s-device", sample(f"sprecord/{name}"))
            self.hub.work_events()

    def read(self, seconds: float = 0.5) -> int:
        return int(self.hub.invoke(FUNCTION, {"seconds": seconds})["read"])

    def heard(self) -> list[str]:
        """The types of the events that came from the source, in their order."""
        self.hub.work_events()
        calls = self.hub.operator("GET", "/admin/calls", account="acme").json["calls"]
        shown = [self.hub.operator("GET", f"/admin/calls/{one['id']}").json for one in calls]
        return [event["name"] for call in shown for event in call["events"]]

    def row(self) -> Any:
        """The bookmark as it is kept."""
        (row,) = [one for one in self.hub.stack.items("AccountsTable") if one["sk"]["S"] == "BOOKMARK"]
        return json.loads(row["data"]["S"])

    def put(self, document: Any) -> None:
        item: dict[str, Any] = {"pk": {"S": "SOURCE#s-office"}, "sk": {"S": "BOOKMARK"}}
        item |= {"data": {"S": json.dumps(document)}, "version": {"N": str(document["version"] - 1)}}
        self.hub.stack.dynamodb.put_item(TableName=self.hub.stack.table("AccountsTable"), Item=item)

    def shown(self) -> Any:
        return self.hub.operator("GET", PATH).json["upstream"]


@pytest.fixture
def office(hub: Hub) -> Iterator[Office]:
    with vending(hub) as vendor:
        yield Office(hub, vendor)


def test_a_source_is_connected_by_its_stream(office: Office) -> None:
    """Address and token are proven at once; the next run begins to read."""
    told = office.connect()
    assert (told.status, told.json["upstream"]["by"], told.json["upstream"]["state"]) == (200, "stream", "connecting")
    assert office.vendor.asked == [f"GET {STREAM}"]
    assert office.shown()["stream"] is None
    assert office.read() == 1
    assert office.shown()["stream"]["state"] == "connected"


def test_events_of_the_pbx_come_in_by_its_stream(office: Office) -> None:
    """Between runs, too: each goes on where the one before was."""
    office.connect()
    office.read()
    for name in CALL:
        office.happen(name)
        office.read()
    assert office.heard() == list(CALL)
    assert office.shown()["stream"]["last_event_id"] == "3"


def test_what_happens_before_the_first_run_is_not_lost(office: Office) -> None:
    """The PBX tells where its stream begins."""
    office.connect()
    office.happen(*CALL)
    office.read()
    assert office.heard() == list(CALL)


def test_an_event_that_came_while_it_was_connected_is_read(office: Office) -> None:
    """In one piece with the id before it: nobody has queued it yet."""
    event = b'id: 6\ndata: {"event_type": "incoming_call", "payload": {"call_id": "7"}}\n\n'

    def behave(exchange: Exchange, _: Received) -> bool:
        exchange.send(HEAD + b"id: 5\n\n" + event)
        return False

    with receiving(behave) as pbx:
        assert office.connect(base_url=pbx.url).status == 200
    assert office.row()["last_id"] == "5"


def test_connected_as_new_it_begins_where_the_pbx_says(office: Office) -> None:
    """Whatever a reader left behind that was the last to hear of its end."""
    office.connect()
    office.happen(*CALL)
    office.read()
    row = {**office.row(), "last_id": "1"}
    office.hub.operator("POST", f"{PATH}/disconnect")
    office.put(row)
    assert office.connect().status == 200
    kept = office.row()
    assert (kept["last_id"], kept["version"]) == ("3", row["version"] + 1)


def test_who_was_away_loses_nothing_that_has_an_id(office: Office) -> None:
    """A whole call between two runs; once read it is not read again."""
    office.connect()
    office.read()
    office.happen(*CALL)
    for _ in range(2):
        office.read()
    assert office.heard() == list(CALL)


def test_a_run_that_began_before_is_left_to_read(office: Office) -> None:
    """Somebody reads already: a second run ends at once."""
    office.connect()
    office.read()
    row = office.row()
    row["until"] = "2999-01-01T00:00:00Z"
    office.put(row)
    assert office.read() == 0


@pytest.mark.parametrize("field", ODD)
def test_what_no_database_holds_stops_nothing(office: Office, field: str) -> None:
    """It is kept as the webhook keeps it, and what follows it is read."""

    def behave(exchange: Exchange, _: Received) -> bool:
        exchange.send(HEAD)
        for name, more in (("incoming_call", field), ("start_talk", '"trunk": "1"')):
            data = f'{{"event_type": "{name}", "payload": {{"call_id": "7", {more}}}}}'
            exchange.send(f"data: {data}\n\n".encode())
        return False

    with receiving(behave) as pbx:
        office.connect(base_url=pbx.url)
        office.read(2)
    assert office.heard() == ["incoming_call", "start_talk"]


@pytest.mark.parametrize(("status", "state"), [(401, "forbidden"), (429, "unreachable"), (500, "unreachable")])
def test_trouble_is_shown_and_passes(office: Office, status: int, state: str) -> None:
    """The operator sees the last error and when it was, and the hourly check keeps it."""
    office.connect()
    office.vendor.refusals["GET", STREAM] = status
    office.read()
    stream = office.shown()["stream"]
    assert (stream["state"], bool(stream["error"]), bool(stream["error_at"])) == (state, True, True)
    assert office.hub.invoke("workflows/check_sources", {}) == {"sources": {state: 1}}
    office.vendor.refusals.clear()
    office.read()
    assert office.shown()["stream"]["state"] == "connected"
    checked = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (checked["state"], checked["by"]) == ("connected", "stream")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_pbx_that_refuses_is_not_connected(office: Office, status: int) -> None:
    """Nothing is kept."""
    office.vendor.refusals["GET", STREAM] = status
    assert_refused(office.connect(), 502, "provider_refused")
    assert office.shown() is None
    assert office.read() == 0


@pytest.mark.parametrize(("fields", "status", "field"), [
    ({"by": "pigeon"}, 400, "by"),
    ({"by": 1}, 400, "by"),
    ({"base_url": "ftp://pbx.example"}, 400, "base_url"),
    ({"token": ""}, 400, "token"),
    ({"token": "ключ"}, 400, "token"),
])  # fmt: skip
def test_a_bad_wish_is_refused(office: Office, fields: dict[str, Any], status: int, field: str) -> None:
    """By the name of what is wrong."""
    assert_refused(office.connect(**fields), status, "invalid", field)
    assert office.shown() is None


def test_a_source_of_another_dialect_has_no_stream(office: Office) -> None:
    """IS.VPBX tells its events by webhooks alone."""
    office.hub.source("s-vpbx")
    wish = {"by": "stream", "base_url": office.vendor.url, "token": "t"}
    assert_refused(office.hub.operator("POST", "/admin/sources/s-vpbx/connect", wish), 409, "notSupported", "by")


def test_a_source_is_connected_in_one_way(office: Office) -> None:
    """To change it, it is disconnected first."""
    office.connect()
    assert_refused(office.connect(by="hook"), 409, "conflict", "by")
    assert office.hub.operator("POST", f"{PATH}/disconnect").status == 204
    assert office.shown() is None
    office.hub.stack.refs["PublicUrl"] = office.vendor.url
    assert office.connect(by="hook").json["upstream"]["by"] == "hook"
    assert_refused(office.connect(), 409, "conflict", "by")


def test_connected_anew_it_is_read_on_with_the_new_token(office: Office) -> None:
    """From where it was, and whoever read it with the old one stops."""
    office.connect()
    office.happen("incoming_call")
    office.read()
    version = office.row()["version"]
    old, office.auth = office.auth, sprecord_token(office.hub, "pbx")
    assert office.connect().status == 200
    row = office.row()
    assert (old != office.auth, row["version"] > version, row["reader"]) == (True, True, "")
    office.happen("start_talk")
    office.read()
    assert office.shown()["stream"]["last_event_id"] == "2"


def test_a_disconnected_source_is_read_no_more(office: Office) -> None:
    """Nothing of it is left, and nobody at the PBX is asked."""
    office.connect()
    office.read()
    asked = len(office.vendor.asked)
    assert office.hub.operator("POST", f"{PATH}/disconnect").status == 204
    assert (office.read(), office.shown(), len(office.vendor.asked)) == (0, None, asked)


def test_the_token_is_neither_shown_nor_logged(office: Office) -> None:
    """It is kept sealed."""
    office.connect()
    office.read()
    token = office.auth["Authorization"].removeprefix("Bearer ")
    rows = json.dumps(office.hub.stack.items("AccountsTable"))
    assert token not in rows + office.hub.log.getvalue() + office.hub.operator("GET", PATH).text
