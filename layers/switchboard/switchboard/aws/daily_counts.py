"""The rows of daily calls in the table of restrictions: one set of calls' ids for each telephone and day.

| pk              | sk                | what                                                     |
|-----------------|-------------------|----------------------------------------------------------|
| <account>#<day> | CALLS#<telephone> | the ids of the calls; adding an id again changes nothing |
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from switchboard.aws.table import Item, to_item
from switchboard.campaigns.dialling.state import CapReached, Change, DailyCount

CALLS = "CALLS#"
KEPT_FOR = timedelta(days=3)  # longer than the offset of any time zone


class DailyCalls(NamedTuple):
    """The row of a telephone's calls within a day."""

    account: str
    day: str
    telephone: str

    @property
    def key(self) -> Item:
        """The key of the row."""
        return to_item({"pk": f"{self.account}#{self.day}", "sk": CALLS + self.telephone})


def count_update(table: str, row: DailyCalls, calls: Collection[str], cap: int = 0) -> Any:
    """Return the update that adds calls. With a cap it fails if `cap` other calls count already."""
    update = _update(table, row, calls, "ADD ids :ids SET expires_at = :expires")
    if not cap:
        return update
    (call,) = calls
    values = {**update["ExpressionAttributeValues"], **to_item({":cap": cap, ":call": call})}
    condition = "attribute_not_exists(ids) OR size(ids) < :cap OR contains(ids, :call)"
    return {**update, "ConditionExpression": condition, "ExpressionAttributeValues": values}


def uncount_update(table: str, row: DailyCalls, calls: Collection[str]) -> Any:
    """Return the update that removes calls. A missing call is no error."""
    return _update(table, row, calls, "DELETE ids :ids SET expires_at = :expires")


def count_writes(table: str, change: Change) -> list[Any]:
    """Return the items of a transaction that count a change's calls. They stand behind the dialler's row."""

    def row(one: DailyCount) -> DailyCalls:
        return DailyCalls(change.after.dialler.account, one.day, one.telephone)

    added = [count_update(table, row(one), [one.call], one.cap) for one in change.counted]
    removed = [uncount_update(table, row(one), [one.call]) for one in change.uncounted]
    return [{"Update": update} for update in (*added, *removed)]


def check_caps(change: Change, reasons: Sequence[str]) -> None:
    """Raise CapReached if counts cancelled a transaction. `reasons` has a code for each of its items."""
    if reasons[:1] != ["None"]:
        return
    told = zip(change.counted, reasons[1:], strict=False)
    reached = [one.telephone for one, reason in told if reason == "ConditionalCheckFailed"]
    if reached:
        raise CapReached(reached)


def _update(table: str, row: DailyCalls, calls: Collection[str], how: str) -> dict[str, Any]:
    values = {":ids": {"SS": sorted(set(calls))}, **to_item({":expires": _expires(row.day)})}
    return {"TableName": table, "Key": row.key, "UpdateExpression": how, "ExpressionAttributeValues": values}


def _expires(day: str) -> int:
    return int((datetime.combine(date.fromisoformat(day), time(), UTC) + KEPT_FOR).timestamp())
