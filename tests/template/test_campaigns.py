"""What campaigns stand on: lists end with what they were kept for, and who reads which."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from switchboard.aws.execution_rows import KEPT_FOR

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]


@pytest.fixture
def rules(of_type: OfType) -> dict[str, int]:
    """Days until what is in a folder of the bucket ends."""
    rules = of_type("AWS::S3::Bucket")["CampaignsBucket"]["LifecycleConfiguration"]["Rules"]
    return {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}


def test_the_lists_of_executions_end_after_their_reports(rules: dict[str, int]) -> None:
    """Names and numbers are kept no longer than what they are needed for.

    Raw uploads end within a day.
    """
    assert rules == {"uploads/": 1, "originals/": 1, "executions/": KEPT_FOR.days + 1}


FOLDERS = {
    "CatoSubscriberGroups": {"audiences": {"PutObject", "GetObject", "DeleteObject"}},
    "CatoGroupUploads": {"audiences": {"PutObject"}, "uploads": {"PutObject", "GetObject", "DeleteObject"}},
    "CatoCampaigns": {
        "originals": {"PutObject", "DeleteObject"},
        "audiences": {"PutObject", "GetObject"},
        "executions": {"PutObject"},
    },
    "CatoStartTask": {"audiences": {"GetObject"}, "executions": {"PutObject", "DeleteObject"}},
    "CatoDryRun": {"audiences": {"GetObject"}},
    "CatoTaskExecs": {"executions": {"GetObject", "DeleteObject"}},
    "CatoReportCsv": {"executions": {"GetObject"}},
    "WorkersConductDialling": {"executions": {"GetObject"}},
    "WorkflowsRunCampaign": {"executions": {"GetObject"}},
}


@pytest.mark.parametrize("function", FOLDERS)
def test_a_function_reaches_the_lists_that_it_needs_and_no_others(function: str, of_type: OfType) -> None:
    """By the folders of the bucket."""
    found: dict[str, set[str]] = {}
    for policy in of_type("AWS::IAM::Role")[f"{function}FunctionRole"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            folder = re.search(r"CampaignsBucket.Arn\}\*/(\w+)/\*", str(statement["Resource"]))
            if folder:
                actions = statement["Action"]
                found.setdefault(folder[1], set()).update(action.removeprefix("s3:") for action in actions)
    assert found == FOLDERS[function]


@pytest.mark.parametrize("alarm", ["DiallingFailsAlarm", "DiallingAgeAlarm"])
def test_an_account_that_stands_still_is_alarmed_within_two_minutes(alarm: str, of_type: OfType) -> None:
    """A failing conductor is counted at once; a conductor that never runs lets messages grow old."""
    found = of_type("AWS::CloudWatch::Alarm")[alarm]
    age = int(found["Threshold"]) if alarm == "DiallingAgeAlarm" else 0
    assert age + int(found["Period"]) * int(found["EvaluationPeriods"]) <= 120
