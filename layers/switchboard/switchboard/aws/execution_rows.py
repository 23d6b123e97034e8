"""Rows of executions in the table of dialling: the state at the start, then at the end."""

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
    """Return the row of an execution. The watch's index also holds an unfinished execution."""
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
            # The dialler needs an unfinished execution, even if paused for years, so only finished rows expire.
            "expires_at": int((execution.started_at + KEPT_FOR).timestamp()) if over else None,
        },
    )


def execution_of(item: Mapping[str, Any]) -> Execution:
    """Return the execution in a row."""
    return load(from_item(item)["data"], Execution)


def execution_pk(account: str, execution: str) -> str:
    """The partition of an execution and its subscribers."""
    return f"execution#{account}#{execution}"


def state_key(account: str, execution: str) -> Item:
    """The key of an execution's own row."""
    return to_item({"pk": execution_pk(account, execution), "sk": "state"})


def stamp(at: datetime) -> str:
    """Return a time as text that sorts."""
    return at.isoformat(timespec="microseconds")
