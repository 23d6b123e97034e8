"""Request and response bodies of the operator API for telephony, calls and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from switchboard.accounts.upstream.contracts import LONGEST_TOKEN, LONGEST_URL, good_base_url, good_token
from switchboard.contracts import Body, OwnBody, read_body
from switchboard.errors import Invalid
from switchboard.telephony.model import AccountTelephony, Command
from switchboard.telephony.originate import CallRequest
from switchboard.telephony.registry import PROVIDERS, ProviderKind

OPTIONAL_NUMBER = r"^(\+?[0-9]{2,15})?$"
E164 = r"^\+[1-9][0-9]{6,14}$"
ENDPOINT = r"^[A-Za-z0-9]+/[A-Za-z0-9@._:/{}+-]+$"


class SimulatorBody(OwnBody):
    """The simulator: `ring` and `talk` in seconds, `speed` as a factor on time, and the limits of the line."""

    ring: float = Field(default=5.0, ge=0, le=60)
    talk: float = Field(default=20.0, ge=1, le=3600)
    speed: float = Field(default=1.0, ge=0.1, le=1000)
    channels: int = Field(default=10, ge=1, le=1000)
    cps: int = Field(default=10, ge=1, le=100)
    caller_id: str = Field(default="", pattern=OPTIONAL_NUMBER)


class PbxBody(OwnBody):
    """A vendor's PBX. `source` is the source of its events.

    A connected source is enough; otherwise `base_url` and `token` are the address and the token of the PBX's API.
    """

    source: str = Field(default="", max_length=100)
    base_url: str = Field(default="", max_length=LONGEST_URL, validate_default=True)
    token: str = Field(default="", max_length=LONGEST_TOKEN, validate_default=True)

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str, info: ValidationInfo) -> str:
        if not url and not info.data.get("source"):
            raise ValueError("must be given, unless source names a connected source")
        return good_base_url(url) if url else url

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: str, info: ValidationInfo) -> str:
        if bool(token) != bool(info.data.get("base_url")):
            raise ValueError("must be given together with base_url")
        return good_token(token)


class ConnectedPbxBody(OwnBody):
    """An Asterisk that dials out to the hub, with the account's id as user name and `password`.

    `trunk` and `phone` are names of endpoints, in which `{number}` and `{extension}` stand for the digits. A phone
    rings for `ring_for` seconds; campaigns have their own limit.
    """

    password: str = Field(min_length=12, max_length=256, pattern=r"^[!-~]+$")
    trunk: str = Field(default="PJSIP/{number}@trunk", max_length=200, pattern=ENDPOINT)
    phone: str = Field(default="PJSIP/{extension}", max_length=200, pattern=ENDPOINT)
    caller_id: str = Field(default="", pattern=OPTIONAL_NUMBER)
    ring_for: float = Field(default=60.0, ge=1, le=300)

    @field_validator("trunk", "phone")
    @classmethod
    def _has_its_place(cls, pattern: str, info: ValidationInfo) -> str:
        place = "{number}" if info.field_name == "trunk" else "{extension}"
        if pattern.count(place) != 1 or set(pattern.replace(place, "")) & set("{}"):
            raise ValueError(f"must hold {place} once")
        return pattern


class PhoneBody(OwnBody):
    """An extension, and the telephone that rings for the extension."""

    extension: str = Field(pattern=r"^[0-9]{1,15}$")
    number: str = Field(pattern=E164)


class ChimeBody(OwnBody):
    """Amazon Chime. `numbers` are E.164 numbers of the AWS account; without any, calls show the hub's number.

    `channels` and `cps` are the account's share of the quotas of the service. `ring_for` and `talk_for` are seconds.
    """

    numbers: list[Annotated[str, Field(pattern=E164)]] = Field(default_factory=list, max_length=50)
    phones: list[PhoneBody] = Field(default_factory=list, max_length=1000)
    ring_for: float = Field(default=45.0, ge=5, le=120)
    talk_for: float = Field(default=14400.0, ge=60, le=14400)
    channels: int = Field(default=10, ge=1, le=1000)
    cps: int = Field(default=1, ge=1, le=100)


class CampaignSystemBody(OwnBody):
    """A system that runs whole campaigns: its API, application token, and the user that new objects belong to."""

    base_url: str = Field(max_length=LONGEST_URL)
    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)
    user_id: str = Field(default="", max_length=255)

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        return good_base_url(url)

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: str) -> str:
        if " " in token:
            raise ValueError("must not hold spaces")
        return good_token(token)


class IntegrationUserBody(OwnBody):
    """A user of the integration, and the user's extension."""

    user: str = Field(min_length=1, max_length=64)
    extension: str = Field(pattern=r"^[0-9]{1,15}$")


