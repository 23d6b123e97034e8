"""What an operator sees of a source: its events, what was refused, and its silence."""

import base64
import gzip
import json
from typing import Any

import pytest

from switchboard.accounts.activity.model import KEPT_OF_BODY
from switchboard.accounts.activity.refusals import OF_SOURCE
from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from tests.support.gateway import proxy_event
from tests.support.hub import Hub
from tests.support.silence import begin_silence

PATH = "/admin/sources/s-office"
SECRET = "s3same-0pen"
GUARDED = SourceAuth(AuthScheme.BASIC, digest_of(f"pbx:{SECRET}"))
EVENT = {"event_name": "start.call", "params": {"call_id": "call-1", "src_phone": "79161234567"}}


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


def post(hub: Hub, body: Any, **headers: str) -> int:
    return hub.request("POST", "/webhooks/vpbx/s-office", body, headers).status


def refused(hub: Hub) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = hub.operator("GET", f"{PATH}/refused").json["refused"]
    return kept


def activity(hub: Hub) -> dict[str, Any]:
    shown: dict[str, Any] = hub.operator("GET", PATH).json["activity"]
    return shown


def test_what_a_source_is_refused_for_is_shown(hub: Hub) -> None:
    """Wrong credentials, a body that nobody can read, a huge one: newest first, with the status that was answered."""
    hub.source(auth=GUARDED)
    good = {"Authorization": "Basic " + base64.b64encode(f"pbx:{SECRET}".encode()).decode()}
    assert post(hub, EVENT, Authorization="Basic bm9ib2R5OndpdGgtdGhpcw==") == 401
    assert post(hub, "<start phone='79161234567'/>", **good) == 400
    assert post(hub, {**EVENT, "filler": "x" * 70_000}, **good) == 413
    assert post(hub, EVENT, **good) == 200
    kept = refused(hub)
    assert [(one["status"], one["reason"]) for one in kept] == [
        (413, "too_large"),
        (400, "unreadable"),
        (401, "credentials"),
    ]
    assert (len(kept[0]["body"]), kept[0]["size"] > 70_000) == (KEPT_OF_BODY, True)
    assert kept[1]["body"] == "<start phone='79161234567'/>"
    assert activity(hub)["refused"] == {"too_large": 1, "unreadable": 1, "credentials": 1}


def test_no_credentials_are_kept(hub: Hub) -> None:
    """Neither of the header, nor of the body, in whatever encoding; nor are they logged."""
    hub.source(auth=GUARDED)
    shown = base64.b64encode(f"other:{SECRET}".encode()).decode()
    body = json.dumps({**EVENT, "token": SECRET, "header": f"Basic {shown}"})
    assert post(hub, body, Authorization=f"Basic {shown}") == 401
    event = proxy_event("POST", "/webhooks/vpbx/s-office", None, {"Authorization": f"Basic {shown}"})
    packed = base64.b64encode(gzip.compress(body.encode("utf-16"))).decode()
    assert hub.answer("webhooks/vpbx", event | {"body": packed, "isBase64Encoded": True}).status == 401
    told = json.dumps(refused(hub)) + hub.log.getvalue()
    assert "start.call" in told
    assert [secret in told for secret in (SECRET, shown)] == [False, False]


