"""Lists of subscribers in requests: media type, encoding, and rows."""

from __future__ import annotations

from collections.abc import Iterator

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.campaigns.groups import GroupRequest, source_of
from switchboard.campaigns.spreadsheet import decoded, read_rows
from switchboard.dialects.cato.groups import read_group
from switchboard.errors import Invalid, UnsupportedMedia
from switchboard.kernel.subscriber_list import Row
from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.cato import query_of, token_of
from switchboard.lambdas.http import header

LARGEST = 4_000_000  # bytes; a Lambda event has 6 MB at most, with the body escaped
JSON_KINDS, CSV_KINDS = frozenset({"", "application/json", "text/json"}), frozenset({"text/csv", "application/csv"})
TOO_LARGE = f"A list of more than {LARGEST} bytes goes by POST /api/v1/subscriber-groups/uploads."
TRUTH = {"": False, "false": False, "0": False, "true": True, "1": True}


def list_wish(app: APIGatewayRestResolver, name: str) -> GroupRequest:
    """Return the request's list. Raises TooLarge, which names the route for larger lists."""
    data = body_of(app)
    kind, encoding = kind_of(app)
    skip = flag_in(app, "skipInvalid")
    token = token_of(app)
    user_id = query_of(app).get("userId") or token.name
    source = source_of(data, kind, encoding, skip)
    return GroupRequest(token.account, user_id, name, source, rows_of(data, kind, encoding), skip)


def body_of(app: APIGatewayRestResolver) -> bytes:
    """Return the body's bytes. Raises TooLarge."""
    return bytes_of(app.current_event.raw_event, LARGEST, TOO_LARGE)


def rows_of(data: bytes, kind: str, encoding: str) -> Iterator[Row]:
    """Return the rows of a list. Raises UnsupportedMedia unless the media type is JSON or CSV."""
    if kind in CSV_KINDS:
        return read_rows(decoded(data, encoding))
    if kind in JSON_KINDS:
        return read_group(decoded(data, ""))
    raise UnsupportedMedia("A list is application/json or text/csv.")


def kind_of(app: APIGatewayRestResolver) -> tuple[str, str]:
    """Return the body's media type and encoding; `?encoding` overrides the header's charset."""
    content_type = header(app.current_event.raw_event, "Content-Type")
    kind, _, parameters = content_type.partition(";")
    named = [part.partition("=")[2] for part in parameters.split(";") if part.strip().lower().startswith("charset=")]
    return kind.strip().lower(), query_of(app).get("encoding") or (named[0] if named else "")


def flag_in(app: APIGatewayRestResolver, name: str) -> bool:
    """Return a flag in the query; the default is False. Raises Invalid for other words than true and false."""
    told = TRUTH.get(query_of(app).get(name, "").lower())
    if told is None:
        raise Invalid("It must be true or false.", name)
    return told
