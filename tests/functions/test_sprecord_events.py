"""GET /sys/events: an account's events as server-sent events; each connection here ends when there are no more."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from switchboard.streams.model import PLACES
from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import sample

PATH, TICKET = "/sys/events", "/sys/events/ticket"
CALL = ("incoming_call", "start_talk", "call_end")


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    hub.account()
    hub.account("other")
    hub.source("s-sprecord", dialect="sprecord")
    hub.source("s-vpbx")
    return sprecord_token(hub)


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    id: int
    data: Any


def listen(hub: Hub, headers: dict[str, str], last: int | None = None, **query: str) -> Answer:
    more = {} if last is None else {"Last-Event-ID": str(last)}
    return hub.request("GET", PATH, headers={**headers, **more}, query=query)


def events(answer: Answer) -> list[Event]:
    """Those with data."""
    assert answer.status == 200, answer.text
    blocks = [dict(line.split(": ", 1) for line in one.splitlines()) for one in answer.text.split("\n\n") if one]
    return [Event(int(one["id"]), json.loads(one["data"])) for one in blocks if "data" in one]


def position(answer: Answer) -> int:
    """What a client would go on from."""
    return max(int(line.removeprefix("id: ")) for line in answer.text.splitlines() if line.startswith("id: "))


def play(hub: Hub, *names: str, dialect: str = "sprecord") -> None:
    for name in names:
        assert hub.request("POST", f"/webhooks/{dialect}/s-{dialect}", sample(f"{dialect}/{name}")).status == 200
        hub.work_events()


def test_the_stream_is_one_of_server_sent_events(hub: Hub, auth: dict[str, str]) -> None:
    """Which nobody may keep or hold back; a client is told from where to go on, and at its end to do so at once."""
    answer = listen(hub, auth)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.text == "retry: 1000\nid: 0\n\nretry: 100\n\n"


def test_a_call_comes_in_sprecords_shapes(hub: Hub, auth: dict[str, str]) -> None:
    """Each with its id, in order."""
    listen(hub, auth)
    play(hub, *CALL)
    told = events(listen(hub, auth, last=0))
    assert [(one.id, one.data["event_type"]) for one in told] == list(enumerate(CALL, start=1))
    assert all(one.data.keys() == {"device_id", "event_type", "payload"} for one in told)


def test_another_vendors_call_comes_in_sprecords_shapes(hub: Hub, auth: dict[str, str]) -> None:
    """With one device, and the call's own id throughout."""
    listen(hub, auth)
    play(hub, "start_call", "start_talk", "end_call", dialect="vpbx")
    told = [one.data for one in events(listen(hub, auth, last=0))]
    assert told[0]["event_type"] in ("incoming_call", "outgoing_call")
    assert told[-1]["event_type"] == "call_end"
    assert len({one["device_id"] for one in told}) == 1
    assert len({one["payload"]["call_id"] for one in told}) == 1


def test_who_comes_anew_hears_what_comes(hub: Hub, auth: dict[str, str]) -> None:
    """And not what was."""
    first = position(listen(hub, auth))
    play(hub, *CALL)
    later = listen(hub, auth)
    assert events(later) == []
    assert (first, position(later)) == (0, 3)


@pytest.mark.parametrize("ask", [
    lambda hub, auth, last: listen(hub, auth, last=last),
    lambda hub, auth, last: listen(hub, auth, last_event_id=str(last)),
])  # fmt: skip
def test_who_comes_again_goes_on_without_gap_or_repeat(
    hub: Hub, auth: dict[str, str], ask: Callable[[Hub, dict[str, str], int], Answer]
) -> None:
    """By the header that browsers send, or by the query for those that begin anew with a ticket."""
    at, heard = position(listen(hub, auth)), []
    for name in CALL:
        play(hub, name)
        answer = ask(hub, auth, at)
        heard += [one.id for one in events(answer)]
        at = position(answer)
    assert heard == [1, 2, 3]
    assert events(ask(hub, auth, at)) == []


def test_a_repeated_event_is_told_once(hub: Hub, auth: dict[str, str]) -> None:
    """Whether the vendor repeats it or the queue does."""
    listen(hub, auth)
    body = sample("sprecord/incoming_call")
    hub.request("POST", "/webhooks/sprecord/s-sprecord", body)
    records = hub.stack.messages("EventsQueue")
    for _ in range(3):
        hub.invoke("workers/apply_call_event", {"Records": records})
    hub.request("POST", "/webhooks/sprecord/s-sprecord", body)
    hub.work_events()
    assert len(events(listen(hub, auth, last=0))) == 1


def test_nothing_is_written_while_nobody_has_listened(hub: Hub, auth: dict[str, str]) -> None:
    """An account that never does costs nothing."""
    play(hub, *CALL)
    assert hub.stack.items("StreamsTable") == []


def test_a_stream_is_its_accounts_alone(hub: Hub, auth: dict[str, str]) -> None:
    """Whatever id another one names."""
    stranger = sprecord_token(hub, "other")
    for one in (auth, stranger):
        listen(hub, one)
    play(hub, *CALL)
    assert len(events(listen(hub, auth, last=0))) == 3
    assert events(listen(hub, stranger, last=0)) == []


