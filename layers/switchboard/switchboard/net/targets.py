"""Vetting of receivers at the time they subscribe."""

from __future__ import annotations

from switchboard.errors import Invalid
from switchboard.net.deadline import CONNECT_TIMEOUT
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard
from switchboard.subscriptions.targets import read_target

FIELD = "webhook_url"  # what every dialect calls it so far


class VettedTargets:
    """Port Targets of the subscriptions."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def vet(self, url: str) -> None:
        """Raise Invalid where a URL leads to where no delivery may go."""
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
            # A name may get its address later, and the subscriber is told nothing of where one leads.
            if failed.reason is FailureReason.ADDRESS_NOT_PUBLIC:
                raise Invalid("must lead to an address on the public internet", FIELD) from None
