"""The roles of a CRM's dialect: its callbacks and its commands, both served by the hub, and the client of the CRM."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from switchboard.dialects.model import Arrival
from switchboard.dialects.vendor_requests import SendToVendor, VendorAnswer, VendorRequest
from switchboard.errors import Refused
from switchboard.kernel.call import CallEvent
from switchboard.kernel.communication import CallCommand, Communication, HangUpCommand, UploadedFile


@runtime_checkable
class CallbackModule(Protocol):
    """Module `callbacks`: a telephony's messages about calls, which the hub receives as the CRM."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of a module
        """The name of the dialect."""

    def check(self, callback: str, body: Mapping[str, Any]) -> None:
        """Raise Refused for an invalid body."""

    def ids_of(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Return the CRM's id and the telephony's id from the body; empty if absent."""

    def opened(self, communication: Communication, body: Mapping[str, Any]) -> Communication:
        """Return the new communication with the facts of its first callback."""

    def opens(self, callback: str) -> bool:
        """Whether the callback may be the first of its communication."""

    def registers(self, callback: str) -> bool:
        """Whether the callback reports a whole call after its end."""

    def ends(self, callback: str) -> bool:
        """Whether the callback is the last of its communication, apart from recordings."""

    def party_of(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Return the leg's real-time id and the user in the raw body of an event; empty if absent."""

    def unknown(self, id_: str) -> Exception:
        """Return the error for an unknown communication."""

    def event(self, arrival: Arrival, callback: str, external_id: str, users: Mapping[str, str]) -> CallEvent:
        """Return the call event that the callback means."""


@runtime_checkable
class CommandModule(Protocol):
    """Module `system_calls`: the commands of a CRM, which the hub receives as the telephony."""

    def call_wish(self, body: Mapping[str, Any], region: str) -> CallCommand:
        """Read the command to start a call. Raises Refused for an invalid body.

        `region` is the plan of national numbers.
        """

    def hang_up_wish(self, communication_id: str, body: Mapping[str, Any]) -> HangUpCommand:
        """Read the command to end a call. Raises Refused if the body names no call."""

    def call_of_leg(self, id_: str) -> str:
        """Return the hub's call in the id of a leg that the hub told; empty for any other id."""

    def not_supported(self) -> Refused:
        """Return the error of a call for an account whose telephony cannot call."""

    def hang_up_not_supported(self) -> Refused:
        """Return the error of a hang-up for an account whose telephony cannot hang up."""

    def user_unknown(self) -> Refused:
        """Return the error for a user without an extension."""

    def call_unknown(self, id_: str) -> Refused:
        """Return the error for a communication that the workspace does not have."""

    def failed(self, error: Refused) -> Refused:
        """Return a refused call in the form that the CRM expects."""

    def hang_up_failed(self, error: Refused) -> Refused:
        """Return a refused hang-up in the form that the CRM expects."""


@runtime_checkable
class CrmClientModule(Protocol):
    """Module `client`: messages to the CRM, completed with what only a connector knows, and the CRM's answers.

    `callback` is the name of a message, the last part of its path.
    """

    @property
    def ACCESS_KEY(self) -> str:  # noqa: N802 - a constant of a module
        """The header with the key of both directions."""

    @property
    def CALLBACKS(self) -> str:  # noqa: N802 - a constant of a module
        """The path of all messages, with `{workspace}`."""

    @property
    def MESSAGES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The messages that a connector subscribes to; `{connector}` is replaced."""

    @property
    def RECORDING(self) -> str:  # noqa: N802 - a constant of a module
        """The message about a recording."""

    @property
    def REGISTER(self) -> str:  # noqa: N802 - a constant of a module
        """The message about a whole call."""

    def begins(self, callback: str) -> bool:
        """Whether the answer to this message holds the communication's id."""

    def registers(self, callback: str) -> bool:
        """Whether this message describes a whole call."""

    def records(self, callback: str) -> bool:
        """Whether this message announces a recording. The CRM needs the file first."""

    def leg_of(self, body: Mapping[str, Any]) -> str:
        """Return the id of the recorded leg."""

    def recorded(self, body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
        """Return the message about a recording with the CRM's id of the file."""

    def with_recording(self, body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
        """Return the message about a whole call with the file at its leg."""

    def asked_for(self, body: Mapping[str, Any]) -> str:
        """Return the callee of an outgoing call, which the CRM may have ordered; empty for any other call."""

    def identified(self, body: Mapping[str, Any], communication_id: str) -> dict[str, Any]:
        """Return the message with the communication's id, if known."""

    def asked_by(self, note: str) -> str:
        """Return the extension in the note of an outgoing call's start; empty if unknown."""

    def complete(self, body: Mapping[str, Any], note: str, crm_users: Mapping[str, str], line: str) -> dict[str, Any]:
        """Return the message with CRM users in place of extensions, and with `line` if it has no line.

        `note` is the note of the rendered message.
        """

    def named(self, callback: str, body: Mapping[str, Any], integration: str) -> dict[str, Any]:
        """Return the message with the call's id in the form that this message has in the CRM's document."""

    def communication_in(self, answer: str) -> str:
        """Return the communication's id in an answer, or an empty string."""

    def is_invalid(self, status: int | None, answer: str) -> bool:
        """Whether the CRM rejected the message itself, so that a repeat is useless."""

    def is_unknown(self, status: int | None, answer: str) -> bool:
        """Whether the CRM does not know the communication; a later repeat may succeed."""

    def file_in(self, answer: str, name: str) -> str:
        """Return the file's id in the answer to an upload, or an empty string."""

    def is_too_large(self, status: int | None, answer: str) -> bool:
        """Whether the CRM rejected a file for its size."""

    def denies_key(self, answer: VendorAnswer) -> bool:
        """Whether the CRM does not accept the key of the request."""

    def who_is_responsible(self, workspace: str, key: str, *, phone: str, external_id: str) -> VendorRequest:
        """Build the question for the users responsible for a call, or else for a number."""

    def users_in(self, answer: VendorAnswer) -> Sequence[str]:
        """Return the CRM's ids of the responsible users, maybe none. Raises Refused for an invalid answer."""


class IntegrationClient(Protocol):
    """An integration that starts and ends calls for a CRM. Raises NotSupported, ProviderRefused or ProviderSilent."""

    def call(self, communication: str, user: str, other_user: str, number: str) -> None:
        """Call `number` for a user; an internal call names the called user too."""

    def hang_up(self, communication: str, leg: str, user: str) -> None:
        """End a call."""


@runtime_checkable
class IntegrationModule(Protocol):
    """Module `integration`: the client of an integration, for which the hub is the CRM."""

    def open_client(
        self, ask: SendToVendor, workspace: str, key: str, new_echo: Callable[[], str]
    ) -> IntegrationClient:
        """Return a client; `new_echo` makes a value for each request that the answer must repeat."""
