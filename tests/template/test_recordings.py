"""What recordings stand on: retention by lifecycle rules, the schedule, the watch, time enough for a large one."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from local.bundle import load_template
from switchboard.accounts.model import RETENTIONS
from switchboard.aws.recordings_bucket import TAG
from switchboard.bootstrap.recordings import DOWNLOAD
from switchboard.recordings.uploads import DAYS as UPLOAD_DAYS
from switchboard.recordings.watch import OVERDUE

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]
SCHEDULE = load_template()["Parameters"]["RecordingSchedule"]
WORKER = "WorkflowsFetchRecordingFunction"


@pytest.fixture
def rules(of_type: OfType) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = of_type("AWS::S3::Bucket")["RecordingsBucket"]["LifecycleConfiguration"]["Rules"]
    assert all(rule["Status"] == "Enabled" for rule in rules)
    return rules


def test_there_is_a_rule_for_every_retention(rules: list[dict[str, Any]]) -> None:
    """Whatever an account chooses is done, and for uploads: the tag's value is the rule's days."""
    by_tag = {rule["TagFilters"][0]["Value"]: rule for rule in rules if "TagFilters" in rule}
    kept = {str(days): days for days in (UPLOAD_DAYS, *RETENTIONS)}
    assert {tag: rule["ExpirationInDays"] for tag, rule in by_tag.items()} == kept
    assert {rule["TagFilters"][0]["Key"] for rule in by_tag.values()} == {TAG}


def test_abandoned_uploads_are_ended(rules: list[dict[str, Any]]) -> None:
    """Of everything, after a day."""
    (rule,) = [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "TagFilters" not in rule


def test_a_deleted_recording_is_gone_after_a_week(of_type: OfType) -> None:
    """The bucket keeps old versions for seven days, so that a deletion by mistake can be taken back."""
    bucket = of_type("AWS::S3::Bucket")["RecordingsBucket"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    kept = [rule["NoncurrentVersionExpiration"] for rule in bucket["LifecycleConfiguration"]["Rules"]
            if "NoncurrentVersionExpiration" in rule]  # fmt: skip
    assert [one["NoncurrentDays"] for one in kept] == [7]


def test_a_recording_is_waited_for_a_day() -> None:
    """Often at first: the vendor's conversion takes five minutes."""
    waits = [float(entry) for entry in SCHEDULE["Default"].split(",")]
    assert waits[:9] == [15, 30, 60, 120, 300, 600, 900, 1800, 3600]
    assert sum(waits) == 86_400
    assert re.fullmatch(SCHEDULE["AllowedPattern"], SCHEDULE["Default"])


def test_a_download_ends_before_its_function(of_type: OfType) -> None:
    """With time for the last parts; and the watch waits for longer than a turn runs."""
    timeout = of_type("AWS::Lambda::Function")[WORKER]["Timeout"]
    assert timeout - 120 <= DOWNLOAD <= timeout - 60
    assert OVERDUE.total_seconds() > timeout + 600


def test_an_alarm_watches_what_cannot_be_had(of_type: OfType) -> None:
    """By the metric that the functions count."""
    alarm = of_type("AWS::CloudWatch::Alarm")["RecordingsFailAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Switchboard", "recording.failed")
