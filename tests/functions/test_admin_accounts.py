"""The operator's API: accounts, tokens, sources, extensions and subscriptions."""

from base64 import b64encode
from typing import Any

import jwt
import pytest

from switchboard import bootstrap
from switchboard.dialects.registry import DIALECTS, by_webhook
from switchboard.kernel.strong_keys import is_strong
from tests.functions.test_operator import assert_refused
from tests.support.builders import NOON
from tests.support.hub import Hub
from tests.support.stack import TOKEN_KEY
from tests.unit.builders import sample


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "read_clock", lambda: NOON)


def test_an_account_is_made_and_shown(hub: Hub) -> None:
    """201 with everything that is known of it, and the same again by its id."""
    made = hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "ООО Вектор", "timezone": "Asia/Omsk"})
    wanted = {
        "id": "acme",
        "name": "ООО Вектор",
        "created_at": "2026-03-14T12:00:00+00:00",
        "region": "RU",
        "timezone": "Asia/Omsk",
        "recording_days": 365,
        "callerid_num": "",
        "lost_after": 14400,
        "allow_self": False,
        "state": "active",
        "daily_events": 2_000_000,
        "daily_deliveries": 5_000_000,
        "limits": {
            "requests_per_second": 200,
            "originates_per_day": 5_000,
            "prefixes": [],
            "speech_characters_per_day": 100_000,
            "email": False,
            "storage_bytes": 100 * 2**30,
        },
    }
    assert (made.status, made.json) == (201, wanted)
    spent = {"spent_today": {"deliveries": 0, "events": 0}}
    assert hub.operator("GET", "/admin/accounts/acme").json == {**wanted, **spent}


def test_accounts_are_listed(hub: Hub) -> None:
    """All of them."""
    for id_ in ("b", "a"):
        hub.account(id_)
    assert [one["id"] for one in hub.operator("GET", "/admin/accounts").json["accounts"]] == ["a", "b"]


def test_an_account_id_is_taken_once(hub: Hub) -> None:
    """The second is a 409."""
    hub.account()
    assert_refused(hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "x"}), 409, "conflict", "id")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "Capital"}, "id"),
        ({"id": "with#hash"}, "id"),
        ({"id": "-dash"}, "id"),
        ({"id": "x" * 33}, "id"),
        ({"id": None}, "id"),
        ({"region": "XX"}, "region"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
    ],
    ids=str,
)
def test_a_bad_account_is_refused_by_the_name_of_its_field(hub: Hub, change: dict[str, Any], field: str) -> None:
    """And is not made."""
    answer = hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "x", **change})
    assert_refused(answer, 400, "invalid", field)
    assert hub.stack.items("AccountsTable") == []


def test_a_part_of_an_account_is_changed(hub: Hub) -> None:
    """What is not named stays. The id cannot be changed."""
    hub.account()
    assert_refused(hub.operator("PATCH", "/admin/accounts/acme", {"id": "other"}), 400, "invalid", "id")
    answer = hub.operator("PATCH", "/admin/accounts/acme", {"name": "New"})
    assert (answer.status, answer.json["id"], answer.json["name"], answer.json["region"]) == (200, "acme", "New", "RU")
    assert answer.json.items() <= hub.operator("GET", "/admin/accounts/acme").json.items()


def test_a_token_is_shown_once(hub: Hub) -> None:
    """201 with the text, a JWT of the documented claims; the list and the table do not have it."""
    hub.account("other")
    hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "Acme"})
    made = hub.operator(
        "POST", "/admin/tokens", {"account": "acme", "kind": "vpbx", "name": "CRM", "expires_at": "2030-01-01T00:00:00"}
    )
    text = made.json["token"]
    claims = jwt.decode(text, TOKEN_KEY, ["HS256"])
    assert made.status == 201
    assert claims.items() >= {"domain": "acme", "name": "CRM", "expire_datetime": "2030-01-01 05:00:00"}.items()
    listed = hub.operator("GET", "/admin/tokens", account="acme")
    assert listed.json["tokens"] == [{name: value for name, value in made.json.items() if name != "token"}]
    assert text not in listed.text + str(hub.stack.items("AccountsTable")) + hub.log.getvalue()


@pytest.mark.parametrize("kind", ["cato", "sprecord", "kontur"])
def test_tokens_of_the_other_apis_are_random(hub: Hub, kind: str) -> None:
    """Two of them differ, and nobody can guess either."""
    hub.account()
    body = {"account": "acme", "kind": kind}
    texts = {hub.operator("POST", "/admin/tokens", body).json["token"] for _ in range(2)}
    assert len(texts) == 2
    assert all(len(text) >= 32 for text in texts)


