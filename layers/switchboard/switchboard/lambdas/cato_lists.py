"""Lists of subscribers in requests: media type, encoding, columns, and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.bootstrap.accounts import region_of
from switchboard.campaigns.groups import GroupRequest, source_of
from switchboard.campaigns.importing.model import HowToRead, ImportedTable
from switchboard.campaigns.importing.preview import preview
from switchboard.campaigns.importing.read import read_list
from switchboard.kernel.subscriber_list import Row
from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.cato import account_of, query_of, token_of
from switchboard.lambdas.lists import how_to_read
from switchboard.lambdas.queries import flag

LARGEST = 4_000_000  # bytes; a Lambda event has 6 MB at most, with the body escaped
TOO_LARGE = f"A list of more than {LARGEST} bytes goes by POST /api/v1/subscriber-groups/uploads."


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A request with a list: the wish for a group, and the table that the list was read as."""

    wish: GroupRequest
    table: ImportedTable


def list_wish(app: APIGatewayRestResolver, name: str) -> ListRequest:
    """Return the request's list. Raises TooLarge, which names the route for larger lists."""
    data, how = body_of(app), _how_to_read(app)
    skip, token = flag_in(app, "skipInvalid"), token_of(app)
    found = read_list(data, how)
    user_id = query_of(app).get("userId") or token.name
    source = source_of(data, how.kind, how.encoding, skip, how.columns, how.sheet)
    return ListRequest(
        GroupRequest(token.account, user_id, name, source, found.rows(), how.region, skip, len(data)), found.table
    )


def preview_in(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return what the request's list is read as, and what its rows would become."""
    how = _how_to_read(app)
    return preview(read_list(body_of(app), how), how.region)


def body_of(app: APIGatewayRestResolver) -> bytes:
    """Return the body's bytes. Raises TooLarge."""
    return bytes_of(app.current_event.raw_event, LARGEST, TOO_LARGE)


def reader_of(app: APIGatewayRestResolver) -> ReadUpload:
    """Return what reads an uploaded list as this request says."""
    return ReadUpload(_how_to_read(app))


@dataclass(slots=True)
class ReadUpload:
    """Reads the rows of an uploaded list from its bytes, media type and encoding; keeps the table that it read."""

    how: HowToRead
    table: ImportedTable | None = None

    def __call__(self, data: bytes, kind: str, encoding: str) -> Iterator[Row]:
        """Return the rows. Raises as `read_list` does."""
        how = HowToRead(self.how.region, kind, self.how.encoding or encoding, self.how.columns, self.how.sheet)
        found = read_list(data, how)
        self.table = found.table
        return found.rows()


def flag_in(app: APIGatewayRestResolver, name: str) -> bool:
    """Return a flag in the query; the default is False. Raises Invalid for other words than true and false."""
    return flag(query_of(app), name)


def _how_to_read(app: APIGatewayRestResolver) -> HowToRead:
    return how_to_read(app.current_event.raw_event, query_of(app), region_of(account_of(app)))
