"""Vet a receiver's URL when its address is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from switchboard.errors import Invalid
from switchboard.kernel.own_address import leads_to
from switchboard.kernel.targets import read_target
from switchboard.net.deadline import CONNECT_TIMEOUT
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard

FIELD = "webhook_url"  # the name in every dialect so far
OWN = "leads to this hub itself; an account with allow_self may have such an address"


class VettedTargets:
    """Port Targets of the subscriptions. `own` gives the hub's own URLs; `allows_self` tells what an account may."""

    def __init__(
        self,
        guard: Guard,
        own: Callable[[], Sequence[str]] = tuple,
        allows_self: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._guard = guard
        self._own = own
        self._allows_self = allows_self

    def vet(self, url: str, account: str = "", field: str = FIELD) -> None:
        """Raise Invalid if the URL's host is not public, or is the hub itself."""
        try:
            target = read_target(url)
            own = leads_to(url, self._own())
        except ValueError as error:
            raise Invalid(str(error), field) from None
        if own and not self._allows_self(account):
            raise Invalid(OWN, field)
        if not self._guard.allow_private:
            self._vet(target.host, field)
        elif self._guard.is_closed(target.host, target.port):
            raise Invalid("must not lead to the hub's own services", field)

    def _vet(self, host: str, field: str) -> None:
        try:
            self._guard.addresses(host, CONNECT_TIMEOUT)
        except ExchangeFailed as failed:
            # Other failures pass: a name may get an address later, and the error must not reveal where a name leads.
            if failed.reason is FailureReason.ADDRESS_NOT_PUBLIC:
                raise Invalid("must lead to an address on the public internet", field) from None
