"""Questions to vendors' own APIs and their answers, as data: a dialect words and reads them, somebody else asks.

What an answer's status means is the same for every vendor; what a status means beside that, its dialect says.
Refusals are in our own words: a vendor's may repeat a token or a number.
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
    """One request. `paths` are the spellings of its path: the next one is asked where nothing is at the one before.

    Its body is `json`, or else the bytes of `content`.
    """

    method: str
    paths: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | Sequence[Any] | None = None
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VendorAnswer:
    """What came back: `body` is the JSON value, None where there is none; `text` is the body as it came.

    `following` is the query of a list's next page (RFC 8288: the link `next`), empty where none is told.
    """

    status: int
    body: Any = None
    text: str = field(default="", compare=False, repr=False)
    following: Mapping[str, str] = field(default_factory=dict, compare=False)


SendToVendor = Callable[[VendorRequest], VendorAnswer]
"""Asks one vendor; raises ProviderRefused where it cannot be reached, ProviderSilent where no answer came."""


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def refusal_of(answer: VendorAnswer) -> Refused:
    """The error that stands for an answer which is no success."""
    status = answer.status
    if status in (UNAUTHORIZED, FORBIDDEN):
        return ProviderRefused("The other system does not accept our token.", Refusal.FORBIDDEN)
    if status == TOO_MANY:
        return ProviderRefused("The other system takes no more requests for now.", Refusal.TOO_FAST)
    if status == GATEWAY_TIMEOUT:
        return ProviderSilent("What is behind the other system did not answer.")
    if status in FAILURES:
        return ProviderRefused(f"The other system is out of order ({status}).", Refusal.UNAVAILABLE)
    return ProviderRefused(f"The other system refused ({status}).", Refusal.REJECTED)


def not_understood() -> Refused:
    """The error that stands for a success whose body is not what the vendor's document says."""
    return ProviderRefused("The other system's answer is not the documented one.", Refusal.REJECTED)
