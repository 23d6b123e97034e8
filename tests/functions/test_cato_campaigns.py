"""A campaign in one form: list, audio and settings in, the campaign runs."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.campaigning import EXECUTIONS, GROUPS, SETTINGS, TASKS, add_group, add_settings, audio_file
from tests.support.cato import AUDIO, assert_refused_by_cato, cato_account
from tests.support.dialled_hub import dial
from tests.support.hub import Hub
from tests.support.launching import BOUNDARY, CAMPAIGNS, FOLDER, FORM, LIST, SOUND, able, form, launch, sent


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    made = cato_account(hub)
    able(hub)
    return made


def report(hub: Hub, auth: Mapping[str, str], execution: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json
    return found


def numbers(hub: Hub, auth: Mapping[str, str], execution: str) -> list[str]:
    """The numbers that an execution called."""
    people = report(hub, auth, execution)["subscribers"]
    return [phone["number"] for one in people for phone in one["phones"] if phone["calls"]]


def counted(hub: Hub, auth: Mapping[str, str]) -> list[int]:
    """How many resources of each kind the account has."""
    return [len(hub.request("GET", path, headers=auth).json) for path in (AUDIO, GROUPS, SETTINGS, TASKS, EXECUTIONS)]


def test_a_form_is_a_running_campaign(hub: Hub, auth: Mapping[str, str]) -> None:
    """Everybody in the list is called; the answer has the documented fields first."""
    answer = launch(hub, auth)
    assert (answer.status, list(answer.json)[:2], answer.json["result"]) == (200, ["taskExecId", "result"], "SUCCESS")
    assert (answer.json["subscriberCount"], answer.json["duplicates"], answer.json["skipped"]) == (2, 0, 0)
    dial(hub)
    told = report(hub, auth, answer.json["taskExecId"])["report"]
    assert (told["name"], told["subscriberNotified"], told["subscriberFailed"]) == ("flood", 1, 1)
    task = hub.request("GET", f"{TASKS}/{answer.json['taskId']}", headers=auth).json
    assert task["priority"] == 9


def test_the_same_key_calls_nobody_again(hub: Hub, auth: Mapping[str, str]) -> None:
    """While the campaign runs, and when the campaign is over; a worker that died on the way changes nothing."""
    first = launch(hub, auth).json
    before = counted(hub, auth)
    again = launch(hub, auth).json
    dial(hub)
    last = launch(hub, auth).json
    dial(hub)
    assert (first["repeated"], again["repeated"], last["repeated"]) == (False, True, True)
    assert first["taskExecId"] == again["taskExecId"] == last["taskExecId"]
    assert counted(hub, auth) == before == [1, 1, 1, 1, 1]
    assert report(hub, auth, first["taskExecId"])["report"]["callsTotal"] == 3


def test_forms_at_the_same_instant_are_one_campaign(hub: Hub, auth: Mapping[str, str]) -> None:
    """Also by the field `key`. Another key is another campaign, and so is the same key of another account."""
    event = sent(auth, "", form({**FORM, "key": "k9"}))
    found = {json.loads(answer["body"])["taskExecId"] for answer in hub.race(FOLDER, [event] * 3)}
    assert len(found) == 1
    other = cato_account(hub, "other")
    able(hub, "other")
    found |= {launch(hub, auth, "k10").json["taskExecId"], launch(hub, other, "k9").json["taskExecId"]}
    assert len(found) == 3


def test_a_key_belongs_to_one_campaign(hub: Hub, auth: Mapping[str, str]) -> None:
    """Another list or name under the same key is a mistake, and calls nobody."""
    launch(hub, auth)
    for changed in ({"name": "fire"}, {"list": ("b.csv", "text/csv", LIST + b"X;79010000300\n")}):
        assert_refused_by_cato(launch(hub, auth, **changed), 409, "Conflict", CAMPAIGNS, "Idempotency-Key")


def test_a_preset_has_the_settings(hub: Hub, auth: Mapping[str, str]) -> None:
    """By the name of stored settings; a field of the form comes before the preset's."""
    add_settings(hub, auth, name="emergency", attemptCount=1)
    told = launch(hub, auth, settings='{"attemptCount": 3}', preset="emergency").json
    assert report(hub, auth, told["taskExecId"])["report"]["waveTotal"] == 3
    assert_refused_by_cato(launch(hub, auth, "k2", preset="nothing"), 404, "Not Found", CAMPAIGNS, "preset")
    add_settings(hub, auth, name="emergency")
    assert_refused_by_cato(launch(hub, auth, "k3", preset="emergency"), 400, "Bad Request", CAMPAIGNS, "preset")


def test_settings_without_a_name_have_the_campaigns(hub: Hub, auth: Mapping[str, str]) -> None:
    """A script names the campaign once."""
    nameless = {name: value for name, value in json.loads(FORM["settings"]).items() if name != "name"}
    assert launch(hub, auth, settings=json.dumps(nameless)).status == 200
    assert [one["name"] for one in hub.request("GET", SETTINGS, headers=auth).json] == ["flood"]


