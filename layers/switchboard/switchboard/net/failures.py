"""The reasons for an exchange without an answer. Operators read them, and the retry rule depends on them."""

from __future__ import annotations

from enum import StrEnum

from switchboard.errors import SwitchboardError


class FailureReason(StrEnum):
    """Why an attempt got no answer. The values that end in `timeout` mean that time ran out."""

    BAD_URL = "bad_url"  # not a URL that can be called
    BAD_REQUEST = "bad_request"  # a header cannot be sent
    ADDRESS_NOT_PUBLIC = "address_not_public"  # the name resolves into a private network
    NAME_NOT_RESOLVED = "name_not_resolved"  # the name has no address
    NAME_TIMEOUT = "name_timeout"  # no answer from DNS within the time to connect
    CONNECT_TIMEOUT = "connect_timeout"  # no connection, or no TLS, within the time to connect
    CONNECTION_REFUSED = "connection_refused"  # the receiver's machine refused the connection
    UNREACHABLE = "unreachable"  # no route to any address
    TLS_FAILED = "tls_failed"  # no TLS, or a certificate for another host
    TIMEOUT = "timeout"  # connected, but no answer in time
    CONNECTION_BROKEN = "connection_broken"  # connected, then closed, or answered without HTTP
    ANSWER_TOO_LARGE = "answer_too_large"  # endless headers


class ExchangeFailed(SwitchboardError):
    """No answer came. `address` is the address that was tried or refused, if any."""

    def __init__(self, reason: FailureReason, address: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.address = address
