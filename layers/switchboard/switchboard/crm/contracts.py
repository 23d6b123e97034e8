"""Request and response bodies of the operator's API for connectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field, field_validator

from switchboard.contracts import OwnBody, check_fixed, known_part, read_body
from switchboard.crm.rest.contracts import (
    ACCOUNT_ID,
    UserBody,
    read_rest_change,
    read_rest_connector,
    rest_view,
    users_in,
)
from switchboard.crm.told import is_rest
from switchboard.dialects.registry import by_connector
from switchboard.kernel.communication import Connector, ConnectorRequest, UploadSettings
from switchboard.kernel.strong_keys import WEAK, is_strong
from switchboard.kernel.targets import check_url

# The default path for uploads (`POST`, a form with one file), and the highest size limit, in bytes.
FILES, FILES_PATH, LARGEST = UploadSettings(), "/api/v1/{workspace}/files", 500_000_000
FIELD = r"^[A-Za-z0-9_.-]{1,100}$"
# Paths of other APIs, which stand in the place of a workspace.
TAKEN = frozenset({"events", "event", "phones", "application", "aplication", "record", "voicemail"})


class ConnectorBody(OwnBody):
    account: str = Field(pattern=ACCOUNT_ID)
    kind: str
    name: str = Field(default="", max_length=200)
    base_url: str
    workspace: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$")
    access_key: str = Field(min_length=8, max_length=512, pattern=r"^[!-~]+$")
    integration: str = Field(default="", max_length=100)
    vats_phone: str = Field(default="", pattern=r"^(\+?[0-9]{2,15})?$")
    users: list[UserBody] = Field(default=[], max_length=500)
    files_path: str = Field(default=FILES_PATH, pattern=r"^(/[!-~]*)?$", max_length=500)
    files_field: str = Field(default=FILES.field, pattern=FIELD)
    files_id: str = Field(default=FILES.id, pattern=FIELD)
    files_largest: int = Field(default=FILES.largest, ge=1, le=LARGEST)
    redirect_inbound: bool = False

    @field_validator("kind")
    @classmethod
    def _is_told_of_calls(cls, kind: str) -> str:
        if kind not in by_connector():
            raise ValueError(f"must be one of {', '.join(by_connector())}")
        return kind

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        if "?" in check_url(url):
            raise ValueError("base_url must have no query")
        return url.rstrip("/")

    @field_validator("access_key")
    @classmethod
    def _cannot_be_guessed(cls, key: str) -> str:
        if key and not is_strong(key):
            raise ValueError(WEAK)
        return key

    @field_validator("workspace")
    @classmethod
    def _free(cls, workspace: str) -> str:
        if workspace in TAKEN:
            raise ValueError("workspace must not be the path of another API")
        return workspace


class ConnectorChange(ConnectorBody):
    """A change of a connector. An empty `access_key` keeps the stored key."""

    access_key: str = Field(default="", max_length=512, pattern=r"^[!-~]*$")


def read_connector(fields: Mapping[str, Any]) -> ConnectorRequest:
    """Return the request for a connector. Raises Invalid."""
    if is_rest(str(fields.get("kind"))):
        return read_rest_connector(fields)
    return _request(read_body(ConnectorBody, fields))


def read_connector_change(fields: Mapping[str, Any], connector: Connector) -> ConnectorRequest:
    """Return the changed connector; `account`, `kind` and `workspace` cannot change. Raises Invalid."""
    if is_rest(connector.kind):
        return read_rest_change(fields, connector)
    view = known_part(ConnectorChange, connector_view(connector))
    check_fixed(fields, {name: view[name] for name in ("account", "kind", "workspace")})
    return _request(read_body(ConnectorChange, {**view, "access_key": "", **fields}))


def connector_view(connector: Connector) -> dict[str, Any]:
    """Return the connector without its key."""
    if is_rest(connector.kind):
        return rest_view(connector)
    return {
        "id": connector.id,
        "account": connector.account,
        "kind": connector.kind,
        "name": connector.name,
        "base_url": connector.base_url,
        "workspace": connector.workspace,
        "integration": connector.integration,
        "vats_phone": connector.line,
        "users": [asdict(user) for user in connector.users],
        "files_path": connector.files.path,
        "files_field": connector.files.field,
        "files_id": connector.files.id,
        "files_largest": connector.files.largest,
        "redirect_inbound": connector.redirect_inbound,
        "subscription": connector.subscription,
        "created_at": connector.created_at,
    }


def _request(body: ConnectorBody) -> ConnectorRequest:
    files = UploadSettings(body.files_path, body.files_field, body.files_id, body.files_largest)
    return ConnectorRequest(
        body.account, body.kind, body.name, body.base_url, body.workspace, body.access_key, body.integration,
        body.vats_phone, users_in(body.users), files, body.redirect_inbound,
    )  # fmt: skip
