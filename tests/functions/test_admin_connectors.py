"""The CRMs that an account is connected to."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.crm import KEY, USERS, a_connector
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import OPERATOR, Hub
from tests.support.receiver import Receiver, answering, receiving

PATH = "/admin/connectors"
URL = "https://crm.example"
SHOWN = {"id", "account", "kind", "name", "base_url", "workspace", "integration", "vats_phone", "users", "files_path",
         "files_field", "files_id", "files_largest", "redirect_inbound",
         "subscription", "created_at"}  # fmt: skip


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(answering(409)) as crm:
        yield crm


def connect(hub: Hub, **changed: Any) -> Answer:
    body = {name: value for name, value in {**a_connector(URL), **changed}.items() if value is not None}
    return hub.operator("POST", PATH, body)


def test_a_connector_is_made_shown_and_listed(hub: Hub) -> None:
    """Without its key."""
    made = connect(hub)
    assert (made.status, set(made.json)) == (201, SHOWN)
    assert made.json["users"] == USERS
    assert hub.operator("GET", f"{PATH}/{made.json['id']}", account="acme").json == made.json
    assert hub.operator("GET", PATH, account="acme").json == {"connectors": [made.json], "cursor": None}


def test_the_key_is_sealed_and_in_no_log(hub: Hub) -> None:
    """It is kept as a digest and as what nobody else opens."""
    connect(hub)
    tables = ("AccountsTable", "CommunicationsTable", "SubscriptionsTable")
    assert KEY not in str([hub.stack.items(table) for table in tables]) + hub.log.getvalue()


def test_its_destination_is_listed_with_the_others(hub: Hub) -> None:
    """Under its own number, with the CRM's path."""
    made = connect(hub).json
    (destination,) = hub.operator("GET", "/admin/destinations", account="acme").json["destinations"]
    assert (str(destination["id"]), destination["dialect"]) == (made["id"], "kontur")
    assert destination["url"] == f"{URL}/api/v1/crm/communications/callbacks/telephony"
    assert destination["auth"] == {"type": "header", "field": "X-XCOM-AccessKey"}


BAD = [
    ({"account": None}, "account"), ({"kind": "other"}, "kind"), ({"base_url": "ftp://crm.example"}, "base_url"),
    ({"base_url": "https://crm.example/?a=1"}, "base_url"), ({"base_url": 7}, "base_url"),
    ({"workspace": "a/b"}, "workspace"), ({"workspace": ""}, "workspace"), ({"workspace": "events"}, "workspace"),
    ({"access_key": None}, "access_key"), ({"access_key": "short"}, "access_key"),
    ({"files_path": "files"}, "files_path"), ({"files_field": "a b"}, "files_field"), ({"files_id": ""}, "files_id"),
    ({"files_largest": 0}, "files_largest"), ({"redirect_inbound": "perhaps"}, "redirect_inbound"),
    ({"access_key": "with a space"}, "access_key"), ({"vats_phone": "abc"}, "vats_phone"),
    ({"users": "anna"}, "users"), ({"users": [{"crm_user": "a", "extension": "x"}]}, "users.0.extension"),
    ({"users": [{"crm_user": "a", "extension": "1"}, {"crm_user": "a", "extension": "2"}]}, "users"),
    ({"files_path": "files"}, "files_path"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "field"), BAD, ids=str)
def test_a_field_that_is_missing_or_wrong_is_named(hub: Hub, changed: dict[str, Any], field: str) -> None:
    """And nothing is made."""
    assert_refused(connect(hub, **changed), 400, "invalid", field)
    assert hub.operator("GET", PATH, account="acme").json == {"connectors": [], "cursor": None}


def test_an_unknown_account_is_not_found(hub: Hub) -> None:
    """Before anything else."""
    assert_refused(connect(hub, account="nobody"), 404, "not_found", "account")


def test_an_address_where_nothing_may_go_is_refused(hub: Hub) -> None:
    """As of any receiver."""
    body = {**a_connector("http://169.254.169.254"), "account": "acme"}
    told = hub.invoke("admin/connectors", _posted(body), ALLOW_PRIVATE_TARGETS="false")
    assert told["statusCode"] == 400


def _posted(body: dict[str, Any]) -> dict[str, Any]:
    return proxy_event("POST", PATH, json.dumps(body), OPERATOR)


