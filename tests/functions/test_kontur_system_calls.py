"""POST /api/v1/{ws}/communications/call and /{communication}/hangup: what a Kontur.CRM asks of us."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.calling import AT_ONCE, LASTING, choose, play
from tests.support.crm import KEY, OLGA, SERGEY, WORKSPACE, Crm, a_connector, connected
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.kontur import a_key
from tests.support.receiver import answering, receiving

PATH = f"/api/v1/{WORKSPACE}/communications"
ECHO = "X-XCOM-Integration-Echo"
AUTH = {"X-XCOM-AccessKey": KEY, ECHO: "7g8-d6a"}
WISH = {"communicationId": "30a1-b4e7", "fromUserId": SERGEY, "clientPhone": "79012345600"}
QUEUE, WORKER = "CrmCallsQueue", "workers/make_crm_call"
NOT_HUNG_UP = frozenset({"status", "message"})
REFUSAL = NOT_HUNG_UP | {"invalidDatas", "invalidConstraints"}


@pytest.fixture
def crm(hub: Hub) -> Iterator[Crm]:
    """The account has a simulator in which everything happens within a second."""
    with connected(hub) as crm:
        choose(hub, AT_ONCE)
        yield crm


def ask(hub: Hub, headers: dict[str, str] | None = None, **changed: Any) -> Answer:
    body = {name: value for name, value in {**WISH, **changed}.items() if value is not None}
    return hub.request("POST", f"{PATH}/call", body, AUTH if headers is None else headers)


def hang_up(hub: Hub, id_: str, headers: dict[str, str] | None = None, **body: Any) -> Answer:
    path = f"{PATH}/{id_}/hangup" if id_ else f"{PATH}/hangup"
    return hub.request("POST", path, body, AUTH if headers is None else headers)


def make(hub: Hub) -> None:
    """Let the calls that were asked for be made, and their CRM be told of them."""
    while hub.visible(QUEUE):
        hub.poll(QUEUE, WORKER)
    play(hub)
    hub.work()


def commands(hub: Hub) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/commands", account="acme").json["commands"]
    return found


def assert_refused(answer: Answer, status: str, shape: frozenset[str] = REFUSAL) -> None:
    """In the documented shape, with the echo."""
    assert (answer.status, answer.json.keys()) == (409, shape)
    assert (answer.json["status"], answer.headers[ECHO]) == (status, "7g8-d6a")


def test_a_call_shows_the_accounts_default_caller_id(hub: Hub, crm: Crm) -> None:
    """CALL names no caller id, so that the account's is shown."""
    hub.operator("PATCH", "/admin/accounts/acme", {"callerid_num": "73512250001"})
    assert ask(hub).status == 200
    make(hub)
    assert [one["caller_id"] for one in commands(hub)] == ["73512250001"]


def test_a_call_that_is_asked_for_is_made(hub: Hub, crm: Crm) -> None:
    """Answered at once with the echo; then the user's extension rings, and after it the client."""
    answer = ask(hub)
    assert (answer.status, answer.text, answer.headers[ECHO]) == (200, '"OK"', "7g8-d6a")
    make(hub)
    (command,) = commands(hub)
    assert (command["extension"], command["number"]) == ("101", "79012345600")


def test_the_crms_id_goes_with_every_message_of_the_call(hub: Hub, crm: Crm) -> None:
    """From the first on: the CRM knows the call already."""
    ask(hub)
    make(hub)
    assert crm.names[0] == "call-started"
    assert crm.names[-2:] == ["call-finished", "register-call"]
    assert {one.body["communicationId"] for one in crm.told} == {WISH["communicationId"]}
    assert {one.answer.status for one in crm.told} == {200}
    assert "extension" not in crm.told[0].body


