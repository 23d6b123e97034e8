"""What a stack costs in a month in which nothing happens, from what stands in its template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bench.cost import prices
from bench.cost.assumptions import LONG_POLL, MONTH, OTHERS, POLLERS
from local.bundle import load_template

MEMORY = 0.5  # GB
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
DAILY = 86400
FOR_EACH = "Fn::ForEach"
BAND = 3


def idle_bill(template: Mapping[str, Any]) -> dict[str, float]:
    """Dollars a month by kind of charge."""
    kinds = Counter(one["Type"] for one in expanded(template["Resources"]))
    events = [event for one in expanded(template["Resources"]) for event in events_of(one)]
    sources = kinds["AWS::Lambda::EventSourceMapping"] + sum(event["Type"] == "SQS" for event in events)
    runs = sum(runs_a_month(event["Properties"]["Schedule"]) for event in events if event["Type"] == "Schedule")
    run = prices.INVOCATION + OTHERS / 1000 * MEMORY * prices.GB_SECOND
    return {
        f"{kinds['AWS::CloudWatch::Alarm']} alarms": watched(template["Resources"]) * prices.ALARM_MONTH,
        f"{kinds['AWS::KMS::Key']} keys": kinds["AWS::KMS::Key"] * prices.KEY_MONTH,
        f"{kinds['AWS::SecretsManager::Secret']} secrets": kinds["AWS::SecretsManager::Secret"] * prices.SECRET_MONTH,
        f"empty receives of {sources} queues": sources * POLLERS * MONTH / LONG_POLL * prices.SQS_FIFO_REQUEST,
        f"{runs:.0f} scheduled runs": runs * run,
    }


def watched(resources: Mapping[str, Any]) -> int:
    """Metrics that alarms watch. An alarm on unusual values is charged as three: the metric and both ends of a band."""
    alarms = (one for one in expanded(resources) if one["Type"] == "AWS::CloudWatch::Alarm")
    return sum(BAND if "Metrics" in one.get("Properties", {}) else 1 for one in alarms)


def expanded(resources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every resource; one that a loop makes, as often as the loop makes it."""
    for name, one in resources.items():
        if not name.startswith(FOR_EACH):
            yield one
            continue
        _, items, made = one
        for _ in items:
            yield from made.values()


def events_of(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a function is run by."""
    yield from resource.get("Properties", {}).get("Events", {}).values()


def runs_a_month(schedule: str) -> float:
    """How often a schedule runs; those by the calendar run daily here."""
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule)
    return MONTH / (int(found[1]) * SECONDS[found[2]] if found else DAILY)


def idle_page() -> Iterator[str]:
    """The bill in Markdown."""
    bill = idle_bill(load_template())
    yield "### A month in which nothing happens"
    yield ""
    yield "| | $ |"
    yield "|---|---|"
    for words, dollars in bill.items():
        yield f"| {words} | {dollars:.2f} |"
    yield f"| **together** | **{sum(bill.values()):.2f}** |"
    yield ""
