"""The trail of what was changed through the operator's API."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from switchboard.accounts.audit.model import AuditRecord
from switchboard.aws.audit_rows import AuditRows
from switchboard.lambdas.audit import kind_of, view_of
from switchboard.lambdas.known_names import BODYLESS
from switchboard.lambdas.rights import RIGHTS
from tests.functions.test_admin_operators import ROUTES, at_nothing
from tests.functions.test_operator import assert_refused
from tests.support.hub import OPERATOR, Hub
from tests.support.operators_day import an_operator

PATH = "/admin/audit"
NUMBER = "+79161234567"


def records(hub: Hub, **query: str) -> list[dict[str, Any]]:
    """The records, newest first within an account."""
    found: list[dict[str, Any]] = hub.operator("GET", PATH, **query).json["records"]
    return found


def test_every_change_leaves_a_record_and_no_reading_does(hub: Hub) -> None:
    """On each route of the table, with its outcome, the sender, the address and the request."""
    hub.account()
    expected = []
    for route in ROUTES:
        body = None if route.name in BODYLESS else {"account": "acme"}
        answer = hub.request(route.method, at_nothing(route), body, OPERATOR)
        if route.method != "GET":
            expected.append((route.name, answer.status))
    found = records(hub, limit="200")
    assert {(one["action"], one["status"]) for one in found} == set(expected)
    assert {(one["actor"], one["address"], len(one["request_id"])) for one in found} == {
        ("operator:stack", "203.0.113.7", 36)
    }


def test_a_record_shows_the_object_before_and_after_without_secrets(hub: Hub) -> None:
    """Neither a credential that was sent, nor one that was answered, nor a whole number."""
    hub.account()
    wish = {"account": "acme", "dialect": "standard", "url": "https://crm.example/?key=pass-2", "name": f"CRM {NUMBER}",
            "auth": {"type": "bearer", "token": "pass-3"}}  # fmt: skip
    made = hub.operator("POST", "/admin/destinations", wish)
    assert made.status == 201, made.text
    hub.operator("PATCH", f"/admin/destinations/{made.json['id']}", {"name": "New"}, account="acme")
    hub.operator("DELETE", f"/admin/destinations/{made.json['id']}", account="acme")
    hub.operator("PUT", "/admin/accounts/acme/do-not-call/%2B79161234567", {"reason": f"asked, {NUMBER}"})
    put, deleted, changed, added = records(hub, account="acme")
    assert [one["target"]["kind"] for one in (put, added)] == ["do-not-call", "destinations"]
    assert [one["target"]["id"] for one in (deleted, changed, added)] == [str(made.json["id"])] * 3
    assert (added["before"], deleted["after"], added["after"]["secret"]) == (None, None, "***")
    assert (changed["before"]["name"], changed["after"]["name"], deleted["before"]["name"]) == (
        "CRM ***567",
        "New",
        "New",
    )
    text = json.dumps(records(hub, account="acme")) + str(hub.stack.items("ActivityTable"))
    for secret in ("pass-2", "pass-3", made.json["secret"], NUMBER[1:], NUMBER[2:]):
        assert secret not in text, secret


def test_records_are_found_by_account_actor_action_and_time(hub: Hub) -> None:
    """And by pages; a bounded operator sees its accounts alone."""
    hub.account()
    hub.account("other")
    anna = an_operator(hub, "anna", accounts=["other"])
    for account, auth in (("acme", OPERATOR), ("other", anna), ("other", OPERATOR)):
        answer = hub.request("POST", "/admin/tokens", {"account": account, "kind": "vpbx"}, auth)
        hub.request("DELETE", f"/admin/tokens/{answer.json['id']}", None, auth)
    deletes = "DELETE /admin/tokens/{token}"
    assert len(records(hub, account="other")) == 4
    assert {(one["actor"], one["account"]) for one in records(hub, actor="operator:anna")} == {
        ("operator:anna", "other")
    }
    assert sorted(one["account"] for one in records(hub, action=deletes)) == ["acme", "other", "other"]
    now = datetime.now(UTC)
    for query, count in (
        ({"since": (now - timedelta(minutes=5)).isoformat()}, 4),
        ({"since": (now + timedelta(minutes=5)).isoformat()}, 0),
        ({"until": (now - timedelta(minutes=5)).isoformat()}, 0),
        ({"until": (now + timedelta(minutes=5)).isoformat()}, 4),
    ):
        assert len(records(hub, account="other", **query)) == count, query
    mine = hub.request("GET", PATH, None, anna, {"limit": "200"}).json["records"]
    assert {one["account"] for one in mine} == {"other"}
    assert_refused(hub.request("GET", PATH, None, anna, {"account": "acme"}), 404, "not_found", "account")


def test_all_pages_together_are_the_trail_in_each_format(hub: Hub) -> None:
    """JSON, JSON Lines and CSV tell the same; a spreadsheet takes no cell for a formula."""
    for name in ("=1+1", "b", "c"):
        hub.operator("POST", "/admin/accounts", {"id": "acme" + str(len(name)), "name": name})
    every = records(hub, limit="200")
    paged, cursor = [], ""
    while cursor is not None:
        page = hub.operator("GET", PATH, limit="1", **({"cursor": cursor} if cursor else {})).json
        paged, cursor = paged + page["records"], page["cursor"]
    assert (len(every), paged) == (3, every)
    lines = hub.operator("GET", PATH, format="jsonl", limit="2")
    assert [json.loads(line) for line in lines.text.splitlines()] == every[:2]
    assert "X-Next-Cursor" in lines.headers
    text = hub.operator("GET", PATH, format="csv").text
    table = list(csv.DictReader(StringIO(text)))
    assert [(row["action"], row["target_id"]) for row in table] == [
        (one["action"], one["target"]["id"] or "") for one in every
    ]
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    for query in ({"format": "xml"}, {"since": "yesterday"}, {"cursor": "x"}):
        assert hub.operator("GET", PATH, **query).status == 400, query


def test_nothing_is_changed_that_cannot_be_recorded(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first record comes before the change; an outcome that cannot be written takes no answer away."""
    hub.account()
    keep, allowed = AuditRows.keep, [True, False, False]

    def failing(self: AuditRows, record: AuditRecord) -> None:
        if not allowed.pop(0):
            raise OSError("no table")
        keep(self, record)

    monkeypatch.setattr(AuditRows, "keep", failing)
    body = {"account": "acme", "number": "101"}
    statuses = [hub.operator("POST", "/admin/extensions", body | {"number": one}).status for one in ("101", "102")]
    assert (statuses, len(hub.operator("GET", "/admin/extensions", account="acme").json["extensions"])) == (
        [201, 500],
        1,
    )
    monkeypatch.undo()
    assert [one["status"] for one in records(hub, account="acme")] == [None]


