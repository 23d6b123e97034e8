"""Whether an account's telephony could make a call now. A check rings nothing and changes nothing at the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refusal, Refused, Sealed

CREDENTIALS, SILENT, NOT_CONNECTED, REFUSED, SEALED = "credentials", "silent", "not_connected", "refused", "sealed"


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """An endpoint of a PBX, such as a trunk, and the state that the PBX names, such as `online`."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class TelephonyHealth:
    """The result of a check. `ok` is None for a provider that cannot be checked.

    `reason` is why a call would fail. `clock_difference` is how many seconds the provider's clock is behind the hub's.
    """

    ok: bool | None = True
    reason: str = ""
    version: str = ""
    endpoints: tuple[EndpointHealth, ...] = ()
    clock_difference: float | None = None


class CheckTelephony(Protocol):
    """Asks an account's provider how it is."""

    def __call__(self) -> TelephonyHealth:
        """Return the provider's state. Raises ProviderRefused or ProviderSilent in place of a reason."""


def not_checked() -> TelephonyHealth:
    """Return the answer of a provider that has no check."""
    return TelephonyHealth(ok=None, reason="not_checked")


def health_of(check: CheckTelephony) -> TelephonyHealth:
    """Return the result of a check, with a refusal as its reason."""
    try:
        return check()
    except Sealed:
        return TelephonyHealth(ok=False, reason=SEALED)
    except Refused as error:
        return TelephonyHealth(ok=False, reason=_reason(error))


def knows_nothing_of(error: Refused) -> bool:
    """Whether a provider has read a request for an unknown object: then address and credentials are right."""
    if isinstance(error, ProviderRefused):
        return error.refusal is Refusal.REJECTED
    return isinstance(error, NotFound)


def health_view(account: str, provider: str, health: TelephonyHealth) -> dict[str, Any]:
    """Return `{"account", "provider", "ok", "reason"?, "version"?, "endpoints"?, "clock_difference"?}`."""
    told: dict[str, Any] = {"reason": health.reason, "version": health.version}
    told["endpoints"] = [{"name": one.name, "state": one.state} for one in health.endpoints]
    found = {name: value for name, value in told.items() if value}
    if health.clock_difference is not None:
        found["clock_difference"] = health.clock_difference
    return {"account": account, "provider": provider, "ok": health.ok, **found}


def _reason(error: Refused) -> str:
    if isinstance(error, ProviderSilent):
        return SILENT
    if isinstance(error, ProviderRefused):
        return CREDENTIALS if error.refusal is Refusal.FORBIDDEN else REFUSED
    return error.code
