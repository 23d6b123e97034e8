"""`python -m bench cost [--json FILE] [--before FILE] [scenario ...]`: count, print, compare with an earlier count."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bench.cost.counted import as_json
from bench.cost.prices import DATED
from bench.cost.report import compared, page
from bench.cost.scenarios import Scenario, scenarios
from bench.cost.stage import staged


def count(scenario: Scenario) -> dict[str, Any]:
    """One scenario on a new hub."""
    with staged() as stage:
        times = scenario.play(stage)
        return {"title": scenario.title, "each": scenario.each, **as_json(stage.end(), times)}


def main() -> int:
    """Count what is asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench cost")
    parser.add_argument("--json", type=Path, help="write the counts there")
    parser.add_argument("--before", type=Path, help="counts of an earlier state, as --json wrote them")
    parser.add_argument("scenario", nargs="*")
    wanted = parser.parse_args()
    found = {one.name: count(one) for one in scenarios() if not wanted.scenario or one.name in wanted.scenario}
    print(f"Prices: {DATED}. Nothing was run on AWS.\n")
    for one in found.values():
        print("\n".join(page(one["title"], one["each"], one)))
    if wanted.before:
        print("\n".join(compared(json.loads(wanted.before.read_text()), found)))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
