"""Rows without a model of their own, attribute by attribute: a release reads the rows of an earlier release.

`tests/releases/rows/<release>/<table>.json` holds the rows as the release wrote them. An attribute that a later release
adds stays in the row, whatever this release changes there.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.endpoints_table import EndpointsTable
from switchboard.aws.recordings_table import RecordingsTable
from switchboard.aws.streams_table import StreamsTable
from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.deliveries.endpoint import EndpointKey
from switchboard.deliveries.rate import window_at
from switchboard.streams.model import HeldPlace, StreamMessage
from switchboard.subscriptions.model import ReceiverLimits
from switchboard.telephony.model import AccountTelephony
from tests.support import receivers
from tests.support.builders import NOON, a_record, a_recording, a_source, a_subscription, an_account, an_attempt
from tests.support.stack import Stack

ROWS = Path(__file__).parent / "rows"
RELEASES = sorted(path.name for path in ROWS.iterdir())
TABLES = ("EndpointsTable", "StreamsTable")
KEY, LATER = EndpointKey("acme", "0f1e2d3c4b5a6978"), NOON + timedelta(minutes=1)
RECEIVER = "https://crm.example"
NEW = {"later_fact": {"S": "of a later release"}}


def endpoints_of(stack: Stack) -> EndpointsTable:
    deliveries = DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable"))
    return EndpointsTable(stack.dynamodb, stack.table("EndpointsTable"), deliveries)


def write(stack: Stack) -> None:
    """Leave every kind of row, as this release writes them."""
    endpoints, streams = endpoints_of(stack), StreamsTable(stack.dynamodb, stack.table("StreamsTable"))
    receivers.park_failed(endpoints, a_record("msg_1", attempts=(an_attempt(500),)), NOON)
    receivers.park(endpoints, a_record("msg_2", sequence=2), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    endpoints.take(KEY, window_at(5.0, NOON))
    streams.write_until("acme", NOON, LATER)
    streams.append("acme", {"a": StreamMessage(1, "{}", NOON), "b": StreamMessage(2, "{}", LATER, NOON, 1)})
    streams.take("acme", "reader", NOON, LATER)
    streams.add("digest", "acme", LATER, LATER + timedelta(hours=1), "token")
    streams.use("digest", "reader", NOON)
    streams.settle("digest", "reader", 0)


def written(stack: Stack, table: str) -> list[dict[str, Any]]:
    return sorted(stack.items(table), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def put_rows(stack: Stack, release: str) -> None:
    """Put the rows of a release, each with an attribute of a later one."""
    for table in TABLES:
        for item in json.loads((ROWS / release / f"{table}.json").read_text()):
            stack.dynamodb.put_item(TableName=stack.table(table), Item={**item, **NEW})
    DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable")).write(
        [a_record("msg_1", attempts=(an_attempt(500),))]
    )


@pytest.mark.parametrize("release", RELEASES)
def test_rows_of_a_release_are_read(stack: Stack, release: str) -> None:
    """Each fact is where it was: of a receiver, its lane and places, of a stream, its readers and tickets."""
    put_rows(stack, release)
    endpoints, streams = endpoints_of(stack), StreamsTable(stack.dynamodb, stack.table("StreamsTable"))
    found, lane = endpoints.get(KEY), endpoints.lane(KEY, "call-1")
    assert found
    assert lane
    assert (found.lanes, found.open, found.watched, lane.parked) == (1, True, True, 2)
    assert [one.place.delivery for one in endpoints.parked(lane, 9)] == ["msg_1", "msg_2"]
    assert [one.key for one in endpoints.of_account("acme")] == [KEY]
    assert (streams.end("acme").number, streams.end("acme").at) == (2, LATER)
    period = streams.writing("acme")
    assert period
    assert (period.since, period.until) == (NOON, LATER)
    assert streams.after("acme", 0) == [StreamMessage(1, "{}", NOON), StreamMessage(2, "{}", LATER, NOON, 1)]
    ticket = streams.use("digest", "another", NOON)
    assert ticket
    assert (ticket.account, ticket.before, ticket.token) == ("acme", HeldPlace("reader", 0), "token")


@pytest.mark.parametrize("release", RELEASES)
def test_a_change_leaves_what_a_later_release_wrote(stack: Stack, release: str) -> None:
    """In every row that this release changes in place."""
    put_rows(stack, release)
    endpoints, streams = endpoints_of(stack), StreamsTable(stack.dynamodb, stack.table("StreamsTable"))
    receivers.failed(endpoints, KEY)
    receivers.park(endpoints, a_record("msg_3", sequence=3), LATER)
    endpoints.take(KEY, window_at(5.0, NOON))
    streams.write_until("acme", NOON, LATER + timedelta(minutes=1))
    streams.append("acme", {"c": StreamMessage(3, "{}", LATER, LATER)})
    assert streams.renew("acme", 0, "reader", LATER + timedelta(minutes=1))
    assert streams.use("digest", "another", NOON)
    for table in TABLES:
        before = {
            (one["pk"]["S"], one["sk"]["S"]) for one in json.loads((ROWS / release / f"{table}.json").read_text())
        }
        rows = [item for item in written(stack, table) if (item["pk"]["S"], item["sk"]["S"]) in before]
        assert len(rows) == len(before)
        assert all(item.items() >= NEW.items() for item in rows), table


def test_the_newest_rows_have_the_attributes_that_this_release_writes(stack: Stack) -> None:
    """A new attribute needs new rows: write them with `write`, into the folder of the coming release."""
    write(stack)
    for table in TABLES:
        kept = json.loads((ROWS / RELEASES[-1] / f"{table}.json").read_text())
        assert [sorted(item) for item in written(stack, table)] == [sorted(item) for item in kept], table


def test_a_row_that_is_written_whole_keeps_the_attributes_beside_its_model(stack: Stack) -> None:
    """Of documents in the table of accounts, of subscriptions, limits and recordings, changed and written back."""
    accounts = AccountsTable(stack.dynamodb, stack.table("AccountsTable"))
    subscriptions = SubscriptionsTable(stack.dynamodb, stack.table("SubscriptionsTable"))
    recordings = RecordingsTable(stack.dynamodb, stack.table("RecordingsTable"))
    accounts.accounts.add(an_account())
    accounts.sources.add(a_source())
    accounts.telephonies.save(AccountTelephony("acme", "simulator"))
    subscriptions.add(a_subscription())
    subscriptions.limit("acme", RECEIVER, ReceiverLimits(2))
    recordings.add(a_recording("call-1"))
    tables = ("AccountsTable", "SubscriptionsTable", "RecordingsTable")
    for table in tables:
        for item in stack.items(table):
            stack.dynamodb.put_item(TableName=stack.table(table), Item={**item, **NEW})
    (account,), (source,) = accounts.accounts.all(), accounts.sources.of_account("acme")
    accounts.accounts.save(replace(account, name="New"))
    accounts.sources.save(replace(source, name="New"))
    telephony = accounts.telephonies.get("acme")
    assert telephony
    accounts.telephonies.save(replace(telephony, provider="vpbx"))
    (subscription,), limits = subscriptions.with_limits("acme")
    subscriptions.save(replace(subscription, version=subscription.version + 1))
    subscriptions.limit("acme", RECEIVER, replace(limits[RECEIVER], max_in_flight=3))
    (recording,), _ = recordings.listed("acme", None, 9, None)
    assert recordings.save(recording, replace(recording, part=recording.part + 1))
    for table in tables:
        assert all(item.items() >= NEW.items() for item in stack.items(table)), table
    found = accounts.accounts.get("acme")
    assert found
    assert found.name == "New"
