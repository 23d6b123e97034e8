"""A stack is pointed at restored tables and buckets, as the runbook tells."""

from __future__ import annotations

import re

import pytest

from local.bundle import load_template
from switchboard import settings
from tests.support.hub import Hub
from tests.support.receiver import receiving
from tests.support.stack import makers, resources

START = {"type": "call_event", "event_name": "start.call"}


def test_a_hub_goes_on_with_restored_tables_and_buckets(hub: Hub) -> None:
    """Back up, destroy, restore to new names: calls, accounts and lists are there, and new events arrive."""
    hub.account()
    hub.source("s-acme")
    key, bucket = "audiences/acme/list", hub.stack.refs["CampaignsBucket"]
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=b"a list")
    with receiving() as receiver:
        hub.subscribe(url=receiver.url)
        ring(hub, "before")
        before = [one["id"] for one in hub.operator("GET", "/admin/calls", account="acme").json["calls"]]
        assert len(before) == 1
        lists = destroyed_and_restored(hub)
        hub.restart()
        assert [one["id"] for one in hub.operator("GET", "/admin/calls", account="acme").json["calls"]] == before
        ring(hub, "after")
        assert len(hub.operator("GET", "/admin/calls", account="acme").json["calls"]) == 2
        assert len(receiver.requests) == 2
    assert hub.stack.clients.s3.get_object(Bucket=lists, Key=key)["Body"].read() == b"a list"


def ring(hub: Hub, call: str) -> None:
    body = {**START, "params": {"call_id": call, "src_phone": "79161234567", "dst_phone": "73433000100"}}
    assert hub.request("POST", "/webhooks/vpbx/s-acme", body).status == 200
    hub.work()


def destroyed_and_restored(hub: Hub) -> str:
    """Restore every table and bucket to a new name, and delete the stack's own. Return the bucket of campaigns."""
    dynamodb, s3, names = makers().dynamodb, makers().s3, dict[str, str]()
    for table in resources("AWS::DynamoDB::Table"):
        own = hub.stack.table(table)
        hub.stack.dynamodb.describe_table(TableName=own)
        names[table] = f"{own}-restored-1"
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=own, TargetTableName=names[table], UseLatestRestorableTime=True
        )
        dynamodb.delete_table(TableName=own)
    for bucket in resources("AWS::S3::Bucket"):
        own = hub.stack.refs[bucket]
        names[bucket] = f"{own}-restored-1"
        hub.stack.clients.s3.list_objects_v2(Bucket=own)
        s3.create_bucket(Bucket=names[bucket])
        for found in s3.list_objects_v2(Bucket=own).get("Contents", []):
            s3.copy_object(Bucket=names[bucket], Key=found["Key"], CopySource=f"{own}/{found['Key']}")
            s3.delete_object(Bucket=own, Key=found["Key"])
    restored = ",".join(f"{name}={'-restored-1' if name.endswith('Table') else now}" for name, now in names.items())
    assert re.fullmatch(load_template()["Parameters"]["RestoredNames"]["AllowedPattern"], restored)
    hub.stack.refs["RestoredNames"] = restored
    return names["CampaignsBucket"]


def test_a_restored_name_takes_the_place_of_the_stacks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the tables and buckets that are named; the others stay."""
    for name in ("CALLS", "ACCOUNTS"):
        monkeypatch.setenv(f"{name}_TABLE", f"own-{name}")
    monkeypatch.setenv("CAMPAIGNS_BUCKET", "own-bucket")
    monkeypatch.setenv("RESTORED_NAMES", "CallsTable=own-CALLS-restored,CampaignsBucket=own-bucket-restored-2")
    found = (settings.calls_table(), settings.accounts_table(), settings.campaigns_bucket())
    assert found == ("own-CALLS-restored", "own-ACCOUNTS", "own-bucket-restored-2")
    monkeypatch.setenv("RESTORED_NAMES", "CallsTable=-restored,CampaignsBucket=-restored-2")
    assert (settings.calls_table(), settings.accounts_table(), settings.campaigns_bucket()) == found
