"""Calls started, hung up and redirected by the operator, and the commands that this leaves."""

from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.builders import an_event
from tests.support.calling import LASTING, call, caller, choose, play
from tests.support.hub import Hub

FAST_ANSWER = {**LASTING, "speed": 10}  # answered within the first second, over after six minutes


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    """An account whose simulated calls ring for the length of a test."""
    return caller(hub, settings=LASTING)


def ringing(hub: Hub, **fields: Any) -> str:
    """A call that rings."""
    call_id: str = call(hub, **fields).json["command"]["call_id"]
    play(hub)
    return call_id


def shown(hub: Hub, call_id: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.operator("GET", f"/admin/calls/{call_id}").json
    return found


def news(hub: Hub, call_id: str) -> list[dict[str, Any]]:
    """What the call's events say of commands."""
    return [event["raw"] for event in shown(hub, call_id)["events"] if event["kind"].startswith("command.")]


def test_a_call_is_started(hub: Hub, auth: dict[str, str]) -> None:
    """202 with the command; the call rings, and its events name the command."""
    answer = call(hub, caller_id="+73512250000")
    command = answer.json["command"]
    assert (answer.status, answer.json.keys()) == (202, {"command"})
    assert command.keys() == {
        "id", "account", "action", "provider", "created_at", "state", "call_id", "extension", "number", "caller_id",
        "finished_at",
    }  # fmt: skip
    assert (command["account"], command["action"], command["provider"]) == ("acme", "originate", "simulator")
    play(hub)
    assert shown(hub, command["call_id"])["state"] == "ringing"
    assert news(hub, command["call_id"]) == [{"command_id": command["id"], "action": "originate"}]


def test_a_call_without_a_caller_id_shows_the_accounts_default(hub: Hub, auth: dict[str, str]) -> None:
    """A request's own caller id comes first."""
    hub.operator("PATCH", "/admin/accounts/acme", {"callerid_num": "73512250001"})
    assert call(hub).json["command"]["caller_id"] == "73512250001"
    assert call(hub, extension="105", caller_id="73512250000").json["command"]["caller_id"] == "73512250000"


def test_numbers_may_be_json_numbers(hub: Hub, auth: dict[str, str]) -> None:
    """Extensions are listed as such."""
    command = call(hub, extension=104, number=79012345600).json["command"]
    assert (command["extension"], command["number"]) == ("104", "79012345600")


def test_the_same_key_is_the_same_call(hub: Hub, auth: dict[str, str]) -> None:
    """However often it is asked for."""
    answers = [call(hub, idempotency_key="order-7") for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert len(hub.operator("GET", "/admin/commands").json["commands"]) == 1


def test_a_key_of_another_call_is_409(hub: Hub, auth: dict[str, str]) -> None:
    """And names itself."""
    call(hub, idempotency_key="order-7")
    assert_refused(call(hub, idempotency_key="order-7", extension="105"), 409, "conflict", "idempotency_key")


BAD = [("account", None), ("account", 7), ("extension", "x"), ("extension", None), ("extension", []),
    ("number", "1"), ("number", "abc"), ("number", {}), ("number", True), ("number", "9" * 5000), ("caller_id", "x"),
    ("caller_id", None), ("idempotency_key", 5), ("idempotency_key", "x" * 201)]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda value: str(value)[:12])
def test_a_bad_field_is_400_by_its_name(hub: Hub, auth: dict[str, str], field: str, value: Any) -> None:
    """And no command is kept."""
    assert_refused(call(hub, **{field: value}), 400, "invalid", field)
    assert hub.operator("GET", "/admin/commands").json["commands"] == []


@pytest.mark.parametrize(("field", "value"), [("account", "nobody"), ("extension", "106")])
def test_what_is_not_there_is_404(hub: Hub, auth: dict[str, str], field: str, value: str) -> None:
    """By the name of its field."""
    assert_refused(call(hub, **{field: value}), 404, "not_found", field)


def test_without_a_telephony_it_is_not_supported(hub: Hub) -> None:
    """409 with a code of its own."""
    hub.account()
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "104"})
    assert_refused(call(hub), 409, "notSupported")