def test_a_workspace_is_connected_once(hub: Hub) -> None:
    """Under whatever key."""
    connect(hub)
    assert_refused(connect(hub, access_key="another-key-of-the-crm-0"), 409, "conflict", "workspace")


def test_a_key_opens_one_workspace_of_one_account(hub: Hub) -> None:
    """Else what a CRM asks for could be two accounts'."""
    connect(hub)
    hub.account("other")
    assert_refused(connect(hub, account="other"), 409, "conflict", "access_key")
    assert_refused(connect(hub, workspace="second"), 409, "conflict", "access_key")


def test_a_connector_is_changed(hub: Hub) -> None:
    """What is not named stays. Account and workspace cannot change; another host needs the key again."""
    made = connect(hub).json
    for fixed, status in (({"workspace": "x"}, 400), ({"kind": "y"}, 400), ({"account": "y"}, 404)):
        assert hub.operator("PATCH", f"{PATH}/{made['id']}", fixed, account="acme").status == status
    fields = {
        "name": "New",
        "users": USERS[:1],
        "base_url": "https://new.example/crm/",
        "access_key": KEY,
    }
    changed = hub.operator("PATCH", f"{PATH}/{made['id']}", fields, account="acme")
    expected = {**made, "name": "New", "users": USERS[:1], "base_url": "https://new.example/crm"}
    assert (changed.status, changed.json) == (200, expected)
    (destination,) = hub.operator("GET", "/admin/destinations", account="acme").json["destinations"]
    assert destination["url"].startswith("https://new.example/crm/api/v1/crm/")


def asks(hub: Hub, key: str) -> int:
    """How a CRM with this key fares, which asks for a call of nobody."""
    hub.restart()
    return hub.request("POST", "/api/v1/crm/communications/call", {}, {"X-XCOM-AccessKey": key}).status


def test_another_key_takes_the_place_of_the_old_one(hub: Hub) -> None:
    """At once."""
    made = connect(hub).json
    hub.operator("PATCH", f"{PATH}/{made['id']}", {"access_key": "another-key-of-the-crm-0"}, account="acme")
    assert [asks(hub, key) for key in (KEY, "another-key-of-the-crm-0")] == [401, 409]


def test_a_connector_that_is_gone_leaves_nothing(hub: Hub) -> None:
    """No destination and no key; it can be made again."""
    made = connect(hub).json
    assert hub.operator("DELETE", f"{PATH}/{made['id']}", account="acme").status == 204
    assert hub.operator("GET", "/admin/destinations", account="acme").json == {"destinations": [], "cursor": None}
    assert asks(hub, KEY) == 401
    assert connect(hub).status == 201
    assert asks(hub, KEY) == 409


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_another_accounts_connector_is_not_found(hub: Hub, method: str) -> None:
    """Under its own number."""
    made = connect(hub).json
    hub.account("other")
    answer = hub.operator(method, f"{PATH}/{made['id']}", {} if method == "PATCH" else None, account="other")
    assert_refused(answer, 404, "not_found", "connector")


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_the_crm_denies_is_refused(hub: Hub, receiver: Receiver, status: int) -> None:
    """Nothing is made or changed; the key is tried with a question that changes nothing at the CRM."""
    receiver.behave = answering(status)
    refused = connect(hub, base_url=receiver.url)
    assert_refused(refused, 400, "invalid", "access_key")
    assert KEY not in refused.text
    assert [(one.method, one.headers["x-xcom-accesskey"]) for one in receiver.requests] == [("GET", KEY)]
    assert hub.operator("GET", PATH, account="acme").json == {"connectors": [], "cursor": None}
    receiver.behave = answering(409)
    made = connect(hub, base_url=receiver.url).json
    receiver.behave = answering(status)
    changed = hub.operator("PATCH", f"{PATH}/{made['id']}", {"access_key": "another-key-of-the-crm-1"}, account="acme")
    assert_refused(changed, 400, "invalid", "access_key")


@pytest.mark.parametrize("status", [200, 404, 409, 500])
def test_a_crm_that_says_nothing_of_the_key_is_connected(hub: Hub, receiver: Receiver, status: int) -> None:
    """The CRM does not know the call, is in trouble, or has no such question."""
    receiver.behave = answering(status)
    assert connect(hub, base_url=receiver.url).status == 201
