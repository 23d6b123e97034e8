"""A call started from the CRM, by IS.VPBX's API, all the way to what its subscribers get."""

import json
from typing import Any

import pytest

from switchboard.bootstrap.telephony import BUILDERS
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.telephony.registry import ProviderKind
from tests.fakes.telephony import FakeTelephony
from tests.support.calling import AT_ONCE, LASTING, QUEUE, caller, choose, play
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import JSON, Hub
from tests.support.receiver import receiving

PATHS = ["/api/v1/application/originate", "/api/v1/aplication/originate"]
ORDER = {"local_num": "104", "phone2call": "79012345600", "callerid_num": "73512250000"}
SUCCESS = {"name": "200 OK", "message": "Originate Success"}
EVENTS = ("start.call", "local.out.call", "start.talk", "end.call", "custom_event")


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    """An account with two extensions and a simulator in which everything happens within a second."""
    return caller(hub)


def originate(hub: Hub, auth: dict[str, str], path: str = PATHS[0], **fields: Any) -> Answer:
    return hub.request("POST", path, {**ORDER, **fields}, auth)


def commands(hub: Hub, account: str = "acme") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/commands", account=account).json["commands"]
    return found


def assert_refused(answer: Answer, status: int, title: str) -> None:
    """The one shape in which this API refuses; a number is never in it."""
    assert (answer.status, answer.json.keys()) == (status, {"name", "message"})
    assert answer.json["name"] == f"{status} {title}"
    assert not any(number in answer.text for number in ORDER.values())


@pytest.mark.parametrize("path", PATHS)
def test_an_originate_is_answered_as_documented(hub: Hub, auth: dict[str, str], path: str) -> None:
    """By both spellings of the path."""
    answer = originate(hub, auth, path)
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert len(hub.stack.drain(QUEUE)) == 1


def test_a_call_goes_all_the_way(hub: Hub, auth: dict[str, str]) -> None:
    """From the start to the end, in the state of the call; the command knows its call."""
    originate(hub, auth)
    play(hub)
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    (command,) = commands(hub)
    assert (call["state"], call["disposition"], call["direction"]) == ("ended", "answered", "outgoing")
    assert (call["talk_duration"], call["wait_duration"], call["events_count"]) == (20, 5, 5)
    assert call["recording"] == f"simulator:{call['id']}"
    assert [moment["kind"] for moment in hub.operator("GET", f"/admin/calls/{call['id']}").json["timeline"]] == [
        "call.started",
        "command.succeeded",
        "leg.started",
        "call.answered",
        "call.ended",
    ]
    assert (command["call_id"], command["state"]) == (call["id"], "succeeded")


def test_subscribers_get_the_documented_events_in_order(hub: Hub, auth: dict[str, str]) -> None:
    """And the news that the command succeeded."""
    with receiving() as receiver:
        for name in EVENTS:
            wish = {"event_name": name, "webhook_url": receiver.url}
            hub.request("POST", "/api/v1/events/subscribe", wish, auth)
        originate(hub, auth)
        play(hub)
        hub.work()
        bodies = [json.loads(request.body) for request in receiver.requests]
    names = ["start.call", "custom.command.succeeded", "local.out.call", "start.talk", "end.call"]
    assert [body["event_name"] for body in bodies] == names
    start, news, leg, _, end = [body["params"] for body in bodies]
    assert (start["src_phone"], start["dst_phone"], start["direction"]) == ("73512250000", "79012345600", 2)
    assert start["real_local_number"] == leg["real_local_number"] == "104"
    assert (news["action"], news["command_id"]) == ("originate", commands(hub)[0]["id"])
    assert (end["disposition"], end["billsec"]) == ("ANSWER", 20)


def test_a_double_click_is_one_call(hub: Hub, auth: dict[str, str]) -> None:
    """By whichever path, and written with a plus or without."""
    for path in PATHS:
        for number in ("79012345600", "+79012345600"):
            assert originate(hub, auth, path, phone2call=number).json == SUCCESS
    assert len(commands(hub)) == 1


def test_a_double_click_at_once_is_one_call(hub: Hub, auth: dict[str, str]) -> None:
    """Both are told of success."""
    event = proxy_event("POST", PATHS[0], json.dumps(ORDER), {**JSON, **auth})
    answers = hub.race("vpbx/originate", [event] * 3)
    assert [json.loads(answer["body"]) for answer in answers] == [SUCCESS] * 3
    assert len(commands(hub)) == 1


def test_another_number_or_extension_is_another_call(hub: Hub, auth: dict[str, str]) -> None:
    """Whatever else is the same."""
    choose(hub, LASTING)
    originate(hub, auth)
    originate(hub, auth, local_num="105")
    assert len(commands(hub)) == 2


