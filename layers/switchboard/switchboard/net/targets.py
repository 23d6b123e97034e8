"""Vet a receiver's URL when a subscription is made."""

from __future__ import annotations

from switchboard.errors import Invalid
from switchboard.kernel.targets import read_target
from switchboard.net.deadline import CONNECT_TIMEOUT
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard

FIELD = "webhook_url"  # the name in every dialect so far


class VettedTargets:
    """Port Targets of the subscriptions."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def vet(self, url: str) -> None:
        """Raise Invalid if the URL's host is not public."""
        try:
            host = read_target(url).host
        except ValueError as error:
            raise Invalid(str(error), FIELD) from None
        if not self._guard.allow_private:
            self._vet(host)

    def _vet(self, host: str) -> None:
        try:
            self._guard.addresses(host, CONNECT_TIMEOUT)
        except ExchangeFailed as failed:
            # Other failures pass: a name may get an address later, and the error must not reveal where a name leads.
            if failed.reason is FailureReason.ADDRESS_NOT_PUBLIC:
                raise Invalid("must lead to an address on the public internet", FIELD) from None
