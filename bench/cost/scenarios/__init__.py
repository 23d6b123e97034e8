"""What is counted: a module for each scenario, found by itself.

A module has `TITLE`, `EACH` (the thing that one use is: "event", "notification"), and `play(stage)`. That gets the hub
ready, calls `stage.begin()`, does what is to be counted, and returns how many things it did.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.cost.stage import Stage


@dataclass(frozen=True, slots=True)
class Scenario:
    """One use of the hub."""

    name: str
    title: str
    each: str
    play: Callable[[Stage], int]


def scenarios() -> list[Scenario]:
    """All of them, by name."""
    found = [importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    return [
        Scenario(one.__name__.rpartition(".")[2], one.TITLE, one.EACH, one.play)
        for one in found
        if hasattr(one, "play")
    ]
