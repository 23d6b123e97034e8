"""What DynamoDB charges for the writes of dialling: requests of the table's adapter, weighed instead of sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bench.cost.units import Item, item_size, table_write
from switchboard.aws.dialling_table import DiallingTable
from switchboard.campaigns.dialling.state import Change
from tests.fakes.dialling_store import MemoryDialling


class Scales:
    """The part of a DynamoDB client that commits need. `weighed` counts rows and units, `heaviest` bytes."""

    def __init__(self) -> None:
        self.weighed: Counter[str] = Counter()
        self.heaviest: Counter[str] = Counter()
        self._kept: dict[tuple[str, str], Item] = {}

    def transact_write_items(self, TransactItems: list[Any]) -> None:  # noqa: N803 - boto3's spelling
        """Weigh what a transaction writes."""
        self.weighed["transactions"] += 1
        for one in TransactItems:
            ((kind, request),) = one.items()
            self._weigh(request["Item"] if kind == "Put" else None, request.get("Key", request.get("Item")), both=True)

    def put_item(self, Item: Any, **_: Any) -> None:  # noqa: N803 - boto3's spelling
        """Weigh a row by itself."""
        self.weighed["plain writes"] += 1
        self._weigh(Item, Item, both=False)

    def _weigh(self, item: Item | None, named: Item, *, both: bool) -> None:
        key = named["pk"]["S"], named["sk"]["S"]
        self.weighed["rows"] += 1
        self.weighed["units"] += table_write(self._kept.get(key), item, transactional=both)
        kind = f"{key[0].partition('#')[0]} {key[1].partition('#')[0]}"
        self.heaviest[kind] = max(self.heaviest[kind], item_size(item or {}))
        self._kept[key] = item or {}


class WeighedDialling(MemoryDialling):
    """A store in memory, and what its commits would be on AWS."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = Scales()
        self._table = DiallingTable(self.scales, "dialling", "restrictions")  # type: ignore[arg-type]

    def commit(self, before: int, change: Change) -> bool:
        """In memory, and weighed where that was done."""
        return super().commit(before, change) and self._table.commit(before, change)
