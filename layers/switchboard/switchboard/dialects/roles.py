"""The roles that a vendor's optional modules can have: one protocol for each, which `registry.part_of` checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from switchboard.accounts.model import Token
from switchboard.accounts.upstream.ports import EventSubscriptionsClient, HookClient
from switchboard.accounts.vendor_signature import SignatureKeys
from switchboard.dialects.campaign_system import CampaignSystem
from switchboard.dialects.model import Reply
from switchboard.dialects.vendor_requests import SendToVendor, VendorAnswer, VendorRequest
from switchboard.kernel.call import CallEvent, Kind


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


@runtime_checkable
class SignatureModule(Protocol):
    """Module `signature` of a vendor that signs its events (`signs` in the registry)."""

    def read(self, raw: bytes) -> dict[str, Any] | None:
        """Return the body exactly as the vendor signed it; None for a body that the vendor would not send.

        The result is what `is_signed` checks and what `parse` gets, so no other reading of the same bytes is trusted.
        The hub's usual reader takes a body of which this is None.
        """

    def is_signed(self, fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys) -> bool:
        """Whether the signature of a body is right. Compares in constant time. Names of `headers` are lower case."""


class CallingPbx(Protocol):
    """One account of a PBX that starts calls. Every method raises ProviderRefused or ProviderSilent."""

    def extensions(self) -> list[str]:
        """Return the numbers of the PBX's extensions. The question needs the token, and rings nobody."""

    def originate(self, extension: str, number: str, caller_id: str = "") -> str | None:
        """Ring an extension, then connect it to a number; return the PBX's id of the call, None if the PBX tells none.

        Raises Invalid, NotFound, Conflict or ProviderRefused if no call was started. Raises ProviderSilent if the call
        may have been started.
        """


@runtime_checkable
class CallingPbxModule(Protocol):
    """Module `client` of a PBX that is an account's telephony (`ProviderKind.PBX`)."""

    def open_client(self, ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> CallingPbx:
        """Return a client. `spelling` chooses among a document's spellings of paths."""


class PbxClient(EventSubscriptionsClient, CallingPbx, Protocol):
    """One account of a PBX with a subscription for each event, which can also start calls."""


@runtime_checkable
class PbxClientModule(Protocol):
    """Module `client` of a PBX with a subscription for each event (`Connection.SUBSCRIPTIONS`)."""

    @property
    def EVENTS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The names of the events that the hub subscribes to."""

    def open_client(self, ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> PbxClient:
        """Return a client. `spelling` chooses among a document's spellings of paths."""


@runtime_checkable
class HookClientModule(Protocol):
    """Module `client` of a PBX with one webhook for all events (`Connection.HOOK`)."""

    @property
    def EVENTS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The names of the events that the hub subscribes to."""

    def open_hook_client(self, ask: SendToVendor, token: str) -> HookClient:
        """Return a client."""


@runtime_checkable
class StreamModule(Protocol):
    """Module `client` of a PBX whose event stream the hub can read (`Connection.STREAM`)."""

    def listening(self, token: str, last_id: str) -> VendorRequest:
        """Return the request that opens the stream after the event `last_id`; an empty id means from now on."""


@runtime_checkable
class RecordingModule(Protocol):
    """Module `recording` of a PBX that gives a file's link on request (`RecordingRequests`)."""

    def ask_link(self, token: str, recording_id: str) -> VendorRequest:
        """Return the request for the link of a recording. `token` is the token of the PBX's API in plain text."""

    def link_in(self, answer: VendorAnswer) -> str:
        """Return the file's URL, which is opened at once; empty while the file is not ready.

        Raises NotFound if the PBX will never have the file, and any other Refused if the question was not answered.
        """


@runtime_checkable
class AnswerModule(Protocol):
    """Module `answer` of a PBX that sends a caller where the answer to an event says (`steered` in the registry)."""

    def asks_about(self, event: CallEvent) -> str | None:
        """Return the caller's number as received; None for an event whose answer steers nothing."""

    def steering(self, event: CallEvent, extension: str) -> Reply:
        """Return the answer that sends the caller to `extension`. Without one, return the vendor's neutral answer."""


@runtime_checkable
class VerificationModule(Protocol):
    """Module `verification` of a served API that verifies a receiver before it takes the receiver's address."""

    def verify(self, ask: Callable[[str, VendorRequest], VendorAnswer], account: str, url: str, payload: str) -> None:
        """Post `payload` to `url` by `ask`. Raises Invalid if the receiver does not confirm."""


@runtime_checkable
class CampaignClientModule(Protocol):
    """Module `client` of a system that runs whole campaigns."""

    def open_client(self, ask: SendToVendor, token: str, user_id: str = "") -> CampaignSystem:
        """Return a client. New objects belong to the user `user_id`."""