def test_a_record_is_kept_for_400_days(hub: Hub) -> None:
    """Then DynamoDB removes it."""
    hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "Acme"})
    (row,) = [row for row in hub.stack.items("ActivityTable") if row["pk"]["S"].startswith("AUDIT#")]
    days = timedelta(seconds=int(row["expires_at"]["N"]) - datetime.now(UTC).timestamp()) / timedelta(days=1)
    assert 399 < days < 401


def test_the_view_before_a_change_is_read_where_the_function_shows_it() -> None:
    """At the path itself, above an action, or in a list; creations have none."""
    seen = {name: view for name in RIGHTS if not name.startswith("GET ") and (view := view_of(*name.split(" ")))}
    paths = {name: (view.path, view.entry) for name, view in seen.items()}
    assert paths["PATCH /admin/sources/{source}"] == ("/admin/sources/{source}", "")
    assert paths["POST /admin/recordings/{recording}/retry"] == ("/admin/recordings/{recording}", "")
    assert paths["DELETE /admin/extensions/{number}"] == ("/admin/extensions", "number")
    assert paths["PUT /admin/accounts/{account}/telephony"] == ("/admin/accounts/{account}/telephony", "")
    assert not {"POST /admin/sources", "PUT /admin/accounts/{account}/do-not-call", "POST /admin/calls"} & set(paths)
    kinds = {kind_of(name.split(" ")[1]) for name in RIGHTS}
    assert {"sources", "tokens", "accounts", "deliveries", "telephony", "do-not-call", "operators"} <= kinds
    assert not {"connect", "erase", "replay", "secret", "admin"} & kinds