class IntegrationBody(OwnBody):
    """An integration that speaks a CRM's protocol, for which the hub is the CRM.

    `access_key` is a token of the workspace, which the integration's callbacks show. A user without an entry in `users`
    has the extension as id.
    """

    base_url: str = Field(max_length=LONGEST_URL)
    workspace: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$")
    access_key: str = Field(min_length=8, max_length=512, pattern=r"^[!-~]+$")
    users: list[IntegrationUserBody] = Field(default=[], max_length=500)

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        return good_base_url(url)


SETTINGS: dict[ProviderKind, type[Body]] = {
    ProviderKind.SIMULATOR: SimulatorBody,
    ProviderKind.PBX: PbxBody,
    ProviderKind.INTEGRATION: IntegrationBody,
    ProviderKind.CONNECTED_PBX: ConnectedPbxBody,
    ProviderKind.MEDIA_APPLICATION: ChimeBody,
    ProviderKind.CAMPAIGN_SYSTEM: CampaignSystemBody,
}


class TelephonyBody(OwnBody):
    """A provider and its settings."""

    provider: str
    settings: dict[str, Any] = Field(default_factory=dict)


class CallBody(OwnBody):
    """A call to start. The use case reads the numbers, in any usual spelling."""

    account: str
    extension: str = Field(pattern=r"^[0-9]{1,15}$")
    number: str = Field(max_length=100)
    caller_id: str = Field(default="", max_length=100)
    idempotency_key: str = Field(default="", max_length=200)


class RedirectBody(OwnBody):
    """The extension or number to redirect to."""

    to: str = Field(max_length=100)


def read_telephony(fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return provider and validated settings. Raises Invalid; its field is `provider` or `settings.<name>`."""
    body = read_body(TelephonyBody, fields)
    if body.provider not in PROVIDERS:
        raise Invalid(f"It must be one of {', '.join(PROVIDERS)}.", "provider")
    try:
        return body.provider, read_body(SETTINGS[PROVIDERS[body.provider].kind], body.settings).model_dump()
    except Invalid as error:
        raise Invalid(error.message, f"settings.{error.field}" if error.field else "settings") from None


def read_call(fields: Mapping[str, Any]) -> CallRequest:
    """Return the requested call. Raises Invalid with the wrong field."""
    body = read_body(CallBody, _as_text(fields, "extension", "number", "caller_id"))
    key = f"key:{body.idempotency_key}" if body.idempotency_key else ""
    return CallRequest(body.account, body.extension, body.number, body.caller_id, key)


def read_redirect(fields: Mapping[str, Any]) -> str:
    """Return the extension or number to redirect to. Raises Invalid."""
    return read_body(RedirectBody, _as_text(fields, "to")).to


def telephony_view(chosen: AccountTelephony) -> dict[str, Any]:
    """Return `{"account", "provider", "settings"}`; the secret is left out."""
    return {"account": chosen.account, "provider": chosen.provider, "settings": chosen.settings}


def command_view(command: Command) -> dict[str, Any]:
    """Return a command; empty fields are left out."""
    return {name: value for name, value in asdict(command).items() if value not in ("", None)}


def _as_text(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Turn JSON numbers in these fields into text."""
    return {
        name: str(value) if name in names and isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in fields.items()
    }
