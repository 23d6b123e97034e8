"""What is asked about campaigns: limits of an account, by its operator, and pages of lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator

from switchboard.campaigns.dialling.bounds import MOST_CPS
from switchboard.contracts import Body, read_body
from switchboard.kernel.campaign import Limits

PAGE, LARGEST_PAGE = 100, 500
LONGEST_CURSOR = 4096


class LimitsBody(Body):
    """What an account's trunk takes: calls at once, and calls begun in a second; 0 calls a day are any number."""

    channels: int = Field(ge=0, le=1000, strict=True)
    cps: int = Field(default=10, ge=1, strict=True)
    calls_per_number_per_day: int = Field(default=0, ge=0, le=1000, strict=True)

    @field_validator("cps")
    @classmethod
    def _can_be_kept(cls, cps: int) -> int:
        if cps > MOST_CPS:
            raise ValueError(f"must be at most {MOST_CPS}: the hub begins no more calls of an account in a second")
        return cps


class PageQuery(Body):
    """A page of a list."""

    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE)
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CURSOR)] | None = None


def read_limits(fields: Mapping[str, Any]) -> Limits:
    """Limits; Invalid names the field that is wrong."""
    body = read_body(LimitsBody, fields)
    return Limits(body.channels, body.cps, body.calls_per_number_per_day)


def limits_view(limits: Limits) -> dict[str, int]:
    """`{"channels", "cps", "calls_per_number_per_day"}`."""
    return {"channels": limits.channels, "cps": limits.cps, "calls_per_number_per_day": limits.daily}


def read_page(query: Mapping[str, str]) -> tuple[int, str | None]:
    """`?limit` (1 to 500) and `?cursor`."""
    page = read_body(PageQuery, query)
    return page.limit, page.cursor