def test_a_busy_extension_is_409(hub: Hub, auth: dict[str, str]) -> None:
    """Its own call is in the way."""
    call(hub)
    assert_refused(call(hub, number="79012345601"), 409, "conflict", "extension")


def test_a_refusal_of_the_telephony_is_502(hub: Hub, auth: dict[str, str]) -> None:
    """With its reason in the command."""
    choose(hub, {**LASTING, "channels": 1})
    call(hub)
    assert_refused(call(hub, extension="105"), 502, "provider_refused")
    newest = hub.operator("GET", "/admin/commands", account="acme").json["commands"][0]
    assert (newest["state"], newest["reason"]) == ("failed", "no_channels")


def test_a_call_is_hung_up(hub: Hub, auth: dict[str, str]) -> None:
    """202 with the command; the call ends, and an event of it says that the command succeeded."""
    call_id = ringing(hub)
    answer = hub.operator("POST", f"/admin/calls/{call_id}/hangup")
    command = answer.json["command"]
    play(hub)
    assert (answer.status, command["action"], command["call_id"]) == (202, "hangup", call_id)
    assert (shown(hub, call_id)["state"], shown(hub, call_id)["disposition"]) == ("ended", "cancelled")
    assert {"command_id": command["id"], "action": "hangup"} in news(hub, call_id)
    assert call(hub, number="79012345601").status == 202  # the extension is free again


def test_a_call_that_nobody_answered_is_not_redirected(hub: Hub, auth: dict[str, str]) -> None:
    """409, and the command and an event of the call say that it failed."""
    call_id = ringing(hub)
    assert_refused(hub.operator("POST", f"/admin/calls/{call_id}/redirect", {"to": "105"}), 409, "conflict", "call")
    play(hub)
    newest = hub.operator("GET", "/admin/commands", account="acme").json["commands"][0]
    assert (newest["action"], newest["state"], newest["reason"]) == ("redirect", "failed", "conflict")
    assert {"command_id": newest["id"], "action": "redirect", "reason": "conflict"} in news(hub, call_id)


def test_a_call_is_redirected(hub: Hub, auth: dict[str, str]) -> None:
    """To another extension, which is then in its events and busy."""
    choose(hub, FAST_ANSWER)
    call_id = ringing(hub)
    assert shown(hub, call_id)["state"] == "talking"
    answer = hub.operator("POST", f"/admin/calls/{call_id}/redirect", {"to": "105"})
    assert (answer.status, answer.json["command"]["number"]) == (202, "105")
    assert_refused(call(hub, extension="105"), 409, "conflict", "extension")
    play(hub)
    assert shown(hub, call_id)["extension"]["received"] == "105"


@pytest.mark.parametrize("to", [None, "", "1", "abc", [], "1" * 16])
def test_a_redirect_to_nobody_is_400(hub: Hub, auth: dict[str, str], to: Any) -> None:
    """By the name of the field."""
    call_id = ringing(hub)
    assert_refused(hub.operator("POST", f"/admin/calls/{call_id}/redirect", {"to": to}), 400, "invalid", "to")


@pytest.mark.parametrize("body", ["", "x", "[]", "null", '{"to":', "[" * 20_000], ids=lambda body: body[:6])
def test_a_redirect_without_a_json_object_is_400(hub: Hub, auth: dict[str, str], body: str) -> None:
    """And nothing is asked of the telephony."""
    call_id = ringing(hub)
    assert_refused(hub.operator("POST", f"/admin/calls/{call_id}/redirect", body), 400, "invalid")
    assert len(hub.operator("GET", "/admin/commands").json["commands"]) == 1


def test_a_redirect_with_too_much_is_413(hub: Hub, auth: dict[str, str]) -> None:
    """As everywhere."""
    body = {"to": "105", "filler": "x" * 65_536}
    assert_refused(hub.operator("POST", f"/admin/calls/{ringing(hub)}/redirect", body), 413, "too_large")


