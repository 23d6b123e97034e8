"""Request and response bodies of the operator's API for tokens, extensions and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, field_validator

from switchboard.accounts.auth.contracts import Seal, SourceAuthBody, auth_view, source_auth
from switchboard.accounts.digests import new_id
from switchboard.accounts.model import AuthScheme, Source, Token
from switchboard.accounts.terms.contracts import ACCOUNT_ID, check_region, check_zone
from switchboard.accounts.tokens import TokenRequest
from switchboard.contracts import Moment, OwnBody, check_fixed, read_body
from switchboard.errors import Invalid
from switchboard.kernel.targets import check_url

SHORTEST_SILENCE, LONGEST_SILENCE = 300, 30 * 24 * 3600  # seconds
LONGEST_HISTORY = 3650  # days
DAY = 86_400  # seconds


class TokenBody(OwnBody):
    """Body of `POST /admin/tokens`. A time without a zone is UTC."""

    account: str = Field(pattern=ACCOUNT_ID)
    kind: str
    name: str = Field(default="", max_length=200)
    expires_at: Moment | None = None
    scopes: list[str] = Field(default=[], max_length=10)


RECORD_ID = "{record_id}"


class SourceBody(OwnBody):
    account: str = Field(pattern=ACCOUNT_ID)
    dialect: str
    name: str = Field(default="", max_length=200)
    auth: SourceAuthBody = SourceAuthBody(type=AuthScheme.NONE)
    region: str = ""
    timezone: str = ""
    verification: str = Field(default="text", pattern="^(text|json)$")
    silent_after: int | None = None
    recording_url: str = Field(default="", max_length=1000)
    history_days: int = Field(default=1, ge=1, le=LONGEST_HISTORY)

    @field_validator("recording_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and RECORD_ID not in url:
            raise ValueError(f"recording_url must contain {RECORD_ID}")
        return url and check_url(url.replace(RECORD_ID, "1")) and url

    @field_validator("region")
    @classmethod
    def _region_or_inherited(cls, code: str) -> str:
        return check_region(code) if code else code

    @field_validator("silent_after")
    @classmethod
    def _silence(cls, seconds: int | None) -> int | None:
        if seconds and not SHORTEST_SILENCE <= seconds <= LONGEST_SILENCE:
            raise ValueError(f"silent_after must be 0, or {SHORTEST_SILENCE} to {LONGEST_SILENCE} seconds")
        return seconds

    @field_validator("timezone")
    @classmethod
    def _zone_or_default(cls, name: str) -> str:
        return check_zone(name) if name else name


class ExtensionBody(OwnBody):
    account: str = Field(pattern=ACCOUNT_ID)
    number: str = Field(pattern=r"^[0-9]{1,15}$")
    name: str = Field(default="", max_length=200)


def read_token_request(fields: Mapping[str, Any]) -> TokenRequest:
    """Return the request for a token. Raises Invalid."""
    body = read_body(TokenBody, fields)
    return TokenRequest(body.account, body.kind, body.name, body.expires_at, tuple(dict.fromkeys(body.scopes)))


def read_source(fields: Mapping[str, Any], now: datetime, seal: Seal) -> Source:
    """Return a new source with a random id. Credentials become digests, an HMAC's secret is sealed. Raises Invalid.

    An empty region is the account's, which `with_region` fills in.
    """
    body = read_body(SourceBody, fields)
    auth = source_auth(body.auth, body.account, seal)
    return Source(
        new_id(),
        body.account,
        body.dialect,
        body.name,
        now,
        auth,
        body.region,
        body.timezone,
        body.verification,
        body.silent_after or 0,
        body.recording_url,
        body.history_days,
    )


def read_source_change(fields: Mapping[str, Any], source: Source, seal: Seal) -> Source:
    """Return the source with the given fields replaced; `id`, `account` and `dialect` cannot change. Raises Invalid."""
    fixed = {"account": source.account, "dialect": source.dialect}
    check_fixed(fields, fixed)
    changed = read_source(
        {
            "name": source.name,
            "region": source.region,
            "timezone": source.timezone,
            "verification": source.verification,
            "silent_after": source.silent_after,
            "recording_url": source.recording_url,
            "history_days": source.history_days,
            **fields,
            **fixed,
        },
        source.created_at,
        seal,
    )
    auth = changed.auth if "auth" in fields else source.auth
    return replace(changed, id=source.id, auth=auth, paths=source.paths)


class NewAddressBody(OwnBody):
    """The field `new_address` of a change: for so many seconds the former addresses are served, too."""

    overlap: int = Field(default=DAY, ge=0, le=30 * DAY)


def read_new_address(fields: Mapping[str, Any]) -> tuple[dict[str, Any], timedelta | None]:
    """Return the other fields, and the overlap of a new webhook's address if one is wanted. Raises Invalid."""
    others = dict(fields)
    if "new_address" not in others:
        return others, None
    wanted = others.pop("new_address")
    if not isinstance(wanted, Mapping):
        raise Invalid('new_address must be an object, such as {"overlap": 86400}.', "new_address")
    try:
        return others, timedelta(seconds=read_body(NewAddressBody, wanted).overlap)
    except Invalid as error:
        raise Invalid(error.message, f"new_address.{error.field}") from None


def token_view(token: Token) -> dict[str, Any]:
    """Return the token without its digest. An empty `workspace` and no `scopes` are left out."""
    view = asdict(token)
    del view["digest"]
    for name in ("workspace", "scopes"):
        if not view[name]:
            del view[name]
    return view


def source_view(source: Source, base_url: str) -> dict[str, Any]:
    """Return the source with its `webhook_url` and without its credentials."""
    view = asdict(source)
    view["auth"] = auth_view(source.auth)
    view["webhook_url"] = webhook_url(source, base_url)
    del view["paths"]
    view["former_urls"] = [
        {"webhook_url": webhook_url(replace(source, paths=(one,)), base_url), "until": one.until}
        for one in source.paths[:-1]
    ]
    return view


def webhook_url(source: Source, base_url: str) -> str:
    """Return the URL that the PBX of the source posts events to."""
    return f"{base_url}/webhooks/{source.dialect}/{source.path}"
