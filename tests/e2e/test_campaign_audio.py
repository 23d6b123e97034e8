"""Audio of campaigns on the local stack: uploaded the documented way, listened to, looked at by another program."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Hub
from tests.support.sounds import decibels, encoded, from_alaw, samples_of, sweep, wav

AUDIO = "/api/v1/audio-files"


def auth(hub: Hub) -> dict[str, str]:
    return {"Authorization": f"Bearer plain:{hub.cato_token}"}


def curl(hub: Hub, name: str, file: Path, *more: str) -> dict[str, Any]:
    """The documented command, with another address, token and file."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("there is no curl")
    headers = ["accept: application/json", f"Authorization: bearer plain:{hub.cato_token}"]
    command = [program, "-sS", "-X", "PUT", f"{hub.base_url}{AUDIO}/add/{name}", "--data-binary", f"@{file}", *more]
    done = subprocess.run(
        [*command, *[part for header in headers for part in ("-H", header)]], capture_output=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def probed(file: Path, *options: str) -> dict[str, Any]:
    """What ffprobe says of a file."""
    program = shutil.which("ffprobe")
    if program is None:
        pytest.skip("there is no ffprobe")
    entries = "stream=codec_name,sample_rate,channels,duration"
    command = [program, "-v", "error", "-of", "json", "-show_entries", entries, *options, str(file)]
    (stream,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"]
    return {**stream, "duration": float(stream["duration"])}


def test_a_file_is_sent_as_documented_and_heard_as_a_telephone_plays_it(hub: Hub, tmp_path: Path) -> None:
    """An mp3 of 44100 Hz goes in; A-law and WAV of 8000 Hz come out, as ffprobe sees them."""
    (tmp_path / "in.mp3").write_bytes(encoded("mp3", "libmp3lame", 20))
    told = curl(hub, "flood_warning", tmp_path / "in.mp3", "-H", "Content-Type: application/octet-stream")
    assert told.keys() == {"id", "name", "url", "userId"}
    forms = {"wav": ("pcm_s16le", ()), "alaw": ("pcm_alaw", ("-f", "alaw", "-ar", "8000"))}
    for rendition, (codec, options) in forms.items():
        url = f"{AUDIO}/{told['id']}/content"
        heard = hub.http.get(url, headers=auth(hub), params={"rendition": rendition})
        assert heard.status_code == 200
        (tmp_path / "out").write_bytes(heard.content)
        found = probed(tmp_path / "out", *options)
        assert (found["codec_name"], found["sample_rate"], found["channels"]) == (codec, "8000", 1)
        assert found["duration"] == pytest.approx(20, abs=0.1)
    shown = hub.http.get(f"{AUDIO}/{told['id']}", headers=auth(hub)).json()
    assert shown["durationS"] == pytest.approx(20, abs=0.1)


def test_a_file_without_a_content_type_is_taken_as_it_is(hub: Hub, tmp_path: Path) -> None:
    """What curl calls a form is audio all the same, byte for byte; what is above a telephone's band is not heard."""
    (tmp_path / "sweep.wav").write_bytes(wav(sweep(4, 44100, 300, 20000), 44100))
    told = curl(hub, "sweep?trim=false", tmp_path / "sweep.wav")
    heard = hub.http.get(f"{AUDIO}/{told['id']}/content", headers=auth(hub)).content
    samples = samples_of(heard)
    assert len(samples) == 32000
    above = round(4 * (4000 - 300) / (20000 - 300) * 8000) + 80
    assert decibels(samples[above:]) < -60
    alaw = hub.http.get(f"{AUDIO}/{told['id']}/content", headers=auth(hub), params={"rendition": "alaw"}).content
    assert decibels(from_alaw(alaw)[:above]) == pytest.approx(decibels(samples[:above]), abs=0.1)


def test_a_large_file_goes_to_the_store_itself(hub: Hub) -> None:
    """What the gateway does not take is put to the address that it names."""
    data = wav(sweep(70, 48000, 300, 3000), 48000, channels=2)
    refused = hub.http.put(f"{AUDIO}/add/long", content=data, headers=auth(hub))
    assert (refused.status_code, "POST /api/v1/audio-files/uploads" in refused.text) == (413, True)
    body = {"name": "long", "size": len(data)}
    upload = hub.http.post(f"{AUDIO}/uploads", json=body, headers=auth(hub)).json()
    path = httpx.URL(upload["complete"]["url"]).path
    assert hub.http.post(path, headers=auth(hub)).status_code == 409
    put = httpx.put(upload["upload"]["url"], content=data, headers=upload["upload"]["headers"], trust_env=False)
    assert put.status_code == 200
    done = hub.http.post(path, headers=auth(hub))
    assert (done.status_code, done.json()["id"]) == (200, upload["id"])
    assert hub.http.get(f"{AUDIO}/{upload['id']}", headers=auth(hub)).json()["durationS"] == pytest.approx(70, abs=0.1)
    assert hub.http.delete(f"{AUDIO}/{upload['id']}", headers=auth(hub)).status_code == 204


@pytest.mark.parametrize("data", [b"words, and no sound " * 99, b"", wav(sweep(1, 8000, 300, 3000))[:9000]])
def test_what_is_no_audio_is_refused_in_the_documented_shape(hub: Hub, data: bytes) -> None:
    """Through the gateway, too."""
    refused = hub.http.put(f"{AUDIO}/add/warning.mp3", content=data, headers=auth(hub))
    assert refused.status_code in (400, 415)
    assert refused.json().keys() == {"timestamp", "status", "error", "path", "message"}


def test_a_text_is_spoken_where_something_speaks(hub: Hub) -> None:
    """By espeak-ng on this machine; without it 501, in the documented shape."""
    told = hub.http.post(f"{AUDIO}/tts", json={"text": "Внимание! Уровень воды растёт."}, headers=auth(hub))
    if shutil.which("espeak-ng") is None:
        assert (told.status_code, told.json()["error"]) == (501, "Not Implemented")
        return
    assert told.status_code == 200
    shown = hub.http.get(f"{AUDIO}/{told.json()['id']}", headers=auth(hub)).json()
    assert 1 < shown["durationS"] < 6
    refused = hub.http.post(f"{AUDIO}/tts", json={"text": "x", "voice": "nobody"}, headers=auth(hub))
    assert (refused.status_code, refused.json()["message"]) == (400, "voice: There is no such voice.")
