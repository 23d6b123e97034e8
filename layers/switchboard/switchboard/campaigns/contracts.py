"""Bodies of the operator's API about campaigns, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from switchboard.campaigns.model import Limits
from switchboard.contracts import Body, read_body


class LimitsBody(Body):
    """What an account's trunk takes: calls at once, and calls begun in a second; 0 calls a day are any number."""

    channels: int = Field(ge=0, le=1000, strict=True)
    cps: int = Field(default=10, ge=1, le=100, strict=True)
    calls_per_number_per_day: int = Field(default=0, ge=0, le=1000, strict=True)


def read_limits(fields: Mapping[str, Any]) -> Limits:
    """Limits; Invalid names the field that is wrong."""
    body = read_body(LimitsBody, fields)
    return Limits(body.channels, body.cps, body.calls_per_number_per_day)


def limits_view(limits: Limits) -> dict[str, int]:
    """`{"channels", "cps", "calls_per_number_per_day"}`."""
    return {"channels": limits.channels, "cps": limits.cps, "calls_per_number_per_day": limits.daily}
