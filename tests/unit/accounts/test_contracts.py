from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.accounts.contracts import (
    read_source,
    read_source_change,
    read_token_request,
    source_view,
)
from switchboard.accounts.digests import digest_of
from switchboard.accounts.extension_contracts import read_extension
from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.accounts.terms.contracts import account_view, read_account, read_account_change
from switchboard.errors import Invalid
from tests.support.builders import NOON, a_source, an_account
from tests.support.secrets import sealed

KEY = "0Xv3-a-key-of-the-pbx-77"
SOURCE = {"account": "acme", "dialect": "vpbx"}


def new_source(fields: dict[str, Any], now: datetime) -> Source:
    """A new source whose secrets are sealed."""
    return read_source(fields, now, sealed)


@pytest.mark.parametrize(
    ("read", "fields", "field"),
    [
        (read_account, {"name": "Acme"}, "id"),
        (read_account, {"id": "Acme!", "name": "Acme"}, "id"),
        (read_account, {"id": "acme", "name": ""}, "name"),
        (read_account, {"id": "acme", "name": "A", "timezone": "Mars/Base"}, "timezone"),
        (read_account, {"id": "acme", "name": "A", "timezone": "../../etc/passwd"}, "timezone"),
        (read_account, {"id": "acme", "name": "A", "region": "XX"}, "region"),
        (new_source, {"dialect": "vpbx"}, "account"),
        (new_source, {**SOURCE, "timezone": "Moscow"}, "timezone"),
        (new_source, {**SOURCE, "verification": "xml"}, "verification"),
        (new_source, {**SOURCE, "auth": {"type": "digest"}}, "auth.type"),
        (new_source, {**SOURCE, "auth": {"type": "basic", "login": "l"}}, "auth.password"),
        (new_source, {**SOURCE, "auth": {"type": "bearer"}}, "auth.token"),
        (new_source, {**SOURCE, "auth": {"type": "body", "value": "v"}}, "auth.field"),
    ],
)
def test_a_field_that_is_wrong_is_named(read: Any, fields: dict[str, Any], field: str) -> None:
    """The error of a missing or invalid field has the field's name."""
    with pytest.raises(Invalid) as caught:
        read(fields, NOON)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"account": "acme", "kind": ["vpbx"]}, "kind"),
        ({"kind": "vpbx"}, "account"),
        ({"account": "acme", "kind": "vpbx", "expires_at": "soon"}, "expires_at"),
    ],
)
def test_a_token_request_that_is_wrong_names_the_field(fields: dict[str, Any], field: str) -> None:
    """The error of a missing or invalid field has the field's name."""
    with pytest.raises(Invalid) as caught:
        read_token_request(fields)
    assert caught.value.field == field


@pytest.mark.parametrize("number", ["", "10a", "+100", "1" * 16, None])
def test_an_extension_is_digits(number: Any) -> None:
    """At most fifteen digits, as a string that keeps leading zeros."""
    with pytest.raises(Invalid) as caught:
        read_extension({"account": "acme", "number": number})
    assert caught.value.field == "number"


def test_an_expiry_without_a_zone_is_utc() -> None:
    """A time with a zone keeps its moment."""
    request = read_token_request({"account": "acme", "kind": "vpbx", "expires_at": "2030-01-01T00:00:00"})
    assert (request.kind, request.expires_at) == ("vpbx", datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("auth", "kept"),
    [
        ({"type": "none"}, SourceAuth()),
        (
            {"type": "basic", "login": "l", "password": f"p:{KEY}"},
            SourceAuth(AuthScheme.BASIC, digest_of(f"l:p:{KEY}")),
        ),
        ({"type": "bearer", "token": KEY}, SourceAuth(AuthScheme.BEARER, digest_of(KEY))),
        ({"type": "body", "field": "token", "value": KEY}, SourceAuth(AuthScheme.BODY, digest_of(KEY), "token")),
    ],
)
def test_credentials_of_a_source_are_kept_as_digests(auth: dict[str, str], kept: SourceAuth) -> None:
    """For each scheme."""
    assert read_source({**SOURCE, "auth": auth}, NOON, sealed).auth == kept


def test_a_source_gets_an_address_that_nobody_guesses() -> None:
    """Each source has a new random id."""
    sources = [read_source(SOURCE, NOON, sealed) for _ in range(3)]
    assert len({source.id for source in sources}) == 3


def test_a_changed_source_keeps_what_was_not_named() -> None:
    """Id, account, dialect and creation time never change; credentials change only if given."""
    old = a_source(auth=SourceAuth(AuthScheme.BEARER, digest_of("t")), timezone="Asia/Yekaterinburg")
    changed = read_source_change({"name": "branch", "account": old.account, "dialect": old.dialect}, old, sealed)
    assert changed == replace(old, name="branch")
    for wrong in ({"account": "other"}, {"dialect": "sprecord"}, {"id": "s-x"}):
        with pytest.raises(Invalid):
            read_source_change({"name": "branch", **wrong}, old, sealed)
    assert read_source_change({"auth": {"type": "none"}}, old, sealed) == replace(old, auth=SourceAuth())


def test_a_changed_account_keeps_its_id() -> None:
    """Fields that the change does not name stay as they are."""
    assert read_account_change({"id": "acme", "name": "New"}, an_account(), NOON) == an_account(name="New")
    with pytest.raises(Invalid):
        read_account_change({"id": "other", "name": "New"}, an_account(), NOON)


def test_credentials_of_a_source_are_not_shown() -> None:
    """The view has the webhook URL and the scheme of the credentials."""
    source = a_source(auth=SourceAuth(AuthScheme.BODY, digest_of("sesame"), "token"))
    view = source_view(source, "https://hub.example.com")
    assert view["webhook_url"] == "https://hub.example.com/webhooks/vpbx/s-office"
    assert view["auth"] == {"type": "body", "field": "token"}
    assert digest_of("sesame") not in str(view)


def test_an_account_is_shown_whole() -> None:
    """An account holds no secrets."""
    assert account_view(an_account())["id"] == "acme"
