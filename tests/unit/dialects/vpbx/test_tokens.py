import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from switchboard.dialects.vpbx.tokens import kid_of, read_token, write_token
from switchboard.errors import Unauthorized
from tests.support.builders import a_token

KEY = "a signing key of the tests, long enough for HS256"


def refusal(authorization: str | None) -> str:
    with pytest.raises(Unauthorized) as caught:
        read_token(authorization, KEY)
    return caught.value.message


def test_a_token_is_a_jwt_with_the_documented_claims() -> None:
    """HS256, with the account, the name and the expiry on Yekaterinburg's clocks."""
    text = write_token(a_token(name="crm", expires_at=datetime(2030, 1, 1, 12, tzinfo=UTC)), KEY)
    claims = jwt.decode(text, KEY, ["HS256"])
    assert claims.pop("jti")
    assert claims == {"domain": "acme", "name": "crm", "expire_datetime": "2030-01-01 17:00:00"}


def test_two_tokens_of_the_same_name_differ() -> None:
    """Otherwise revoking one would revoke the other."""
    assert write_token(a_token(id="t-1"), KEY) != write_token(a_token(id="t-2"), KEY)


def test_a_token_may_be_for_ever() -> None:
    """The last second of the calendar can be written, whatever the zone."""
    assert write_token(a_token(expires_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)), KEY)


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   ", " Bearer "])
def test_a_token_is_found_behind_the_scheme(scheme: str) -> None:
    """In any letter case, with any white space."""
    text = write_token(a_token(), KEY)
    assert read_token(f"{scheme}{text} ", KEY) == text


@pytest.mark.parametrize("authorization", [None, ""])
def test_a_missing_header_is_told_in_the_documented_words(authorization: str | None) -> None:
    """Clients may match the message."""
    assert refusal(authorization) == "There is no Authorization header in request."


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Basic abc", "token", "   "])
def test_another_scheme_is_refused(authorization: str) -> None:
    """And the right form is told."""
    assert refusal(authorization) == "The Authorization header must be: Bearer <token>."


@pytest.mark.parametrize("text", ["abc", "a.b.c", "..", "токен", "x" * 10_000])
def test_what_is_no_jwt_is_malformed(text: str) -> None:
    """And is said to be."""
    assert refusal(f"Bearer {text}") == "The token is malformed."


def test_a_token_of_another_key_is_refused() -> None:
    """Only what we signed is ours."""
    forged = write_token(a_token(), "another key that is just as long as ours is")
    assert refusal(f"Bearer {forged}") == "The token is not known."


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_a_token_of_another_algorithm_is_refused(algorithm: str) -> None:
    """The token does not choose how it is checked."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    forged = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part({'domain': 'acme'})}."
    assert refusal(f"Bearer {forged}") == "The token is malformed."


def test_tokens_of_the_key_before_are_accepted_for_as_long_as_the_key_is() -> None:
    """Tokens with the id of their key, and older tokens without an id."""
    new = "another signing key of the tests, as long as the first"
    claims = {"domain": "acme", "name": "crm", "expire_datetime": "2030-01-01 17:00:00"}
    kept, plain = write_token(a_token(), KEY), jwt.encode(claims, KEY, "HS256")
    assert jwt.get_unverified_header(kept)["kid"] == kid_of(KEY) != kid_of(new)
    for text in (kept, plain):
        assert read_token(f"Bearer {text}", new, lambda: KEY) == text
        for previous in ("", "a third signing key of the tests, as long as the others"):
            with pytest.raises(Unauthorized):
                read_token(f"Bearer {text}", new, lambda previous=previous: previous)  # type: ignore[misc]
