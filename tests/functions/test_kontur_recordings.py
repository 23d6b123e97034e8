"""A connector gives its Kontur.CRM the recordings of calls, and tells it what call each is of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.audio import mp3_of
from tests.support.crm import KEY, SERGEY, Crm, connected, parts_of
from tests.support.hub import Hub
from tests.support.kontur import INTEGRATION
from tests.support.receiver import Receiver, answering, receiving

CALL = "9d2c1b7a5e4f60318899aabbccddeeff"
AUDIO = mp3_of(12)
TOLD = {"externalId": f"{INTEGRATION}/{CALL}", "externalCallItemId": f"{CALL}-101", "realtimeCallItemId": f"{CALL}-101"}


@pytest.fixture
def pbx() -> Iterator[Receiver]:
    """Has the recording."""
    with receiving(answering(200, AUDIO)) as receiver:
        yield receiver


@pytest.fixture
def crm(hub: Hub) -> Iterator[Crm]:
    with connected(hub) as crm:
        hub.source()
        yield crm


def happens(hub: Hub, name: str, **params: Any) -> None:
    """An event of a call at the account's IS.VPBX."""
    told = {"call_id": CALL, "src_phone": "79161234567", "dst_phone": "73433000100", **params}
    body = {"type": "call_event", "event_name": name, "params": told}
    assert hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200
    hub.work_events()


def recorded(hub: Hub, pbx: Receiver) -> None:
    """Sergey talks, and the call's recording is named at its end."""
    happens(hub, "start.call", direction=1)
    happens(hub, "start.talk", real_local_number="101")
    happens(hub, "end.call", disposition="ANSWER", duration=20, billsec=12, record=f"{pbx.url}/8.mp3")
    hub.work()


def kept(hub: Hub) -> None:
    """The hub fetches the recording, and tells of it."""
    hub.fetches()
    hub.work()


def dead(hub: Hub) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/deliveries", state="dead").json["deliveries"]
    return found


