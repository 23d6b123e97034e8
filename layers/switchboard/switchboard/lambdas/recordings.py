"""Conditional requests for streamed recordings, in any dialect's API."""

from __future__ import annotations

from switchboard.lambdas.streaming import Request
from switchboard.recordings.serve import ConditionalHeaders


def asked_in(request: Request) -> ConditionalHeaders:
    """Return the range and the conditions in the headers of a request."""
    return ConditionalHeaders(request.header("range"), request.header("if-range"), request.header("if-none-match"))
