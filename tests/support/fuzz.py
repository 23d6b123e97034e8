"""A plugin of pytest for `make fuzz`: each property test gets an equal share of FUZZ_MINUTES.

The plugin repeats a property test until the share is used. Each round draws new random examples. The plugin skips every
other test. At the end the plugin prints the number of examples of each test. Hypothesis prints what it found, with a
line to reproduce the failure.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings

from tests.support.properties import VARIABLE

TRIED = "examples tried"
FIRST, LARGEST = 10, 2000  # examples of the first round, and of the largest


@dataclass
class Counted:
    """Counts the calls of a test."""

    calls: int = 0

    def __call__(self, test: Callable[..., Any]) -> Callable[..., Any]:
        """Return the test, wrapped."""

        @wraps(test)
        def counted(*args: Any, **named: Any) -> Any:
            self.calls += 1
            return test(*args, **named)

        return counted


def round_of(examples: int, seconds: float, left: float) -> int:
    """Return the number of examples that fit into `left` seconds, when `examples` took `seconds`."""
    return min(LARGEST, max(1, int(examples / max(seconds, 0.001) * left)))


def share_of(items: int, minutes: float, workers: int) -> float:
    """Return the seconds for one of `items` tests that `workers` processes run side by side."""
    return minutes * 60 * workers / max(items, 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the property tests alone."""
    others = [item for item in items if not is_hypothesis_test(getattr(item, "obj", None))]
    items[:] = [item for item in items if item not in others]
    config.hook.pytest_deselected(items=others)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    config.stash[SHARE] = share_of(len(items), float(os.environ[VARIABLE]), workers)


SHARE = pytest.StashKey[float]()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Run rounds of a test until its share of the time is used, or a round fails."""
    handle, counted = pyfuncitem.obj.hypothesis, Counted()
    test, before = handle.inner_test, pyfuncitem.obj._hypothesis_internal_use_settings
    handle.inner_test = counted(test)
    try:
        _rounds(pyfuncitem, before, counted)
    finally:
        handle.inner_test, pyfuncitem.obj._hypothesis_internal_use_settings = test, before
        pyfuncitem.user_properties.append((TRIED, counted.calls))


def _rounds(item: pytest.Function, before: settings, counted: Counted) -> None:
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    begun = time.monotonic()
    ends, examples = begun + item.config.stash[SHARE], FIRST
    while time.monotonic() < ends:
        item.obj._hypothesis_internal_use_settings = settings(before, max_examples=examples)
        item.obj(**arguments)
        now = time.monotonic()
        examples = round_of(counted.calls, now - begun, ends - now)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was tried."""
    tried = dict(_tried(terminalreporter.stats))
    found = len(terminalreporter.stats.get("failed", []))
    terminalreporter.section("what was tried")
    for name, examples in sorted(tried.items(), key=lambda one: one[1]):
        terminalreporter.line(f"{examples:>9,}  {name}")
    total = sum(tried.values())
    terminalreporter.line(f"{total:>9,}  examples in {len(tried)} property tests; {found} of the tests failed")
    if found:
        terminalreporter.line("Keep each falsifying example above as an `@example(...)` of its test.")


def _tried(stats: dict[str, list[Any]]) -> Iterator[tuple[str, int]]:
    for outcome in ("passed", "failed"):
        for report in stats.get(outcome, []):
            yield from ((report.nodeid, value) for name, value in report.user_properties if name == TRIED)
