"""The guard before every connection: resolve the name once and vet every address."""

from __future__ import annotations

from collections.abc import Callable, Collection
from ipaddress import ip_address

from switchboard.kernel.own_address import is_this_machine
from switchboard.net.addresses import is_public, is_public_name
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.resolver import Resolver


class Guard:
    """Gives the addresses that a host may be reached at.

    `allow_private` is for a hub on one machine, whose receivers are on the same machine. `closed` are the ports of this
    machine where the hub's own services listen, such as the emulator of AWS.
    """

    def __init__(
        self,
        names: Resolver,
        *,
        allow_private: bool,
        public: Callable[[str], bool] = is_public,
        closed: Collection[int] = (),
    ) -> None:
        self._names = names
        self.allow_private = allow_private
        self._public = public
        self._closed = closed

    def is_closed(self, address: str, port: int) -> bool:
        """Whether one of the hub's own services listens at this port of this machine."""
        return port in self._closed and is_this_machine(address)

    def addresses(self, host: str, seconds: float, port: int = 0) -> list[str]:
        """Return the only addresses to connect to, within `seconds`.

        Raises ExchangeFailed, also if a single one of the addresses is not public, or a port there is closed.
        """
        found = [host] if _is_address(host) else self._look_up(host, seconds)
        for address in found:
            if self.is_closed(address, port):
                raise ExchangeFailed(FailureReason.ADDRESS_NOT_PUBLIC, address)
        if not self.allow_private:
            for address in found:
                if not self._public(address):
                    raise ExchangeFailed(FailureReason.ADDRESS_NOT_PUBLIC, address)
        return found

    def _look_up(self, name: str, seconds: float) -> list[str]:
        # Refuse before the look-up: the answer must not show whether an internal name exists.
        if not (self.allow_private or is_public_name(name)):
            raise ExchangeFailed(FailureReason.ADDRESS_NOT_PUBLIC)
        return self._names.addresses(name, seconds)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
