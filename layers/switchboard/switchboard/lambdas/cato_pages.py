"""Lists of SP5000 CATO's API, a page at a time, and bodies that have to be JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from switchboard import settings
from switchboard.campaigns.audio.contracts import read_page
from switchboard.errors import UnsupportedMedia
from switchboard.lambdas.cato import account_of, body_of, query_of
from switchboard.lambdas.http import JSON, header, public_url, to_json

R = TypeVar("R")
JSON_KINDS = frozenset({"", JSON, "text/json"})


class Listing(Protocol[R]):
    """What can be listed."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]: ...


def listed(
    app: APIGatewayRestResolver, path: str, listing: Listing[R], view: Callable[[R], dict[str, Any]]
) -> Response[str]:
    """An array of what an account has; where there is more, a header tells how to go on (RFC 8288)."""
    limit, cursor = read_page(query_of(app))
    found, rest = listing.listed(account_of(app), limit, cursor)
    more = {"Link": f'<{base_url(app)}{path}?limit={limit}&cursor={quote(rest)}>; rel="next"'} if rest else {}
    return Response(200, JSON, to_json([view(one) for one in found]), more)


def json_body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """The JSON object of the request; UnsupportedMedia where it is said to be anything else."""
    kind = header(app.current_event.raw_event, "Content-Type").partition(";")[0].strip().lower()
    if kind not in JSON_KINDS:
        raise UnsupportedMedia("Send JSON, with Content-Type: application/json.")
    return body_of(app)


def base_url(app: APIGatewayRestResolver) -> str:
    """The hub's address."""
    return public_url(app.current_event.raw_event, settings.base_url())
