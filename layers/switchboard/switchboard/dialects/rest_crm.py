"""The roles of a CRM that is told of calls over its own REST API.

The dialect decides, and does no I/O. A message, the facts that earlier messages of its call left, and the last answer
give the next step. `crm.conversation` takes the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest


@dataclass(frozen=True, slots=True)
class TellableRecording:
    """The stored recording of a call. `size` is in bytes; `extension` is the suffix of its file name, without a dot."""

    content_type: str
    extension: str
    size: int


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision knows.

    `message` is the name of a rendered message (its path without slashes), `body` and `note` are the message's.
    `users` maps extensions to the CRM's ids of users. `line` is the connector's line number. `settings` are the
    connector's, as `read_settings` returned them. `memory` has the facts that earlier steps of this call left.
    `asked` is the CRM's id of the request that the call results from; empty without one. `base_url` is the CRM's.
    `recording_link` opens the stored recording; empty while none is stored, and None if this kind gets no links.
    """

    message: str
    body: Mapping[str, Any]
    call_id: str
    note: str = ""
    base_url: str = ""
    users: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    recording: TellableRecording | None = None
    recording_link: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a request. `about` comes back with the answer. `remember` is stored before the request is sent."""

    request: VendorRequest
    about: str = ""
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendFile:
    """Post the call's recording to `url` as a form with one file."""

    url: str
    form_field: str
    name: str
    about: str = ""
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The message is delivered. `communication` is the CRM's id of the call, if this message made the id known."""

    remember: Mapping[str, str] = field(default_factory=dict)
    communication: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Try the message again later. A wait says nothing about the receiver's health. `reason` is one word."""

    reason: str
    seconds: float
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The CRM will never take the message. `reason` is one word, for the operator."""

    reason: str
    remember: Mapping[str, str] = field(default_factory=dict)


Step = Ask | SendFile | Done | Wait | Refuse


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the last step, and the step's `about`."""

    about: str
    answer: VendorAnswer


@dataclass(frozen=True, slots=True)
class Pace:
    """A leaky bucket: `burst` requests at once, and `per_second` in the long run."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Responsible:
    """A user whom the CRM names for a customer. `extension` is empty unless the CRM knows the extension.

    `at_work` is None unless the CRM keeps the users' working day.
    """

    user: str
    extension: str = ""
    at_work: bool | None = None


@runtime_checkable
class ConnectorModule(Protocol):
    """A part of the role `client`: what a connector of this kind needs from the operator."""

    def read_settings(self, base_url: str, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the connector's settings, complete with defaults. Raises Invalid, with `settings.<name>`."""

    def workspace_of(self, base_url: str) -> str:
        """Return the name of the workspace at an address."""


@runtime_checkable
class ResponsibleModule(Protocol):
    """A part of the role `client`: the question who is responsible for a customer."""

    def who_is_responsible(self, phone: str) -> VendorRequest:
        """Build the question for the users responsible for a number."""

    def responsible_in(self, answer: VendorAnswer, phone: str) -> Sequence[Responsible]:
        """Return the users responsible for `phone`, best first, maybe none. Raises Refused for an invalid answer."""


@runtime_checkable
class RestCrmModule(ConnectorModule, ResponsibleModule, Protocol):
    """Module `client` of a dialect with `Exchanging.REST`: decisions about requests, and reading of answers."""

    @property
    def MESSAGES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The messages that a connector subscribes to; `{connector}` is replaced."""

    @property
    def RECORDING(self) -> str:  # noqa: N802 - a constant of a module
        """The message about a recording."""

    @property
    def REGISTER(self) -> str:  # noqa: N802 - a constant of a module
        """The message that tells a whole call."""

    @property
    def PACE(self) -> Pace:  # noqa: N802 - a constant of a module
        """The request rate that the CRM allows an application."""

    def asked_for(self, message: str, body: Mapping[str, Any]) -> str:
        """Return the callee (digits) of an outgoing call that the CRM may have ordered; empty for any other message."""

    def asked_by(self, body: Mapping[str, Any]) -> str:
        """Return the extension of that outgoing call; empty if unknown."""

    def next_step(self, situation: Situation, reply: Reply | None) -> Step:
        """Return the next step; `reply` is None for the first. Never raises."""

    def authorised(self, request: VendorRequest, token: str) -> VendorRequest:
        """Return the request with the access token."""

    def denies_token(self, answer: VendorAnswer) -> bool:
        """Whether the CRM does not accept the access token (any more)."""

    def setback(self, answer: VendorAnswer, now: float) -> Wait | None:
        """Return the wait that a limit of the CRM demands; None for any other answer. `now` is in Unix seconds."""