def test_an_account_has_a_default_callers_number(hub: Hub, auth: dict[str, str]) -> None:
    """A request without `callerid_num` shows the account's number; a request's own number comes first."""
    changed = hub.operator("PATCH", "/admin/accounts/acme", {"callerid_num": "73512250001"})
    assert (changed.status, changed.json["callerid_num"]) == (200, "73512250001")
    originate(hub, auth, callerid_num="")
    originate(hub, auth, local_num="105")
    assert sorted(one["caller_id"] for one in commands(hub)) == ["73512250000", "73512250001"]
    assert hub.operator("PATCH", "/admin/accounts/acme", {"callerid_num": "office"}).status == 400


UNUSUAL = {
    "trailing comma": '{"local_num": "104", "phone2call": "79012345600", }',
    "a form": "local_num=104&phone2call=79012345600",
    "a byte order mark and a NUL": '\ufeff{"local_num": "104", "phone2call": "79012345600"}\x00',
    "an array of one": '[{"local_num": "104", "phone2call": "79012345600"}]',
}


def test_a_body_that_is_not_quite_json_is_read(hub: Hub, auth: dict[str, str]) -> None:
    """A body that is cut off is refused: half a number would ring a stranger."""
    choose(hub, AT_ONCE)
    for body in UNUSUAL.values():
        assert hub.request("POST", PATHS[0], body, auth).json == SUCCESS
    answer = hub.request("POST", PATHS[0], '{"local_num": "104", "phone2call": "790123', auth)
    assert_refused(answer, 400, "Bad Request")
    assert {one["number"] for one in commands(hub)} == {"79012345600"}


def test_numbers_may_be_json_numbers(hub: Hub, auth: dict[str, str]) -> None:
    """What sense can be made of a field is made of it."""
    answer = originate(hub, auth, local_num=104, phone2call=79012345600, callerid_num=73512250000)
    (command,) = commands(hub)
    assert answer.json == SUCCESS
    assert (command["extension"], command["number"], command["caller_id"]) == ("104", "79012345600", "73512250000")


@pytest.mark.parametrize("value", [None, "", [], {}, True])
def test_the_callers_number_may_be_left_out(hub: Hub, auth: dict[str, str], value: Any) -> None:
    """Nothing at all is nothing; what is no number is an error."""
    answer = originate(hub, auth, callerid_num=value)
    assert answer.status == (200 if value in (None, "") else 400)


BAD: list[Any] = [None, "", [], {}, True, -7, 1.5, "1", "abc", "7 901", "+", "7" * 16, "9" * 5000, 10**30, "٣٤", "\x00"]


@pytest.mark.parametrize("value", BAD, ids=lambda value: f"{type(value).__name__}-{str(value)[:6]!r}")
@pytest.mark.parametrize("field", ["phone2call", "callerid_num"])
def test_what_cannot_be_dialled_is_400(hub: Hub, auth: dict[str, str], field: str, value: Any) -> None:
    """It names the field as the document does, and no command is kept."""
    if field == "callerid_num" and value in (None, ""):
        pytest.skip("may be left out")
    answer = originate(hub, auth, **{field: value})
    assert_refused(answer, 400, "Bad Request")
    assert answer.json["message"].startswith(f"{field}: ")
    assert commands(hub) == []


@pytest.mark.parametrize("field", ["local_num", "phone2call"])
def test_a_field_that_is_missing_is_400(hub: Hub, auth: dict[str, str], field: str) -> None:
    """And named."""
    body = {name: value for name, value in ORDER.items() if name != field}
    answer = hub.request("POST", PATHS[0], body, auth)
    assert_refused(answer, 400, "Bad Request")
    assert answer.json["message"].startswith(f"{field}: ")


@pytest.mark.parametrize("body", ["", "x", "[]", "null", "{", "[" * 20_000])
def test_a_body_that_is_no_json_object_is_400(hub: Hub, auth: dict[str, str], body: str) -> None:
    """In the documented shape."""
    assert_refused(hub.request("POST", PATHS[0], body, auth), 400, "Bad Request")


def test_a_body_over_the_limit_is_413(hub: Hub, auth: dict[str, str]) -> None:
    """In the documented shape, and no command is kept."""
    assert_refused(originate(hub, auth, filler="x" * 70_000), 413, "Request Entity Too Large")
    assert commands(hub) == []


@pytest.mark.parametrize("extension", ["106", "abc", 7, "9" * 2000])
def test_an_unknown_extension_is_404(hub: Hub, auth: dict[str, str], extension: Any) -> None:
    """Named as the document names it."""
    answer = originate(hub, auth, local_num=extension)
    assert_refused(answer, 404, "Not Found")
    assert answer.json["message"].startswith("local_num: ")


def test_an_extension_of_another_account_is_404(hub: Hub, auth: dict[str, str]) -> None:
    """Nobody rings a stranger's telephone."""
    hub.account("other")
    hub.operator("POST", "/admin/extensions", {"account": "other", "number": "200"})
    assert_refused(originate(hub, auth, local_num="200"), 404, "Not Found")


