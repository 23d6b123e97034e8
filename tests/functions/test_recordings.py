"""A recording's way: named by an event, fetched, told of, served, deleted."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.recordings.links import link_to
from tests.support.audio import mp3_of, wav_of
from tests.support.builders import an_event
from tests.support.hub import FETCH, Hub
from tests.support.receiver import Behaviour, Exchange, Received, Receiver, answer, answering, receiving
from tests.support.stack import TOKEN_KEY

AUDIO = mp3_of(12)
PATH = "/api/v1/record/call-1"
NOT_RECORDED = {
    "descriprion": "404 Not Found",
    "description": "404 Not Found",
    "status_code": 404,
    "message": "Запись разгвора не найдена.",
}


@pytest.fixture
def vendor() -> Iterator[Receiver]:
    """The PBX that has the recordings."""
    with receiving(answering(200, AUDIO, Content_Type="application/octet-stream")) as receiver:
        yield receiver


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    """The account's token, and its PBX."""
    headers = hub.account()
    hub.source("s-vpbx")
    return headers


def say(hub: Hub, name: str, **params: Any) -> None:
    """An event of IS.VPBX of call-1."""
    params = {"call_id": "call-1", "src_phone": "79161234567", "event_date": "2026-03-14 17:00:00", **params}
    body = {"type": "call_event", "event_name": name, "params": params}
    assert hub.request("POST", "/webhooks/vpbx/s-vpbx", body).status == 200
    hub.work_events()


def end(hub: Hub, reference: str, **params: Any) -> None:
    """The end of call-1, which names a recording."""
    say(hub, "end.call", **{"disposition": "ANSWER", "billsec": 12, "record": reference, **params})


def found(hub: Hub, **query: str) -> dict[str, Any]:
    """The one recording there is."""
    (one,) = hub.operator("GET", "/admin/recordings", **query).json["recordings"]
    return dict(one)


def later(status: int, then: Behaviour, times: int = 1, **headers: str) -> Behaviour:
    """An answer for the first requests, and another for those after them."""
    left = [status] * times

    def behave(exchange: Exchange, request: Received) -> bool:
        if left:
            exchange.send(answer(left.pop(), b"not yet", **headers))
            return True
        return then(exchange, request)

    return behave


