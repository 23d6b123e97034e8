"""The printed examples of the document kontur-crm-telephony, byte for byte, sent to the hub in its role as the CRM."""

from __future__ import annotations

import pytest

from tests.support.hub import Hub
from tests.support.kontur import a_key, path_of

TYPES = "Xcom.Api.Models.Communications"
STARTED = """{
    "timestamp": "2022-03-22T10:38:35.6152798+00:00",
    "communicationId": "184...bcd",
    "externalId": "333...434",
    "externalVatsPhone": "79229929292",
    "clientPhone": "79997775533",
    "direction": "inbound"
    }"""
EVENT = """{
    "communicationId": "435...68e",
    "externalId": "Megafon/262...280",
    "externalCallItemId": "262...280",
    "realtimeCallItemId": "262...280",
    "timestamp": "2022-03-17T10:19:05.5106605+00:00",
    "type": "appeared",
    "from": {
        "type": "client",
    },
    "to": {
        "type": "user",
        "userId": "ae9...53d"
    }
    }"""
FINISHED = """{
    "timestamp": "2022-03-22T10:41:19.8948611+00:00",
    "communicationId": "f48...4ac",
    "externalId": "Megafon/335...952",
    "externalVatsPhone": "79229929292",
    "clientPhone": "79997775533",
    "direction": "inbound"
    }"""
RECORDED = """{
    "communicationId": "411...ba9",
    "externalId": "Megafon/644...384",
    "externalCallItemId": "644...384",
    "recordingFileId": "a75...f3a"
    }"""
REGISTERED = """{
    "externalVatsPhone": "79229929292",
    "clientPhone": "79997775533",
    "items": [
        {
            "id": "143...68e",
            "from": {
                "type": "client",
            },
            "to": {
                "type": "user",
                "userId": "ae9...53d"
            },
            "recordings": [
                {
                    "fileId": "ceb...45e",
                    "fileName": "ceb4...45e",
                    "contentType": "audio/mpeg",
                    "contentLength": "9216"
                }
            ],
            "startedAt": "2022-03-18T07:27:54.6911428+00:00",
            "finishedAt": "2022-03-18T07:27:59.0622478+00:00"
        }
    ],
    "communicationId": "4358...68e",
    "externalCreatedAt": "2022-03-17T10:18:58.998205+00:00",
    "externalId": "262...280",
    "direction": "outbound"
    }"""
LATER = {"call-event": EVENT, "call-finished": FINISHED, "call-failed": RECORDED, "call-recording": RECORDED}


@pytest.fixture
def key(hub: Hub) -> dict[str, str]:
    hub.account()
    wish = {"account": "acme", "kind": "kontur", "name": "Megafon"}
    return {"X-XCOM-AccessKey": hub.operator("POST", "/admin/tokens", wish).json["token"]}


def test_the_printed_start_is_answered_as_printed(hub: Hub, key: dict[str, str]) -> None:
    """The prefix keeps the integration's case in `externalId` and is in lower case in `updatedWith`."""
    told = hub.request("POST", path_of("call-started"), STARTED, key)
    assert (told.status, told.json["externalId"], told.json["id"]) == (200, "Megafon/333...434", "184...bcd")
    assert told.json["updateInfo"]["updatedWith"] == told.json["updateInfo"]["createdWith"] == "Integration.megafon"


def test_the_printed_later_callbacks_are_taken(hub: Hub, key: dict[str, str]) -> None:
    """With trailing commas where the document prints them; an unknown communication is refused as printed."""
    for name, printed in LATER.items():
        id_ = printed.split('"communicationId": "')[1].split('"')[0]
        unknown = hub.request("POST", path_of(name), printed, key)
        expected = {"status": "communicationNotFound", "message": f"Communication not found. Id: {id_}"}
        assert unknown.status == 200 or (unknown.status, unknown.json) == (409, expected), name
        external_id = printed.split('"externalId": "Megafon/')[1].split('"')[0]
        begun = STARTED.replace("184...bcd", id_).replace("333...434", external_id)
        assert hub.request("POST", path_of("call-started"), begun, key).status == 200
        told = hub.request("POST", path_of(name), printed, key)
        assert (told.status, told.text) == (200, '"OK"'), name


def test_the_printed_whole_call_is_taken(hub: Hub, key: dict[str, str]) -> None:
    """With its trailing comma."""
    told = hub.request("POST", path_of("register-call"), REGISTERED, key)
    assert (told.status, told.text) == (200, '"OK"')


def test_a_refused_whole_call_is_answered_with_the_printed_word(hub: Hub, key: dict[str, str]) -> None:
    """A wrong key is still 401."""
    wrong = REGISTERED.replace("outbound", "sideways")
    told = hub.request("POST", path_of("register-call"), wrong, key)
    assert (told.status, told.text) == (409, '"Error"')
    assert hub.request("POST", path_of("register-call"), wrong, {"X-XCOM-AccessKey": "no"}).status == 401


def test_the_printed_error_names_value_line_and_position(hub: Hub, key: dict[str, str]) -> None:
    """The document indents the fields by four blanks."""
    told = hub.request("POST", path_of("call-started"), STARTED.replace("inbound", "in2bound"), key)
    assert (told.status, told.json["status"], told.json["title"], told.json["type"]) == (
        409, 400, "One or more validation errors occurred.", "https://tools.ietf.org/html/rfc7231#section-6.5.1",
    )  # fmt: skip
    assert told.json["errors"] == {
        "direction": [
            f"Error converting value \"in2bound\" to type '{TYPES}.CommunicationDirection'. "  # noqa: ISC004 - one text
            "Path 'direction', line 7, position 27."
        ],
        "callStartedInfo": ["The callStartedInfo field is required."],
    }


def test_a_place_is_told_however_the_body_is_laid_out(hub: Hub, key: dict[str, str]) -> None:
    """On one line, with escaped quotes, inside nested values, and not at all in another encoding."""
    wish = '"externalId": "1", "direction": '
    for body, place in (
        (f'{{{wish}"up"}}', "line 1, position 37"),
        (f'{{"note": "a\\"{{", \n {wish} "up" }}', "line 2, position 38"),
        (f'{{"to": {{"direction": [1]}},\r\n{wish}"up"}}', "line 2, position 36"),
    ):
        (said,) = hub.request("POST", path_of("call-started"), body, key).json["errors"]["direction"]
        assert said.endswith(f"Path 'direction', {place}."), (body, said)


def test_the_key_of_another_account_opens_nothing(hub: Hub) -> None:
    """Its own workspace has another name."""
    hub.account("other")
    assert hub.request("POST", path_of("call-event"), EVENT, a_key(hub, "other")).status == 401