@pytest.mark.parametrize("body", [None, "", {}], ids=["none", "empty", "an empty object"])
def test_a_hang_up_needs_no_body(hub: Hub, auth: dict[str, str], body: Any) -> None:
    """The path says everything."""
    assert hub.operator("POST", f"/admin/calls/{ringing(hub)}/hangup", body).status == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [("x", 400), ({"to": "105"}, 400), ({"filler": "x" * 70_000}, 413)],
    ids=["no JSON", "a field", "huge"],
)
def test_a_hang_up_with_a_field_is_refused(hub: Hub, auth: dict[str, str], body: Any, status: int) -> None:
    """Whoever sends a field means another request. The call goes on."""
    call_id = ringing(hub)
    assert hub.operator("POST", f"/admin/calls/{call_id}/hangup", body).status == status
    assert hub.operator("GET", f"/admin/calls/{call_id}").json["state"] != "ended"


BODIES = {"hangup": None, "redirect": {"to": "105"}}


@pytest.mark.parametrize("action", ["hangup", "redirect"])
@pytest.mark.parametrize("call_id", ["nobody", "x" * 3000, "ё"])
def test_a_call_that_is_not_there_is_404(hub: Hub, auth: dict[str, str], action: str, call_id: str) -> None:
    """Whatever is asked of it."""
    answer = hub.operator("POST", f"/admin/calls/{call_id}/{action}", BODIES[action])
    assert_refused(answer, 404, "not_found", "call")


@pytest.mark.parametrize("action", ["hangup", "redirect"])
def test_a_call_of_another_account_is_404(hub: Hub, auth: dict[str, str], action: str) -> None:
    """Where the account is named."""
    hub.account("other")
    call_id = ringing(hub)
    answer = hub.operator("POST", f"/admin/calls/{call_id}/{action}", BODIES[action], account="other")
    assert_refused(answer, 404, "not_found", "call")
    assert shown(hub, call_id)["state"] == "ringing"


@pytest.mark.parametrize("action", ["hangup", "redirect"])
def test_a_call_that_has_ended_is_409(hub: Hub, auth: dict[str, str], action: str) -> None:
    """There is nothing to be done with it, and no command."""
    call_id = ringing(hub)
    hub.operator("POST", f"/admin/calls/{call_id}/hangup")
    play(hub)
    answer = hub.operator("POST", f"/admin/calls/{call_id}/{action}", BODIES[action])
    assert_refused(answer, 409, "conflict", "call")
    assert len(hub.operator("GET", "/admin/commands").json["commands"]) == 2


@pytest.mark.parametrize("action", ["hangup", "redirect"])
def test_a_call_of_a_pbx_is_not_supported(hub: Hub, auth: dict[str, str], action: str) -> None:
    """The account's telephony has no hand in it."""
    hub.source()
    hub.request("POST", "/webhooks/vpbx/s-office", an_event().raw)
    hub.work_events()
    answer = hub.operator("POST", f"/admin/calls/call-1/{action}", BODIES[action])
    assert_refused(answer, 409, "notSupported", "call")


def test_commands_are_listed_newest_first_by_account(hub: Hub, auth: dict[str, str]) -> None:
    """Page by page."""
    caller(hub, "other", LASTING)
    ids = [call(hub, extension=extension).json["command"]["id"] for extension in ("104", "105")]
    foreign = call(hub, account="other").json["command"]["id"]
    first = hub.operator("GET", "/admin/commands", account="acme", limit="1").json
    second = hub.operator("GET", "/admin/commands", account="acme", limit="1", cursor=first["cursor"]).json
    everything = hub.operator("GET", "/admin/commands").json["commands"]
    assert [one["id"] for one in first["commands"] + second["commands"]] == ids[::-1]
    assert {one["id"] for one in everything} == {*ids, foreign}


def test_a_command_is_found_in_its_own_account(hub: Hub, auth: dict[str, str]) -> None:
    """And in no other."""
    hub.account("other")
    command = call(hub).json["command"]
    path = f"/admin/commands/{command['id']}"
    assert hub.operator("GET", path).json == hub.operator("GET", path, account="acme").json == command
    assert_refused(hub.operator("GET", path, account="other"), 404, "not_found", "command")
    assert_refused(hub.operator("GET", "/admin/commands/" + "x" * 3000), 404, "not_found", "command")
