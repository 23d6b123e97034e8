from typing import Any

import pytest

from switchboard.dialects.vpbx.subscriptions import (
    ALREADY_THERE,
    LONGEST_AUTH,
    listed,
    made,
    read_change,
    read_request,
    removed,
)
from switchboard.dialects.vpbx.tables import DESCRIPTIONS, KINDS
from switchboard.errors import Invalid
from switchboard.subscriptions.model import AuthType
from switchboard.subscriptions.subscribe import SubscriptionRequest
from tests.support.builders import a_subscription

URL = "https://crm.example.com/webhook/calls/"


def asked(**fields: Any) -> dict[str, Any]:
    """A body that is in order, but for what the test is about."""
    body = {"event_name": "start.call", "webhook_url": URL, "auth_type": "None", **fields}
    return {name: value for name, value in body.items() if value is not ...}


def refused(body: dict[str, Any]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_request(body)
    return caught.value


@pytest.mark.parametrize("name", [*KINDS, "callback_event", "custom_event", "custom.queue.full", "callback.step-1"])
def test_documented_events_and_the_two_free_families_can_be_asked_for(name: str) -> None:
    """Eight documented names, two types, and any name of the types' families."""
    assert read_request(asked(event_name=name)).event_name == name


@pytest.mark.parametrize(
    "name",
    [
        ...,
        None,
        "",
        "start.dance",
        "START.CALL",
        "custom",
        "custom.",
        "custom.a b",
        "custom." + "x" * 65,
        7,
        ["start.call"],
    ],
)
def test_a_name_of_no_event_is_refused(name: Any) -> None:
    """And the field is named."""
    assert refused(asked(event_name=name)).field == "event_name"


@pytest.mark.parametrize("url", ["http://10.0.0.1:8080/a?b=c", "https://почта.example.com/x", "http://[::1]:9000/"])
def test_a_receiver_is_any_http_address(url: str) -> None:
    """http or https, with a host; whether it may be reached is decided when it is."""
    assert read_request(asked(webhook_url=url)).url == url


@pytest.mark.parametrize(
    "url",
    [
        ...,
        None,
        "",
        "crm.example.com",
        "ftp://crm.example.com/",
        "https://",
        "https:///path",
        "https://crm.example.com:port/",
        "https://crm.example.com:99999/",
        "https://crm.example.com:0/",
        "https://[::1/",
        "https://login:password@crm.example.com/",
        "https://crm.example.com/a b",
        "https://crm.example.com/\r\nx",
        "https://crm.example.com/\x00",
        "https://crm.example.com/" + "x" * 2048,
        12,
        {"url": URL},
    ],
)
def test_a_bad_url_is_refused(url: Any) -> None:
    """And the field is named."""
    assert refused(asked(webhook_url=url)).field == "webhook_url"


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    """A URL or credential that was mistyped is not told to the log."""
    assert "sesame" not in refused(asked(webhook_url="https://login:sesame@crm.example.com/")).message


@pytest.mark.parametrize("spelling", [..., None, "", "None"])
def test_no_authorisation_has_four_spellings(spelling: Any) -> None:
    """Missing, null, empty, or the word."""
    assert read_request(asked(auth_type=spelling)).auth_type is AuthType.NONE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"auth_type": "BasicHttpAuth", "auth_string": "login:pass:word"},
            SubscriptionRequest("start.call", URL, AuthType.BASIC, "login:pass:word"),
        ),
        (
            {"auth_type": "BearerTokenAuth", "auth_string": "t.o-k_en", "auth_field": None},
            SubscriptionRequest("start.call", URL, AuthType.BEARER, "t.o-k_en"),
        ),
        (
            {"auth_type": "RequestBodyAuth", "auth_string": "секрет", "auth_field": "token"},
            SubscriptionRequest("start.call", URL, AuthType.BODY, "секрет", "token"),
        ),
        ({"auth_string": None, "surplus": [1]}, SubscriptionRequest("start.call", URL)),
    ],
)
def test_a_body_in_order_is_a_request(fields: dict[str, Any], expected: SubscriptionRequest) -> None:
    """Each type of authorisation with what it needs; fields that nobody knows are ignored."""
    assert read_request(asked(**fields)) == expected


