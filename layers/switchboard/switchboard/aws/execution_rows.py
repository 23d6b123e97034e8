"""Rows of executions in the table of dialling: as each was begun, then as it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import Item, from_item, to_item
from switchboard.kernel.campaign import Execution

KEPT_FOR = timedelta(days=400)  # as long as calls are
WATCH = "RUNNING"


def item_of(pk: str, sk: str, values: Mapping[str, Any]) -> Item:
    """A row with its key."""
    return to_item({"pk": pk, "sk": sk, **values})


def execution_row(execution: Execution) -> Item:
    """An execution as it is kept; one that is not over stands in the watch's index too."""
    over = execution.finished_at is not None
    return item_of(
        execution_pk(execution.account, execution.id),
        "state",
        {
            "listing": execution.account,
            "created_at": stamp(execution.started_at),
            "watch": None if over else WATCH,
            "next_at": None if over else stamp(execution.started_at),
            "is_over": int(over),
            "data": dump(execution),
            # As long as it is not over the dialler needs it, also where somebody paused it for years.
            "expires_at": int((execution.started_at + KEPT_FOR).timestamp()) if over else None,
        },
    )


def execution_of(item: Mapping[str, Any]) -> Execution:
    """The execution of a row."""
    return load(from_item(item)["data"], Execution)


def execution_pk(account: str, execution: str) -> str:
    """The partition of an execution and its subscribers."""
    return f"execution#{account}#{execution}"


def state_key(account: str, execution: str) -> Item:
    """The key of an execution's own row."""
    return to_item({"pk": execution_pk(account, execution), "sk": "state"})


def stamp(at: datetime) -> str:
    """A moment as keys have it: they are in order as text."""
    return at.isoformat(timespec="microseconds")
