from collections.abc import Callable
from typing import Any

import pytest

from local.bundle import load_template

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]

ALL = {name: found for name, found in load_template()["Resources"].items() if found["Type"] == "AWS::SQS::Queue"}
DEAD = {
    found["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    for found in ALL.values()
    if "RedrivePolicy" in found["Properties"]
}
MAIN = sorted(set(ALL) - DEAD)


def alarms(of_type: OfType, metric: str) -> set[str]:
    """Tell which queues an alarm watches by a metric."""
    found = [alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if alarm.get("MetricName") == metric]
    return {alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for alarm in found}


@pytest.mark.parametrize("queue", MAIN)
def test_a_queue_has_a_dead_letter_queue_of_its_own_kind(queue: str) -> None:
    """A message that cannot be handled is kept aside: in a FIFO queue, as the queue it comes from."""
    properties = ALL[queue]["Properties"]
    dead = ALL[properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]["Properties"]
    assert dead.get("FifoQueue") == properties.get("FifoQueue")
    assert dead["MessageRetentionPeriod"] >= properties["MessageRetentionPeriod"]


@pytest.mark.parametrize("queue", MAIN)
def test_an_alarm_watches_the_age_of_a_queue(queue: str, of_type: OfType) -> None:
    """Messages that wait too long are noticed."""
    assert queue in alarms(of_type, "ApproximateAgeOfOldestMessage")


@pytest.mark.parametrize("queue", sorted(DEAD))
def test_an_alarm_watches_the_depth_of_a_dead_letter_queue(queue: str, of_type: OfType) -> None:
    """The first message set aside is noticed."""
    assert queue in alarms(of_type, "ApproximateNumberOfMessagesVisible")


def test_every_alarm_reaches_the_topic(of_type: OfType) -> None:
    """An alarm that goes off is published."""
    actions = {name: alarm["AlarmActions"] for name, alarm in of_type("AWS::CloudWatch::Alarm").items()}
    assert {name for name, action in actions.items() if action != [{"Ref": "AlarmTopic"}]} == set()


@pytest.mark.parametrize("queue", MAIN)
def test_a_message_is_hidden_long_enough_for_its_worker(queue: str, of_type: OfType) -> None:
    """A message comes back no sooner than six times the time-out of the function that handles it."""
    sources = of_type("AWS::Lambda::EventSourceMapping").values()
    names = [found["FunctionName"]["Ref"] for found in sources if found["EventSourceArn"]["Fn::GetAtt"][0] == queue]
    timeouts = [of_type("AWS::Lambda::Function")[name]["Timeout"] for name in names]
    assert timeouts
    assert ALL[queue]["Properties"]["VisibilityTimeout"] >= 6 * max(timeouts)


def test_workers_report_the_failures_of_single_messages(of_type: OfType) -> None:
    """One message that fails does not bring back those of its batch that did not."""
    sources = of_type("AWS::Lambda::EventSourceMapping")
    assert {
        name for name, found in sources.items() if found.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    } == set()


@pytest.mark.parametrize("queue", [name for name in MAIN if ALL[name]["Properties"].get("FifoQueue")])
def test_a_queue_serves_its_groups_side_by_side(queue: str) -> None:
    """Order is kept within a group, and groups do not share a quota."""
    properties = ALL[queue]["Properties"]
    assert properties["FifoThroughputLimit"] == "perMessageGroupId"
    assert properties["DeduplicationScope"] == "messageGroup"
