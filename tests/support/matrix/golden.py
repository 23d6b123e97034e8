"""The golden files: for each pair of dialects the whole of what comes out, and what cannot be said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.bundle import ROOT
from local.matrix import names
from switchboard.kernel.call import Kind
from tests.support.matrix.messages import Message
from tests.support.matrix.stories import OF_THE_HUB, sayable

FOLDER = ROOT / "tests" / "e2e" / "matrix"
NOBODY_SAYS = "the source has no word for it"
NO_WORD = "the target has no word for it"
NEWS_ALONE = "the target has no word for it, but takes it for the first news of a call"
FROM_ELSEWHERE = "the hub tells it, of none of these calls"


def file_of(source: str, target: str) -> Path:
    """The golden file of a pair."""
    return FOLDER / f"{source}_to_{target}.json"


def golden_of(source: str, target: str, told: Mapping[str, Iterable[Message]]) -> dict[str, Any]:
    """The content of a golden file, from the messages of each story."""
    return {
        "kinds": kinds(source, target, [one for messages in told.values() for one in messages]),
        "stories": {
            story: [{"kind": one.kind, "name": one.name, "body": one.body} for one in messages]
            for story, messages in sorted(told.items())
        },
    }


def kinds(source: str, target: str, told: Iterable[Message]) -> dict[str, Any]:
    """By which messages each kind of event was told, or why by none."""
    found: dict[str, dict[str, None]] = {}
    for one in told:
        found.setdefault(one.kind, {})[one.name] = None
    return {kind.value: sorted(found.get(kind, {})) or why_not(source, target, kind) for kind in Kind}


def why_not(source: str, target: str, kind: Kind) -> str:
    """What the tables of the code say of a kind that nothing was told by."""
    if kind not in sayable(source) | OF_THE_HUB:
        return NOBODY_SAYS
    if not names(target, kind):
        return NO_WORD
    if kind in OF_THE_HUB:
        return FROM_ELSEWHERE
    return "" if names(target, kind, begun=True) else NEWS_ALONE


def text_of(golden: Mapping[str, Any]) -> str:
    """The file's text."""
    return json.dumps(golden, indent=1, ensure_ascii=False) + "\n"
