"""Answers of the vendors' APIs that the hub serves, and of the webhooks."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class Accepted(TypedDict):
    """The event is stored. A repeat of the event has the same ids."""

    status: str
    event_id: str
    call_id: str


class Handshake(TypedDict):
    """The answer to the vendor's verification of the address, for a source whose `verification` is `json`."""

    result: str


class VpbxNoFile(TypedDict):
    """There is no recording. The document spells one name in two ways."""

    descriprion: str
    description: str
    status_code: int
    message: str


class RoutedTo(TypedDict):
    """The extension for a caller; empty if no rule fits."""

    extension: str


class VpbxEvent(TypedDict):
    """A subscription to one event of IS.VPBX."""

    id: int
    event_name: str
    description: str


class VpbxSubscriptions(TypedDict):
    """The account's enabled subscriptions."""

    active_events: list[VpbxEvent]


class VpbxSubscribed(TypedDict):
    """A subscription that was made or changed. `insert_data` repeats the request."""

    id: int
    insert_data: dict[str, Any]
    message: str


class VpbxRemoved(TypedDict):
    """A subscription that was removed."""

    status_code: int
    description: str


class VpbxAlreadyThere(TypedDict):
    """The account has a subscription to the event."""

    description: str
    message: str
    status_code: int


class VpbxPhone(TypedDict):
    """An extension. The number is text if an integer would lose leading zeros."""

    id: int
    number: int | str


class VpbxPhones(TypedDict):
    """The extensions of the account."""

    local_numbers: list[VpbxPhone]


class VpbxMessage(TypedDict):
    """IS.VPBX's form of a result and of an error: status and reason, and a sentence."""

    name: str
    message: str


class SprecordHook(TypedDict):
    """The webhook of the account: address and event types."""

    hook: str
    subscribe: list[str]


class SprecordTicket(TypedDict):
    """A ticket for the stream. Both times are in seconds."""

    ticket: str
    open_within: int
    expires_in: int


class KonturFile(TypedDict):
    """An uploaded recording."""

    fileId: str
    fileName: str
    contentType: str
    contentLength: str


class KonturUsers(TypedDict):
    """The CRM's ids of the responsible users."""

    userIds: list[str]


class KonturCommunication(TypedDict):
    """The communication, with the earlier callbacks of the call."""

    updateInfo: dict[str, Any]
    links: dict[str, Any]
    externalId: str
    externalCreatedAt: str
    type: str
    direction: str
    status: str
    integrationId: str
    data: dict[str, Any]
    assignedToGroupId: str
    id: str
