"""The credentials of a source in the operator's API: the field `auth`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from ipaddress import ip_network
from typing import Any

from pydantic import Field, field_validator, model_validator

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.accounts.model import AuthScheme, HmacAuth, SealedKeys, SourceAuth
from switchboard.contracts import OwnBody
from switchboard.errors import Invalid
from switchboard.kernel.strong_keys import WEAK, is_strong

Seal = Callable[[str, str], str]
"""Return a secret of an account, sealed."""


class HmacBody(OwnBody):
    """The field `auth.hmac` of a source: where the signature of the raw body stands, and how it is made."""

    header: str = Field(pattern=r"^[A-Za-z0-9-]{1,100}$")
    secret: str = Field(max_length=1000)
    algorithm: str = Field(default="sha256", pattern="^sha(1|224|256|384|512)$")
    prefix: str = Field(default="", max_length=100)
    encoding: str = Field(default="hex", pattern="^(hex|base64)$")


class SourceAuthBody(OwnBody):
    """The field `auth` of a source: the scheme, and the secrets that the scheme needs."""

    type: AuthScheme = AuthScheme.NONE
    hmac: HmacBody | None = None
    addresses: list[str] = Field(default=[], max_length=100)
    login: str = ""
    password: str = ""
    token: str = ""
    field: str = ""
    value: str = ""
    key: str = Field(default="", max_length=1000)
    secret: str = Field(default="", max_length=1000)

    @field_validator("addresses")
    @classmethod
    def _ranges(cls, texts: list[str]) -> list[str]:
        try:
            return [str(ip_network(text.strip(), strict=False)) for text in texts]
        except ValueError:
            raise ValueError(
                "addresses must be addresses or CIDR ranges, such as 192.0.2.0/24 or 2001:db8::/32"
            ) from None

    @model_validator(mode="after")
    def _complete(self) -> SourceAuthBody:
        missing = [name for name in NEEDED[self.type] if not getattr(self, name)]
        if missing:
            raise Invalid(f"{self.type} needs {' and '.join(missing)}.", f"auth.{missing[0]}")
        if (name := SECRETS.get(self.type)) and not is_strong(getattr(self, name)):
            raise Invalid(WEAK, f"auth.{name}")
        if self.type is AuthScheme.SIGNATURE and len(self.secret) < SHORTEST_OF_VENDOR:
            raise Invalid(f"It must have at least {SHORTEST_OF_VENDOR} characters.", "auth.secret")
        if self.hmac and not is_strong(self.hmac.secret):
            raise Invalid(WEAK, "auth.hmac.secret")
        return self


NEEDED: dict[AuthScheme, tuple[str, ...]] = {
    AuthScheme.NONE: (),
    AuthScheme.BASIC: ("login", "password"),
    AuthScheme.BEARER: ("token",),
    AuthScheme.BODY: ("field", "value"),
    AuthScheme.SIGNATURE: ("secret",),
}
# A vendor chooses the secret of its own signature, so its strength is not checked beyond a length.
SHORTEST_OF_VENDOR = 8

SECRETS: dict[str, str] = {AuthScheme.BASIC: "password", AuthScheme.BEARER: "token", AuthScheme.BODY: "value"}


# What stands beside a secret that the hub makes, if `auth` names nothing of its scheme.
BESIDE: dict[str, tuple[str, str]] = {AuthScheme.BASIC: ("login", "switchboard"), AuthScheme.BODY: ("field", "token")}
HEADER = "X-Signature"


def with_new_secrets(
    fields: Mapping[str, Any], usual: AuthScheme = AuthScheme.BASIC, body_field: str = "token"
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body of a source with a new secret in each place where `auth` leaves one out, and what was made.

    An empty `auth` stands for the scheme `usual`. A scheme alone gets a login, a field or a header, too. A vendor's own
    signature has the keys that the vendor shows, so none is made. `body_field` is the usual field of a body's token.
    """
    auth = fields.get("auth")
    if not isinstance(auth, Mapping):
        return dict(fields), {}
    own, made = _new_parts(auth or {"type": usual.value}, body_field)
    signed = auth.get("hmac")
    if isinstance(signed, Mapping) and "secret" not in signed:
        header = {} if "header" in signed else {"header": HEADER}
        signed = {**header, **signed, "secret": new_secret()}
        made = {**made, "hmac_secret": signed["secret"], **{f"hmac_{name}": text for name, text in header.items()}}
    return {**fields, "auth": {**own, **({"hmac": signed} if "hmac" in auth else {})}}, made


def _new_parts(auth: Mapping[str, Any], body_field: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the credentials completed, and the parts that were left out."""
    scheme = str(auth.get("type"))
    secret = SECRETS.get(scheme)
    if secret is None or secret in auth:
        return dict(auth), {}
    beside, usual = BESIDE.get(scheme, (secret, ""))
    usual = body_field if scheme == AuthScheme.BODY else usual
    made = {**({} if beside in auth else {beside: usual}), secret: new_secret()}
    return {**auth, **made}, made


def auth_view(auth: SourceAuth) -> dict[str, Any]:
    """Return the settings that are set, without secrets."""
    signature = {name: value for name, value in asdict(auth.hmac).items() if name != "secret"} if auth.hmac else None
    found = {"field": auth.field, "hmac": signature, "addresses": list(auth.addresses)}
    return {"type": auth.scheme.value, **{name: value for name, value in found.items() if value}}


def source_auth(body: SourceAuthBody, account: str, seal: Seal) -> SourceAuth:
    """Return the credentials as the hub stores them: digests, and sealed secrets."""
    secrets = {
        AuthScheme.NONE: "",
        AuthScheme.BASIC: f"{body.login}:{body.password}",
        AuthScheme.BEARER: body.token,
        AuthScheme.BODY: body.value,
        AuthScheme.SIGNATURE: "",
    }
    secret = secrets[body.type]
    signature = HmacAuth(**{**body.hmac.model_dump(), "secret": seal(account, body.hmac.secret)}) if body.hmac else None
    digest = digest_of(secret) if secret else ""
    return SourceAuth(body.type, digest, body.field, signature, tuple(body.addresses), _keys(body, account, seal))


def _keys(body: SourceAuthBody, account: str, seal: Seal) -> SealedKeys | None:
    if body.type is not AuthScheme.SIGNATURE:
        return None
    return SealedKeys(seal(account, body.secret), seal(account, body.key) if body.key else "")
