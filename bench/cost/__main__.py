"""`python -m bench cost [--json FILE] [--before FILE] [scenario ...]`: count, print, compare with an earlier count."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.cost.counted import as_json
from bench.cost.idle import idle_page
from bench.cost.prices import DATED
from bench.cost.report import PAGE, compared, page, with_counts
from bench.cost.scenarios import Scenario, scenarios
from bench.cost.stage import staged


def count(scenario: Scenario) -> dict[str, Any]:
    """One scenario on a new hub."""
    with staged() as stage:
        times = scenario.play(stage)
        return {"title": scenario.title, "each": scenario.each, **as_json(stage.end(), times)}


def pages(found: Mapping[str, Any]) -> Iterator[str]:
    """Every scenario and the idle bill, in Markdown."""
    yield f"Prices: {DATED}."
    yield ""
    for one in found.values():
        yield from page(one["title"], one["each"], one)
    yield from idle_page()


def main() -> int:
    """Count what is asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench cost")
    parser.add_argument("--json", type=Path, help="write the counts there")
    parser.add_argument("--before", type=Path, help="counts of an earlier state, as --json wrote them")
    parser.add_argument("--write", action="store_true", help="write the counts into docs/cost.md")
    parser.add_argument("scenario", nargs="*")
    wanted = parser.parse_args()
    found = {one.name: count(one) for one in scenarios() if not wanted.scenario or one.name in wanted.scenario}
    text = "\n".join(pages(found))
    print(text)
    if wanted.write:
        PAGE.write_text(with_counts(PAGE.read_text(), text))
    if wanted.before:
        print("\n".join(compared(json.loads(wanted.before.read_text()), found)))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
