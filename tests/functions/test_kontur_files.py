"""POST /api/v1/{ws}/files: a telephony that speaks Kontur.CRM's protocol uploads recordings to the hub as its CRM."""

import os
from typing import Any
from uuid import uuid4

import pytest

from tests.support.audio import mp3_of
from tests.support.forms import form, upload_event
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.kontur import CALLBACKS, a_key, tell

AUDIO = mp3_of(12)
ECHO = {"X-XCOM-Integration-Echo": "7g8-d6a"}


@pytest.fixture
def key(hub: Hub) -> dict[str, str]:
    hub.account()
    return a_key(hub)


def upload(hub: Hub, key: dict[str, str], body: bytes, workspace: str = "acme", **sent: Any) -> Answer:
    return hub.answer("kontur/files", upload_event(f"/api/v1/{workspace}/files", body, {**key, **ECHO}, **sent))


def recordings(hub: Hub, account: str = "acme") -> list[dict[str, Any]]:
    """Let the named recordings be fetched, and list them."""
    hub.work_events()
    hub.fetches()
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/recordings", account=account).json["recordings"]
    return found


def test_an_uploaded_recording_is_the_recording_of_its_call(hub: Hub, key: dict[str, str]) -> None:
    """After call-recording names the file; the answer has the fields of a recording of register-call."""
    answer = upload(hub, key, form(AUDIO))
    assert (answer.status, answer.headers["X-XCOM-Integration-Echo"]) == (200, "7g8-d6a")
    assert answer.json == {
        "fileId": answer.json["fileId"], "fileName": "talk.mp3", "contentType": "audio/mpeg",
        "contentLength": str(len(AUDIO)),
    }  # fmt: skip
    for name in ("call-started", "call-finished"):
        tell(hub, key, name)
    for _ in range(2):
        assert tell(hub, key, "call-recording", recordingFileId=answer.json["fileId"].upper()).status == 200
    (found,) = recordings(hub)
    assert (found["state"], found["bytes"]) == ("available", len(AUDIO))
    call = hub.operator("GET", "/admin/calls", account="acme").json["calls"][0]["id"]
    served = hub.request("GET", f"/api/v1/record/{call}", headers=vpbx_token(hub))
    assert (served.status, served.content) == (200, AUDIO)


def vpbx_token(hub: Hub) -> dict[str, str]:
    token = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).json["token"]
    return {"Authorization": f"Bearer {token}"}


def test_register_call_names_an_uploaded_recording(hub: Hub, key: dict[str, str]) -> None:
    """In the recordings of an item, as the answer to the upload shows the file."""
    told = upload(hub, key, form(mp3_of(60))).json  # as long as the item's talk
    (item,) = CALLBACKS["register-call"]["items"]
    assert tell(hub, key, "register-call", items=[{**item, "recordings": [told]}]).status == 200
    assert [(one["state"], one["reason"]) for one in recordings(hub)] == [("available", "")]


def test_a_repeated_upload_is_one_file(hub: Hub, key: dict[str, str]) -> None:
    """Under one id, whatever its name; other bytes are another file, and another account's are its own."""
    hub.account("other")
    other = a_key(hub, "other")
    same = [upload(hub, key, body).json["fileId"] for body in (form(AUDIO), form(AUDIO, 'form-data; filename="b.mp3"'))]
    more = upload(hub, key, form(mp3_of(3))).json["fileId"]
    theirs = upload(hub, other, form(AUDIO), "other").json["fileId"]
    assert (len({*same}), len({*same, more, theirs})) == (1, 3)
    bucket = hub.stack.refs["RecordingsBucket"]
    kept = hub.stack.clients.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert len(kept) == 3


def test_a_file_of_another_account_is_not_there(hub: Hub, key: dict[str, str]) -> None:
    """Also where its id is known; an id that no upload made is left to the vendor."""
    hub.account("other")
    theirs = upload(hub, a_key(hub, "other"), form(AUDIO), "other").json["fileId"]
    tell(hub, key, "call-started")
    tell(hub, key, "call-recording", recordingFileId=theirs)
    (found,) = recordings(hub)
    assert (found["state"], found["reason"]) == ("dead", "file_gone")
    for strange in ("a75...f3a", str(uuid4()), "../other/uploads/x", "upload:x"):
        tell(hub, key, "call-started", externalId=f"x-{strange}")
        tell(hub, key, "call-recording", externalId=f"x-{strange}", recordingFileId=strange)
    assert len(recordings(hub)) == 1


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (form(AUDIO, 'form-data; name="recording"; filename="talk.mp3"'), {}),
        (form(AUDIO, "form-data; name=\"file\"; filename*=UTF-8''%D0%B7.mp3"), {}),
        (form(AUDIO).replace(b"part-5f0c", b"a b/c"), {"content_type": 'multipart/form-data; boundary="a b/c"'}),
        (AUDIO, {"content_type": "audio/mpeg"}),
        (AUDIO, {"content_type": "application/octet-stream"}),
    ],
    ids=["other field", "encoded name", "quoted boundary", "audio", "bytes"],
)
def test_a_file_is_found_in_any_usual_body(hub: Hub, key: dict[str, str], body: bytes, sent: dict[str, str]) -> None:
    """By the form's field, by its file, or as the whole body; the bytes are kept as sent."""
    answer = upload(hub, key, body, **sent)
    assert (answer.status, answer.json.get("contentLength")) == (200, str(len(AUDIO)))


def test_every_byte_of_a_file_is_kept(hub: Hub, key: dict[str, str]) -> None:
    """Line ends, zeros and whatever looks like a boundary."""
    wild = b"ID3" + bytes(range(256)) * 40 + b"\r\n\r\r\n\n--part\r\n--" + os.urandom(4096) + b"\r\n"
    told = upload(hub, key, form(wild)).json
    key_ = f"acme/uploads/{told['fileId']}"
    kept = hub.stack.clients.s3.get_object(Bucket=hub.stack.refs["RecordingsBucket"], Key=key_)["Body"].read()
    assert kept == wild


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (form(b""), 409, None),
        (b"", 409, None),
        (form(AUDIO, "form-data"), 409, None),
        (form(b"<html>error</html>"), 415, "unsupported_media"),
        (form(b"ID3" + bytes(4_600_000)), 413, "fileTooLarge"),
    ],
    ids=["empty file", "empty", "no file", "no audio", "too large"],
)
def test_a_body_without_a_recording_is_refused(
    hub: Hub, key: dict[str, str], body: bytes, status: int, said: str | None
) -> None:
    """In the dialect's shapes, and nothing is stored."""
    answer = upload(hub, key, body)
    assert (answer.status, answer.json.get("status")) == (status, said or 400)
    if said is None:
        assert answer.json["errors"] == {"file": ["The file field is required."]}
    assert "Contents" not in hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["RecordingsBucket"])


def test_a_wrong_key_uploads_nothing(hub: Hub, key: dict[str, str]) -> None:
    """Nor the key of another workspace, with the echo."""
    hub.account("other")
    for wrong in ({"X-XCOM-AccessKey": "none"}, a_key(hub, "other")):
        answer = upload(hub, wrong, form(AUDIO))
        assert (answer.status, answer.json["status"]) == (401, "unauthorized")
        assert answer.headers["X-XCOM-Integration-Echo"] == "7g8-d6a"