def test_a_recording_is_fetched_and_served(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """From the event that names it to the download, with the documented headers."""
    end(hub, vendor.url)
    hub.fetches()
    served = hub.request("GET", PATH, headers=auth)
    assert (served.status, served.content) == (200, AUDIO)
    assert served.headers["Content-Type"] == "audio/mpeg"
    assert served.headers["Content-Disposition"] == "attachment; filename=call-1.mp3"
    assert served.headers["Content-Length"] == str(len(AUDIO))
    assert served.headers["Accept-Ranges"] == "bytes"


def test_what_is_known_of_it_is_shown(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Type, size, digest and duration are told from the bytes."""
    end(hub, vendor.url)
    hub.fetches()
    shown = found(hub, account="acme", state="available", call="call-1")
    assert (shown["content_type"], shown["bytes"], shown["duration"]) == ("audio/mpeg", len(AUDIO), 12)
    assert shown["sha256"] == hashlib.sha256(AUDIO).hexdigest()
    assert hub.operator("GET", f"/admin/recordings/{shown['id']}").json == shown
    assert hub.operator("GET", "/admin/calls/call-1").json["recordings"] == [shown]


def test_it_is_an_event_of_the_call(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Delivered like any other, with a link to us."""
    wanted = {"event_name": "custom.recording.available", "webhook_url": "https://crm.example/calls"}
    hub.request("POST", "/api/v1/events/subscribe", wanted, auth)
    end(hub, vendor.url)
    hub.fetches()
    hub.work_events()
    (delivery,) = hub.operator("GET", "/admin/deliveries", state="pending").json["deliveries"]
    assert "https://hub.example/api/v1/record/call-1" in delivery["body"]
    kinds = [one["kind"] for one in hub.operator("GET", "/admin/calls/call-1").json["timeline"]]
    assert kinds == ["call.ended", "recording.available"]


def test_it_is_asked_for_until_it_is_there(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """The vendor converts for five minutes, and says 404 meanwhile."""
    vendor.behave = later(404, vendor.behave, times=2)
    end(hub, vendor.url)
    waits = [turn["wait"] for _ in range(3) for turn in hub.fetches()]
    assert waits == [15, 30, 0]
    assert found(hub)["attempts"] == 3


def test_the_source_may_ask_for_more_patience(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Retry-After is honoured, and passed on."""
    vendor.behave = answering(404, Retry_After="120")
    end(hub, vendor.url)
    assert [turn["wait"] for turn in hub.fetches()] == [120]
    waiting = hub.request("GET", PATH, headers=auth)
    assert (waiting.status, waiting.json) == (404, NOT_RECORDED)
    assert 110 < int(waiting.headers["Retry-After"]) <= 120


@pytest.mark.parametrize("body", [b"<html>busy</html>", b'{"error": "busy"}', b""])
def test_a_page_is_no_recording(hub: Hub, vendor: Receiver, auth: dict[str, str], body: bytes) -> None:
    """Whatever its status says, it is asked for again."""
    vendor.behave = answering(200, body, Content_Type="audio/mpeg")
    end(hub, vendor.url)
    (turn,) = hub.fetches()
    assert (turn["done"], found(hub)["state"]) == (False, "expected")


def test_other_formats_are_served_as_what_they_are(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """With the name that goes with them."""
    vendor.behave = answering(200, wav_of(3), Content_Type="audio/mpeg")
    end(hub, vendor.url, billsec=4)
    hub.fetches()
    served = hub.request("GET", PATH, headers=auth)
    assert served.headers["Content-Type"] == "audio/wav"
    assert served.headers["Content-Disposition"] == "attachment; filename=call-1.wav"
    assert found(hub)["duration"] == 3


def test_a_part_of_a_recording_is_served_while_the_rest_is_expected(
    hub: Hub, vendor: Receiver, auth: dict[str, str]
) -> None:
    """With the length that is there; then all of it."""
    whole = wav_of(12)
    vendor.behave = answering(200, whole[: len(whole) // 2])
    end(hub, vendor.url)
    (turn,) = hub.fetches()
    shown = found(hub)
    assert (turn["done"], shown["state"], shown["incomplete"], shown["duration"]) == (False, "expected", True, 6)
    assert len(hub.request("GET", PATH, headers=auth).content) == len(whole) // 2
    vendor.behave = answering(200, whole)
    hub.fetches()
    assert (found(hub)["state"], found(hub)["incomplete"]) == ("available", False)
    assert hub.request("GET", PATH, headers=auth).content == whole


def test_a_server_that_always_compresses_is_read(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Though identity was asked for."""
    vendor.behave = answering(200, gzip.compress(AUDIO), Content_Encoding="gzip")
    end(hub, vendor.url)
    hub.fetches()
    assert hub.request("GET", PATH, headers=auth).content == AUDIO


def test_a_part_of_it_can_be_had(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """206 with the range; 416 past the end; 304 for who has it."""
    end(hub, vendor.url)
    hub.fetches()
    part = hub.request("GET", PATH, headers={**auth, "Range": "bytes=100-199"})
    assert (part.status, part.content) == (206, AUDIO[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(AUDIO)}"
    assert hub.request("GET", PATH, headers={**auth, "Range": f"bytes={len(AUDIO)}-"}).status == 416
    assert hub.request("GET", PATH, headers={**auth, "If-None-Match": part.headers["Etag"]}).status == 304


def test_voicemail_goes_the_same_way(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Under its own path, beside the call's recording."""
    say(hub, "vm.record.new", vm_type=1, vm_record_url=vendor.url)
    hub.fetches()
    assert hub.request("GET", "/api/v1/voicemail/call-1", headers=auth).content == AUDIO
    assert hub.request("GET", PATH, headers=auth).status == 404
    assert found(hub)["media"] == "voicemail"


def test_nobody_else_gets_it(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Another tenant's call is not there, and no token is no access."""
    end(hub, vendor.url)
    hub.fetches()
    other = hub.request("GET", PATH, headers=hub.account("other"))
    assert (other.status, other.json) == (404, NOT_RECORDED)
    assert "Retry-After" not in other.headers
    refused = hub.request("GET", PATH)
    assert (refused.status, refused.json["name"]) == (401, "401 Unauthorized")


def test_a_mere_number_of_the_vendors_is_not_waited_for(hub: Hub, auth: dict[str, str]) -> None:
    """It stays a fact of the call: there is no address to fetch it from."""
    end(hub, "8")
    assert hub.fetches() == []
    assert hub.operator("GET", "/admin/recordings").json["recordings"] == []
    assert hub.operator("GET", "/admin/calls/call-1").json["recording"] == "8"


@pytest.mark.parametrize("reference", ["ftp://pbx.example/8", "simulator:call-1"])
def test_a_reference_that_nobody_can_open_is_dead_at_once(hub: Hub, auth: dict[str, str], reference: str) -> None:
    """With a reason, an event, and without an attempt at anything."""
    end(hub, reference)
    (turn,) = hub.fetches()
    hub.work_events()
    shown = found(hub, state="dead")
    assert (turn["done"], shown["reason"]) == (True, "unknown_scheme")
    kinds = [one["kind"] for one in hub.operator("GET", "/admin/calls/call-1").json["timeline"]]
    assert "recording.failed" in kinds


def test_what_is_given_up_can_be_retried(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """It is fetched anew, from the beginning of the schedule."""
    good, vendor.behave = vendor.behave, answering(410)
    end(hub, vendor.url)
    hub.fetches()
    dead = found(hub, state="dead")
    vendor.behave = good
    assert hub.operator("POST", f"/admin/recordings/{dead['id']}/retry").status == 202
    hub.fetches()
    assert hub.request("GET", PATH, headers=auth).content == AUDIO
    assert hub.operator("POST", f"/admin/recordings/{dead['id']}/retry").status == 202
    assert hub.operator("POST", f"/admin/recordings/{dead['id']}/retry").status == 409


def test_it_is_given_up_when_the_schedule_is_over(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """The topic hears of it."""
    queue = hub.stack.told("OperationsTopic")
    vendor.behave = answering(500)
    end(hub, vendor.url)
    (state,) = hub.stack.executions("FetchRecordingWorkflow")
    hub.invoke(FETCH, state, RECORDING_SCHEDULE="0")
    hub.restart()
    hub.invoke(FETCH, state, RECORDING_SCHEDULE="0")
    assert found(hub)["reason"] == "status_500"
    (message,) = hub.stack.sqs.receive_message(QueueUrl=queue)["Messages"]
    assert "recording.failed" in message["Body"]


def test_it_can_be_deleted(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """The bytes are gone, it is not there any more, and a repeat does no harm and brings nothing back."""
    end(hub, vendor.url)
    hub.fetches()
    path = f"/admin/recordings/{found(hub)['id']}"
    assert hub.operator("DELETE", path).status == 204
    assert [hub.operator("GET", path).status, hub.operator("DELETE", path).status] == [404, 204]
    assert hub.request("GET", PATH, headers=auth).status == 404
    end(hub, vendor.url, billsec=13)
    assert hub.fetches() == []
    assert hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["RecordingsBucket"])["KeyCount"] == 0


def test_it_is_kept_for_as_long_as_the_account_says(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """By the tag that the lifecycle rules go by."""
    assert hub.operator("PATCH", "/admin/accounts/acme", {"recording_days": 90}).json["recording_days"] == 90
    assert hub.operator("PATCH", "/admin/accounts/acme", {"recording_days": 91}).status == 400
    end(hub, vendor.url)
    hub.fetches()
    bucket = hub.stack.refs["RecordingsBucket"]
    (row,) = hub.stack.clients.s3.list_objects_v2(Bucket=bucket)["Contents"]
    tags = hub.stack.clients.s3.get_object_tagging(Bucket=bucket, Key=row["Key"])["TagSet"]
    assert tags == [{"Key": "retention-days", "Value": "90"}]


def test_a_repeated_turn_stores_once(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """And tells once."""
    end(hub, vendor.url)
    (state,) = hub.stack.executions("FetchRecordingWorkflow")
    for _ in range(3):
        assert hub.invoke(FETCH, state)["done"]
    assert len(vendor.requests) == 1
    assert len(hub.stack.drain("EventsQueue")) == 1


def test_two_turns_at_once_store_once(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """One has the recording to itself; the other looks again."""
    end(hub, vendor.url)
    (state,) = hub.stack.executions("FetchRecordingWorkflow")
    ends = hub.race(FETCH, [state, state])
    assert any(one["done"] for one in ends)
    assert len(vendor.requests) == 1


def test_a_redirect_is_followed(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """A few of them; not for ever."""
    vendor.behave = later(302, vendor.behave, times=3, Location=vendor.url)
    end(hub, vendor.url)
    hub.fetches()
    assert found(hub)["state"] == "available"


def test_the_watch_starts_what_no_workflow_drives(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """In a part of its own; the older one ends at its next turn."""
    end(hub, vendor.url)
    (old,) = hub.stack.executions("FetchRecordingWorkflow")
    assert hub.invoke("workflows/watch_recordings", {}) == {"restarted": []}
    told = hub.invoke("workflows/watch_recordings", {"at_once": True})
    assert told == {"restarted": [found(hub)["id"]]}
    assert hub.invoke(FETCH, old)["done"]
    assert vendor.requests == []
    hub.fetches()
    assert hub.request("GET", PATH, headers=auth).content == AUDIO


def test_an_id_that_a_pbx_uses_again_has_a_recording_of_its_own(
    hub: Hub, vendor: Receiver, auth: dict[str, str]
) -> None:
    """Eight days later, of another client: both records are fetched, and each call serves its own."""
    for day, client in (("2026-03-14", "79160000202"), ("2026-03-22", "79160000203")):
        for name, more in (("start.call", {"direction": 1}), ("end.call", {"disposition": "ANSWER", "billsec": 12})):
            record = {"record": f"{vendor.url}/{client}"} if name == "end.call" else {}
            say(hub, name, event_date=f"{day} 17:00:00", src_phone=client, dst_phone="74950000202", **more, **record)
        hub.fetches()
    assert [one.path for one in vendor.requests] == ["/calls/79160000202", "/calls/79160000203"]
    calls = hub.operator("GET", "/admin/calls").json["calls"]
    assert [one["caller"]["received"] for one in calls] == ["79160000203", "79160000202"]
    served = [hub.request("GET", f"/api/v1/record/{one['id']}", headers=auth) for one in calls]
    assert [(one.status, one.content) for one in served] == [(200, AUDIO)] * 2


def test_a_link_opens_one_recording_without_a_token(hub: Hub, vendor: Receiver, auth: dict[str, str]) -> None:
    """Another call, account, signature or medium stays closed."""
    end(hub, vendor.url)
    hub.fetches()
    path, _, link = link_to("https://hub.example", "acme", "call-1", TOKEN_KEY).partition("?link=")
    assert path == f"https://hub.example{PATH}"
    assert hub.request("GET", PATH, query={"link": link}).content == AUDIO
    others = {"other": link.replace("acme", "other"), "cut": link[:-1], "empty": "acme.", "junk": "\ud83d\ude00"}
    for closed in others.values():
        assert hub.request("GET", PATH, query={"link": closed}).status == 401
    for path in ("/api/v1/record/call-2", "/api/v1/voicemail/call-1"):
        assert hub.request("GET", path, query={"link": link}).status == 401
    assert hub.operator("PATCH", "/admin/accounts/acme", {"state": "suspended"}).status == 200
    hub.restart()
    assert hub.request("GET", PATH, query={"link": link}).status == 403


def test_events_that_name_nothing_expect_nothing(hub: Hub, auth: dict[str, str]) -> None:
    """A call without a recording has none."""
    say(hub, "start.call")
    assert hub.operator("GET", "/admin/recordings").json["recordings"] == []
    assert an_event().recording is None
