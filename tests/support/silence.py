"""Sources that have been silent for long."""

from dataclasses import replace
from datetime import timedelta

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.silences import SilenceRows
from tests.support.hub import Hub


def begin_silence(hub: Hub, source: str) -> None:
    """Let a watched source have been silent for more than its time."""
    rows = SilenceRows(AccountsTable(hub.stack.dynamodb, hub.stack.table("AccountsTable")))
    watch = rows.get(source)
    assert watch
    rows.save(replace(watch, since=watch.since - timedelta(days=40)))