def hold(hub: Hub, place: int, reader: str) -> None:
    """Have a place taken, for ever."""
    row = {"pk": "acme", "sk": f"PLACE#{place}", "reader": reader, "until": "2999-01-01T00:00:00.000000+00:00"}
    item = {name: {"S": value} for name, value in row.items()}
    hub.stack.dynamodb.put_item(TableName=hub.stack.table("StreamsTable"), Item=item)


def test_a_fourth_connection_is_refused(hub: Hub, auth: dict[str, str]) -> None:
    """With 429, and when to come again; other accounts have their own."""
    for place in range(PLACES):
        hold(hub, place, "somebody")
    answer = listen(hub, auth)
    assert_refused(answer, 429, "too_many")
    assert int(answer.headers["Retry-After"]) <= 30
    assert listen(hub, sprecord_token(hub, "other")).status == 200


def test_a_place_is_free_when_its_connection_ends(hub: Hub, auth: dict[str, str]) -> None:
    """However many come one after the other."""
    assert [listen(hub, auth).status for _ in range(PLACES + 2)] == [200] * (PLACES + 2)


@pytest.mark.parametrize("last", ["abc", "-1", "1.0", "9" * 30, "%00"])
def test_what_is_no_id_is_refused(hub: Hub, auth: dict[str, str], last: str) -> None:
    """Naming the header."""
    assert_refused(hub.request("GET", PATH, headers={**auth, "Last-Event-ID": last}), 400, "invalid", "Last-Event-ID")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic YTpi", "Bearer unknown"])
@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", TICKET)])
def test_a_token_is_needed(hub: Hub, authorization: str, method: str, path: str) -> None:
    """To listen, and for a ticket."""
    headers = {"Authorization": authorization} if authorization else {}
    assert_refused(hub.request(method, path, headers=headers), 401, "unauthorized")


def test_a_token_for_another_api_is_not_taken(hub: Hub) -> None:
    """Whoever it belongs to."""
    assert_refused(hub.request("GET", PATH, headers=hub.account()), 401, "unauthorized")


def ticket(hub: Hub, auth: dict[str, str]) -> str:
    answer = hub.request("POST", TICKET, headers=auth)
    assert (answer.status, answer.json["open_within"], answer.json["expires_in"]) == (201, 60, 3600)
    return str(answer.json["ticket"])


def test_a_ticket_opens_the_stream_again_and_again(hub: Hub, auth: dict[str, str]) -> None:
    """For a browser, which sends no header of ours, and comes again by itself with the same query and its last id."""
    one = ticket(hub, auth)
    assert position(listen(hub, {}, ticket=one, last_event_id="0")) == 0
    for number, name in enumerate(CALL):
        play(hub, name)
        told = events(listen(hub, {}, last=number, ticket=one, last_event_id="0"))
        assert [event.id for event in told] == [number + 1]


def test_a_ticket_has_one_place(hub: Hub, auth: dict[str, str]) -> None:
    """A connection whose end nobody has noticed gives its place to the next one of the same ticket."""
    one = ticket(hub, auth)
    listen(hub, {}, ticket=one)
    (row,) = [item for item in hub.stack.items("StreamsTable") if item["sk"]["S"] == "TICKET"]
    for place in range(PLACES):
        hold(hub, place, row["holder"]["S"] if str(place) == row["place"]["N"] else "somebody")
    assert_refused(listen(hub, auth), 429, "too_many")
    assert_refused(listen(hub, {}, ticket=ticket(hub, auth)), 429, "too_many")
    assert listen(hub, {}, ticket=one).status == 200


def test_a_ticket_is_its_accounts_alone(hub: Hub, auth: dict[str, str]) -> None:
    """Whatever token comes with it."""
    listen(hub, auth)
    stranger = sprecord_token(hub, "other")
    play(hub, *CALL)
    answer = listen(hub, auth, ticket=ticket(hub, stranger), last_event_id="0")
    assert events(answer) == []


def test_a_ticket_is_kept_as_a_digest(hub: Hub, auth: dict[str, str]) -> None:
    """And is in no log."""
    one = ticket(hub, auth)
    listen(hub, {}, ticket=one)
    assert one not in hub.log.getvalue() + json.dumps(hub.stack.items("StreamsTable"))


@pytest.mark.parametrize("one", ["x", "x" * 5000, "ключ", " "])
def test_an_unknown_ticket_opens_nothing(hub: Hub, one: str) -> None:
    """However it is written."""
    assert_refused(listen(hub, {}, ticket=one), 401, "unauthorized")


def test_a_revoked_token_opens_nothing_by_its_tickets(hub: Hub, auth: dict[str, str]) -> None:
    """A ticket is as good as the token for which it was issued."""
    one = ticket(hub, auth)
    listen(hub, {}, ticket=one)
    found = hub.operator("GET", "/admin/tokens", account="acme").json["tokens"]
    (token,) = [one for one in found if one["kind"] == "sprecord"]
    assert hub.operator("DELETE", f"/admin/tokens/{token['id']}").status == 204
    hub.restart()  # half a minute later: a warm container has forgotten the token
    assert_refused(listen(hub, {}, ticket=one), 401, "unauthorized")
