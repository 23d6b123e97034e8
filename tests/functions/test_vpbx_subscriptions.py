"""GET, POST, PUT, PATCH and DELETE /api/v1/events/subscribe, and /api/v1/event/subscribe."""

import json
from typing import Any

import pytest

from switchboard import bootstrap
from tests.support.builders import NOON
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub

PATHS = ("/api/v1/events/subscribe", "/api/v1/event/subscribe")
PATH = PATHS[0]
SECRET = "crm-user:correct-horse-battery"
WISH = {
    "event_name": "start.call",
    "webhook_url": "https://crm.example/hooks/calls",
    "auth_type": "BasicHttpAuth",
    "auth_string": SECRET,
}
ALREADY_THERE = {"description": "Подписка на событие уже существует", "message": "409 Conflict", "status_code": 409}


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    return hub.account()


def post(hub: Hub, auth: dict[str, str], body: Any = None, path: str = PATH) -> Answer:
    return hub.request("POST", path, WISH if body is None else body, auth)


def assert_refused(answer: Answer, name: str, field: str = "") -> None:
    """The one shape in which this API refuses."""
    assert answer.status == int(name.partition(" ")[0])
    assert answer.json.keys() == {"name", "message"}
    assert answer.json["name"] == name
    assert answer.json["message"].startswith(field)