def test_events_that_come_before_the_command_is_known_carry_it_too(hub: Hub, crm: Crm) -> None:
    """A PBX may tell of a call before it has answered: extension, number and time show whose wish it is."""
    hub.source()
    ask(hub)
    params = {"call_id": "pbx-1", "src_phone": "101", "dst_phone": WISH["clientPhone"], "direction": 2}
    body = {"type": "call_event", "event_name": "start.call", "params": {**params, "real_local_number": "101"}}
    hub.request("POST", "/webhooks/vpbx/s-office", body)
    hub.work()
    assert crm.told[0].body["communicationId"] == WISH["communicationId"]


@pytest.mark.parametrize(("region", "told", "spellings"), [
    ("RU", "89161234567", ["8 (916) 123-45-67", "+7 916 123 45 67", "tel:+7-916-123-45-67", "916 123-45-67 доб. 102"]),
    ("DE", "030 12345678", ["(030) 1234-5678", "0049 30 12345678", "sip:+493012345678@pbx.example", "030/12345678"]),
    ("KZ", "8 727 250 12 34", ["+7 (727) 250-12-34", "8 727 2501234", "7 727 250-12-34"]),
])  # fmt: skip
def test_a_number_is_taken_in_any_usual_spelling(
    hub: Hub, crm: Crm, region: str, told: str, spellings: list[str]
) -> None:
    """By the account's region; the PBX's call to the number is the call that the CRM asked for."""
    hub.operator("PATCH", "/admin/accounts/acme", {"region": region})
    hub.source(region=region)
    for place, spelling in enumerate(spellings):
        id_ = f"wish-{place}"
        assert ask(hub, communicationId=id_, clientPhone=spelling).status == 200, spelling
        params = {"call_id": f"pbx-{place}", "src_phone": "101", "dst_phone": told, "direction": 2}
        body = {"type": "call_event", "event_name": "start.call", "params": {**params, "real_local_number": "101"}}
        hub.request("POST", "/webhooks/vpbx/s-office", body)
        hub.work()
        assert (spelling, crm.told[-1].body["communicationId"]) == (spelling, id_)


@pytest.mark.parametrize("params", [
    {"dst_phone": "79012345601"}, {"real_local_number": "102"}, {"direction": 1},
], ids=str)  # fmt: skip
def test_another_call_does_not_carry_it(hub: Hub, crm: Crm, params: dict[str, Any]) -> None:
    """To another number, of another user, or from outside."""
    hub.source()
    ask(hub)
    told = {"call_id": "pbx-2", "src_phone": "101", "dst_phone": WISH["clientPhone"], "direction": 2,
            "real_local_number": "101", **params}  # fmt: skip
    hub.request("POST", "/webhooks/vpbx/s-office", {"type": "call_event", "event_name": "start.call", "params": told})
    hub.work()
    assert "communicationId" not in crm.told[0].body


def test_one_wish_is_one_call(hub: Hub, crm: Crm) -> None:
    """However often it is asked for, and however often its message comes."""
    for _ in range(3):
        assert ask(hub).status == 200
    records = hub.stack.messages(QUEUE)
    for _ in range(2):
        hub.invoke(WORKER, {"Records": records})
    hub.stack.delete(QUEUE, records)
    assert len(commands(hub)) == 1


@pytest.mark.refused_by_aws  # the CRM in this test asks the hub while a function runs in a thread
def test_two_wishes_for_a_number_are_two_calls(hub: Hub, crm: Crm) -> None:
    """Each with its own id."""
    for id_, user in (("w-1", SERGEY), ("w-2", OLGA)):
        ask(hub, communicationId=id_, fromUserId=user)
    make(hub)
    assert {one.body["communicationId"] for one in crm.told} == {"w-1", "w-2"}
    assert len(crm.bodies("register-call")) == 2


