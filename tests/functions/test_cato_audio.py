"""Audio files of SP5000 CATO: PUT add, GET, PUT, DELETE, content (section 3.1, rulings cato 4 to 7)."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from switchboard.bootstrap import audio
from switchboard.lambdas.cato_audio import BODY_LIMIT
from tests.support.cato import AUDIO, add, cato_account, cato_token, change, with_bytes
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.sounds import encoded, samples_of, tone, video, wav

WAV = wav(tone(2, rate=44100), 44100, channels=2)


def assert_refused(answer: Answer, status: int, reason: str, path: str, says: str = "") -> None:
    """In the documented shape."""
    told = answer.json
    assert told.keys() == {"timestamp", "status", "error", "path", "message"}
    assert (answer.status, told["status"], told["error"], told["path"]) == (status, status, reason, path)
    assert told["timestamp"] > 1_700_000_000_000
    assert says in told["message"]


def objects(hub: Hub) -> list[str]:
    """The keys of everything in the bucket."""
    found = hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["CampaignsBucket"])
    return [one["Key"] for one in found.get("Contents", [])]


def test_a_file_is_added_as_documented(hub: Hub) -> None:
    """Id, name, address and user; it is kept as A-law and as WAV."""
    auth = cato_account(hub)
    answer = add(hub, auth, encoded("mp3", "libmp3lame"))
    told = answer.json
    assert (answer.status, told.keys()) == (200, {"id", "name", "url", "userId"})
    assert (told["name"], told["userId"]) == ("flood_warning", "user")
    assert told["url"] == f"https://hub.example{AUDIO}/{told['id']}/content"
    assert sorted(key.rpartition(".")[2] for key in objects(hub)) == ["alaw", "wav"]


def test_a_file_is_shown_with_its_length(hub: Hub) -> None:
    """Two seconds are 16000 samples, a byte each in A-law and two in WAV."""
    auth = cato_account(hub)
    id_ = add(hub, auth, WAV).json["id"]
    told = hub.request("GET", f"{AUDIO}/{id_}", headers=auth).json
    assert (told["durationS"], told["sourceType"]) == (2.0, "audio/wav")
    assert told["sizes"] == {"alaw": 16000, "wav": 32044}


def test_a_file_can_be_listened_to(hub: Hub) -> None:
    """As WAV unless A-law is asked for; a range of it, or nothing where the client has it."""
    auth = cato_account(hub)
    path = f"{AUDIO}/{add(hub, auth, WAV, 'Предупреждение.mp3').json['id']}/content"
    whole = hub.request("GET", path, headers=auth)
    assert (whole.status, whole.headers["Content-Type"]) == (200, "audio/wav")
    assert len(samples_of(whole.content)) == 16000
    part = hub.request("GET", path, headers={**auth, "Range": "bytes=0-3"})
    assert (part.status, part.content, part.headers["Content-Range"]) == (206, b"RIFF", "bytes 0-3/32044")
    assert hub.request("GET", path, headers={**auth, "If-None-Match": whole.headers["Etag"]}).status == 304
    alaw = hub.request("GET", path, headers=auth, query={"rendition": "alaw"})
    assert (alaw.headers["Content-Type"], len(alaw.content)) == ("audio/PCMA", 16000)


def test_a_rendition_that_there_is_not_is_400(hub: Hub) -> None:
    """With the names of those that there are."""
    auth = cato_account(hub)
    path = f"{AUDIO}/{add(hub, auth, WAV).json['id']}/content"
    answer = hub.request("GET", path, headers=auth, query={"rendition": "flac"})
    assert_refused(answer, 400, "Bad Request", path, "wav or alaw")


def test_the_same_again_is_the_same_file(hub: Hub) -> None:
    """Repeating a request changes nothing; another name, or other bytes, are another file."""
    auth = cato_account(hub)
    first = add(hub, auth, WAV).json
    assert add(hub, auth, WAV).json == first
    others = [add(hub, auth, WAV, "other").json["id"], add(hub, auth, wav(tone(1))).json["id"]]
    assert len({first["id"], *others}) == 3
    assert len(hub.request("GET", AUDIO, headers=auth).json) == 3


def test_two_at_once_are_one_file(hub: Hub) -> None:
    """Whoever is second is told of the first."""
    auth = cato_account(hub)
    event = with_bytes("PUT", f"{AUDIO}/add/x", WAV, auth)
    told = [json.loads(one["body"]) for one in hub.race("cato/audio_files", [event, event])]
    assert told[0] == told[1]


def test_files_are_listed_by_the_page(hub: Hub) -> None:
    """A header leads to the next."""
    auth = cato_account(hub)
    added = {add(hub, auth, WAV, f"file {number}").json["id"] for number in range(3)}
    first = hub.request("GET", AUDIO, headers=auth, query={"limit": "2"})
    cursor = unquote(first.headers["Link"].partition("cursor=")[2].partition(">")[0])
    rest = hub.request("GET", AUDIO, headers=auth, query={"limit": "2", "cursor": cursor})
    assert {file["id"] for file in [*first.json, *rest.json]} == added
    assert "Link" not in rest.headers


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "x"}, {"limit": "501"}, {"cursor": "x"}, {"cursor": "e30="}]
)
def test_a_wrong_page_is_400(hub: Hub, query: dict[str, str]) -> None:
    """In the documented shape."""
    assert_refused(hub.request("GET", AUDIO, headers=cato_account(hub), query=query), 400, "Bad Request", AUDIO)


def test_a_file_gets_other_bytes(hub: Hub) -> None:
    """Under the same id; the old ones are gone, and the same again changes nothing."""
    auth = cato_account(hub)
    id_ = add(hub, auth, WAV).json["id"]
    for _ in range(2):
        told = change(hub, auth, id_, wav(tone(1))).json
        assert (told["id"], told["name"], told["durationS"]) == (id_, "flood_warning", 1.0)
    assert len(objects(hub)) == 2
    assert len(hub.request("GET", f"{AUDIO}/{id_}/content", headers=auth).content) == 16044


def test_bytes_that_were_replaced_can_be_added_again(hub: Hub) -> None:
    """As another file, since the first has others now."""
    auth = cato_account(hub)
    id_ = add(hub, auth, WAV).json["id"]
    change(hub, auth, id_, wav(tone(1)))
    again = add(hub, auth, WAV).json["id"]
    assert again != id_
    assert add(hub, auth, WAV).json["id"] == again


def test_a_file_gets_another_name_and_user(hub: Hub) -> None:
    """By a JSON object; what it does not name stays (ruling cato 4)."""
    auth = cato_account(hub)
    id_ = add(hub, auth, WAV).json["id"]
    hub.request("PUT", f"{AUDIO}/{id_}", {"name": "Паводок"}, auth)
    told = hub.request("PUT", f"{AUDIO}/{id_}", {"userId": "duty officer"}, auth).json
    assert (told["name"], told["userId"], told["durationS"]) == ("Паводок", "duty officer", 2.0)


@pytest.mark.parametrize(
    "body", [{}, {"name": 1}, {"name": ""}, {"name": "a\nb"}, {"userId": []}, [], "{", {"name": "x" * 256}]
)
def test_a_wrong_change_is_400(hub: Hub, body: Any) -> None:
    """And changes nothing."""
    auth = cato_account(hub)
    path = f"{AUDIO}/{add(hub, auth, WAV).json['id']}"
    before = hub.request("GET", path, headers=auth).json
    assert_refused(hub.request("PUT", path, body, auth), 400, "Bad Request", path)
    assert hub.request("GET", path, headers=auth).json == before


def test_a_file_is_deleted(hub: Hub) -> None:
    """With its bytes; the second time there is none."""
    auth = cato_account(hub)
    path = f"{AUDIO}/{add(hub, auth, WAV).json['id']}"
    assert hub.request("DELETE", path, headers=auth).status == 204
    assert objects(hub) == []
    for method in ("DELETE", "GET", "PUT"):
        assert_refused(hub.request(method, path, {"name": "x"}, auth), 404, "Not Found", path)
    assert_refused(hub.request("GET", f"{path}/content", headers=auth), 404, "Not Found", f"{path}/content")


def test_what_a_running_task_plays_stays(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleting it, or giving it other bytes, is 409; another name is not (ruling cato 6)."""
    auth = cato_account(hub)
    path = f"{AUDIO}/{add(hub, auth, WAV).json['id']}"
    hub.restart()
    monkeypatch.setattr(audio, "in_use", lambda: lambda _account, _id: True)
    assert_refused(hub.request("DELETE", path, headers=auth), 409, "Conflict", path, "running")
    assert_refused(change(hub, auth, path.rpartition("/")[2], wav(tone(1))), 409, "Conflict", path, "running")
    assert hub.request("PUT", path, {"name": "other"}, auth).status == 200
    assert hub.request("GET", f"{path}/content", headers=auth).status == 200