def test_two_tokens_of_one_name_differ(hub: Hub) -> None:
    """Even of the same second."""
    hub.account()
    body = {"account": "acme", "kind": "vpbx", "name": "crm"}
    assert len({hub.operator("POST", "/admin/tokens", body).json["token"] for _ in range(2)}) == 2


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"account": "nobody"}, 404, "account"),
        ({"account": None}, 400, "account"),
        ({"kind": "fax"}, 400, "kind"),
        ({"expires_at": "tomorrow"}, 400, "expires_at"),
    ],
    ids=str,
)
def test_a_bad_request_for_a_token_is_refused(hub: Hub, change: dict[str, Any], status: int, field: str) -> None:
    """By the name of its field."""
    hub.account()
    answer = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx", **change})
    assert_refused(answer, status, "not_found" if status == 404 else "invalid", field)


def test_a_token_is_revoked(hub: Hub) -> None:
    """204 without a body; it stays in the list, marked."""
    hub.account()
    made = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).json
    answers = [hub.operator("DELETE", f"/admin/tokens/{made['id']}") for _ in range(2)]
    shown = {one["id"]: one for one in hub.operator("GET", "/admin/tokens", account="acme").json["tokens"]}
    assert [(answer.status, answer.text) for answer in answers] == [(204, "")] * 2
    assert shown[made["id"]]["revoked_at"] == "2026-03-14T12:00:00+00:00"


SOURCE = {"account": "acme", "dialect": "sprecord", "name": "Office"}


def test_a_source_is_connected(hub: Hub) -> None:
    """201 with the address that its PBX posts to, which nobody can guess."""
    hub.account()
    made = hub.operator("POST", "/admin/sources", SOURCE)
    source = made.json
    assert (made.status, source["dialect"], source["auth"]) == (201, "sprecord", {"type": "none"})
    assert source["webhook_url"] == f"https://hub.example/webhooks/sprecord/{source['id']}"
    assert (len(source["id"]) >= 22, source["history_days"]) == (True, 1)
    shown = hub.operator("GET", f"/admin/sources/{source['id']}").json
    assert shown == {**source, "upstream": None, "activity": shown["activity"]}
    assert hub.operator("GET", "/admin/sources", account="acme").json == {
        "sources": [{**source, "activity": shown["activity"]}],
        "cursor": None,
    }
    bare = hub.operator("GET", "/admin/sources", account="acme", activity="false").json
    assert bare == {"sources": [source], "cursor": None}


def test_a_connected_source_takes_events(hub: Hub) -> None:
    """The address works as it is shown."""
    hub.account()
    url = hub.operator("POST", "/admin/sources", SOURCE).json["webhook_url"]
    assert hub.request("POST", url.removeprefix("https://hub.example"), {"event_type": "startup"}).status == 200


def test_without_a_public_address_the_gateways_own_is_shown(hub: Hub) -> None:
    """As the request came in."""
    hub.stack.refs["PublicUrl"] = ""
    hub.account()
    url = hub.operator("POST", "/admin/sources", SOURCE).json["webhook_url"]
    assert url.startswith("https://abc123def4.execute-api.us-east-1.amazonaws.com/v1/webhooks/sprecord/")


HIDDEN = "hidden-credentials-of-a-pbx-1"
AUTHS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "basic": ({"type": "basic", "login": "pbx", "password": HIDDEN}, {"type": "basic"}),
    "bearer": ({"type": "bearer", "token": HIDDEN}, {"type": "bearer"}),
    "body": ({"type": "body", "field": "key", "value": HIDDEN}, {"type": "body", "field": "key"}),
}


