"""The errors of the hub. The class of an error says how to handle the error.

SwitchboardError
├── Refused                answer the request with `status` and `message`
│   ├── Invalid            400  a field is missing or wrong (`field` is its name)
│   ├── Unauthorized       401  credentials are missing or wrong
│   ├── Forbidden          403  the credentials are good, and lack the right for this request
│   ├── Suspended          403  the account is suspended or being deleted
│   ├── NotFound           404  the account has no such object
│   ├── MethodNotAllowed   405  the path exists, the method does not
│   ├── Conflict           409  the object exists already, or its state forbids the request
│   │   └── NotSupported   409  the account's telephony cannot do this
│   ├── TooLarge           413  the body is over the limit
│   ├── UnsupportedMedia   415  the route does not accept the media type of the body
│   ├── TooMany            429  the caller has reached a limit of simultaneous objects
│   │   └── HeldOff        429  too many logins of the caller's address were refused; wait as `Retry-After` says
│   ├── NotOffered         501  this installation lacks a component for the request
│   ├── ProviderRefused    502  a provider or PBX refused; `refusal` is the reason
│   └── ProviderSilent     504  a provider or PBX did not answer; the request may have taken effect
├── Sealed                 a secret cannot be opened: continue without the secret
├── TryAgain               put the message back into its queue for `after` seconds
│   └── Busy               the same, for longer with each receive: a service of AWS is busy
└── Duplicate              the effect is in place already: do nothing

A message never contains a secret or a full telephone number, since clients and operators read the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class SwitchboardError(Exception):
    """Root of every error the hub raises on purpose."""


class Refused(SwitchboardError):
    """The request cannot be served. The client may see `message`; `field` names the wrong field, if there is one."""

    status: ClassVar[int] = 400
    reason: ClassVar[str] = "Bad Request"
    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def details(self) -> Mapping[str, Any]:
        """Further fields of the answer."""
        return {}

    @property
    def headers(self) -> Mapping[str, str]:
        """Further headers of the answer."""
        return {}

    @property
    def title(self) -> str:
        """Status and reason as vendors print them: `404 Not Found`."""
        return f"{self.status} {self.reason}"


class Invalid(Refused):
    """A field is missing or has a value that is not allowed."""


class Unauthorized(Refused):
    """Credentials are missing, malformed, expired, revoked or unknown."""

    status, reason, code = 401, "Unauthorized", "unauthorized"


class Forbidden(Refused):
    """The credentials are good, and do not have the right for this request."""

    status, reason, code = 403, "Forbidden", "forbidden"


class Suspended(Refused):
    """The account is suspended or being deleted, so nothing is done for the account."""

    status, reason, code = 403, "Forbidden", "suspended"


class NotFound(Refused):
    """The object does not exist, or the caller may not see the object."""

    status, reason, code = 404, "Not Found", "not_found"


class MethodNotAllowed(Refused):
    """The path is served for other methods only."""

    status, reason, code = 405, "Method Not Allowed", "method_not_allowed"


class Conflict(Refused):
    """The object exists already, or its state forbids the request."""

    status, reason, code = 409, "Conflict", "conflict"


class NotSupported(Conflict):
    """The account has no telephony, or its telephony cannot do this."""

    code = "notSupported"


class TooLarge(Refused):
    """The body is over the limit of its route."""

    status, reason, code = 413, "Request Entity Too Large", "too_large"


class UnsupportedMedia(Refused):
    """The route does not accept the media type of the body."""

    status, reason, code = 415, "Unsupported Media Type", "unsupported_media"


class TooMany(Refused):
    """The caller has reached the limit of objects at the same time."""

    status, reason, code = 429, "Too Many Requests", "too_many"


class HeldOff(TooMany):
    """Too many logins of the caller's address were refused. `seconds` is the wait."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the wait (RFC 9110, section 10.2.3)."""
        return {"Retry-After": str(self.seconds)}


class NotOffered(Refused):
    """The request is valid, but this installation lacks a component that could serve the request."""

    status, reason, code = 501, "Not Implemented", "not_offered"


class Refusal(StrEnum):
    """Why a provider refused an order. The first three reasons pass by themselves."""

    NO_CHANNELS = "no_channels"  # all channels are in use
    TOO_FAST = "too_fast"  # more calls a second than the trunk allows
    UNAVAILABLE = "unavailable"  # the provider is out of order
    FORBIDDEN = "forbidden"  # wrong credentials, or a number that may not be called
    REJECTED = "rejected"  # any other reason


class ProviderRefused(Refused):
    """A provider or PBX refused the request and did nothing."""

    status, reason, code = 502, "Bad Gateway", "provider_refused"

    def __init__(self, message: str, refusal: Refusal = Refusal.REJECTED) -> None:
        super().__init__(message)
        self.refusal = refusal


class ProviderSilent(Refused):
    """A provider or PBX did not answer in time. The request may have taken effect."""

    status, reason, code = 504, "Gateway Timeout", "provider_silent"


class Sealed(SwitchboardError):
    """A secret cannot be opened, for the moment or for ever."""


class TryAgain(SwitchboardError):
    """The work could not be done now; the message goes back to its queue for `after` seconds."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after


class Busy(TryAgain):
    """A service of AWS refuses requests for the moment. The wait doubles each time that the message comes again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, after=1.0)


class Duplicate(SwitchboardError):
    """The effect is in place already."""