def test_a_busy_extension_is_409(hub: Hub, auth: dict[str, str]) -> None:
    """Until its call has ended."""
    choose(hub, LASTING)
    originate(hub, auth)
    answer = originate(hub, auth, phone2call="79012345601")
    assert_refused(answer, 409, "Conflict")
    assert answer.json["message"].startswith("local_num: ")
    assert sorted((one["state"], one.get("reason")) for one in commands(hub)) == [
        ("failed", "conflict"),
        ("succeeded", None),
    ]


def test_an_account_without_telephony_is_409(hub: Hub, auth: dict[str, str]) -> None:
    """It cannot call anybody."""
    hub.operator("DELETE", "/admin/accounts/acme/telephony")
    assert_refused(originate(hub, auth), 409, "Conflict")


LIMITS = [({"channels": 1}, "no_channels"), ({"cps": 1}, "too_fast")]


@pytest.mark.parametrize(("limit", "reason"), LIMITS, ids=[reason for _, reason in LIMITS])
def test_a_telephony_that_refuses_is_502(hub: Hub, auth: dict[str, str], limit: dict[str, int], reason: str) -> None:
    """The command says why, and the same may be tried again."""
    choose(hub, {**LASTING, **limit})
    originate(hub, auth)
    assert_refused(originate(hub, auth, local_num="105"), 502, "Bad Gateway")
    assert {one.get("reason") for one in commands(hub)} == {None, reason}
    choose(hub, LASTING)
    assert originate(hub, auth, local_num="105").status == 200


def break_telephony(patch: pytest.MonkeyPatch, error: Refused) -> None:
    """Let every telephony fail so."""
    patch.setitem(BUILDERS, ProviderKind.SIMULATOR, lambda _: FakeTelephony(error=error))


def test_a_telephony_that_is_out_of_order_is_502(
    hub: Hub, auth: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was done, so the second click tries again."""
    break_telephony(monkeypatch, ProviderRefused("It is out of order.", Refusal.UNAVAILABLE))
    for _ in range(2):
        assert_refused(originate(hub, auth), 502, "Bad Gateway")
    assert [one["reason"] for one in commands(hub)] == ["unavailable"] * 2


def test_a_telephony_that_does_not_answer_is_504(
    hub: Hub, auth: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been done, so the second click is told the same and does nothing."""
    break_telephony(monkeypatch, ProviderSilent("It does not answer."))
    for _ in range(2):
        assert_refused(originate(hub, auth), 504, "Gateway Timeout")
    assert [one["reason"] for one in commands(hub)] == ["provider_silent"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_without_a_good_token_nobody_is_called(
    hub: Hub, auth: dict[str, str], path: str, headers: dict[str, str]
) -> None:
    """401 in the documented shape."""
    assert_refused(hub.request("POST", path, ORDER, headers), 401, "Unauthorized")
    assert commands(hub) == []


def test_the_log_holds_ids_and_no_numbers(hub: Hub, auth: dict[str, str]) -> None:
    """Of the command and the call."""
    originate(hub, auth)
    play(hub)
    (command,) = commands(hub)
    lines = [json.loads(line) for line in hub.log.getvalue().splitlines()]
    (settled,) = [line for line in lines if line["message"] == "command.settled"]
    (advanced,) = [line for line in lines if line["message"] == "simulated_call.advanced"]
    assert (settled["command_id"], settled["state"], settled["action"]) == (command["id"], "succeeded", "originate")
    assert (advanced["call_id"], advanced["done"]) == (command["call_id"], 4)
    assert not any(number in hub.log.getvalue() for number in ("79012345600", "73512250000"))


@pytest.mark.refused_by_aws
def test_the_tables_and_queues_failing_is_500_and_nobody_is_called_twice(hub: Hub, auth: dict[str, str]) -> None:
    """The request was cut off after its command was kept: the repeat finishes what it began."""
    event = proxy_event("POST", PATHS[0], json.dumps(ORDER), {**JSON, **auth})
    missing = hub.stack.queue(QUEUE) + "-missing"
    told = hub.invoke("vpbx/originate", event, ADVANCES_QUEUE_URL=missing)
    assert (told["statusCode"], "missing" in told["body"]) == (500, False)
    assert [one["state"] for one in commands(hub)] == ["accepted"]
    hub.restart()
    assert originate(hub, auth).json == SUCCESS
    assert [one["state"] for one in commands(hub)] == ["succeeded"]


def test_an_originate_names_its_command(hub: Hub, auth: dict[str, str]) -> None:
    """In a header: the document's body has no place for ids. The number may be printed as on a CRM's card."""
    answer = originate(hub, auth, phone2call="+7 901 234-56-00")
    (command,) = commands(hub)
    assert (answer.status, answer.json) == (200, SUCCESS)
    assert answer.headers["X-Switchboard-Command"] == command["id"]
    assert (command["number"], answer.headers["X-Switchboard-Call"]) == ("+79012345600", command["call_id"])