@pytest.mark.parametrize("path", PATHS)
def test_a_subscription_is_answered_as_documented(hub: Hub, auth: dict[str, str], path: str) -> None:
    """200 with the id, what was sent, and the documented sentence."""
    answer = post(hub, auth, path=path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json == {
        "id": 1,
        "insert_data": WISH,
        "message": "Подписка на событие - 'start.call' осуществлена успешна.",
    }


@pytest.mark.parametrize("path", PATHS)
def test_a_second_subscription_is_the_documented_409(hub: Hub, auth: dict[str, str], path: str) -> None:
    """Whichever of the two paths it comes by."""
    post(hub, auth)
    answer = post(hub, auth, path=path)
    assert (answer.status, answer.json) == (409, ALREADY_THERE)


@pytest.mark.parametrize("path", PATHS)
def test_subscriptions_are_listed_as_documented(hub: Hub, auth: dict[str, str], path: str) -> None:
    """Id, name and the vendor's own description, letter for letter."""
    post(hub, auth, {**WISH, "event_name": "start.talk"})
    post(hub, auth, {**WISH, "event_name": "end.call"})
    answer = hub.request("GET", path, headers=auth)
    assert (answer.status, answer.json) == (
        200,
        {
            "active_events": [
                {"id": 1, "event_name": "start.talk", "description": "Информирует о начале разгвора с оператором"},
                {"id": 2, "event_name": "end.call", "description": "Информирует о завершении вызова на АТС"},
            ]
        },
    )


def test_without_subscriptions_the_list_is_empty(hub: Hub, auth: dict[str, str]) -> None:
    """An empty list, and no error."""
    assert hub.request("GET", PATH, headers=auth).json == {"active_events": []}


@pytest.mark.parametrize("path", PATHS)
def test_a_subscription_is_cancelled_as_documented(hub: Hub, auth: dict[str, str], path: str) -> None:
    """200, the documented sentence, and the subscription is gone."""
    post(hub, auth)
    answer = hub.request("DELETE", path, headers=auth, query={"event_name": "start.call"})
    assert (answer.status, answer.json) == (
        200,
        {"status_code": 200, "description": "Подписка на событие 'start.call' отменена."},
    )
    assert hub.request("GET", PATH, headers=auth).json == {"active_events": []}


def test_cancelling_what_is_not_there_is_204(hub: Hub, auth: dict[str, str]) -> None:
    """204 and no body."""
    answer = hub.request("DELETE", PATH, headers=auth, query={"event_name": "start.call"})
    assert (answer.status, answer.text) == (204, "")


def test_cancelling_nothing_in_particular_is_refused(hub: Hub, auth: dict[str, str]) -> None:
    """The name of the event is the one thing that has to be there."""
    assert_refused(hub.request("DELETE", PATH, headers=auth), "400 Bad Request", "event_name")


def test_an_event_can_be_subscribed_to_again(hub: Hub, auth: dict[str, str]) -> None:
    """After a cancellation there is no 409, and the id is a new one."""
    post(hub, auth)
    hub.request("DELETE", PATH, headers=auth, query={"event_name": "start.call"})
    answer = post(hub, auth)
    assert (answer.status, answer.json["id"]) == (200, 2)


def test_of_two_posts_at_the_same_instant_one_is_the_409(hub: Hub, auth: dict[str, str]) -> None:
    """One subscription and one conflict, whoever comes first."""
    events = [proxy_event("POST", path, json.dumps(WISH), auth) for path in PATHS]
    answers = hub.race("vpbx/events_subscribe", events)
    assert sorted(answer["statusCode"] for answer in answers) == [200, 409]
    assert len(hub.stack.items("SubscriptionsTable")) == 1


@pytest.mark.parametrize("path", PATHS)
def test_put_replaces_a_subscription(hub: Hub, auth: dict[str, str], path: str) -> None:
    """The id stays, and nothing of the old wish does."""
    post(hub, auth)
    wish = {"event_name": "start.call", "webhook_url": "https://new.example/", "auth_type": "None"}
    answer = hub.request("PUT", path, wish, auth)
    assert (answer.status, answer.json["id"], answer.json["insert_data"]) == (200, 1, wish)
    assert stored(hub)["auth_string"] == ""
    assert stored(hub)["url"] == "https://new.example/"


@pytest.mark.parametrize("path", PATHS)
def test_patch_changes_a_part(hub: Hub, auth: dict[str, str], path: str) -> None:
    """What is not named stays."""
    post(hub, auth)
    before = stored(hub)
    moved = str(before["url"]) + "/new"
    change = {"event_name": "start.call", "webhook_url": moved}
    answer = hub.request("PATCH", path, change, auth)
    assert (answer.status, answer.json["insert_data"]) == (200, change)
    assert stored(hub) == {**before, "url": moved, "version": 2}


def test_credentials_stay_with_their_receiver(hub: Hub, auth: dict[str, str]) -> None:
    """Another host without credentials is 400, and nothing is changed."""
    post(hub, auth)
    before = stored(hub)
    change = {"event_name": "start.call", "webhook_url": "https://new.example/"}
    assert hub.request("PATCH", PATH, change, auth).status == 400
    assert stored(hub) == before


def test_credentials_are_stored_sealed(hub: Hub, auth: dict[str, str]) -> None:
    """They are in no row and no line of the log."""
    post(hub, auth)
    assert stored(hub)["auth_string"]
    assert "correct-horse" not in str(hub.stack.items("SubscriptionsTable")) + hub.log.getvalue()


@pytest.mark.parametrize("auth_string", ["ё" * 2048, "ё" * 4000, "😀" * 1025], ids=["longest", "too long", "much"])
def test_credentials_of_any_letters_are_taken_or_refused(hub: Hub, auth: dict[str, str], auth_string: str) -> None:
    """Up to what can be sealed, in bytes, and never with a failure of ours."""
    wish = {**WISH, "auth_type": "RequestBodyAuth", "auth_field": "token", "auth_string": auth_string}
    answer = post(hub, auth, wish)
    if len(auth_string.encode()) <= 4096:
        assert answer.status == 200
    else:
        assert_refused(answer, "400 Bad Request", "auth_string")


def test_a_disabled_subscription_is_not_listed_and_makes_room(hub: Hub, auth: dict[str, str]) -> None:
    """Its receiver said that it is gone; the customer subscribes again."""
    made = hub.subscribe("start.call", url="https://crm.example/", disabled="gone")
    assert hub.request("GET", PATH, headers=auth).json == {"active_events": []}
    assert post(hub, auth).status == 200
    assert stored(hub)["version"] == made.version + 1


def test_patch_takes_the_name_from_the_query_string_too(hub: Hub, auth: dict[str, str]) -> None:
    """As DELETE does."""
    post(hub, auth)
    moved = str(stored(hub)["url"]) + "/new"
    answer = hub.request("PATCH", PATH, {"webhook_url": moved}, auth, {"event_name": "start.call"})
    assert (answer.status, stored(hub)["url"]) == (200, moved)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_changing_what_is_not_there_is_404(hub: Hub, auth: dict[str, str], method: str) -> None:
    """And makes no subscription."""
    assert_refused(hub.request(method, PATH, WISH, auth), "404 Not Found", "event_name")
    assert hub.stack.items("SubscriptionsTable") == []


def test_patch_without_a_name_is_refused(hub: Hub, auth: dict[str, str]) -> None:
    """There is no subscription of no name."""
    answer = hub.request("PATCH", PATH, {"webhook_url": "https://new.example/"}, auth)
    assert_refused(answer, "400 Bad Request", "event_name")


def test_a_change_that_does_not_hold_together_is_refused(hub: Hub, auth: dict[str, str]) -> None:
    """Old and new parts are checked as a whole."""
    post(hub, auth, {"event_name": "start.call", "webhook_url": "https://crm.example/", "auth_type": ""})
    answer = hub.request("PATCH", PATH, {"event_name": "start.call", "auth_type": "RequestBodyAuth"}, auth)
    assert_refused(answer, "400 Bad Request", "auth_field")


@pytest.mark.parametrize("auth_type", [None, "", "None"])
def test_no_authorisation_has_many_spellings(hub: Hub, auth: dict[str, str], auth_type: Any) -> None:
    """And what was sent is what comes back."""
    answer = post(hub, auth, {**WISH, "auth_type": auth_type, "auth_string": ""})
    assert (answer.status, answer.json["insert_data"]["auth_type"]) == (200, auth_type)


def test_no_authorisation_may_be_left_unsaid(hub: Hub, auth: dict[str, str]) -> None:
    """auth_type is as good as optional."""
    assert post(hub, auth, {"event_name": "end.call", "webhook_url": "http://crm.example/"}).status == 200


BAD_WISHES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown event": ({"event_name": "start.party"}, "event_name"),
    "no event": ({"event_name": None}, "event_name"),
    "an event that is a number": ({"event_name": 7}, "event_name"),
    "an event that is a list": ({"event_name": ["start.call"]}, "event_name"),
    "no url": ({"webhook_url": None}, "webhook_url"),
    "a url that is a number": ({"webhook_url": 1}, "webhook_url"),
    "a url without a host": ({"webhook_url": "https:///calls"}, "webhook_url"),
    "a url of another scheme": ({"webhook_url": "ftp://crm.example/"}, "webhook_url"),
    "a url with a password": ({"webhook_url": "https://a:b@crm.example/"}, "webhook_url"),
    "a url that is too long": ({"webhook_url": "https://crm.example/" + "a" * 3000}, "webhook_url"),
    "a url of two lines": ({"webhook_url": "https://crm.example/\r\nX: y"}, "webhook_url"),
    "an unknown authorisation": ({"auth_type": "Digest"}, "auth_type"),
    "an authorisation that is an object": ({"auth_type": {}}, "auth_type"),
    "basic without a colon": ({"auth_string": "login"}, "auth_string"),
    "basic with nothing": ({"auth_string": ""}, "auth_string"),
    "bearer with nothing": ({"auth_type": "BearerTokenAuth", "auth_string": ""}, "auth_string"),
    "bearer of two lines": ({"auth_type": "BearerTokenAuth", "auth_string": "a\nb"}, "auth_string"),
    "credentials that are a number": ({"auth_string": 12}, "auth_string"),
    "credentials that are too long": ({"auth_string": "a:" + "b" * 5000}, "auth_string"),
    "body without a field": ({"auth_type": "RequestBodyAuth"}, "auth_field"),
    "body with a field of the event's own": ({"auth_type": "RequestBodyAuth", "auth_field": "params"}, "auth_field"),
}


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(("change", "field"), BAD_WISHES.values(), ids=BAD_WISHES)
def test_a_bad_wish_is_refused_by_the_name_of_its_field(
    hub: Hub, auth: dict[str, str], method: str, change: dict[str, Any], field: str
) -> None:
    """400 in the documented shape; nothing is made, and nothing that was sent is told."""
    answer = hub.request(method, PATH, {**WISH, **change}, auth)
    assert_refused(answer, "400 Bad Request", field)
    assert SECRET not in answer.text
    assert hub.stack.items("SubscriptionsTable") == []


