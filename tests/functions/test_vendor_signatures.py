"""Sources whose vendor signs its events in its own way, and appends the path of an event to the address."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest

from switchboard.accounts.vendor_signature import SignatureKeys
from switchboard.dialects.registry import DIALECTS, DialectEntry, part_of, signed
from switchboard.dialects.roles import SignatureModule
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub

KEYS = {"key": "key-of-the-vendor-1", "secret": "s3cret-of-the-vendor"}
AUTH = {"type": "signature", **KEYS}


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch, hub: Hub) -> None:
    entry = DialectEntry("tests.support.signing_toy", signs=("key", "secret"), appends_path=True)
    monkeypatch.setitem(DIALECTS, "toy", entry)
    hub.account()


def made(hub: Hub, auth: dict[str, Any], dialect: str = "toy") -> Answer:
    return hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": dialect, "auth": auth})


def sent(hub: Hub, source: Any, body: str, path: str = "") -> int:
    """The status of an event; `path` is appended to the address."""
    event = proxy_event("POST", f"/webhooks/{source['dialect']}/{source['id']}{path}", None)
    names = dict(zip(("group", "event", "detail"), path.split("/")[1:], strict=False))
    event["pathParameters"] = {"dialect_or_source": source["dialect"], "source": source["id"], **names}
    return hub.answer("webhooks/other", event | {"body": body}).status


def form(event: str = "ring", secret: str = KEYS["secret"], **fields: str) -> str:
    sign = sha256(f"{KEYS['key']}{event}{secret}".encode()).hexdigest()
    return urlencode({"event": event, "call": "7", "sign": sign, **fields})


def test_an_event_that_its_vendor_signed_is_taken_and_another_is_401(hub: Hub) -> None:
    """A refused one is counted as wrong credentials. JSON beside the form does not pass for a signed body."""
    source = made(hub, AUTH).json
    assert sent(hub, source, form()) == 200
    tampered = (form(secret="another"), form(sign=""), form("talk", sign="0"), json.dumps({"event": "ring"}))
    assert {sent(hub, source, one) for one in tampered} == {401}
    shown = hub.operator("GET", f"/admin/sources/{source['id']}").json
    assert shown["activity"]["refused"]["credentials"] == len(tampered)
    refused = hub.operator("GET", f"/admin/sources/{source['id']}/refused").json["refused"]
    assert {one["reason"] for one in refused} == {"credentials"}
    assert len(hub.stack.drain("EventsQueue")) == 1


def test_the_keys_are_sealed_and_never_shown(hub: Hub) -> None:
    """The view has the type alone. A change takes new keys at once."""
    source = made(hub, AUTH).json
    assert source["auth"] == {"type": "signature"}
    sent(hub, source, form())
    written = json.dumps(hub.stack.items("AccountsTable")) + hub.log.getvalue()
    assert not [one for one in KEYS.values() if one in written]
    changed = {"auth": {**AUTH, "secret": "another-secret"}}
    assert hub.operator("PATCH", f"/admin/sources/{source['id']}", changed).status == 200
    assert sent(hub, source, form(secret="another-secret")) == 200


@pytest.mark.parametrize(
    ("auth", "dialect", "field"),
    [
        ({**AUTH, "secret": ""}, "toy", "auth.secret"),
        ({**AUTH, "secret": "short"}, "toy", "auth.secret"),
        ({"type": "signature"}, "toy", "auth.secret"),
        ({**AUTH, "key": ""}, "toy", "auth.key"),
        (AUTH, "vpbx", "auth.type"),
    ],
)
def test_a_signature_needs_its_keys_and_a_vendor_that_signs(
    hub: Hub, auth: dict[str, Any], dialect: str, field: str
) -> None:
    """The field is named, also in a change."""
    refused = made(hub, auth, dialect)
    assert (refused.status, refused.json["error"]["field"]) == (400, field)
    source = made(hub, {"type": "none"}, dialect).json
    refused = hub.operator("PATCH", f"/admin/sources/{source['id']}", {"auth": auth})
    assert (refused.status, refused.json["error"]["field"]) == (400, field)


def test_a_path_is_appended_by_a_vendor_that_does_so_alone(hub: Hub) -> None:
    """Two parts or three; 404 for any other vendor's source."""
    toy, office = made(hub, AUTH).json, made(hub, {"type": "none"}, "callevents").json
    assert sent(hub, toy, form(), "/events/call") == sent(hub, toy, form("desk"), "/events/record/added") == 200
    assert sent(hub, office, '{"HookType": "CreateIncCall"}', "/events/call") == 404


@pytest.mark.parametrize("name", signed())
def test_a_vendor_that_signs_has_its_check(name: str) -> None:
    """Nothing passes without a signature."""
    module = part_of(name, "signature", SignatureModule)
    assert not module.is_signed({"event": "ring"}, {}, SignatureKeys(KEYS["secret"], KEYS["key"]))