BAD = {
    "nothing": (b"", 400, "nothing in the file"),
    "silence": (wav(tone(1, loud=0)), 400, "silent"),
    "text": ("Внимание! Паводок.".encode() * 50, 415, "no audio"),
    "text of 1251": ("Внимание! Паводок.".encode("cp1251") * 50, 415, "no audio"),
    "JSON": (b'{"a": 1}' * 99, 415, "no audio"),
    "HTML": (b"<!doctype html><html></html>" * 9, 415, "no audio"),
    "zip": (b"PK\x03\x04" + bytes(999), 415, "no audio"),
    "video": (video(), 415, "video"),
    "half an mp3": (encoded("mp3", "libmp3lame", 6)[:24_000], 400, "cut off"),
    "half a wav": (WAV[: len(WAV) // 2], 400, "cut off"),
    "a tag alone": (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(500), 415, "cannot be read"),
    "a wav without sound": (wav(tone(0)), 400, "no sound"),
    "noise": (bytes((place * 7919 >> 3) % 251 for place in range(9999)), 415, "no audio"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_audio_is_refused_clearly(hub: Hub, bad: str) -> None:
    """415 for what is none, 400 for what cannot be played; the name's ending says nothing (ruling cato 7)."""
    data, status, says = BAD[bad]
    answer = add(hub, cato_account(hub), data, "warning.mp3")
    reason = {400: "Bad Request", 415: "Unsupported Media Type"}[status]
    assert_refused(answer, status, reason, f"{AUDIO}/add/warning.mp3", says)
    assert objects(hub) == []


def test_headerless_samples_are_read_as_told(hub: Hub) -> None:
    """16 bits, 8000 Hz, mono, unless the query says otherwise (ruling cato 7)."""
    auth = cato_account(hub)
    plain = add(hub, auth, tone(2).tobytes(), "plain").json["id"]
    told = add(hub, auth, tone(2, rate=16000).tobytes(), "told", rate="16000", channels="2").json["id"]
    lengths = [hub.request("GET", f"{AUDIO}/{id_}", headers=auth).json["durationS"] for id_ in (plain, told)]
    assert lengths == [2.0, pytest.approx(1.0, abs=0.01)]


@pytest.mark.parametrize("query", [{"rate": "0"}, {"rate": "x"}, {"channels": "9"}, {"encoding": "mp3"}])
def test_samples_that_cannot_be_read_so_are_400(hub: Hub, query: dict[str, str]) -> None:
    """With the parameter's name."""
    answer = add(hub, cato_account(hub), tone(1).tobytes(), "x", **query)
    assert_refused(answer, 400, "Bad Request", f"{AUDIO}/add/x", next(iter(query)))


@pytest.mark.parametrize("name", ["x" * 256, "a\x00b", "\n", " "])
def test_a_wrong_name_is_400(hub: Hub, name: str) -> None:
    """A name can be printed, and has at most 255 characters."""
    answer = add(hub, cato_account(hub), WAV, name)
    assert (answer.status, answer.json["error"]) == (400, "Bad Request")


@pytest.mark.parametrize("name", ["паводок 2026.mp3", 'say "hi"', "a#b?c", "…", "x" * 255])
def test_a_name_may_be_any_that_can_be_printed(hub: Hub, name: str) -> None:
    """It comes back as it was."""
    auth = cato_account(hub)
    assert add(hub, auth, WAV, name).json["name"] == name


def test_a_body_over_the_limit_is_told_where_to_go(hub: Hub) -> None:
    """413 names the way for larger files."""
    answer = add(hub, cato_account(hub), bytes(BODY_LIMIT + 1))
    assert_refused(answer, 413, "Request Entity Too Large", f"{AUDIO}/add/flood_warning", f"POST {AUDIO}/uploads")


def test_bytes_that_a_gateway_took_for_text_are_not_kept(hub: Hub) -> None:
    """They are lost already: 415 says how to send them."""
    auth = cato_account(hub)
    answer = hub.request("PUT", f"{AUDIO}/add/x", WAV.decode(errors="replace"), auth)
    assert_refused(answer, 415, "Unsupported Media Type", f"{AUDIO}/add/x", "application/octet-stream")


ROUTES = [("GET", ""), ("PUT", "/add/x"), ("GET", "/1"), ("PUT", "/1"), ("DELETE", "/1"), ("GET", "/1/content"),
          ("POST", "/uploads"), ("POST", "/uploads/1"), ("POST", "/tts")]  # fmt: skip
SHOWN: dict[str, Callable[[Hub], dict[str, str]]] = {
    "none": lambda _: {},
    "an unknown one": lambda _: {"Authorization": "Bearer plain:unknown"},
    "another scheme": lambda hub: {"Authorization": cato_account(hub)["Authorization"].replace("plain:", "")},
    "another API's": lambda hub: {"Authorization": hub.account()["Authorization"].replace("Bearer ", "Bearer plain:")},
}


@pytest.mark.parametrize(("method", "rest"), ROUTES)
@pytest.mark.parametrize("shown", SHOWN)
def test_nothing_is_served_without_a_token_of_this_api(hub: Hub, method: str, rest: str, shown: str) -> None:
    """401 in the documented shape, whatever else is wrong with the request."""
    answer = hub.request(method, AUDIO + rest, "", SHOWN[shown](hub))
    assert_refused(answer, 401, "Not Authorized", AUDIO + rest)


@pytest.mark.parametrize(("method", "rest"), [route for route in ROUTES if "1" in route[1]])
def test_another_accounts_file_is_not_there(hub: Hub, method: str, rest: str) -> None:
    """404, and it stays as it is."""
    id_ = add(hub, cato_account(hub), WAV).json["id"]
    stranger, path = cato_account(hub, "other"), AUDIO + rest.replace("1", id_)
    assert_refused(hub.request(method, path, {"name": "mine"}, stranger), 404, "Not Found", path)
    assert len(objects(hub)) == 2


@pytest.mark.parametrize("id_", ["1", "..", "%00", "x" * 3000, "audio#1", "ё"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_that_cannot_be_is_404(hub: Hub, method: str, id_: str) -> None:
    """Whatever it is."""
    answer = hub.request(method, f"{AUDIO}/{id_}", {"name": "x"}, cato_account(hub))
    assert (answer.status, answer.json["error"]) == (404, "Not Found")


def test_a_failure_of_ours_is_500_in_the_documented_shape(hub: Hub) -> None:
    """And says nothing of what it was."""
    auth = cato_account(hub)
    hub.stack.clients.s3.delete_bucket(Bucket=hub.stack.refs["CampaignsBucket"])
    answer = add(hub, auth, WAV)
    assert_refused(answer, 500, "Internal Server Error", f"{AUDIO}/add/flood_warning", "try again")


def test_a_conversion_is_a_line_of_the_log(hub: Hub) -> None:
    """With what came, and what was heard, and no name of anybody's."""
    auth = cato_account(hub)
    add(hub, auth, WAV, "secret name")
    add(hub, auth, video(), "secret name")
    lines = [json.loads(line) for line in hub.log.getvalue().splitlines() if "audio.converted" in line]
    assert [(line["kind"], line["seconds"], line.get("trouble")) for line in lines] == [
        ("audio/wav", 2.0, None),
        ("audio/mp4", 0.0, "video"),
    ]
    assert "secret" not in hub.log.getvalue()


def test_tokens_of_one_account_share_its_files(hub: Hub) -> None:
    """Who may see a file is told by the account; whose name it has, by the token (ruling cato 4)."""
    id_ = add(hub, cato_account(hub), WAV).json["id"]
    told = hub.request("GET", f"{AUDIO}/{id_}", headers=cato_token(hub, name="second")).json
    assert told["userId"] == "user"


def test_the_answer_says_what_was_heard(hub: Hub) -> None:
    """What it was read as, and its levels; the documented answer has type and warnings in headers."""
    auth = cato_account(hub)
    faint = wav(tone(2, rate=44100, loud=100), 44100)
    plain = add(hub, auth, faint)
    assert (plain.headers["X-Audio-Type"], plain.headers["X-Audio-Warnings"]) == ("audio/wav", "quiet")
    told = add(hub, auth, faint, details="true").json
    assert told == hub.request("GET", f"{AUDIO}/{told['id']}", headers=auth).json
    assert told["readAs"] == {"type": "audio/wav", "codec": "pcm_s16le", "rate": 44100, "channels": 1}
    assert (told["warnings"], told["levels"]["after"]["loudnessLufs"]) == (["quiet"], pytest.approx(-24, abs=1.1))
    kept = add(hub, auth, faint, details="true", loudness="off", trim="false").json
    assert kept["id"] != told["id"]
    assert kept["levels"]["after"]["peakDb"] == pytest.approx(kept["levels"]["before"]["peakDb"], abs=0.2)


def test_silence_is_taken_where_it_is_asked_for(hub: Hub) -> None:
    """Otherwise the answer says how to ask."""
    auth = cato_account(hub)
    silence = wav(tone(1, loud=0))
    assert "quiet=true" in add(hub, auth, silence).json["message"]
    assert add(hub, auth, silence, quiet="true").status == 200


def test_a_content_type_declares_samples(hub: Hub) -> None:
    """With rate and channels, in either order of bytes."""
    auth = {**cato_account(hub), "Content-Type": "audio/L16;rate=16000"}
    samples = tone(1, rate=16000)
    for data in (samples.tobytes(), b"".join(one.to_bytes(2, "big", signed=True) for one in samples)):
        answer = add(hub, auth, data, details="true")
        assert (answer.json["durationS"], answer.json["readAs"]["rate"]) == (pytest.approx(1, abs=0.01), 16000)


@pytest.mark.parametrize("query", [{"loudness": "0"}, {"loudness": "loud"}, {"trim": "x"}, {"quiet": "2"}])
def test_a_treatment_that_cannot_be_is_400(hub: Hub, query: dict[str, str]) -> None:
    """With the parameter's name."""
    answer = add(hub, cato_account(hub), WAV, "x", **query)
    assert_refused(answer, 400, "Bad Request", f"{AUDIO}/add/x", next(iter(query)))