BAD_BODIES = {
    "empty": "",
    "no JSON": "start.call",
    "half of it": '{"event_name": "start.call"',
    "half of a value": '{"event_name": "start.call", "webhook_url": "https://crm.exa',
    "a list": "[]",
    "a string": '"start.call"',
    "null": "null",
    "deeply nested": '{"a":' * 500 + "1" + "}" * 500,
    "bottomless": "[" * 30_000,
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_json_object_is_refused(hub: Hub, auth: dict[str, str], method: str, body: str) -> None:
    """400 in the documented shape."""
    assert_refused(hub.request(method, PATH, body, auth), "400 Bad Request")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("filler", ["x" * 65_536, "ё" * 32_768, "x" * 5_000_000], ids=["ascii", "utf-8", "huge"])
def test_a_body_over_64_kib_is_413(hub: Hub, auth: dict[str, str], method: str, filler: str) -> None:
    """The limit is in bytes, and holds for every method."""
    answer = hub.request(method, PATH, {**WISH, "filler": filler}, auth)
    assert_refused(answer, "413 Request Entity Too Large")


def test_a_body_of_64_kib_is_taken(hub: Hub, auth: dict[str, str]) -> None:
    """Up to the limit everything is served, and what we do not know is not sent back."""
    filler = "x" * (65_536 - len(json.dumps({**WISH, "filler": ""}, ensure_ascii=False)))
    answer = post(hub, auth, {**WISH, "filler": filler})
    assert (answer.status, answer.json["insert_data"]) == (200, WISH)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_served(hub: Hub, method: str, path: str) -> None:
    """401 with the documented words."""
    answer = hub.request(method, path, WISH)
    assert (answer.status, answer.json) == (
        401,
        {"name": "401 Unauthorized", "message": "There is no Authorization header in request."},
    )


def test_of_two_changes_at_the_same_instant_none_is_lost_unnoticed(hub: Hub, auth: dict[str, str]) -> None:
    """One is told that the other was quicker, or comes after it."""
    post(hub, auth)
    events = [proxy_event("PUT", path, json.dumps(WISH), auth) for path in PATHS]
    answers = hub.race("vpbx/events_subscribe", events)
    done = [answer for answer in answers if answer["statusCode"] == 200]
    assert {answer["statusCode"] for answer in answers} <= {200, 409}
    assert stored(hub)["version"] == 1 + len(done)


def test_the_time_of_a_subscription_is_kept(hub: Hub, auth: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In UTC."""
    monkeypatch.setattr(bootstrap, "read_clock", lambda: NOON)
    post(hub, auth)
    assert stored(hub)["created_at"] == "2026-03-14T12:00:00Z"


def stored(hub: Hub) -> dict[str, Any]:
    """The one subscription there is."""
    (row,) = hub.stack.items("SubscriptionsTable")
    found: dict[str, Any] = json.loads(row["data"]["S"])
    return found