@pytest.mark.parametrize(("auth", "shown"), AUTHS.values(), ids=AUTHS)
def test_credentials_of_a_source_are_never_shown(hub: Hub, auth: dict[str, str], shown: dict[str, str]) -> None:
    """Nor are they kept or logged."""
    hub.account()
    made = hub.operator("POST", "/admin/sources", {**SOURCE, "auth": auth})
    assert made.json["auth"] == shown
    listed = hub.operator("GET", "/admin/sources", account="acme")
    assert HIDDEN not in made.text + listed.text + str(hub.stack.items("AccountsTable")) + hub.log.getvalue()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"account": "nobody"}, 404, "account"),
        ({"dialect": "fax"}, 400, "dialect"),
        ({"region": "XX"}, 400, "region"),
        ({"timezone": "Mars/Base"}, 400, "timezone"),
        ({"verification": "xml"}, 400, "verification"),
        ({"auth": {"type": "hmac"}}, 400, "auth.type"),
        ({"auth": {"type": "basic", "password": HIDDEN}}, 400, "auth.login"),
        ({"auth": {"type": "basic", "login": "a", "password": "12345678"}}, 400, "auth.password"),
        ({"auth": {"type": "bearer", "token": "1"}}, 400, "auth.token"),
        ({"auth": {"type": "bearer", "token": "a" * 64}}, 400, "auth.token"),
        ({"auth": {"type": "body", "field": "key", "value": "0123456789" * 3}}, 400, "auth.value"),
        ({"auth": {"hmac": {"header": "X-A", "secret": "sesame"}}}, 400, "auth.hmac.secret"),
        ({"auth": {"type": "body", "value": "a"}}, 400, "auth.field"),
        ({"auth": "none"}, 400, "auth"),
    ],
    ids=str,
)
def test_a_bad_source_is_refused_by_the_name_of_its_field(
    hub: Hub, change: dict[str, Any], status: int, field: str
) -> None:
    """And is not made."""
    hub.account()
    answer = hub.operator("POST", "/admin/sources", {**SOURCE, **change})
    assert_refused(answer, status, "not_found" if status == 404 else "invalid", field)
    assert hub.operator("GET", "/admin/sources", account="acme").json == {"sources": [], "cursor": None}


def test_a_part_of_a_source_is_changed(hub: Hub) -> None:
    """What is not named stays: id, account, dialect and credentials."""
    hub.account()
    made = hub.operator("POST", "/admin/sources", {**SOURCE, "auth": AUTHS["bearer"][0]}).json
    path = f"/admin/sources/{made['id']}"
    for fixed in ({"account": "other"}, {"dialect": "vpbx"}):
        assert_refused(hub.operator("PATCH", path, {"verification": "json", **fixed}), 400, "invalid", *fixed)
    answer = hub.operator("PATCH", path, {"verification": "json"})
    assert (answer.status, answer.json) == (200, {**made, "verification": "json"})
    refused = hub.request("POST", f"/webhooks/sprecord/{made['id']}", {})
    assert refused.status == 401


def test_a_source_is_disconnected(hub: Hub) -> None:
    """204 without a body, and its address is gone."""
    hub.account()
    hub.source()
    answer = hub.operator("DELETE", "/admin/sources/s-office")
    assert (answer.status, answer.text) == (204, "")
    assert hub.operator("GET", "/admin/sources/s-office").status == 404


def test_events_of_no_call_are_shown_by_their_source(hub: Hub) -> None:
    """Newest first, with the payload as it came, a page at a time."""
    hub.account()
    hub.source(dialect="sprecord")
    for n in range(3):
        hub.request("POST", "/webhooks/sprecord/s-office", {"event_type": "startup", "n": n})
    hub.work()
    first = hub.operator("GET", "/admin/sources/s-office/events", limit="2").json
    rest = hub.operator("GET", "/admin/sources/s-office/events", limit="2", cursor=first["cursor"]).json
    shown = [event["raw"]["n"] for event in first["events"] + rest["events"]]
    assert (sorted(shown), len(first["events"]), rest["cursor"]) == ([0, 1, 2], 2, None)


def test_an_extension_is_added_and_removed(hub: Hub) -> None:
    """201, listed, 204, gone."""
    hub.account()
    made = hub.operator("POST", "/admin/extensions", {"account": "acme", "number": 101, "name": "Анна"})
    wanted = {"account": "acme", "id": 1, "number": "101", "name": "Анна"}
    assert (made.status, made.json) == (201, wanted)
    assert hub.operator("GET", "/admin/extensions", account="acme").json == {"extensions": [wanted], "cursor": None}
    gone = hub.operator("DELETE", "/admin/extensions/101", account="acme")
    assert (gone.status, gone.text) == (204, "")
    assert hub.operator("GET", "/admin/extensions", account="acme").json == {"extensions": [], "cursor": None}


def test_an_extension_is_taken_once(hub: Hub) -> None:
    """The second is a 409."""
    hub.account()
    body = {"account": "acme", "number": "101"}
    hub.operator("POST", "/admin/extensions", body)
    answer = hub.operator("POST", "/admin/extensions", body)
    assert (answer.status, answer.json["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "10a",
        "+101",
        "1" * 16,
        None,
        "١٢٣",
    ],
)
def test_a_bad_number_of_an_extension_is_refused(hub: Hub, number: Any) -> None:
    """By the name of its field."""
    hub.account()
    answer = hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    assert_refused(answer, 400, "invalid", "number")