def test_a_rehearsal_calls_the_named_numbers_alone(hub: Hub, auth: Mapping[str, str]) -> None:
    """In any spelling, with the name of the list where the number is in the list; nobody else, and no e-mail."""
    hub.operator("PATCH", "/admin/accounts/acme", {"limits": {"email": True}})
    mail = FORM["settings"][:-1] + ', "email": {"subject": "s", "text": "t", "always": true}}'
    people = b"fullName;phones;email\nAnna Lee;79010000100;a@b.example\nBoris Ore;79010000200;b@b.example\n"
    told = launch(
        hub, auth, rehearsal="+7 901 000-01-00, 79990000000", settings=mail, list=("a.csv", "text/csv", people)
    ).json
    assert told["rehearsal"] is True
    dial(hub)
    assert sorted(numbers(hub, auth, told["taskExecId"])) == ["79010000100", "79990000000"]
    shown = report(hub, auth, told["taskExecId"])
    assert (shown["report"]["name"], shown["report"]["subscriberCount"]) == ("flood (rehearsal)", 2)
    assert [one["subscriber"]["fullName"] for one in shown["subscribers"]] == ["Anna Lee", ""]
    assert all(one["subscriber"]["emails"] == [] for one in shown["subscribers"])


def test_what_is_stored_already_is_named_by_its_id(hub: Hub, auth: Mapping[str, str]) -> None:
    """A list and an audio file that are too large for a form."""
    group, file = add_group(hub, auth).json["id"], audio_file(hub)
    told = launch(hub, auth, list=None, audio=None, group=group, file=[file, file]).json
    assert told["result"] == "SUCCESS"
    assert report(hub, auth, told["taskExecId"])["report"]["subscriberCount"] == 2


def test_an_account_without_channels_is_told_so(hub: Hub, auth: Mapping[str, str]) -> None:
    """As by a start; the same key starts the campaign once there are channels."""
    hub.operator("PUT", "/admin/accounts/acme/campaigns", {"channels": 0})
    told = launch(hub, auth).json
    assert (told["taskExecId"], told["result"]) == ("", "FAIL_NO_CHANNELS")
    able(hub)
    assert launch(hub, auth).json["result"] == "SUCCESS"


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "no key": ({"key": ""}, 400, "Idempotency-Key"),
    "a key that is too long": ({"key": "x" * 256}, 400, "Idempotency-Key"),
    "no list": ({"list": None}, 400, "list"),
    "two lists": ({"list": [FORM["list"], FORM["list"]]}, 400, "list"),
    "an empty list": ({"list": ("a.csv", "text/csv", b"")}, 400, "nobody"),
    "a list with a broken row": ({"list": ("a.csv", "text/csv", LIST + b"X;not a number\n")}, 400, "rows"),
    "no audio": ({"audio": None}, 400, "audio"),
    "no settings": ({"settings": None}, 400, "settings"),
    "settings that are no JSON": ({"settings": "attemptCount=2"}, 400, "settings"),
    "settings that are no object": ({"settings": "[]"}, 400, "settings"),
    "settings that are not complete": ({"settings": '{"name": "x"}'}, 400, "settings.attemptCount"),
    "an unknown field": ({"lists": "x"}, 400, "lists"),
    "a priority that is none": ({"priority": "high"}, 400, "priority"),
    "a rehearsal without numbers": ({"rehearsal": "Anna"}, 400, "rehearsal"),
    "an empty rehearsal": ({"rehearsal": ""}, 400, "rehearsal"),
    "a rehearsal of separators": ({"rehearsal": " ,; "}, 400, "rehearsal"),
    "a rehearsal of one number or two": ({"rehearsal": "101 102"}, 400, "rehearsal"),
    "a word for a flag": ({"skipInvalid": "perhaps"}, 400, "skipInvalid"),
    "audio that is text": ({"audio": ("a.wav", "audio/wav", b"Hello, this is text and no audio at all.")}, 415, ""),
    "a group of nobody": ({"group": "nothing"}, 404, "groups"),
    "a file of nobody": ({"file": "nothing"}, 404, "files"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_form_starts_nothing(hub: Hub, auth: Mapping[str, str], case: str) -> None:
    """The answer names the field, in the documented shape."""
    fields, status, says = BAD[case]
    answer = launch(hub, auth, fields.pop("key", "k1"), **fields)
    assert (answer.status, answer.json["path"]) == (status, CAMPAIGNS)
    assert says in answer.json["message"]
    assert hub.request("GET", EXECUTIONS, headers=auth).json == []


BODIES = {
    "no form": (b'{"list": []}', 400),
    "not closed": (form(FORM)[:-20], 400),
    "no boundary inside": (b"x" * 100, 400),
    "a part without a name": (f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode(), 400),
    "too many parts": (form({"list": [FORM["list"]] * 70}), 400),
    "nothing": (b"", 400),
    "too large": (form({**FORM, "audio": ("a.wav", "audio/wav", SOUND + bytes(4_200_000))}), 413),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_no_form_is_refused(hub: Hub, auth: Mapping[str, str], case: str) -> None:
    """413 says where a large list and a large audio file go."""
    body, status = BODIES[case]
    answer = launch(hub, auth, body=body)
    assert answer.status == status
    assert ("uploads" in answer.json["message"]) is (status == 413)


def test_the_resources_of_another_account_are_not_there(hub: Hub, auth: Mapping[str, str]) -> None:
    """Neither its presets, nor its groups, nor its audio."""
    other = cato_account(hub, "other")
    able(hub, "other")
    add_settings(hub, auth, name="emergency")
    group, file = add_group(hub, auth).json["id"], audio_file(hub)
    answers = [launch(hub, other, "k1", preset="emergency"), launch(hub, other, "k2", list=None, group=group)]
    answers.append(launch(hub, other, "k3", audio=None, file=file))
    assert [answer.status for answer in answers] == [404, 404, 404]
    assert launch(hub, {"Authorization": "Bearer plain:nothing"}).status == 401
