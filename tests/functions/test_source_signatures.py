"""Sources that sign their events, or send them from known addresses alone."""

import base64
import gzip
import hmac
import json
from typing import Any

import pytest

from switchboard.dialects.registry import by_webhook
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub
from tests.support.stack import OPERATOR_TOKEN

TOKEN = "tok-0Xv3-of-the-pbx-7712"
SECRET = "correct-horse-battery-staple"
HMAC = {"header": "X-Hub-Signature", "secret": SECRET, "prefix": "sha256="}
HERE = "203.0.113.7"  # where the requests of these tests come from
RAW = b'{"SessionID": "1", "HookType": "CreateIncCall", "event_name": "start.call", "event_type": "startup",}'


@pytest.fixture(autouse=True)
def account(hub: Hub) -> None:
    hub.account()


def source(hub: Hub, auth: dict[str, Any], dialect: str = "callevents") -> Any:
    answer = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": dialect, "auth": auth})
    assert answer.status == 201, answer.text
    return answer.json


def sent(hub: Hub, source: Any, raw: bytes = RAW, **headers: str) -> int:
    """The status of an event, as API Gateway passes on bytes."""
    dialect = source["dialect"]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"/webhooks/{dialect}/{source['id']}"
    event = proxy_event("POST", path, None, named)
    event |= {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    return hub.answer(route_for("POST", path)[0].folder, event).status


def signed(raw: bytes = RAW, secret: str = SECRET) -> str:
    return f"sha256={hmac.digest(secret.encode(), raw, 'sha256').hex()}"


@pytest.mark.parametrize("dialect", by_webhook())
def test_a_signed_event_is_taken_and_another_is_401(hub: Hub, dialect: str) -> None:
    """Over the bytes as they came, also compressed, in every dialect."""
    one, packed = source(hub, {"hmac": HMAC}, dialect), gzip.compress(RAW)
    assert sent(hub, one, X_Hub_Signature=signed()) == 200
    assert sent(hub, one, packed, x_hub_signature=signed(packed), Content_Encoding="gzip") == 200
    assert sent(hub, one) == sent(hub, one, X_Hub_Signature=signed(secret="other")) == 401
    assert sent(hub, one, X_Hub_Signature=signed(b"{}")) == 401


def test_the_secret_is_sealed_and_never_shown(hub: Hub) -> None:
    """The view has the other settings."""
    one = source(hub, {"hmac": HMAC, "addresses": ["203.0.113.0/24", "2001:DB8::1"]})
    assert one["auth"] == {
        "type": "none",
        "hmac": {"header": "X-Hub-Signature", "algorithm": "sha256", "prefix": "sha256=", "encoding": "hex"},
        "addresses": ["203.0.113.0/24", "2001:db8::1/128"],
    }
    sent(hub, one, X_Hub_Signature=signed())
    assert SECRET not in json.dumps(hub.stack.items("AccountsTable")) + hub.log.getvalue()


def test_only_the_connection_tells_the_address(hub: Hub) -> None:
    """No header can pretend another; a change of the ranges holds at once for a refused request."""
    one = source(hub, {"addresses": ["192.0.2.0/24"]})
    assert sent(hub, one, X_Forwarded_For="192.0.2.1", X_Real_IP="192.0.2.1", Forwarded="for=192.0.2.1") == 401
    hub.operator("PATCH", f"/admin/sources/{one['id']}", {"auth": {"addresses": [HERE]}})
    assert sent(hub, one) == 200


def test_all_that_is_set_must_be_shown(hub: Hub) -> None:
    """Bearer, signature and address together."""
    one = source(hub, {"type": "bearer", "token": TOKEN, "hmac": HMAC, "addresses": [f"{HERE}/32"]})
    assert sent(hub, one, Authorization=f"Bearer {TOKEN}", X_Hub_Signature=signed()) == 200
    assert sent(hub, one, Authorization=f"Bearer {TOKEN}") == sent(hub, one, X_Hub_Signature=signed()) == 401


def test_a_question_for_a_route_is_signed_over_the_number(hub: Hub) -> None:
    """The question has no body."""
    one = source(hub, {"hmac": HMAC})
    path, query = f"/webhooks/{one['id']}/route", {"phone": "79161234567"}
    assert hub.request("GET", path, None, {"X-Hub-Signature": signed(b"79161234567")}, query).status == 200
    assert hub.request("GET", path, None, {"X-Hub-Signature": signed(b"")}, query).status == 401


@pytest.mark.parametrize(
    "auth",
    [
        {"hmac": {**HMAC, "header": "X A"}},
        {"hmac": {**HMAC, "algorithm": "md5"}},
        {"hmac": {**HMAC, "encoding": "binary"}},
        {"hmac": {**HMAC, "secret": ""}},
        {"addresses": ["office"]},
        {"addresses": ["192.0.2.0/33"]},
    ],
)
def test_settings_that_cannot_work_are_400(hub: Hub, auth: dict[str, Any]) -> None:
    """The field is named, the secret is not."""
    answer = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "callevents", "auth": auth})
    assert (answer.status, answer.json["error"]["field"].split(".")[0]) == (400, "auth")
    assert SECRET not in answer.text + OPERATOR_TOKEN
