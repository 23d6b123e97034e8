"""Who is let into IS.VPBX's API."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from switchboard import bootstrap
from tests.support.builders import NOON
from tests.support.hub import Hub
from tests.support.stack import TOKEN_KEY

PATH = "/api/v1/phones/local"
CLAIMS = {"domain": "acme", "name": "crm", "expire_datetime": "2099-01-01 00:00:00"}


def refusal(hub: Hub, authorization: str) -> str:
    """The message of a 401 in the documented shape."""
    answer = hub.request("GET", PATH, headers={"Authorization": authorization})
    assert (answer.status, answer.json.keys(), answer.json["name"]) == (401, {"name", "message"}, "401 Unauthorized")
    return str(answer.json["message"])


def issue(hub: Hub, **fields: Any) -> tuple[str, str]:
    """The id and the text of a new token."""
    answer = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx", "name": "crm", **fields})
    return answer.json["id"], answer.json["token"]


BAD = {
    "another scheme": "Basic YTpi",
    "no token": "Bearer",
    "no scheme": jwt.encode(CLAIMS, TOKEN_KEY, "HS256"),
    "no JWT": "Bearer abc",
    "two dots and nothing": "Bearer ..",
    "no ASCII": "Bearer Ёж",
    "a foreign signature": "Bearer " + jwt.encode(CLAIMS, "another-key-" * 4, "HS256"),
    "no signature": "Bearer " + jwt.encode(CLAIMS, "", "none"),
    "another algorithm": "Bearer " + jwt.encode(CLAIMS, TOKEN_KEY, "HS384"),
    "our signature, never issued": "Bearer " + jwt.encode(CLAIMS, TOKEN_KEY, "HS256"),
    "very long": "Bearer " + "a" * 100_000,
}


@pytest.mark.parametrize("authorization", BAD.values(), ids=BAD)
def test_a_bad_token_is_refused(hub: Hub, authorization: str) -> None:
    """401 in the documented shape, which does not repeat the token."""
    hub.account()
    _, _, token = authorization.partition(" ")
    message = refusal(hub, authorization)
    assert message
    assert not token or token not in message


def test_the_messages_tell_the_reasons_apart(hub: Hub) -> None:
    """A malformed token is told apart. A forged and an unknown token have one message, which tells nothing of keys."""
    hub.account()
    messages = [refusal(hub, BAD[name]) for name in ("no JWT", "a foreign signature", "our signature, never issued")]
    assert messages == ["The token is malformed.", "The token is not known.", "The token is not known."]


def test_an_issued_token_opens_its_account(hub: Hub) -> None:
    """The text that the operator was shown once is the token."""
    hub.account()
    _, text = issue(hub)
    assert hub.request("GET", PATH, headers={"authorization": f"bearer {text}"}).status == 200


def test_an_expired_token_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its second comes it is good, and then no more, though a warm function remembers it."""
    monkeypatch.setattr(bootstrap, "read_clock", lambda: NOON)
    hub.account()
    _, text = issue(hub, expires_at="2026-03-14T12:00:20")
    assert hub.request("GET", PATH, headers={"Authorization": f"Bearer {text}"}).status == 200
    monkeypatch.setattr(bootstrap, "read_clock", lambda: NOON + timedelta(seconds=20))
    hub.restart()
    assert refusal(hub, f"Bearer {text}") == "The token has expired."


def test_a_revoked_token_says_so(hub: Hub) -> None:
    """A cold function sees the revocation at once."""
    hub.account()
    id_, text = issue(hub)
    hub.operator("DELETE", f"/admin/tokens/{id_}")
    assert refusal(hub, f"Bearer {text}") == "The token has been revoked."


def test_a_warm_function_learns_of_a_revocation_within_a_minute(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is remembered for less than that."""
    clock = [NOON]
    monkeypatch.setattr(bootstrap, "read_clock", lambda: clock[0])
    hub.account()
    id_, text = issue(hub)
    assert hub.request("GET", PATH, headers={"Authorization": f"Bearer {text}"}).status == 200
    hub.operator("DELETE", f"/admin/tokens/{id_}")
    clock[0] += timedelta(seconds=59)
    assert refusal(hub, f"Bearer {text}") == "The token has been revoked."


def test_a_token_of_another_api_opens_nothing_here(hub: Hub) -> None:
    """A token is good for its own API alone."""
    hub.account()
    _, text = issue(hub, kind="sprecord")
    assert refusal(hub, f"Bearer {text}")


def test_no_token_is_logged_or_kept(hub: Hub) -> None:
    """Neither the log nor the table holds the text of a token, good or bad."""
    hub.account()
    _, text = issue(hub)
    for token in (text, BAD["a foreign signature"].split()[1]):
        hub.request("GET", PATH, headers={"Authorization": f"Bearer {token}"})
        assert token not in hub.log.getvalue()
        assert token not in str(hub.stack.items("AccountsTable"))
