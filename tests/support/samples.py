"""The samples of dialects, and what the code makes of them.

`make samples DIALECT=toy` writes down what nobody has yet. It is read, and put right, before it is kept: from then on
it is what the tests expect.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from switchboard.dialects.model import Reply
from switchboard.dialects.registry import dialect_named, renderers
from switchboard.kernel.call import AppliedEvent
from tests.unit.builders import (
    RECEIVED,
    SAMPLES,
    an_arrival,
    as_vpbx,
    normal_form,
    parsed,
    parsed_sample,
    played,
    read,
    rendered_as,
    written_out,
)

EXPECTED = ".expected.json"
GOOD = sorted(path for path in SAMPLES.glob("*/*.json") if not path.name.endswith(EXPECTED))
BAD = sorted(SAMPLES.glob("*/bad/*.json"))
STORIES = sorted(SAMPLES.glob("*/out/*.json"))


def dialect_of(path: Path) -> str:
    return path.relative_to(SAMPLES).parts[0]


def expected(path: Path) -> Path:
    """Where it stands what a sample is read as."""
    return path.with_name(path.stem + EXPECTED)


def as_read(path: Path) -> dict[str, Any]:
    """What a sample is read as: its normal form, or the replies to a handshake."""
    dialect, body = dialect_named(dialect_of(path)), read(path)
    replies = {
        form: dialect.handshake(an_arrival(dialect_of(path), body, verification=form)) for form in ("text", "json")
    }
    told = {form: reply.body for form, reply in replies.items() if isinstance(reply, Reply)}
    return {"reply": told} if told else normal_form(parsed(dialect_of(path), body))


def told(path: Path) -> list[AppliedEvent]:
    """What the events of a story do to their call."""
    return played(
        parsed_sample(
            f"{dialect_of(path)}/{step['event']}", datetime.fromisoformat(step.get("received_at", RECEIVED.isoformat()))
        )
        for step in read(path)
    )


def leaves(path: Path, target: str) -> list[Any]:
    """What receivers of a dialect get of each step of a story, as it is written down: IS.VPBX's is one or none."""
    if target == "vpbx":
        return [message and message.body for message in map(as_vpbx, told(path))]
    return [[message.body for message in rendered_as(target, done)] for done in told(path)]


def later(path: Path, target: str) -> Path:
    """Where it stands what receivers of a dialect get of a story that is older than the dialect."""
    return SAMPLES / target / "told" / dialect_of(path) / path.name


def write_missing(dialect: str) -> list[Path]:
    """Write what is missing of a dialect: how it is read, how its calls leave, and how others' calls leave in it."""
    files: dict[Path, Any] = {}
    for path in GOOD:
        if dialect_of(path) == dialect and not expected(path).exists():
            files[expected(path)] = as_read(path)
    for path in STORIES:
        if dialect_of(path) == dialect and any(written_out(path, target) is None for target in renderers()):
            columns = {target: leaves(path, target) for target in renderers()}
            files[path] = [
                {"event": step["event"], **{target: column[place] for target, column in columns.items()}, **step}
                for place, step in enumerate(read(path))
            ]
        elif path.stem == "answered" and dialect in renderers() and written_out(path, dialect) is None:
            files[later(path, dialect)] = leaves(path, dialect)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return list(files)


if __name__ == "__main__":
    for one in write_missing(sys.argv[1]):
        print(one.relative_to(SAMPLES))  # noqa: T201 - it talks to a terminal
