"""Pages of lists in SP5000 CATO's API, and JSON bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from switchboard import settings
from switchboard.campaigns.contracts import read_page
from switchboard.errors import UnsupportedMedia
from switchboard.lambdas.cato import account_of, body_of, query_of
from switchboard.lambdas.http import JSON, header, public_url, to_json

R = TypeVar("R")
JSON_KINDS = frozenset({"", JSON, "text/json"})


class Listing(Protocol[R]):
    """A store that lists an account's resources by the page."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]: ...


def listed(
    app: APIGatewayRestResolver, path: str, listing: Listing[R], view: Callable[[R], dict[str, Any]]
) -> Response[str]:
    """Answer with a page as an array; the header `Link` leads to the next page (RFC 8288)."""
    limit, cursor = read_page(query_of(app))
    found, rest = listing.listed(account_of(app), limit, cursor)
    more = {"Link": f'<{base_url(app)}{path}?limit={limit}&cursor={quote(rest)}>; rel="next"'} if rest else {}
    return Response(200, JSON, to_json([view(one) for one in found]), more)


def json_body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the JSON object in the body. Raises UnsupportedMedia for another `Content-Type`."""
    kind = header(app.current_event.raw_event, "Content-Type").partition(";")[0].strip().lower()
    if kind not in JSON_KINDS:
        raise UnsupportedMedia("Send JSON, with Content-Type: application/json.")
    return body_of(app)


def takes_gzip(app: APIGatewayRestResolver) -> bool:
    """Whether the client asked for gzip (RFC 9110, section 12.5.3). A client that names no encoding gets none."""
    for part in header(app.current_event.raw_event, "Accept-Encoding").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "").rstrip(".0") != "q="
    return False


def moved(link: str) -> Response[str]:
    """Answer with a redirect to a presigned URL, which depends on what the client takes."""
    return Response(307, JSON, "", {"Location": link, "Vary": "Accept-Encoding"})


def base_url(app: APIGatewayRestResolver) -> str:
    """The hub's address."""
    return public_url(app.current_event.raw_event, settings.base_url())