@pytest.mark.parametrize("auth_type", ["none", "Basic", "basichttpauth", "DigestAuth", 0, False, [], {}])
def test_an_unknown_type_of_authorisation_is_refused(auth_type: Any) -> None:
    """And the field is named."""
    assert refused(asked(auth_type=auth_type)).field == "auth_type"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"auth_type": "BasicHttpAuth"}, "auth_string"),
        ({"auth_type": "BasicHttpAuth", "auth_string": "login"}, "auth_string"),
        ({"auth_type": "BearerTokenAuth"}, "auth_string"),
        ({"auth_type": "BearerTokenAuth", "auth_string": "a\r\nX-Admin: 1"}, "auth_string"),
        ({"auth_type": "BearerTokenAuth", "auth_string": "токен"}, "auth_string"),
        ({"auth_type": "BearerTokenAuth", "auth_string": 17}, "auth_string"),
        ({"auth_string": "x" * (LONGEST_AUTH + 1)}, "auth_string"),
        ({"auth_type": "RequestBodyAuth", "auth_string": "t"}, "auth_field"),
        ({"auth_type": "RequestBodyAuth", "auth_string": "t", "auth_field": ""}, "auth_field"),
        ({"auth_type": "RequestBodyAuth", "auth_string": "t", "auth_field": "params"}, "auth_field"),
        ({"auth_type": "RequestBodyAuth", "auth_string": "t", "auth_field": ["token"]}, "auth_field"),
        ({"auth_field": "x" * 129}, "auth_field"),
    ],
)
def test_credentials_that_cannot_work_are_refused(fields: dict[str, Any], field: str) -> None:
    """And the field is named."""
    assert refused(asked(**fields)).field == field


def test_the_answer_to_a_new_subscription_is_as_documented() -> None:
    """Its id, what was sent (and nothing that was not), and the fixed sentence."""
    sent = asked(auth_type="BasicHttpAuth", auth_string="login:password", surplus=1)
    assert made(a_subscription(id=5), sent) == {
        "id": 5,
        "insert_data": asked(auth_type="BasicHttpAuth", auth_string="login:password"),
        "message": "Подписка на событие - 'start.call' осуществлена успешна.",
    }


def test_the_answer_to_a_second_subscription_is_as_documented() -> None:
    """409 in a shape of its own."""
    assert ALREADY_THERE == {
        "description": "Подписка на событие уже существует",
        "message": "409 Conflict",
        "status_code": 409,
    }


def test_the_answer_to_an_end_is_as_documented() -> None:
    """Code and the fixed sentence."""
    assert removed("start.talk") == {"status_code": 200, "description": "Подписка на событие 'start.talk' отменена."}


def test_the_list_is_as_documented() -> None:
    """Id, name and description, misspellings included, and no credentials."""
    assert listed([a_subscription("start.talk", id=79), a_subscription("custom.x", id=80)]) == {
        "active_events": [
            {"id": 79, "event_name": "start.talk", "description": "Информирует о начале разгвора с оператором"},
            {"id": 80, "event_name": "custom.x", "description": ""},
        ]
    }


def test_every_documented_event_has_its_description() -> None:
    """None of the eight is listed without one."""
    assert all(DESCRIPTIONS[name] for name in KINDS)


KEPT = a_subscription(url=URL, auth_type=AuthType.BODY, auth_string="sealed", auth_field="token")


def test_a_change_of_a_part_starts_from_the_whole() -> None:
    """Credentials that are not named stay as they are, sealed."""
    assert read_change(KEPT, {}) == SubscriptionRequest("start.call", URL, AuthType.BODY, None, "token")
    assert read_change(KEPT, {"webhook_url": URL + "new"}) == SubscriptionRequest(
        "start.call", URL + "new", AuthType.BODY, None, "token"
    )


@pytest.mark.parametrize(
    ("fields", "auth_string"), [({"auth_string": "new"}, "new"), ({"auth_type": "None"}, ""), ({"auth_string": ""}, "")]
)
def test_credentials_that_are_named_are_changed(fields: dict[str, Any], auth_string: str) -> None:
    """Or are gone where another way of authorisation is named."""
    assert read_change(KEPT, fields).auth_string == auth_string


def test_another_way_of_authorisation_needs_its_own_credentials() -> None:
    """Those of the old one are not taken for it."""
    with pytest.raises(Invalid) as caught:
        read_change(KEPT, {"auth_type": "BasicHttpAuth"})
    assert caught.value.field == "auth_string"


@pytest.mark.parametrize("letter", ["a", "ё", "😀"])
def test_credentials_are_as_long_as_can_be_sealed(letter: str) -> None:
    """Counted in bytes."""
    longest = letter * (LONGEST_AUTH // len(letter.encode()))
    body = asked(auth_type="RequestBodyAuth", auth_field="token")
    assert read_request({**body, "auth_string": longest}).auth_string == longest
    assert refused({**body, "auth_string": longest + letter}).field == "auth_string"
