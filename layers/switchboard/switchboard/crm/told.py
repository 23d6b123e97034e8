"""What a connector is told: the address and the messages of its kind."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.dialects.crm_hooks import HookModule
from switchboard.dialects.crm_roles import CrmClientModule
from switchboard.dialects.registry import DIALECTS, Exchanging, by_connector, part_of
from switchboard.dialects.rest_crm import RestCrmModule
from switchboard.kernel.communication import Connector


@dataclass(frozen=True, slots=True)
class ConnectorDestination:
    """The URL of all messages, the messages, and the header of the key; empty for a kind without a key."""

    url: str
    messages: tuple[str, ...]
    key_header: str = ""


def crm_client(kind: str) -> CrmClientModule:
    """Return the client of a kind of CRM that is told by callbacks. Raises TypeError for any other kind."""
    return part_of(kind, "client", CrmClientModule)


def rest_client(kind: str) -> RestCrmModule:
    """Return the client of a kind of CRM that is told over its REST API. Raises TypeError for any other kind."""
    return part_of(kind, "client", RestCrmModule)


def is_rest(kind: str) -> bool:
    """Whether the CRM is told over its REST API."""
    return kind in by_connector(Exchanging.REST)


def whole_call_of(kind: str) -> str:
    """Return the message that tells a whole call."""
    return rest_client(kind).REGISTER if is_rest(kind) else crm_client(kind).REGISTER


def recording_of(kind: str) -> str:
    """Return the message about a recording."""
    return rest_client(kind).RECORDING if is_rest(kind) else crm_client(kind).RECORDING


def destination_of(connector: Connector) -> ConnectorDestination:
    """Return the destination of a connector. Failed calls are told only to the CRM that requested them.

    A CRM that takes recordings by a form gets no messages about recordings without the form's path.
    """
    if is_rest(connector.kind):
        return ConnectorDestination(connector.base_url, rest_client(connector.kind).MESSAGES)
    client = crm_client(connector.kind)
    left_out = () if connector.files.path else (client.RECORDING,)
    url = connector.base_url + client.CALLBACKS.format(workspace=connector.workspace)
    names = tuple(name for name in client.MESSAGES if name not in left_out)
    return ConnectorDestination(url, names, client.ACCESS_KEY)


def hooks_of(kind: str) -> HookModule | None:
    """Return the role `hooks` of a kind; None for a kind whose CRM posts no events to the hub."""
    return part_of(kind, "hooks", HookModule) if is_rest(kind) and DIALECTS[kind].hooks else None
