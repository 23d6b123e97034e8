"""Refused logins of every API, counted by the address of the sender."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from switchboard.bootstrap.operators import hold_off
from switchboard.errors import Unauthorized


@contextmanager
def counting_refusals(credentials: str, address: str, route: str) -> Iterator[None]:
    """Count a login that is refused inside; without `credentials` nothing is counted.

    Raises HeldOff in the place of Unauthorized while the address is held off. Good credentials are always served.
    """
    try:
        yield
    except Unauthorized as error:
        if credentials:
            hold_off()(address, route, error)
        raise


def address_of(event: Mapping[str, Any]) -> str:
    """Return the address of the sender as the gateway saw it."""
    return str(((event.get("requestContext") or {}).get("identity") or {}).get("sourceIp") or "")


def route_in(event: Mapping[str, Any]) -> str:
    """Return the path of a request's route, with the names of its parameters."""
    return str(event.get("resource") or "")
