"""Reading calls in order of time, by account or by number, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from switchboard.aws.table import Item, from_item, newest_first, to_item
from switchboard.calls.ports import CallFilter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIRST, LAST = "0", "9"  # before and after every time
READ_AT_ONCE = 100  # the most that DynamoDB reads in one batch
TABLE_KEY = frozenset({"pk", "sk"})
TIME_KEY = TABLE_KEY | {"listing", "at"}


class CallListing:
    """Pages of items out of the table of calls. A page may be shorter than its limit and not be the last."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def calls(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
        """The CALL items of an account that answer to the filter, newest first."""
        if wanted.number is None:
            return self.page(account, wanted, limit, cursor)
        ids, following = self._ids_by_number(account, wanted, limit, cursor)
        items = self._batch([f"{account}#{call_id}" for call_id in ids])
        return [item for item in items if wanted.state is None or item["state"]["S"] == wanted.state.value], following

    def page(self, listing: str, wanted: CallFilter, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
        """Items of one listing of the index by_time, newest first, by state and time."""
        query: dict[str, Any] = {
            "IndexName": "by_time",
            "KeyConditionExpression": "listing = :listing AND #at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#at": "at"},
            "ExpressionAttributeValues": to_item({":listing": listing, **_between(wanted)}),
        }
        if wanted.state is not None:
            query["FilterExpression"] = "#state = :state"
            query["ExpressionAttributeNames"] |= {"#state": "state"}
            query["ExpressionAttributeValues"] |= to_item({":state": wanted.state.value})
        return newest_first(self._client, {"TableName": self._name, **query}, limit, cursor, TIME_KEY)

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

    def _batch(self, keys: list[str]) -> list[Item]:
        unique = list(dict.fromkeys(keys))
        found: dict[str, Item] = {}
        for start in range(0, len(unique), READ_AT_ONCE):
            found |= self._read(unique[start : start + READ_AT_ONCE])
        return [found[key] for key in keys if key in found]

    def _read(self, keys: list[str]) -> dict[str, Item]:
        wanted: Any = {self._name: {"Keys": [to_item({"pk": key, "sk": "CALL"}) for key in keys]}}
        found: dict[str, Item] = {}
        while wanted:
            answer = self._client.batch_get_item(RequestItems=wanted)
            found |= {item["pk"]["S"]: item for item in answer["Responses"].get(self._name, [])}
            wanted = answer.get("UnprocessedKeys")
        return found


def _between(wanted: CallFilter) -> dict[str, str]:
    return {
        ":since": wanted.since.isoformat(timespec="microseconds") if wanted.since else FIRST,
        # A call's id may follow the time, and `~` comes after whatever stands between the two.
        ":until": wanted.until.isoformat(timespec="microseconds") + "~" if wanted.until else LAST,
    }