def test_a_user_can_be_called(hub: Hub, crm: Crm) -> None:
    """By the extension. The call is told as internal, with both users and the CRM's id."""
    ask(hub, clientPhone=None, toUserId=OLGA)
    make(hub)
    assert [(one["extension"], one["number"]) for one in commands(hub)] == [("101", "102")]
    assert {one.body["communicationId"] for one in crm.told} == {WISH["communicationId"]}
    assert {one.body["direction"] for one in crm.told if one.callback != "call-event"} == {"internal"}
    legs = [*crm.bodies("call-event"), *crm.bodies("register-call")[0]["items"]]
    assert {(leg["from"]["userId"], leg["to"]["userId"]) for leg in legs} == {(SERGEY, OLGA)}
    assert {one.answer.status for one in crm.told} == {200}


def test_a_call_that_could_not_be_made_is_told(hub: Hub, crm: Crm) -> None:
    """The CRM hears that it failed."""
    hub.operator("DELETE", "/admin/extensions/101", account="acme")
    ask(hub)
    make(hub)
    assert [(one.callback, one.body) for one in crm.told[:1]] == [
        ("call-failed", {"communicationId": WISH["communicationId"]})
    ]


def test_without_a_telephony_nothing_is_supported(hub: Hub) -> None:
    """Told at once."""
    with connected(hub):
        assert_refused(ask(hub), "notSupported")
        assert hub.stack.drain(QUEUE) == []


def test_without_a_connector_nothing_is_supported(hub: Hub) -> None:
    """A good key of a workspace that is served, and no CRM's."""
    hub.account(WORKSPACE)
    answer = ask(hub, {**a_key(hub, WORKSPACE), ECHO: "7g8-d6a"})
    assert_refused(answer, "notSupported")


@pytest.mark.parametrize("changed", [{"fromUserId": "nobody"}, {"clientPhone": None, "toUserId": "nobody"}], ids=str)
def test_a_user_without_an_extension_is_refused(hub: Hub, crm: Crm, changed: dict[str, Any]) -> None:
    """As not found."""
    assert_refused(ask(hub, **changed), "notFound")


@pytest.mark.parametrize(("changed", "field"), [
    ({"communicationId": None}, "communicationId"), ({"communicationId": "x" * 300}, "communicationId"),
    ({"communicationId": []}, "communicationId"), ({"fromUserId": None}, "fromUserId"),
    ({"clientPhone": None}, "clientPhone"), ({"clientPhone": "abc"}, "clientPhone"),
    ({"clientPhone": "1" * 16}, "clientPhone"),
], ids=str)  # fmt: skip
def test_a_field_that_is_missing_or_wrong_is_named(hub: Hub, crm: Crm, changed: dict[str, Any], field: str) -> None:
    """In the documented shape, with the echo."""
    answer = ask(hub, **changed)
    assert (answer.status, answer.json["status"], answer.headers[ECHO]) == (409, 400, "7g8-d6a")
    assert set(answer.json["errors"]) == {field, "callInfo"}
    assert hub.stack.drain(QUEUE) == []


@pytest.mark.parametrize("path", ["/call", "/30a1/hangup", "/hangup"])
@pytest.mark.parametrize("body", ["", "x", "[]", "7"], ids=str)
def test_a_body_that_is_no_object_is_refused(hub: Hub, crm: Crm, path: str, body: str) -> None:
    """In the documented shape, with the echo."""
    answer = hub.request("POST", PATH + path, body, AUTH)
    assert (answer.status, answer.json["status"], answer.headers[ECHO]) == (409, 400, "7g8-d6a")


@pytest.mark.parametrize("path", ["/call", "/30a1/hangup", "/hangup"])
def test_a_huge_body_is_413(hub: Hub, crm: Crm, path: str) -> None:
    """With the echo."""
    answer = hub.request("POST", PATH + path, {**WISH, "note": "x" * 65_536}, AUTH)
    assert (answer.status, answer.headers[ECHO]) == (413, "7g8-d6a")


