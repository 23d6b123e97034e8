"""Kontur.CRM's printed examples as the hub sends and reads them in the role of the integration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.dialects.kontur import callbacks, client
from switchboard.dialects.vendor_requests import VendorAnswer
from switchboard.kernel.communication import UploadedFile
from tests.printed.kontur import KEY, NOT_FOUND, STARTED, WORKSPACE
from tests.printed.table import Case, Role, check, example
from tests.support.builders import NOON
from tests.unit.builders import an_arrival, played, rendered_as

USER = "ae9...53d"
UNCHECKED: dict[str, str] = {}


def sent(*files: str) -> dict[str, Any]:
    """The last message of these callbacks' call, as the connector of the printed user sends it."""
    events = []
    for file in files:
        body = {**example("kontur", file), "externalId": "1"}
        name = file[3:].removesuffix(".json")
        events.append(callbacks.event(an_arrival("kontur", body), name, "1", {USER: "101"}))
    messages = [one for done in played(events) for one in rendered_as("kontur", done)]
    message = next(one for one in reversed(messages) if one.path == f"/{name}")
    told = client.complete(message.body, message.note, {"101": USER}, "")
    told = client.named(message.path.strip("/"), told, "Megafon")
    return client.identified(told, example("kontur", files[-1])["communicationId"])


def assert_same(made: Any, shown: Any, own: Mapping[str, Any]) -> None:
    """The message has the printed fields and values. The fields of `own` are the hub's."""
    assert made.keys() == shown.keys(), made.keys() ^ shown.keys()
    for name, value in shown.items():
        if name in own:
            assert own[name] in made[name], name
        elif name in ("timestamp", "externalCreatedAt", "startedAt", "finishedAt"):
            assert datetime.fromisoformat(made[name]) == datetime.fromisoformat(value), name
        else:
            assert made[name] == value, name


@check("kontur", Role.CLIENT, STARTED)
def _(case: Case) -> None:
    assert_same(sent(STARTED), case.shown, {"externalId": ""})


@check("kontur", Role.CLIENT, "10-call-event.json")
def _(case: Case) -> None:
    own = {"externalId": "Megafon/", "externalCallItemId": "-101", "realtimeCallItemId": "-101"}
    assert_same(sent(STARTED, case.file), case.shown, own)


@check("kontur", Role.CLIENT, "12-call-finished.json")
def _(case: Case) -> None:
    assert_same(sent(STARTED, case.file), case.shown, {"externalId": "Megafon/"})


@check("kontur", Role.CLIENT, "18-register-call.json")
def _(case: Case) -> None:
    """With the printed recording. The sides of an outbound call are from the user to the client."""
    shown = case.shown
    (item,) = shown["items"]
    (file,) = item["recordings"]
    uploaded = UploadedFile(
        file["fileId"], file["fileName"], file["contentType"], int(file["contentLength"]), "", "", NOON
    )
    made = client.with_recording(sent(case.file), uploaded)
    assert_same({**made, "items": []}, {**shown, "items": []}, {"externalId": ""})
    assert_same(made["items"][0], {**item, "from": item["to"], "to": item["from"]}, {"id": "-101"})


@check("kontur", Role.CLIENT, "14-call-failed.json", "16-call-recording.json")
def _(case: Case) -> None:
    """The recording has the printed fields; call-failed has the one field that the document's table names."""
    body = {"externalId": "644...384", "externalCallItemId": "644...384", "recordingFileId": ""}
    file = UploadedFile("a75...f3a", "", "", 0, "", "", NOON)
    told = client.named("call-recording", client.recorded(body, file), "Megafon")
    assert client.identified(told, "411...ba9") == case.shown
    assert client.identified({}, "411...ba9").items() <= case.shown.items()


@check("kontur", Role.CLIENT, "08-communication.json")
def _(case: Case) -> None:
    assert client.communication_in(case.text) == case.shown["id"]


@check("kontur", Role.CLIENT, "09-validation.json")
def _(case: Case) -> None:
    assert client.is_invalid(409, case.text)
    assert not client.is_unknown(409, case.text)


@check("kontur", Role.CLIENT, *NOT_FOUND)
def _(case: Case) -> None:
    assert client.is_unknown(409, case.text)
    assert not client.is_invalid(409, case.text)


@check("kontur", Role.CLIENT, "19-register-call-error.json")
def _(case: Case) -> None:
    """A refusal without a reason: the message is tried again."""
    assert not client.is_invalid(409, case.text)
    assert not client.is_unknown(409, case.text)


@check("kontur", Role.CLIENT, "20-call-redirect-by-id.txt", "21-call-redirect-by-phone.txt")
def _(case: Case) -> None:
    line, header = case.text.splitlines()
    name, value = line.rpartition("?")[2].split("=")
    wish = {"phone": "", "external_id": "", {"externalId": "external_id"}.get(name, "phone"): value}
    asked = client.who_is_responsible(WORKSPACE, KEY, **wish)
    assert f"{asked.method} {asked.paths[0][1:]}" == line.partition("?")[0]
    assert (asked.query, dict(asked.headers)) == ({name: value}, dict([header.split(": ")]))


@check("kontur", Role.CLIENT, "22-responsible-users.json", "23-no-responsible-user.json")
def _(case: Case) -> None:
    status = 200 if "userIds" in case.shown else 409
    assert client.users_in(VendorAnswer(status, case.shown)) == tuple(case.shown.get("userIds", ()))
