"""Why no answer came: in the words that operators read, and that the retry rule goes by."""

from __future__ import annotations

from enum import StrEnum

from switchboard.errors import SwitchboardError


class FailureReason(StrEnum):
    """What an attempt without an answer failed of. All that end in `timeout` are a matter of time."""

    BAD_URL = "bad_url"  # it cannot be called
    BAD_REQUEST = "bad_request"  # a header cannot be sent
    ADDRESS_NOT_PUBLIC = "address_not_public"  # the name leads into a network that is not public
    NAME_NOT_RESOLVED = "name_not_resolved"  # the name has no address
    NAME_TIMEOUT = "name_timeout"  # nobody told the name's address while there was time to connect
    CONNECT_TIMEOUT = "connect_timeout"  # no connection, or no TLS on it, while there was time to connect
    CONNECTION_REFUSED = "connection_refused"  # the receiver's machine said no
    UNREACHABLE = "unreachable"  # there is no way to any of its addresses
    TLS_FAILED = "tls_failed"  # no TLS, or a certificate that does not hold for the host
    TIMEOUT = "timeout"  # connected, and no answer in time
    CONNECTION_BROKEN = "connection_broken"  # connected, and cut off or answered by something other than HTTP
    ANSWER_TOO_LARGE = "answer_too_large"  # headers without an end


class ExchangeFailed(SwitchboardError):
    """No answer came. `address` is the one that was tried, or that stood in the way."""

    def __init__(self, reason: FailureReason, address: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.address = address
