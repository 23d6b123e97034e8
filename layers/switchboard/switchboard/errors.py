"""Errors that know what is to be done with them.

SwitchboardError
├── Refused                the caller asked for what cannot be: tell them, with `status`
│   ├── Invalid            400  a field is missing or wrong (`field` names it)
│   ├── Unauthorized       401  no credentials, or not good ones
│   ├── NotFound           404  no such thing in this account
│   ├── MethodNotAllowed   405  the path exists, the method does not
│   ├── Conflict           409  it is there already, or in the wrong state
│   │   └── NotSupported   409  the account's telephony cannot do that
│   ├── TooLarge           413  the body is over the limit
│   ├── UnsupportedMedia   415  a body that is not of a kind that is taken
│   ├── TooMany            429  as many as there may be at once
│   ├── NotOffered         501  this installation has nothing that could do it
│   ├── ProviderRefused    502  the telephony behind said no; `refusal` says why
│   └── ProviderSilent     504  the telephony behind did not answer: whether it did it is not known
├── Sealed                 a secret cannot be opened: whoever needs it goes without
├── TryAgain               not now: come back `after` seconds
└── Duplicate              already done; nothing is left to do

Messages are for the reader named above each class and never hold a secret or a full telephone number.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class SwitchboardError(Exception):
    """Root of every error the hub raises on purpose."""


class Refused(SwitchboardError):
    """The request cannot be served as it stands; `message` may be shown to whoever sent it."""

    status: ClassVar[int] = 400
    reason: ClassVar[str] = "Bad Request"
    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def details(self) -> Mapping[str, Any]:
        """What else is told, field by field."""
        return {}

    @property
    def title(self) -> str:
        """Status and reason as vendors print them: `404 Not Found`."""
        return f"{self.status} {self.reason}"


class Invalid(Refused):
    """A field is missing or holds what it may not hold."""


class Unauthorized(Refused):
    """Credentials are missing, malformed, expired, revoked or unknown."""

    status, reason, code = 401, "Unauthorized", "unauthorized"


class NotFound(Refused):
    """No such thing, as far as this caller may know."""

    status, reason, code = 404, "Not Found", "not_found"


class MethodNotAllowed(Refused):
    """The path is served, with other methods."""

    status, reason, code = 405, "Method Not Allowed", "method_not_allowed"


class Conflict(Refused):
    """It exists already, or is in a state that forbids the request."""

    status, reason, code = 409, "Conflict", "conflict"


class NotSupported(Conflict):
    """The account has no telephony, or one that cannot do that."""

    code = "notSupported"


class TooLarge(Refused):
    """The body is over the limit of its route."""

    status, reason, code = 413, "Request Entity Too Large", "too_large"


class UnsupportedMedia(Refused):
    """The body is of a kind that the route does not take."""

    status, reason, code = 415, "Unsupported Media Type", "unsupported_media"


class TooMany(Refused):
    """There are as many already as the caller may have at once."""

    status, reason, code = 429, "Too Many Requests", "too_many"


class NotOffered(Refused):
    """It could be asked for, and this installation has nothing that could do it."""

    status, reason, code = 501, "Not Implemented", "not_offered"


class Refusal(StrEnum):
    """Why a telephony did not take an order; the first three pass by themselves."""

    NO_CHANNELS = "no_channels"  # as many calls as it can hold
    TOO_FAST = "too_fast"  # more calls a second than its trunk takes
    UNAVAILABLE = "unavailable"  # out of order
    FORBIDDEN = "forbidden"  # our credentials, or a number that may not be called
    REJECTED = "rejected"  # any other no


class ProviderRefused(Refused):
    """The telephony behind said no, and did nothing."""

    status, reason, code = 502, "Bad Gateway", "provider_refused"

    def __init__(self, message: str, refusal: Refusal = Refusal.REJECTED) -> None:
        super().__init__(message)
        self.refusal = refusal


class ProviderSilent(Refused):
    """The telephony behind did not answer in time, and may have done what was asked."""

    status, reason, code = 504, "Gateway Timeout", "provider_silent"


class Sealed(SwitchboardError):
    """A secret cannot be opened, now or ever."""


class TryAgain(SwitchboardError):
    """The work could not be done now; the message goes back to its queue for `after` seconds."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after


class Duplicate(SwitchboardError):
    """The effect is in place already."""
