import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from switchboard.deliveries.model import PreparedRequest
from switchboard.deliveries.prepare import prepare
from switchboard.subscriptions.model import AuthType, DeliveryCredentials
from switchboard.subscriptions.subscribe import new_signing_secret
from tests.support.builders import NOON, a_delivery, a_subscription

BODY = '{"type":"call_event","event_name":"start.call","params":{"queue":"продажи"}}'


def prepared(
    auth_type: AuthType, auth_string: str = "", at: datetime = NOON, secrets: tuple[str, ...] = (), **fields: Any
) -> PreparedRequest:
    subscription = a_subscription(auth_type=auth_type, auth_string="sealed", secret="sealed", **fields)
    return prepare(a_delivery(body=BODY), subscription, DeliveryCredentials(auth_string, secrets), at, timeout=7)


def test_without_authorisation_only_the_event_is_sent() -> None:
    """To the subscriber's address, as it was rendered, within the time-out."""
    request = prepared(AuthType.NONE, "left over")
    assert (request.url, request.body, request.timeout) == ("https://crm.example/calls", BODY.encode(), 7)
    assert "authorization" not in request.headers


@pytest.mark.parametrize("credentials", ["login:password", "login:pass:word", "имя:пароль", ":"])
def test_basic_authorisation_is_in_the_header(credentials: str) -> None:
    """`Basic` and login:password in base64."""
    request = prepared(AuthType.BASIC, credentials)
    assert request.headers["authorization"] == "Basic " + base64.b64encode(credentials.encode()).decode()
    assert request.body == BODY.encode()


def test_a_bearer_token_is_in_the_header() -> None:
    """`Bearer` and the token as it was given."""
    request = prepared(AuthType.BEARER, "t.o-k_en")
    assert request.headers["authorization"] == "Bearer t.o-k_en"
    assert request.body == BODY.encode()


def test_a_token_in_the_body_stands_beside_the_event() -> None:
    """Under the name that the subscriber chose, with everything else as it was, and no header."""
    request = prepared(AuthType.BODY, "секрет", auth_field="token")
    assert json.loads(request.body) == {**json.loads(BODY), "token": "секрет"}
    assert "authorization" not in request.headers


def test_the_signature_covers_what_is_sent() -> None:
    """The subscriber's own token in the body included."""
    secret = new_signing_secret()
    request = prepared(AuthType.BODY, "t", auth_field="token", secrets=(secret,), at=datetime.now(UTC))
    assert Webhook(secret).verify(request.body, dict(request.headers)) == json.loads(request.body)


def test_a_delivery_says_what_it_is() -> None:
    """JSON from Switchboard, under the delivery's id and the time of this attempt."""
    headers = prepared(AuthType.NONE).headers
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Switchboard/")
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", str(int(NOON.timestamp())))


def test_an_attempt_keeps_the_id_and_has_its_own_time() -> None:
    """A receiver knows a repeat by its id, and its age by the timestamp."""
    first, second = (prepared(AuthType.NONE, at=NOON.replace(minute=minute)).headers for minute in (0, 5))
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


@pytest.mark.parametrize("auth_type", AuthType)
def test_every_type_of_authorisation_is_served(auth_type: AuthType) -> None:
    """None is forgotten."""
    assert prepared(auth_type, "a:b", auth_field="token").headers
