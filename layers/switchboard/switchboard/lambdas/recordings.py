"""What is asked of a recording that is streamed, whoever's API it is asked by."""

from __future__ import annotations

from switchboard.lambdas.streaming import Request
from switchboard.recordings.serve import ConditionalHeaders


def asked_in(request: Request) -> ConditionalHeaders:
    """Which part of a recording is wanted, and which one the client has."""
    return ConditionalHeaders(request.header("range"), request.header("if-range"), request.header("if-none-match"))
