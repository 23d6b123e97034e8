"""The guard before every connection: one look-up, and every address of it vetted."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from switchboard.net.addresses import is_public, is_public_name
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.resolver import Resolver


class Guard:
    """Tells where a host may be reached. `allow_private` is for a hub on one machine, whose receivers are there too."""

    def __init__(self, names: Resolver, *, allow_private: bool, public: Callable[[str], bool] = is_public) -> None:
        self._names = names
        self.allow_private = allow_private
        self._public = public

    def addresses(self, host: str, seconds: float) -> list[str]:
        """The addresses to connect to, and to no others; one bad address among them refuses the host."""
        found = [host] if _is_address(host) else self._look_up(host, seconds)
        if not self.allow_private:
            for address in found:
                if not self._public(address):
                    raise ExchangeFailed(FailureReason.ADDRESS_NOT_PUBLIC, address)
        return found

    def _look_up(self, name: str, seconds: float) -> list[str]:
        # Not even asked for: whether an internal name exists is nobody's business.
        if not (self.allow_private or is_public_name(name)):
            raise ExchangeFailed(FailureReason.ADDRESS_NOT_PUBLIC)
        return self._names.addresses(name, seconds)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
