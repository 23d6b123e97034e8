"""A PBX that sends a caller where the answer to an event says: Toy, with a module `answer` beside its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.dialects.model import Reply
from switchboard.dialects.registry import DIALECTS, DialectEntry
from switchboard.kernel.call import CallEvent, Kind
from tests.unit.builders import read

RING: dict[str, Any] = read(ROOT / "tests" / "toy" / "samples" / "ring.json")
NEUTRAL: dict[str, Any] = {}


@contextmanager
def steered_toy() -> Iterator[None]:
    """For the time of the block a ring of Toy's asks where the caller should go."""
    module = ModuleType("tests.toy.answer")
    vars(module).update(asks_about=asks_about, steering=steering)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        patch.setitem(DIALECTS, "toy", DialectEntry("tests.toy", steered=True))
        yield


def asks_about(event: CallEvent) -> str | None:
    """Only a ring asks."""
    return str(event.raw.get("from", "")) if event.kind is Kind.CALL_STARTED else None


def steering(event: CallEvent, extension: str) -> Reply:
    """The extension and the call, or an empty object."""
    told = {"ring": extension, "call": event.external_id} if extension else NEUTRAL
    return Reply(json.dumps(told), "application/json")
