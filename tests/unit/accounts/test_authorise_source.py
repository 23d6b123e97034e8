import base64
from typing import Any

import pytest

from switchboard.accounts.authorise_source import authorise_source, without_credentials
from switchboard.accounts.digests import digest_of, matches, new_id, new_secret
from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.errors import Unauthorized
from tests.support.builders import a_source


def basic(credentials: str | bytes) -> str:
    raw = credentials if isinstance(credentials, bytes) else credentials.encode()
    return base64.b64encode(raw).decode()


def guarded(scheme: AuthScheme, secret: str = "", field: str = "") -> Source:
    return a_source(auth=SourceAuth(scheme, digest_of(secret) if secret else "", field))


BASIC = guarded(AuthScheme.BASIC, "логин:pass:word")
BEARER = guarded(AuthScheme.BEARER, "t0k-en")
BODY = guarded(AuthScheme.BODY, "sesame", "token")
NUMBER = guarded(AuthScheme.BODY, "1234", "pin")


@pytest.mark.parametrize(
    ("source", "header", "body"),
    [
        (guarded(AuthScheme.NONE), "", {}),
        (guarded(AuthScheme.NONE), "Basic whatever", {"token": 1}),
        (BASIC, f"Basic {basic('логин:pass:word')}", {}),
        (BASIC, f"bASIC {basic('логин:pass:word')}", {}),
        (BASIC, f"Basic  {basic('логин:pass:word')}", {}),
        (BASIC, f"  BASIC\t {basic('логин:pass:word')} \t", {}),
        (BASIC, f"Basic {basic('логин:pass:word').rstrip('=')}", {}),
        (BEARER, "Bearer t0k-en", {}),
        (BEARER, "bearer   t0k-en ", {}),
        (BODY, "", {"token": "sesame", "event": 1}),
        (BODY, "Bearer nonsense", {"token": "sesame"}),
        (NUMBER, "", {"pin": 1234}),
    ],
)
def test_good_credentials_are_let_in(source: Source, header: str, body: dict[str, Any]) -> None:
    """Each scheme with its own, the scheme's word in any letter case."""
    assert authorise_source(source, header, body) is None


@pytest.mark.parametrize(
    ("source", "header", "body"),
    [
        (BASIC, "", {}),
        (BASIC, "Basic", {}),
        (BASIC, "Basic ", {}),
        (BASIC, "Basic логин:pass:word", {}),
        (BASIC, "Basic !!!!", {}),
        (BASIC, f"Basic {basic(bytes([0xFF, 0xFE]))}", {}),
        (BASIC, f"Basic {basic('логин:wrong')}", {}),
        (BASIC, f"Bearer {basic('логин:pass:word')}", {}),
        (BASIC, basic("логин:pass:word"), {}),
        (BEARER, "", {}),
        (BEARER, "Bearer", {}),
        (BEARER, "t0k-en", {}),
        (BEARER, "Bearer T0K-EN", {}),
        (BEARER, "Basic t0k-en", {}),
        (BEARER, "Bearer t0k-en x", {}),
        (BEARER, "", {"token": "t0k-en"}),
        (BODY, "", {}),
        (BODY, "", {"token": None}),
        (BODY, "", {"token": ["sesame"]}),
        (BODY, "", {"token": "Sesame"}),
        (BODY, "", {"params": {"token": "sesame"}}),
        (BODY, "Bearer sesame", {}),
    ],
)
def test_all_else_is_refused(source: Source, header: str, body: dict[str, Any]) -> None:
    """Missing, malformed, of another scheme, or in another place."""
    with pytest.raises(Unauthorized) as caught:
        authorise_source(source, header, body)
    assert "sesame" not in caught.value.message


def test_a_token_in_the_body_is_taken_out() -> None:
    """The stored payload does not hold the token."""
    assert without_credentials(BODY, {"token": "sesame", "event": {"token": 1}}) == {"event": {"token": 1}}


@pytest.mark.parametrize("source", [BASIC, BEARER, guarded(AuthScheme.NONE)])
def test_a_payload_without_credentials_is_kept_whole(source: Source) -> None:
    """A field that only looks like a token belongs to the vendor."""
    assert without_credentials(source, {"token": "x", "": 1}) == {"token": "x", "": 1}


def test_a_digest_is_matched_by_its_secret_alone() -> None:
    """The digest does not contain the secret."""
    assert matches("sesame", digest_of("sesame"))
    assert not matches("sesame ", digest_of("sesame"))
    assert "sesame" not in digest_of("sesame")


def test_secrets_and_ids_are_new_each_time() -> None:
    """They are too long to guess, and fit into a path."""
    made = {new_id() for _ in range(50)} | {new_secret() for _ in range(50)}
    assert len(made) == 100
    assert all(len(one) > 20 and one.replace("-", "").replace("_", "").isalnum() for one in made)
