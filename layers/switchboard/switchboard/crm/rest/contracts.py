"""Bodies of the operator's API for connectors to CRMs with a REST API and OAuth tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import Field, field_validator

from switchboard.contracts import OwnBody, check_fixed, known_part, read_body
from switchboard.dialects.registry import part_of
from switchboard.dialects.rest_crm import RestCrmModule
from switchboard.errors import Invalid
from switchboard.kernel.communication import Connector, ConnectorRequest, UploadSettings, User
from switchboard.kernel.oauth import OAuthApplication
from switchboard.kernel.targets import check_url

ACCOUNT_ID = r"^[a-z0-9][a-z0-9-]{0,31}$"
LARGEST = 500_000_000  # bytes
PRINTABLE = r"^[!-~]*$"
MOST_SETTINGS = 30


class UserBody(OwnBody):
    """A user of the CRM, and the user's extension."""

    crm_user: str = Field(min_length=1, max_length=64)
    extension: str = Field(pattern=r"^[0-9]{1,15}$")


def users_in(bodies: Sequence[UserBody]) -> tuple[User, ...]:
    """Return the users. Raises Invalid if a user is named twice."""
    users = tuple(User(one.crm_user, one.extension) for one in bodies)
    if len({user.crm_user for user in users}) < len(users):
        raise Invalid("users must name each crm_user once.", "users")
    return users


class RestConnectorBody(OwnBody):
    """A connector with an OAuth application, which somebody has registered in the CRM."""

    account: str = Field(pattern=ACCOUNT_ID)
    kind: str
    name: str = Field(default="", max_length=200)
    base_url: str
    client_id: str = Field(min_length=1, max_length=200, pattern=PRINTABLE)
    client_secret: str = Field(min_length=8, max_length=500, pattern=PRINTABLE)
    redirect_uri: str = Field(default="", max_length=1000, pattern=PRINTABLE)
    vats_phone: str = Field(default="", pattern=r"^(\+?[0-9]{2,15})?$")
    users: list[UserBody] = Field(default=[], max_length=500)
    files_largest: int = Field(default=UploadSettings().largest, ge=1, le=LARGEST)
    redirect_inbound: bool = False
    settings: dict[str, str] = Field(default={}, max_length=MOST_SETTINGS)

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        if "?" in check_url(url):
            raise ValueError("base_url must have no query")
        return url.rstrip("/")


class RestConnectorChange(RestConnectorBody):
    """A change of such a connector. An empty `client_id` or `client_secret` keeps the stored one."""

    client_id: str = Field(default="", max_length=200, pattern=PRINTABLE)
    client_secret: str = Field(default="", max_length=500, pattern=PRINTABLE)


def read_rest_connector(fields: Mapping[str, Any]) -> ConnectorRequest:
    """Return the request for a connector. Raises Invalid."""
    return _request(read_body(RestConnectorBody, fields))


def read_rest_change(fields: Mapping[str, Any], connector: Connector) -> ConnectorRequest:
    """Return the changed connector; account, kind and workspace cannot change. Raises Invalid."""
    view = known_part(RestConnectorChange, rest_view(connector))
    check_fixed(fields, {"account": connector.account, "kind": connector.kind})
    request = _request(read_body(RestConnectorChange, {**view, **fields}))
    if request.workspace != connector.workspace:
        raise Invalid("base_url leads to another workspace: make a new connector.", "base_url")
    return request


def rest_view(connector: Connector) -> dict[str, Any]:
    """Return the connector without its application."""
    return {
        "id": connector.id,
        "account": connector.account,
        "kind": connector.kind,
        "name": connector.name,
        "base_url": connector.base_url,
        "workspace": connector.workspace,
        "vats_phone": connector.line,
        "users": [asdict(user) for user in connector.users],
        "files_largest": connector.files.largest,
        "redirect_inbound": connector.redirect_inbound,
        "settings": dict(connector.settings),
        "subscription": connector.subscription,
        "created_at": connector.created_at,
    }


def _request(body: RestConnectorBody) -> ConnectorRequest:
    module = part_of(body.kind, "client", RestCrmModule)
    return ConnectorRequest(
        account=body.account,
        kind=body.kind,
        name=body.name,
        base_url=body.base_url,
        workspace=module.workspace_of(body.base_url),
        access_key="",
        integration="",
        line=body.vats_phone,
        users=users_in(body.users),
        files=UploadSettings(largest=body.files_largest),
        redirect_inbound=body.redirect_inbound,
        settings=module.read_settings(body.base_url, body.settings),
        application=OAuthApplication(body.client_id, body.client_secret, body.redirect_uri),
    )