def test_a_recording_is_uploaded_and_then_told(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """After the whole of its call; with the file's id in the CRM's words, and the leg that talked."""
    recorded(hub, pbx)
    assert crm.names[-1] == "register-call"
    kept(hub)
    id_ = crm.told[0].answer.json["id"]
    assert crm.bodies("call-recording") == [{"communicationId": id_, **TOLD, "recordingFileId": "f-1"}]
    assert crm.told[-1].answer.status == 200


def test_the_upload_is_a_form_with_the_file(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """At the CRM's address of files, under its key, with a length and a name."""
    recorded(hub, pbx)
    kept(hub)
    (request,) = crm.files
    (part,) = parts_of(request)
    assert (request.method, request.path) == ("POST", "/api/v1/crm/files")
    assert request.headers["x-xcom-accesskey"] == KEY
    assert "transfer-encoding" not in request.headers
    assert crm.file == AUDIO
    assert (part.get_content_type(), part.get_filename()) == ("audio/mpeg", f"{CALL}.mp3")
    assert part.get_param("name", header="content-disposition") == "file"


def test_the_names_are_the_connectors(hub: Hub, pbx: Receiver) -> None:
    """Path, field and where the id is."""
    with connected(hub, files_path="/disk/{workspace}/files", files_field="audio", files_id="file.uid") as crm:
        hub.source()
        crm.refusals = {"files": (201, json.dumps({"file": {"uid": "u-7"}}))}
        recorded(hub, pbx)
        kept(hub)
        assert crm.files[0].path == "/disk/crm/files"
        assert parts_of(crm.files[0])[0].get_param("name", header="content-disposition") == "audio"
        assert crm.bodies("call-recording")[0]["recordingFileId"] == "u-7"


def test_a_crm_without_an_address_of_files_is_not_told_of_recordings(hub: Hub, pbx: Receiver) -> None:
    """Nor is that a failure."""
    with connected(hub, files_path="") as crm:
        hub.source()
        recorded(hub, pbx)
        kept(hub)
        assert (crm.files, crm.bodies("call-recording"), dead(hub)) == ([], [], [])


@pytest.mark.parametrize(("status", "text"), [(413, ""), (415, ""), (410, ""), (422, "{}"),
    (409, '{"status":"fileTooLarge","message":"no"}'), (200, '"OK"'), (200, "<html>")])  # fmt: skip
def test_an_upload_that_is_refused_is_a_dead_letter(hub: Hub, crm: Crm, pbx: Receiver, status: int, text: str) -> None:
    """At once; the next call is told of as if nothing had been, and the letter can be sent again."""
    recorded(hub, pbx)
    crm.refusals = {"files": (status, text)}
    kept(hub)
    assert (len(crm.files), crm.bodies("call-recording")) == (1, [])
    assert [one["event_name"] for one in dead(hub)] == ["call-recording"]
    happens(hub, "start.call", call_id="next", direction=1)
    hub.work()
    assert crm.told[-1].body["externalId"] == "next"
    crm.refusals = {}
    assert hub.operator("POST", f"/admin/deliveries/{dead(hub)[0]['id']}/replay").status == 202
    hub.work()
    assert crm.bodies("call-recording")[0]["recordingFileId"] == "f-2"


@pytest.mark.refused_by_aws  # the CRM in this test asks the hub while a function runs in a thread
@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_upload_that_the_crm_denies_waits_for_the_crm(hub: Hub, crm: Crm, pbx: Receiver, status: int) -> None:
    """The CRM took the call's messages, so that it may be in the middle of a change; other calls go on."""
    recorded(hub, pbx)
    crm.refusals = {"files": (status, "")}
    kept(hub)
    assert (len(crm.files), dead(hub)) == (3, [])
    happens(hub, "start.call", call_id="next", direction=1)
    hub.work()
    assert crm.told[-1].body["externalId"] == "next"
    crm.refusals = {}
    hub.turns()
    assert [one["recordingFileId"] for one in crm.bodies("call-recording")] == ["f-4"]
    assert dead(hub) == []


def test_what_came_of_an_upload_can_be_looked_up(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """With the attempt."""
    recorded(hub, pbx)
    crm.refusals = {"files": (413, "")}
    kept(hub)
    found = hub.operator("GET", f"/admin/deliveries/{dead(hub)[0]['id']}").json
    assert [one["error"] for one in found["attempts"]] == ["unsent.upload_status_413"]


@pytest.mark.refused_by_aws  # the CRM in this test asks the hub while a function runs in a thread
def test_an_upload_that_fails_is_tried_again(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """Fast at first, and then on the schedule; a CRM whose files fail is told of its calls all the same."""
    recorded(hub, pbx)
    crm.refusals = {"files": (503, "")}
    kept(hub)
    assert len(crm.files) == 3
    for call in ("a", "b"):
        happens(hub, "start.call", call_id=call, direction=1)
    hub.work()
    assert {one["externalId"] for one in crm.bodies("call-started")} == {CALL, "a", "b"}
    crm.refusals = {}
    hub.turns()
    assert [one["recordingFileId"] for one in crm.bodies("call-recording")] == ["f-4"]
    assert dead(hub) == []


def test_a_message_that_fails_after_its_upload_does_not_upload_again(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """The file's id is kept with the call."""
    recorded(hub, pbx)
    crm.refusals = {"call-recording": (503, "")}
    kept(hub)
    crm.refusals = {}
    hub.turns()
    assert len(crm.files) == 1
    assert {one["recordingFileId"] for one in crm.bodies("call-recording")} == {"f-1"}
    assert crm.told[-1].answer.status == 200


def test_a_recording_that_is_deleted_is_not_uploaded(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """Although it was to be told of."""
    recorded(hub, pbx)
    hub.fetches()
    hub.work_events()
    (one,) = hub.operator("GET", "/admin/recordings", account="acme").json["recordings"]
    assert hub.operator("DELETE", f"/admin/recordings/{one['id']}").status == 204
    hub.work()
    assert crm.files == []
    assert [one["event_name"] for one in dead(hub)] == ["call-recording"]


def test_a_recording_that_is_larger_than_the_crm_takes_is_not_sent(hub: Hub, pbx: Receiver) -> None:
    """Not a byte of it."""
    with connected(hub, files_largest=len(AUDIO) - 1) as crm:
        hub.source()
        recorded(hub, pbx)
        kept(hub)
        assert crm.files == []
        found = hub.operator("GET", f"/admin/deliveries/{dead(hub)[0]['id']}").json
        assert found["attempts"][0]["error"] == "unsent.recording_too_large"


def test_a_message_left_after_the_tone_is_not_told(hub: Hub, crm: Crm, pbx: Receiver) -> None:
    """The CRM has no word for it."""
    happens(hub, "start.call", direction=1)
    happens(hub, "vm.record.new", vm_record_url=f"{pbx.url}/9.mp3")
    kept(hub)
    assert crm.files == []


def night(hub: Hub) -> dict[str, Any]:
    told = hub.invoke("workflows/register_missed_calls", {})
    hub.work()
    return told


LOST = (409, json.dumps({"status": "communicationNotFound", "message": "Communication not found. Id: x"}))


def test_a_recording_that_the_crm_could_not_place_is_in_the_call_that_is_registered_anew(
    hub: Hub, crm: Crm, pbx: Receiver
) -> None:
    """What it does not know it has not the whole of, whatever it said before."""
    crm.refusals = {"call-recording": LOST}
    recorded(hub, pbx)
    kept(hub)
    crm.refusals = {}
    assert night(hub) == {"registered": 1, "more": False}
    item = next(
        one for one in crm.bodies("register-call")[-1]["items"] if one["to"] == {"type": "user", "userId": SERGEY}
    )
    assert item["recordings"] == [
        {"fileId": "f-1", "fileName": f"{CALL}.mp3", "contentType": "audio/mpeg", "contentLength": str(len(AUDIO))}
    ]
    assert len(crm.files) == 1


def test_a_call_of_before_the_connector_is_registered_with_its_recording_after_it(hub: Hub, pbx: Receiver) -> None:
    """The whole waits for no upload, and the recording follows."""
    hub.account("acme")
    hub.source()
    recorded(hub, pbx)
    kept(hub)
    with connected(hub) as crm:
        assert night(hub)["registered"] >= 1
        assert crm.names == ["register-call", "call-recording"]
        assert crm.bodies("call-recording")[0]["recordingFileId"] == "f-1"
        assert night(hub) == {"registered": 0, "more": False}


def test_a_plain_destination_is_told_the_id_that_the_hub_serves_it_by(hub: Hub, pbx: Receiver) -> None:
    """There is nowhere to upload to."""
    hub.account("acme")
    hub.source()
    with receiving() as receiver:
        wish = {"account": "acme", "dialect": "kontur", "url": receiver.url, "events": ["call-recording"]}
        assert hub.operator("POST", "/admin/destinations", wish).status == 201
        recorded(hub, pbx)
        kept(hub)
        assert [json.loads(one.body)["recordingFileId"] for one in receiver.requests] == [CALL]
