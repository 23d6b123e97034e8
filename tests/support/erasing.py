"""Erase in a hub of tests: run the workflow to its end, and search everything that is stored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from switchboard import bootstrap
from switchboard.aws.audiences_bucket import AudiencesBucket
from switchboard.aws.row_owners import plain_row, texts_of
from switchboard.erasures.progress import AGAIN_AFTER, QUIET_AFTER
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.numbers import spellings_of
from tests.support.hub import Hub
from tests.support.stack import resources

ERASE, WATCH = "workflows/erase", "workflows/watch_erasures"
MOST_TURNS = 20
NEWEST = 10**12  # a part after any that a watch or a turn starts
CALLER, SUBSCRIBER = "79161234567", "79012345600"
# What names the account and stays: erasures, another account's settings, and messages, which their workers drop.
OTHERS = (
    "AccountsTable ERASURE#",
    "ActivityTable AUDIT# ",  # the record of the end itself
    "CampaignsTable account#other-station",
    "DiallingTable execution#other-station",
    *(
        f"{name}Queue "
        for name in [
            "Events",
            "Deliveries",
            "Retries",
            "Settlements",
            "Advances",
            "Pbx",
            "CrmCalls",
            "Dialling",
            "Wakes",
        ]
    ),
)
# Settings in which the caller is named, one of each table whose rows are written again.
TOLD = {
    "SubscriptionsTable": {"account": "acme", "key": "test", "data": f'{{"name":"of {CALLER}","number":{CALLER}}}'},
    "EndpointsTable": {"pk": "acme#told", "sk": "ENDPOINT", "receiver": f"https://crm.example/{CALLER}"},
    "CommunicationsTable": {"pk": "ACCOUNT#acme", "sk": "CONNECTOR#told", "data": f'{{"name":"{CALLER}"}}'},
    "StreamsTable": {"pk": "acme", "sk": "MESSAGE#0000000000000009999", "body": f'{{"src":"{CALLER}"}}'},
    "CampaignsTable": {"pk": "account#acme", "sk": "settings#told", "data": f'{{"text":"{CALLER}"}}'},
    "EmailsTable": {"pk": "acme#told", "sk": "0000000#told", "data": "{}"},
    "DiallingTable": {"pk": "execution#acme#told", "sk": "subscriber#0", "data": f'{{"number":"{CALLER}"}}'},
}


def run_erasure(hub: Hub, erasure: str) -> dict[str, Any]:
    """Take the turns of an erasure, each after the time that it waits for, and return the report."""
    real, ahead = bootstrap.read_clock, timedelta(0)
    with pytest.MonkeyPatch.context() as later:
        for _ in range(MOST_TURNS):
            state = hub.invoke(ERASE, {"erasure": erasure, "part": NEWEST, "turn": 0})
            if state["done"]:
                break
            ahead += timedelta(seconds=state["wait"]) or AGAIN_AFTER
            later.setattr(bootstrap, "read_clock", lambda ahead=ahead: real() + ahead)
    assert ahead <= 2 * QUIET_AFTER
    found: dict[str, Any] = hub.operator("GET", f"/admin/erasures/{erasure}").json
    return found


def erasing_day(hub: Hub) -> None:
    """After everything was used: a caller is erased, then the account. Nothing of either is found afterwards."""
    for queue in [name for name in resources("AWS::SQS::Queue") if not name.endswith("DeadQueue")]:
        fifo = "group" if hub.stack.queue(queue).endswith(".fifo") else ""
        body = json.dumps({"account": "acme", "number": CALLER})
        hub.stack.bury(queue, queue.replace("Queue", "DeadQueue"), body, fifo)
        for place in range(11 if fifo else 1):
            body = json.dumps({"account": "acme", "place": place})
            hub.stack.bury(queue, queue.replace("Queue", "DeadQueue"), body, fifo)
    s3 = hub.stack.clients.s3
    for bucket, key in (("RecordingsBucket", "acme/unfinished"), ("CampaignsBucket", "audio/acme/unfinished")):
        s3.create_multipart_upload(Bucket=hub.stack.refs[bucket], Key=key)
    for key in ("uploads/acme/list", "spilled/acme/call/event"):
        s3.put_object(Bucket=hub.stack.refs["CampaignsBucket"], Key=key, Body=CALLER.encode())
    for table, row in TOLD.items():
        hub.stack.dynamodb.put_item(TableName=hub.stack.table(table), Item={k: {"S": v} for k, v in row.items()})
    people = [Subscriber("A caller", (CALLER,), ()), Subscriber("Another", ("79990001122",), ())]
    for folder in ("audiences", "executions"):
        AudiencesBucket(s3, hub.stack.refs["CampaignsBucket"], folder).save("acme", "told", people)
    hub.operator("DELETE", "/admin/accounts/acme", dry_run="true")
    hub.operator("GET", "/admin/erasures")
    for number in (CALLER, SUBSCRIBER):
        of_number = hub.operator("POST", "/admin/accounts/acme/erase", {"number": number}).json["id"]
        hub.invoke(WATCH, {"at_once": True})
        hub.invoke(ERASE, {"erasure": of_number, "part": 10**10, "turn": 999})
        assert run_erasure(hub, of_number)["left"] == 0
        search = spellings_of(f"+{number}")
        left = [place for place, text in stored(hub) if search.found_in(text)]
        assert not left, left
    of_account = hub.operator("DELETE", "/admin/accounts/acme").json["id"]
    assert run_erasure(hub, of_account)["erased"]["accounts"] == 1
    left = [place for place, text in stored(hub) if "acme" in text and not place.startswith(OTHERS)]
    assert not left, left


def stored(hub: Hub) -> Iterator[tuple[str, str]]:
    """Yield (place, text) for every row, object and message that the hub stores."""
    for table in resources("AWS::DynamoDB::Table"):
        pages = hub.stack.dynamodb.get_paginator("scan").paginate(TableName=hub.stack.table(table))
        for item in (item for page in pages for item in page["Items"]):
            row = plain_row(item)
            yield f"{table} {row.get('pk', row.get('id'))} {row.get('sk', '')}", "\n".join(texts_of(row))
    for bucket in resources("AWS::S3::Bucket"):
        yield from _objects(hub, bucket)
    for queue in resources("AWS::SQS::Queue"):
        shown = hub.stack.sqs.receive_message(
            QueueUrl=hub.stack.queue(queue), MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        yield from ((f"{queue} {message['MessageId']}", message["Body"]) for message in shown.get("Messages", []))


def _objects(hub: Hub, bucket: str) -> Iterator[tuple[str, str]]:
    name, s3 = hub.stack.refs[bucket], hub.stack.clients.s3
    versions = s3.list_object_versions(Bucket=name)
    yield from ((f"{bucket} marker {found['Key']}", found["Key"]) for found in versions.get("DeleteMarkers", []))
    for found in versions.get("Versions", []):
        data = s3.get_object(Bucket=name, Key=found["Key"], VersionId=found["VersionId"])["Body"].read()
        text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        yield f"{bucket} {found['Key']}", found["Key"] + "\n" + text.decode("latin-1")
    for found in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        yield f"{bucket} unfinished {found['Key']}", found["Key"]
