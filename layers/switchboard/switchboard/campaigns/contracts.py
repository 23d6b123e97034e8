"""Bodies and queries: the limits that an operator sets, and pages of lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator

from switchboard.campaigns.dialling.bounds import MOST_CPS
from switchboard.contracts import Body, OwnBody, read_body
from switchboard.kernel.campaign import Limits

PAGE, LARGEST_PAGE = 100, 500
LONGEST_CURSOR = 4096


class CampaignLimitsBody(OwnBody):
    """An account's limits: calls at once, calls begun in a second, and calls to one number a day (0: no cap)."""

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
    """The query of a list: the page's size, and the cursor of the page before."""

    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE)
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CURSOR)] | None = None


def read_limits(fields: Mapping[str, Any]) -> Limits:
    """Return the limits in a body. Raises Invalid with the wrong field."""
    body = read_body(CampaignLimitsBody, fields)
    return Limits(body.channels, body.cps, body.calls_per_number_per_day)


def limits_view(limits: Limits) -> dict[str, int]:
    """Return `{"channels", "cps", "calls_per_number_per_day"}`."""
    return {"channels": limits.channels, "cps": limits.cps, "calls_per_number_per_day": limits.daily}


def read_page(query: Mapping[str, str]) -> tuple[int, str | None]:
    """Return `?limit` (1 to 500) and `?cursor`. Raises Invalid."""
    page = read_body(PageQuery, query)
    return page.limit, page.cursor