def test_a_request_that_the_hub_fails_at_is_kept(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator can find the event in spite of our fault."""
    hub.source()
    monkeypatch.setattr("switchboard.dialects.vpbx.parse", lambda _: {}["missing"])
    assert post(hub, EVENT) == 500
    assert [(one["status"], one["reason"]) for one in refused(hub)] == [(500, "failed")]


def test_a_flood_of_refused_requests_is_bounded(hub: Hub) -> None:
    """Few writes, and the counts follow."""
    hub.source(auth=GUARDED)
    for _ in range(30):
        assert post(hub, EVENT) == 401
    writes = [
        name for folder, _, name, _ in hub.calls if folder == "webhooks/vpbx" and name in {"PutItem", "UpdateItem"}
    ]
    assert len(writes) == 3 * OF_SOURCE
    assert len(refused(hub)) == OF_SOURCE


def test_a_refused_request_is_a_metric(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """All together, which an alarm watches, and by reason."""
    hub.source()
    assert post(hub, "nonsense") == 400
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "EventsRefused" in line]
    assert [(line["EventsRefused"], line["service"], line.get("reason")) for line in lines] == [
        ([1.0], "switchboard", None),
        ([1.0], "switchboard", "unreadable"),
    ]


def test_refused_requests_belong_to_their_source_and_account(hub: Hub) -> None:
    """An unknown source has none, and another account sees none."""
    hub.source()
    hub.source("s-other", account="other")
    hub.account("other")
    post(hub, "nonsense")
    assert hub.operator("GET", "/admin/sources/s-other/refused").json == {"refused": [], "cursor": None}
    assert hub.operator("GET", "/admin/sources/s-unknown/refused").status == 404
    assert hub.operator("GET", f"{PATH}/refused", account="other").status == 404
    assert len(hub.operator("GET", f"{PATH}/refused", account="acme").json["refused"]) == 1
    assert hub.request("GET", f"{PATH}/refused").status == 401


def test_a_source_shows_its_events(hub: Hub) -> None:
    """When the last came, how many an hour, and names that nobody knows."""
    hub.source()
    assert activity(hub) == {
        "last_event_at": None,
        "silent_since": None,
        "events_by_hour": activity(hub)["events_by_hour"],
        "refused": {},
        "unknown_names": {},
        "doubtful_clocks": {},
    }
    post(hub, EVENT)
    post(hub, {**EVENT, "event_name": "new.event"})
    hub.work()
    shown = activity(hub)
    assert shown["last_event_at"]
    assert sum(hour["events"] for hour in shown["events_by_hour"]) == 2
    assert len(shown["events_by_hour"]) == 24
    assert shown["unknown_names"] == {"new.event": 1}


def test_the_list_of_sources_shows_the_activity_of_each(hub: Hub) -> None:
    """As one source does, by one query for each source that has sent events."""
    hub.source()
    hub.source("s-quiet")
    post(hub, EVENT)
    post(hub, "nonsense")
    hub.work()
    asked = len(hub.calls)
    listed = hub.operator("GET", "/admin/sources", account="acme").json["sources"]
    queries = [
        one for folder, _, one, params in hub.calls[asked:] if one == "Query" and "Activity" in params["TableName"]
    ]
    found = {one["id"]: one["activity"] for one in listed}
    assert found == {id_: hub.operator("GET", f"/admin/sources/{id_}").json["activity"] for id_ in found}
    assert (bool(found["s-office"]["last_event_at"]), found["s-office"]["refused"]) == (True, {"unreadable": 1})
    assert (found["s-quiet"]["last_event_at"], len(queries)) == (None, 3)


def test_a_request_for_a_source_that_does_not_exist_is_counted(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """By its reason alone, because anybody can make up an address; the log shows no id."""
    assert hub.request("POST", "/webhooks/vpbx/s-removed", EVENT).status == 404
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "EventsRefused" in line]
    assert [(line["EventsRefused"], line["reason"]) for line in lines] == [([1.0], "unknown_source")]
    assert ("source.unknown" in hub.log.getvalue(), "s-removed" in hub.log.getvalue()) == (True, False)


def test_a_source_that_falls_silent_is_told_of_once(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """On the topic and as a metric; its next event ends the silence, which is told too."""
    hub.source()
    assert hub.operator("PATCH", PATH, {"silent_after": 3600}).json["silent_after"] == 3600
    queue = hub.stack.told("OperationsTopic")
    assert hub.invoke("workflows/check_silences", {}) == {"silent": 0}
    begin_silence(hub, "s-office")
    assert [hub.invoke("workflows/check_silences", {}) for _ in range(2)] == [{"silent": 1}] * 2
    assert activity(hub)["silent_since"]
    assert capsys.readouterr().out.count('"source.silent":') == 1
    post(hub, EVENT)
    hub.work()
    assert hub.invoke("workflows/check_silences", {}) == {"silent": 0}
    assert activity(hub)["silent_since"] is None
    messages = hub.stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(message["Body"]) for message in messages]
    assert [(one["event"], one["source"]) for one in told] == [
        ("source.silent", "s-office"),
        ("source.heard", "s-office"),
    ]


@pytest.mark.parametrize("seconds", [-1, 1, 299, 30 * 86400 + 1, "soon", 1.5, []])
def test_a_silence_that_cannot_be_watched_is_400(hub: Hub, seconds: Any) -> None:
    """From five minutes to thirty days; 0 or null is off."""
    hub.source()
    answer = hub.operator("PATCH", PATH, {"silent_after": seconds})
    assert (answer.status, answer.json["error"]["field"]) == (400, "silent_after")


def test_a_source_is_watched_from_its_beginning_to_its_end(hub: Hub) -> None:
    """Set when it is made, switched off, and gone with the source."""
    made = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "vpbx", "silent_after": 300}).json
    begin_silence(hub, made["id"])
    assert hub.invoke("workflows/check_silences", {}) == {"silent": 1}
    hub.operator("PATCH", f"/admin/sources/{made['id']}", {"silent_after": None})
    assert hub.invoke("workflows/check_silences", {}) == {"silent": 0}
    hub.operator("PATCH", f"/admin/sources/{made['id']}", {"silent_after": 300})
    hub.operator("DELETE", f"/admin/sources/{made['id']}")
    assert hub.invoke("workflows/check_silences", {}) == {"silent": 0}


def test_a_doubtful_clock_is_shown_and_counted(hub: Hub) -> None:
    """On the event of a call and on the event of no call: the told time, the time that counts, and the reason."""
    hub.source()
    told = "2000-01-01 00:00:03"
    dated = {**EVENT, "params": {**EVENT["params"], "event_date": told}}  # type: ignore[dict-item]
    parked = {"event_name": "phone.parked", "params": {"event_date": "2099-01-01 00:00:00"}}
    assert [post(hub, body) for body in (dated, parked, EVENT | {"event_name": "end.call"})] == [200, 200, 200]
    hub.work()
    of_call = hub.operator("GET", "/admin/calls/call-1").json["events"]
    (of_source,) = hub.operator("GET", f"{PATH}/events").json["events"]
    clocks = {one["name"]: one["clock"] for one in (*of_call, of_source)}
    assert clocks["end.call"] is None
    assert {name: (one["told"], one["reason"]) for name, one in clocks.items() if one} == {
        "start.call": (told, "before_source"),
        "phone.parked": ("2099-01-01 00:00:00", "ahead"),
    }
    assert [one["clock"]["used"] for one in of_call if one["clock"]] == [_at(of_call, "start.call")]
    assert activity(hub)["doubtful_clocks"] == {"before_source": 1, "ahead": 1}


def _at(events: list[dict[str, Any]], name: str) -> str:
    at: str = next(one["at"] for one in events if one["name"] == name)
    return at
