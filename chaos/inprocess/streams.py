"""The streams of the accounts: every event once, the numbers without a gap, each call in its order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from chaos.inprocess.scheduler import BEGINNING
from switchboard.aws.streams_table import StreamsTable
from switchboard.streams.model import StreamMessage

# What the events of a call are told as; who is rung has no word.
WORDS = ["incoming_call", "start_talk", "call_end"]
FOR_EVER = timedelta(days=3650)


def listen(table: StreamsTable, accounts: Iterable[str]) -> None:
    """Have their streams written."""
    for account in accounts:
        table.write_until(account, BEGINNING, BEGINNING + FOR_EVER)


def wrong_in_streams(table: StreamsTable, accounts: Iterable[str], calls: int) -> Iterator[str]:
    """What a reader would complain of."""
    for account in accounts:
        messages = _all(table, account)
        if [one.number for one in messages] != list(range(1, len(messages) + 1)):
            yield f"{account}'s stream has a gap"
        told = defaultdict(list)
        for message in messages:
            body = json.loads(message.body)
            told[body["payload"]["call_id"]].append(body["event_type"])
        for call in range(calls):
            words = told[f"{account}-call-{call + 1}"]
            if words != WORDS:
                yield f"{account}-call-{call + 1} was told as {', '.join(words) or 'nothing'}"


def _all(table: StreamsTable, account: str) -> list[StreamMessage]:
    found: list[StreamMessage] = []
    while page := table.after(account, found[-1].number if found else 0):
        found += page
    return found
