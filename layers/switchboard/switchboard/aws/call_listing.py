"""Read pages of calls in order of time, by account or by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.aws.shards import FIRST, LAST, SpreadIndex, read_all
from switchboard.aws.table import Item, from_item, newest_first, to_item
from switchboard.calls.ports import CallFilter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE_KEY = frozenset({"pk", "sk"})


class CallListing:
    """Pages of items of the table of calls. A page below its limit need not be the last page."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._in_time = SpreadIndex(client, name, "in_time", "listing", "at", ("pk", "sk"))

    def calls(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
        """Return a page of an account's CALL items that match the filter, newest first."""
        if wanted.number is None:
            return self.page(account, wanted, limit, cursor)
        ids, following = self._ids_by_number(account, wanted, limit, cursor)
        keys = [to_item({"pk": f"{account}#{call_id}", "sk": "CALL"}) for call_id in dict.fromkeys(ids)]
        # A number is written before its call. The call may be missing, or hold only the id of its successor.
        items = [item for item in read_all(self._client, self._name, keys) if "state" in item]
        return _in_state(items, wanted), following

    def page(self, listing: str, wanted: CallFilter, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
        """Return a page of one listing of the index in_time, filtered by state and time, newest first."""
        between = _between(wanted)
        items, following = self._in_time.newest_first(listing, limit, cursor, between[":since"], between[":until"])
        return _in_state(items, wanted), following

    def _ids_by_number(
        self, account: str, wanted: CallFilter, limit: int, cursor: str | None
    ) -> tuple[list[str], str | None]:
        key = {":pk": f"{account}#number:{wanted.number}", **_between(wanted)}
        query = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :since AND :until",
            "ExpressionAttributeValues": to_item(key),
        }
        items, following = newest_first(self._client, query, limit, cursor, TABLE_KEY)
        return [from_item(item)["call"] for item in items], following


def _in_state(items: list[Item], wanted: CallFilter) -> list[Item]:
    return [item for item in items if wanted.state is None or item["state"]["S"] == wanted.state.value]


def _between(wanted: CallFilter) -> dict[str, str]:
    return {
        ":since": wanted.since.isoformat(timespec="microseconds") if wanted.since else FIRST,
        # A call's id may follow the time. `~` sorts after every separator.
        ":until": wanted.until.isoformat(timespec="microseconds") + "~" if wanted.until else LAST,
    }
