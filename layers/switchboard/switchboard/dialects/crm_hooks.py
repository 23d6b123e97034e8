"""The role of a CRM that posts its own events to a connector's address: installations, and orders of calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest


@dataclass(frozen=True, slots=True)
class OrderedCall:
    """A call that the CRM orders: connect the user's telephone to `number`.

    `id` is the CRM's id of the call, or one derived from the event. Without a `user` somebody of the account calls.
    """

    id: str
    number: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class HookNews:
    """One event of a CRM. `tenant` is the CRM's lasting id of the customer, `secret` what the CRM proves itself by.

    An installation has a `refresh_token`. An event without token and order is of no interest.
    """

    tenant: str
    secret: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    order: OrderedCall | None = None


@runtime_checkable
class HookModule(Protocol):
    """Module `hooks` of a CRM with a REST API."""

    @property
    def HOOKS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """The last parts of the connector's addresses."""

    def read_hook(self, hook: str, fields: Sequence[tuple[str, str]]) -> HookNews:
        """Read the fields of a form. Raises Invalid for a form that cannot be read."""

    def after_install(self, address: str, settings: Mapping[str, str], line: str) -> Sequence[VendorRequest]:
        """Return the requests that subscribe `address` to the CRM's events."""

    def is_settled(self, answer: VendorAnswer) -> bool:
        """Whether such a request succeeded, now or before."""

    def ask_user(self, user: str) -> VendorRequest:
        """Build the question for a user's extension."""

    def extension_in(self, answer: VendorAnswer) -> str:
        """Return the extension in the answer; empty without one."""

    def fallback_extension(self, settings: Mapping[str, str]) -> str:
        """Return the extension that calls if the order names nobody; empty without one."""
