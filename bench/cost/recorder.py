"""Listens to boto3's clients and counts what each request costs, from the items themselves before and after it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from bench.cost.assumptions import SQS_CHUNK
from bench.cost.counted import Counted
from bench.cost.units import IN_TRANSACTION, Item, Table, index_write, item_size, read_units, table_write

NOTED = "bench.cost"
TO_QUEUES = {"SendMessage", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"}


@dataclass(frozen=True, slots=True)
class Write:
    """One item that a request writes, and as it was before; `new` is what a put would make of it."""

    table: Table
    name: str
    key: Item
    old: Item | None
    new: Item | None
    transactional: bool
    checks_only: bool = False


class Recorder:
    """Counts into `counted` what the clients are asked while `on`, by functions and not by whoever plays a scenario.

    `peek` is a client that nobody listens to, and `inside` tells whether a function runs.
    """

    def __init__(self, tables: Mapping[str, Table], peek: Any, inside: Callable[[], bool]) -> None:
        self._tables, self._peek, self._inside = tables, peek, inside
        self.counted, self.on = Counted(), False
        self._lock = Lock()

    def before(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        """Note the items that are about to be written."""
        if self.on and self._inside():
            service = model.service_model.service_name
            writes = list(self._writes(model.name, params)) if service == "dynamodb" else []
            context[NOTED] = (service, model.name, dict(params), writes)

    def after(self, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Count the request."""
        if NOTED not in context:
            return
        service, operation, params, writes = context.pop(NOTED)
        with self._lock:
            self.counted.requests[f"{service}.{operation}"] += 1
            if service == "sqs" and operation in TO_QUEUES:
                self._queue(params)
            for write in writes:
                self._write(write, failed="Error" in parsed)
            if service == "dynamodb":
                self._read(operation, params, parsed)

    def _queue(self, params: Mapping[str, Any]) -> None:
        bodies = [params, *params.get("Entries", [])]
        size = sum(len(one.get("MessageBody", "").encode()) for one in bodies)
        chunks = max(1, math.ceil(size / SQS_CHUNK))
        if params["QueueUrl"].endswith(".fifo"):
            self.counted.fifo += chunks
        else:
            self.counted.standard += chunks

    def _writes(self, operation: str, params: Mapping[str, Any]) -> Iterator[Write]:
        if operation == "TransactWriteItems":
            for entry in params["TransactItems"]:
                ((kind, one),) = entry.items()
                yield self._one(one["TableName"], one, transactional=True, checks_only=kind == "ConditionCheck")
        elif operation == "BatchWriteItem":
            for name, entries in params["RequestItems"].items():
                for entry in entries:
                    yield self._one(name, next(iter(entry.values())))
        elif operation in {"PutItem", "UpdateItem", "DeleteItem"}:
            yield self._one(params["TableName"], params)

    def _one(
        self, name: str, wanted: Mapping[str, Any], *, transactional: bool = False, checks_only: bool = False
    ) -> Write:
        table, item = self._tables[name], wanted.get("Item")
        key = {part: (item or wanted["Key"])[part] for part in table.key}
        return Write(table, name, key, self._image(name, key), item, transactional, checks_only)

    def _image(self, name: str, key: Item) -> Item | None:
        found: Item | None = self._peek.get_item(TableName=name, Key=key, ConsistentRead=True).get("Item")
        return found

    def _write(self, write: Write, *, failed: bool) -> None:
        new = write.new if failed else self._image(write.name, write.key)
        units = table_write(write.old, new, transactional=write.transactional)
        self.counted.writes[write.table.name] += units
        if failed or write.checks_only:
            return
        self.counted.rows[write.table.name] += 1
        for index in write.table.indexes:
            if units := index_write(write.table, index, write.old, new):
                self.counted.writes[f"{write.table.name}/{index.name}"] += units

    def _read(self, operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        consistent = bool(params.get("ConsistentRead"))
        if operation == "GetItem":
            size = item_size(parsed.get("Item", {}))
            self.counted.read(self._place(params), read_units([size], consistent=consistent))
        elif operation in {"Query", "Scan"}:
            self.counted.read(self._place(params), read_units([_scanned(parsed)], consistent=consistent))
        elif operation == "BatchGetItem":
            self._read_batch(params, parsed)
        elif operation == "TransactGetItems":
            for entry, found in zip(params["TransactItems"], parsed.get("Responses", []), strict=False):
                units = IN_TRANSACTION * read_units([item_size(found.get("Item", {}))], consistent=True)
                self.counted.read(self._tables[entry["Get"]["TableName"]].name, units)

    def _read_batch(self, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        for name, wanted in params["RequestItems"].items():
            items: Sequence[Item] = parsed.get("Responses", {}).get(name, [])
            sizes = [item_size(item) for item in items] + [0] * (len(wanted["Keys"]) - len(items))
            consistent = bool(wanted.get("ConsistentRead"))
            units = sum(read_units([size], consistent=consistent) for size in sizes)
            self.counted.read(self._tables[name].name, units)

    def _place(self, params: Mapping[str, Any]) -> str:
        table = self._tables[params["TableName"]].name
        return f"{table}/{params['IndexName']}" if "IndexName" in params else table


def _scanned(parsed: Mapping[str, Any]) -> int:
    """Return the bytes that a query read. Filtered items count with the size of returned items."""
    items = parsed.get("Items", [])
    size = sum(item_size(item) for item in items)
    return round(size * parsed.get("ScannedCount", len(items)) / len(items)) if items else 0
