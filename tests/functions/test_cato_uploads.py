"""Larger audio files of SP5000 CATO's API, and text to speech."""

from typing import Any

import pytest

from switchboard.bootstrap import audio
from switchboard.kernel.campaign_audio import LARGEST_UPLOAD
from tests.fakes.audio import Robot
from tests.functions.test_cato_audio import assert_refused, objects
from tests.support.cato import AUDIO, cato_account
from tests.support.hub import Hub
from tests.support.sounds import tone, wav

UPLOADS, TTS = f"{AUDIO}/uploads", f"{AUDIO}/tts"
SOUND = wav(tone(2))


def put(hub: Hub, upload: dict[str, Any], data: bytes) -> None:
    """What a client does with the address that it is given, without the way there."""
    bucket, account = hub.stack.refs["CampaignsBucket"], "acme"
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=f"originals/{account}/{upload['id']}", Body=data)


def test_a_large_file_goes_to_the_store_itself(hub: Hub) -> None:
    """An address, the bytes, and a call that makes a file of them; what was uploaded is gone after that."""
    auth = cato_account(hub)
    begun = hub.request("POST", UPLOADS, {"name": "long", "size": len(SOUND), "userId": "duty"}, auth)
    told = begun.json
    assert (begun.status, told["upload"]["method"]) == (201, "PUT")
    assert told["upload"]["headers"] == {"Content-Length": str(len(SOUND))}
    assert f"originals/acme/{told['id']}" in told["upload"]["url"]
    assert "content-length" in told["upload"]["url"]
    put(hub, told, SOUND)
    path = told["complete"]["url"].removeprefix("https://hub.example")
    done = hub.request("POST", path, headers=auth)
    assert (done.status, done.json["id"], done.json["name"], done.json["userId"]) == (200, told["id"], "long", "duty")
    assert hub.request("GET", f"{AUDIO}/{told['id']}", headers=auth).json["durationS"] == 2.0
    assert {key.partition("/")[0] for key in objects(hub)} == {"audio"}
    assert hub.request("POST", path, headers=auth).json == done.json


def test_the_completion_before_the_bytes_is_409(hub: Hub) -> None:
    """And may be asked for again."""
    auth = cato_account(hub)
    told = hub.request("POST", UPLOADS, {"name": "long", "size": len(SOUND)}, auth).json
    path = f"{UPLOADS}/{told['id']}"
    assert_refused(hub.request("POST", path, headers=auth), 409, "Conflict", path, "first")
    put(hub, told, SOUND)
    assert hub.request("POST", path, headers=auth).status == 200


NO_AUDIO = [(b"", 400, "Bad Request"), (b"words" * 99, 415, "Unsupported Media Type")]


@pytest.mark.parametrize(("data", "status", "reason"), NO_AUDIO)
def test_an_upload_that_is_no_audio_is_refused(hub: Hub, data: bytes, status: int, reason: str) -> None:
    """As one that came in a body."""
    auth = cato_account(hub)
    told = hub.request("POST", UPLOADS, {"name": "x.mp3", "size": 9}, auth).json
    put(hub, told, data)
    path = f"{UPLOADS}/{told['id']}"
    assert_refused(hub.request("POST", path, headers=auth), status, reason, path)


def test_samples_without_a_header_are_uploaded_with_their_form(hub: Hub) -> None:
    """It is told with the upload."""
    auth = cato_account(hub)
    told = hub.request("POST", UPLOADS, {"name": "x", "size": 64000, "rate": 16000, "encoding": "s16le"}, auth).json
    put(hub, told, tone(2, rate=16000).tobytes())
    hub.request("POST", f"{UPLOADS}/{told['id']}", headers=auth)
    assert hub.request("GET", f"{AUDIO}/{told['id']}", headers=auth).json["durationS"] == pytest.approx(2.0, abs=0.01)


WRONG: list[Any] = [{}, {"name": "x"}, {"name": "x", "size": 0}, {"name": "x", "size": LARGEST_UPLOAD + 1}, [], "{",
                    {"name": "x", "size": "9"}, {"name": 1, "size": 9}, {"name": "a\nb", "size": 9},
                    {"name": "x", "size": 9, "rate": 0}, {"name": "x", "size": 9, "encoding": "mp3"}]  # fmt: skip


@pytest.mark.parametrize("body", WRONG)
def test_a_wrong_upload_is_400(hub: Hub, body: Any) -> None:
    """Nothing is kept of it."""
    assert_refused(hub.request("POST", UPLOADS, body, cato_account(hub)), 400, "Bad Request", UPLOADS)
    assert hub.stack.items("CampaignsTable") == []


def test_an_unknown_upload_is_404(hub: Hub) -> None:
    """And another account's is unknown."""
    told = hub.request("POST", UPLOADS, {"name": "long", "size": 9}, cato_account(hub)).json
    stranger = cato_account(hub, "other")
    for id_ in (told["id"], "1", "x" * 2000):
        assert_refused(hub.request("POST", f"{UPLOADS}/{id_}", headers=stranger), 404, "Not Found", f"{UPLOADS}/{id_}")


@pytest.fixture
def robot(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Robot:
    """What speaks in place of Polly."""
    speaker = Robot()
    monkeypatch.setattr(audio, "speaker", lambda _engine: speaker)
    return speaker


def test_a_text_becomes_a_file(hub: Hub, robot: Robot) -> None:
    """Named by its first words, unless a name is given; the same again is the same file, and not spoken twice."""
    auth = cato_account(hub)
    told = hub.request("POST", TTS, {"text": "Внимание!  Уровень воды растёт."}, auth)
    assert (told.status, told.json["name"], told.json["userId"]) == (200, "Внимание! Уровень воды растёт.", "user")
    assert hub.request("GET", f"{AUDIO}/{told.json['id']}", headers=auth).json["durationS"] == pytest.approx(3.1)
    assert hub.request("POST", TTS, {"text": "Внимание!  Уровень воды растёт."}, auth).json == told.json
    named = hub.request("POST", TTS, {"text": "Отбой.", "voice": "Beep", "name": "end", "userId": "duty"}, auth).json
    assert (named["name"], named["userId"], len(robot.said)) == ("end", "duty", 2)


BAD_TEXTS: list[Any] = [{}, {"text": ""}, {"text": 1}, {"text": "x" * 3001}, [], "{", {"text": "x", "voice": "Q"}]


@pytest.mark.parametrize("body", BAD_TEXTS)
def test_a_wrong_text_is_400(hub: Hub, robot: Robot, body: Any) -> None:
    """In the documented shape."""
    assert_refused(hub.request("POST", TTS, body, cato_account(hub)), 400, "Bad Request", TTS)


def test_without_anything_that_speaks_it_is_501(hub: Hub) -> None:
    """In the documented shape."""
    hub.stack.refs["SpeechEngine"] = "none"
    answer = hub.request("POST", TTS, {"text": "Внимание"}, cato_account(hub))
    assert_refused(answer, 501, "Not Implemented", TTS, "text to speech")
