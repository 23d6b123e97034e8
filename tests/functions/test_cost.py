"""What an event costs: the budget, and that the page says what is counted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.cost.idle import idle_page
from bench.cost.report import BEGIN, END, PAGE
from bench.cost.scenarios import scenarios
from local.bundle import ROOT

MOST_UNITS, MOST_DOLLARS = 18, 18.5


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The event with one healthy receiver, counted in a process of its own, as `python -m bench cost` does."""
    found = tmp_path_factory.mktemp("cost") / "counts.json"
    own = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers/switchboard"), str(ROOT)])}
    command = [sys.executable, "-m", "bench.cost", "--json", str(found), "event_delivered"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=True, capture_output=True)
    return dict(json.loads(Path(found).read_text())["event_delivered"])


def test_an_event_with_one_receiver_stays_within_its_budget(counted: dict[str, Any]) -> None:
    """In write units and in dollars a million."""
    assert counted["sums"]["write_units"] <= MOST_UNITS
    assert counted["total_per_million"] <= MOST_DOLLARS


def test_the_page_says_what_is_counted(counted: dict[str, Any]) -> None:
    """The units exactly; run `python -m bench cost --write` where they have changed."""
    section = PAGE.read_text().split(f"### {counted['title']}\n")[1].split("###")[0]
    told = re.search(r"\| write units \| ([\d.]+) \|", section)
    assert told is not None
    assert float(told[1]) == counted["sums"]["write_units"]


def test_the_page_has_every_scenario_and_the_idle_bill() -> None:
    """As the template and the modules have them."""
    text = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert [one.title for one in scenarios() if f"### {one.title}\n" not in text] == []
    assert "\n".join(idle_page()).strip() in text