def test_subscriptions_are_shown_without_their_credentials(hub: Hub) -> None:
    """The operator sees where events go, and not with which secret."""
    auth = hub.account()
    wish = {"event_name": "end.call", "webhook_url": "https://crm.example/", "auth_type": "BearerTokenAuth"}
    hub.request("POST", "/api/v1/events/subscribe", {**wish, "auth_string": "hidden-one"}, auth)
    answer = hub.operator("GET", "/admin/subscriptions", account="acme")
    (shown,) = answer.json["subscriptions"]
    assert (shown["event_name"], shown["url"], shown["signed"]) == ("end.call", "https://crm.example/", False)
    assert "hidden-one" not in answer.text


def test_a_signing_secret_is_shown_once(hub: Hub) -> None:
    """201 with the secret; from then on the subscription is signed, and nobody is shown how."""
    auth = hub.account()
    wish = {"event_name": "end.call", "webhook_url": "https://crm.example/"}
    hub.request("POST", "/api/v1/events/subscribe", wish, auth)
    made = hub.operator("POST", "/admin/subscriptions/1/secret", account="acme")
    assert made.status == 201
    assert made.json["secret"].startswith("whsec_")
    listed = hub.operator("GET", "/admin/subscriptions", account="acme")
    assert listed.json["subscriptions"][0]["signed"] is True
    assert made.json["secret"] not in listed.text + hub.log.getvalue()


def test_nothing_of_a_request_stays_behind_in_the_next(hub: Hub) -> None:
    """A warm function does not mix two requests up."""
    for id_ in ("a", "b"):
        hub.account(id_)
        hub.operator("POST", "/admin/extensions", {"account": id_, "number": "101", "name": id_})
    shown = [hub.operator("GET", "/admin/extensions", account=id_).json["extensions"][0]["name"] for id_ in ("a", "b")]
    assert shown == ["a", "b"]


def test_secrets_that_are_left_out_are_made_and_shown_once(hub: Hub) -> None:
    """Each scheme, and the key of signatures; the PBX that shows the secret is let in."""
    hub.account()
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"type": "bearer"}, {"token"}),
        ({"type": "basic", "login": "pbx"}, {"password"}),
        ({"type": "body", "field": "key"}, {"value"}),
        ({"hmac": {"header": "X-A"}}, {"hmac_secret"}),
        ({"type": "bearer", "hmac": {"header": "X-A"}}, {"token", "hmac_secret"}),
        ({"type": "basic"}, {"login", "password"}),
        ({"type": "body"}, {"field", "value"}),
        ({"hmac": {}}, {"hmac_header", "hmac_secret"}),
    ]
    made = {}
    for auth, names in cases:
        made = hub.operator("POST", "/admin/sources", {**SOURCE, "auth": auth})
        secrets = made.json["secrets"]
        assert (made.status, secrets.keys()) == (201, names), auth
        hidden = [text for name, text in secrets.items() if name in {"token", "password", "value", "hmac_secret"}]
        assert all(map(is_strong, hidden))
        shown = hub.operator("GET", f"/admin/sources/{made.json['id']}").text
        assert not any(secret in shown for secret in hidden)
    made = hub.operator("POST", "/admin/sources", {**SOURCE, "auth": {}})
    path = f"/admin/sources/{made.json['id']}"
    token = hub.operator("PATCH", path, {"auth": {"type": "bearer"}}).json["secrets"]["token"]
    where = made.json["webhook_url"].removeprefix("https://hub.example")
    for shown, status in ((token, 200), (f"{token}x", 401)):
        answer = hub.request("POST", where, sample("sprecord/call_end"), {"Authorization": f"Bearer {shown}"})
        assert answer.status == status


@pytest.mark.parametrize("dialect", by_webhook())
def test_an_empty_auth_makes_credentials_as_the_vendors_pbx_can_show_them(hub: Hub, dialect: str) -> None:
    """In every dialect: the made ones let in, others do not. A vendor's own signature needs the vendor's keys."""
    hub.account()
    entry = DIALECTS[dialect]
    made = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": dialect, "auth": {}})
    if entry.signs:
        assert (made.status, made.json["error"]["field"]) == (400, "auth.secret")
        return
    assert (made.status, made.json["auth"]["type"]) == (201, entry.credentials)
    told = made.json.get("secrets", {})
    assert set(told) == {"basic": {"login", "password"}, "body": {"field", "value"}}.get(entry.credentials, set())
    where = made.json["webhook_url"].removeprefix("https://hub.example")
    basic = b64encode(f"{told.get('login')}:{told.get('password')}".encode()).decode()
    shown = [(told.get("value"), basic), ("guess", b64encode(b"switchboard:guess").decode())]
    statuses = [
        hub.request(
            "POST", where, {"no": "event", entry.body_field or "no": value}, {"Authorization": f"Basic {word}"}
        ).status
        for value, word in shown
    ]
    assert [status == 401 for status in statuses] == [False, entry.credentials != "none"]
