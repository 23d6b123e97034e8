"""The roles that a vendor's optional modules can have: one protocol for each, which `registry.part_of` checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from switchboard.accounts.model import Token
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.kernel.call import Kind


@runtime_checkable
class TokenModule(Protocol):
    """Module `tokens` of a served API whose tokens are signed."""

    def write_token(self, token: Token, key: str) -> str:
        """Return the signed form of a token."""


@runtime_checkable
class TableModule(Protocol):
    """Module `tables` of a dialect that the hub receives events in."""

    @property
    def KINDS(self) -> Mapping[str, Kind]:  # noqa: N802 - a constant of a module
        """The vendor's event names and their kinds."""

    @property
    def ZONE(self) -> str:  # noqa: N802 - a constant of a module
        """The IANA zone of times without one."""


class PbxClient(Protocol):
    """One account of a PBX with a subscription for each event. Methods may raise ProviderRefused and ProviderSilent."""

    def subscriptions(self) -> dict[str, str]:
        """Return event name → subscription id."""

    def subscribe(self, event_name: str, url: str, login: str) -> str:
        """Subscribe `url` and return the subscription's id. Raises Conflict if the event has a subscription."""

    def unsubscribe(self, event_name: str) -> None:
        """End the subscription for an event."""

    def extensions(self) -> list[str]:
        """Return the numbers of the PBX's extensions."""

    def originate(self, extension: str, number: str, caller_id: str = "") -> None:
        """Ring an extension, then connect it to a number. Raises Invalid, NotFound or Conflict."""


@runtime_checkable
class PbxClientModule(Protocol):
    """Module `client` of a PBX with a subscription for each event."""

    @property
    def EVENTS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The names of the events that the hub subscribes to."""

    def open_client(self, ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> PbxClient:
        """Return a client. `spelling` chooses among a document's spellings of paths."""