@pytest.mark.parametrize("path", ["/call", "/30a1/hangup", "/hangup"])
@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1]])
def test_a_wrong_key_is_401(hub: Hub, crm: Crm, path: str, key: str) -> None:
    """With the echo, and nothing is done."""
    answer = hub.request("POST", PATH + path, WISH, {"X-XCOM-AccessKey": key, ECHO: "e-1"})
    assert (answer.status, answer.headers[ECHO], answer.json["status"]) == (401, "e-1", "unauthorized")
    assert hub.stack.drain(QUEUE) == []


def test_the_key_of_a_connector_that_is_gone_opens_nothing(hub: Hub, crm: Crm) -> None:
    """It is revoked with it."""
    (connector,) = hub.operator("GET", "/admin/connectors", account="acme").json["connectors"]
    hub.operator("DELETE", f"/admin/connectors/{connector['id']}", account="acme")
    hub.restart()
    assert ask(hub).status == 401


def lasting(hub: Hub) -> str:
    """A call that a CRM asked for, and that lasts."""
    choose(hub, LASTING)
    ask(hub)
    make(hub)
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    return str(call["id"])


def test_a_call_is_hung_up_by_the_crms_id(hub: Hub, crm: Crm) -> None:
    """And its end is told."""
    lasting(hub)
    answer = hang_up(hub, WISH["communicationId"], userId=SERGEY)
    make(hub)
    assert (answer.status, answer.text, answer.headers[ECHO]) == (200, '"OK"', "7g8-d6a")
    assert crm.names[-2:] == ["call-finished", "register-call"]


@pytest.mark.parametrize("id_", ["", "an-id-of-nothing"])
def test_a_call_is_hung_up_by_its_leg(hub: Hub, crm: Crm, id_: str) -> None:
    """The path of the document's example has no id."""
    lasting(hub)
    leg = crm.bodies("call-event")[0]["realtimeCallItemId"]
    assert hang_up(hub, id_, realtimeCallItemId=leg, userId=SERGEY).status == 200
    make(hub)
    assert crm.names[-1] == "register-call"


def test_a_call_that_is_not_known_is_refused(hub: Hub, crm: Crm) -> None:
    """Whichever id it is asked for by."""
    assert_refused(hang_up(hub, "nothing"), "notFound", NOT_HUNG_UP)
    assert_refused(hang_up(hub, "", realtimeCallItemId="nothing-1"), "not_found", NOT_HUNG_UP)
    assert set(hang_up(hub, "").json["errors"]) == {"realtimeCallItemId", "hangupInfo"}


def test_a_telephony_that_cannot_hang_up_is_named_as_printed(hub: Hub, crm: Crm) -> None:
    """The text of HANGUP names Hangup, and the answer has two fields."""
    path = "/api/v1/acme/communications/30a1/hangup"  # a workspace without a connector
    told = hub.request("POST", path, {"userId": SERGEY}, {**a_key(hub), ECHO: "7g8-d6a"})
    assert_refused(told, "notSupported", NOT_HUNG_UP)
    assert told.json["message"] == "Feature Hangup is not supported by any integration"


def test_a_call_that_is_over_is_refused(hub: Hub, crm: Crm) -> None:
    """It cannot be ended twice."""
    ask(hub)
    make(hub)
    assert_refused(hang_up(hub, WISH["communicationId"]), "conflict", NOT_HUNG_UP)


def test_another_accounts_call_is_not_hung_up(hub: Hub, crm: Crm) -> None:
    """Not even by the id of its leg."""
    call = lasting(hub)
    hub.account("other")
    with receiving(answering(409)) as theirs:
        made = hub.operator("POST", "/admin/connectors", {
            **a_connector(theirs.url), "account": "other", "workspace": "theirs",
            "access_key": "another-key-of-the-crm-0",
        })  # fmt: skip
    assert made.status == 201
    path = f"/api/v1/theirs/communications/{WISH['communicationId']}/hangup"
    body = {"realtimeCallItemId": f"{call}-101"}
    assert hub.request("POST", path, body, {"X-XCOM-AccessKey": "another-key-of-the-crm-0"}).status == 409
    (found,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert found["state"] != "ended"
