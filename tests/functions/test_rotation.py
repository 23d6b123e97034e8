"""What is replaced with an overlap: the signing key, the stack's secret, and the address of a source."""

from datetime import timedelta

import pytest

from switchboard import bootstrap
from switchboard.bootstrap import now
from tests.support.hub import OPERATOR, Hub
from tests.unit.builders import sample

NEW = "0Xv3-a-new-secret-of-the-stack-of-the-tests"
DAY = timedelta(days=1)


def put(hub: Hub, name: str) -> None:
    """Write a new version of a secret of the stack, and let every function know."""
    arn = hub.stack.environment("admin/accounts")[name]
    hub.stack.clients.secrets.put_secret_value(SecretId=arn, SecretString=NEW)
    hub.restart()


def later(monkeypatch: pytest.MonkeyPatch, hub: Hub, by: timedelta) -> None:
    """Let time pass."""
    at = now() + by
    monkeypatch.setattr(bootstrap, "read_clock", lambda: at)
    hub.restart()


def test_tokens_outlive_their_signing_key_by_a_year(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is issued after the change has the new key."""
    old = hub.account()
    put(hub, "TOKEN_KEY_SECRET")
    new = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).json["token"]
    for auth in (old, {"Authorization": f"Bearer {new}"}):
        assert hub.request("GET", "/api/v1/phones/local", headers=auth).status == 200
    later(monkeypatch, hub, 367 * DAY)
    assert hub.request("GET", "/api/v1/phones/local", headers=old).status == 401


def test_the_operators_secret_is_accepted_for_a_day_after_its_change(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are good meanwhile."""
    put(hub, "OPERATOR_SECRET")
    new = {"Authorization": f"Bearer {NEW}"}
    assert [hub.request("GET", "/admin/accounts", headers=one).status for one in (OPERATOR, new)] == [200, 200]
    later(monkeypatch, hub, 2 * DAY)
    assert [hub.request("GET", "/admin/accounts", headers=one).status for one in (OPERATOR, new)] == [401, 200]


def test_the_address_of_a_source_is_replaced_with_an_overlap(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new addresses are one source; after the overlap the old ones are unknown, as is a deleted source's."""
    hub.account()
    made = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "vpbx"}).json
    path, urls = f"/admin/sources/{made['id']}", [made["webhook_url"]]
    for overlap in (10 * 86_400, 3600):
        changed = hub.operator("PATCH", path, {"new_address": {"overlap": overlap}}).json
        assert [one["webhook_url"] for one in changed["former_urls"]] == urls
        urls.append(changed["webhook_url"])

    def statuses() -> list[int]:
        hub.restart()
        body = sample("vpbx/start_call")
        return [hub.request("POST", url.removeprefix("https://hub.example"), body).status for url in urls]

    assert (len(set(urls)), statuses()) == (3, [200, 200, 200])
    assert hub.operator("PATCH", path, {"name": "branch"}).json["webhook_url"] == urls[-1]
    later(monkeypatch, hub, timedelta(hours=2))
    assert statuses() == [404, 404, 200]
    assert hub.operator("GET", path).json["webhook_url"] == urls[-1]
    for wrong in (5, None, {"overlap": -1}, {"overlap": 31 * 86_400}, {"overlp": 1}):
        assert hub.operator("PATCH", path, {"new_address": wrong}).status == 400, wrong
    assert hub.operator("DELETE", path).status == 204
    assert statuses() == [404, 404, 404]
