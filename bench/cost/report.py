"""The counts as text: a table for each scenario, and the bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = "<!-- counted by python -m bench cost --write -->", "<!-- end of what is counted -->"
SUMS = {
    "write_units": "write units",
    "read_units": "read units",
    "rows": "rows written",
    "gb_seconds": "GB-seconds",
    "gateway": "API Gateway",
    "sqs": "SQS requests",
    "transitions": "state transitions",
    "log_bytes": "log bytes",
}


def page(title: str, each: str, found: Mapping[str, Any]) -> Iterator[str]:
    """One scenario in Markdown."""
    yield f"### {title}"
    yield ""
    yield f"| for each {each} | |"
    yield "|---|---|"
    for name, words in SUMS.items():
        if found["sums"][name]:
            yield f"| {words} | {_number(found['sums'][name])} |"
    yield f"| Lambda | {_list(found['invocations'])} |"
    yield f"| requests | {_list(found['requests'])} |"
    yield f"| write units by table and index | {_list(found['writes'])} |"
    yield f"| read units by table and index | {_list(found['reads'])} |"
    yield f"| **$ a million** | **{found['total_per_million']:.2f}** ({_list(found['dollars_per_million'])}) |"
    yield ""


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Two counts side by side, for those scenarios that both have."""
    yield "| | write units | before | $ a million | before |"
    yield "|---|---|---|---|---|"
    for name, now in after.items():
        if name in before:
            units, was = now["sums"]["write_units"], before[name]["sums"]["write_units"]
            cost, had = now["total_per_million"], before[name]["total_per_million"]
            yield f"| {name} | {units:.2f} | {was:.2f} | {cost:.2f} | {had:.2f} |"


def with_counts(text: str, counts: str) -> str:
    """The page with its counted part replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{counts.strip()}\n\n{END}{after}"


def _list(found: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {_number(number)}" for name, number in found.items() if number) or "none"


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"
