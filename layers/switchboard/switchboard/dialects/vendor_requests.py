"""Requests to vendors' APIs and their answers, as data. A dialect builds and reads them; `net.vendor_api` sends them.

`refusal_of` maps the HTTP statuses that mean the same for every vendor; a dialect maps the others itself.
Error messages are the hub's own text, because a vendor's text may repeat a token or a telephone number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.errors import ProviderRefused, ProviderSilent, Refusal, Refused

OK = range(200, 300)
BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY = 400, 401, 403, 404, 409, 429
FAILURES = range(500, 600)
GATEWAY_TIMEOUT = 504


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """An HTTP request to a vendor's API.

    `paths` are alternative spellings of the path: after a 404 the next spelling is tried. The body is `json`, or else
    `content`.
    """

    method: str
    paths: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | Sequence[Any] | None = None
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VendorAnswer:
    """The answer to a VendorRequest: `body` is the parsed JSON or None, `text` the undecoded body.

    `following` is the query of a list's next page, read from the link `next` (RFC 8288); empty on the last page.
    `headers` are found by a name in any letter case.
    """

    status: int
    body: Any = None
    text: str = field(default="", compare=False, repr=False)
    following: Mapping[str, str] = field(default_factory=dict, compare=False)
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


SendToVendor = Callable[[VendorRequest], VendorAnswer]
"""Send a request to one vendor. Raises ProviderRefused if nothing was sent, ProviderSilent if no answer came."""


def bearer(token: str) -> dict[str, str]:
    """Return the `Authorization` header with a bearer token (RFC 6750)."""
    return {"Authorization": f"Bearer {token}"}


def refusal_of(answer: VendorAnswer) -> Refused:
    """Return the error for an answer whose status is not 2xx: ProviderRefused, or ProviderSilent for 504."""
    status = answer.status
    if status in (UNAUTHORIZED, FORBIDDEN):
        return ProviderRefused("The other system does not accept our token.", Refusal.FORBIDDEN)
    if status == TOO_MANY:
        return ProviderRefused("The other system takes no more requests for now.", Refusal.TOO_FAST)
    if status == GATEWAY_TIMEOUT:
        return ProviderSilent("The other system's gateway timed out (504).")
    if status in FAILURES:
        return ProviderRefused(f"The other system is out of order ({status}).", Refusal.UNAVAILABLE)
    return ProviderRefused(f"The other system refused ({status}).", Refusal.REJECTED)


def not_understood() -> Refused:
    """Return the ProviderRefused for a 2xx answer whose body does not follow the vendor's document."""
    return ProviderRefused("The other system's answer is not the documented one.", Refusal.REJECTED)
