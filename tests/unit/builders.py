"""Payloads on their way in: samples, arrivals, and whole calls folded from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from switchboard.aws.codec import dump
from switchboard.calls.apply import apply, first_sight
from switchboard.dialects.model import Arrival, Rendered
from switchboard.dialects.registry import dialect_named, part_of, readers, renderer_named
from switchboard.dialects.roles import TableModule
from switchboard.kernel.call import AppliedEvent, Call, CallEvent
from tests.support.builders import a_source, applied

SAMPLES = Path(__file__).parents[2] / "events" / "dialects"
RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TABLES: dict[str, Any] = {name: part_of(name, "tables", TableModule) for name in readers()}
"""Where the tables of each dialect stand."""
BASE_URL = "https://hub.example.com"


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def sample(name: str) -> dict[str, Any]:
    """A vendor's payload by dialect and name: `vpbx/start_call`."""
    found: dict[str, Any] = read(SAMPLES / f"{name}.json")
    return found


def written_out(story: Path, target: str) -> list[Any] | None:
    """What receivers of a dialect should get of each step of a story, None where nobody wrote it down.

    It stands in the story or, for a dialect that came later, among its own samples: `told/<source>/<story>.json`.
    """
    steps = read(story)
    if all(target in step for step in steps):
        return [step[target] for step in steps]
    later = story.parents[2] / target / "told" / story.parents[1].name / story.name
    found: list[Any] | None = read(later) if later.is_file() else None
    return found


def an_arrival(dialect: str, body: Mapping[str, Any], at: datetime = RECEIVED, **source: Any) -> Arrival:
    return Arrival(a_source(**{"id_": f"s-{dialect}", "dialect": dialect, **source}), body, at)


def parsed(dialect: str, body: Mapping[str, Any], at: datetime = RECEIVED, **source: Any) -> CallEvent:
    """The event that a payload is read as."""
    return dialect_named(dialect).parse(an_arrival(dialect, body, at, **source))


def parsed_sample(name: str, at: datetime = RECEIVED, **source: Any) -> CallEvent:
    return parsed(name.partition("/")[0], sample(name), at, **source)


def normal_form(event: CallEvent) -> dict[str, Any]:
    """What an event is read as, without its payload, the version of its writing, and what it does not tell."""
    fields: dict[str, Any] = json.loads(dump(event))
    del fields["raw"], fields["v"]
    if not fields["hops"]:
        del fields["hops"]
    return {name: value for name, value in fields.items() if value is not None and value is not False and value != ""}


def folded(events: Iterable[CallEvent]) -> Call:
    """The call after these events, each applied once however often it comes."""
    call, seen = None, set()
    for event in events:
        if event.id not in seen:
            seen.add(event.id)
            call, _ = apply(call or first_sight(event), event)
    assert call
    return call


def played(events: Iterable[CallEvent]) -> list[AppliedEvent]:
    """What each event does to the call that the ones before it left."""
    story: list[AppliedEvent] = []
    for event in events:
        story.append(applied(event, story[-1].call if story else None))
    return story


def as_vpbx(done: AppliedEvent, base_url: str = BASE_URL) -> Rendered | None:
    """What leaves the hub for a subscriber of IS.VPBX, who gets one message for an event at most."""
    messages = rendered_as("vpbx", done, base_url)
    assert len(messages) <= 1
    return messages[0] if messages else None


def rendered_as(dialect: str, done: AppliedEvent, base_url: str = BASE_URL) -> list[Rendered]:
    """What leaves the hub in a dialect."""
    return list(renderer_named(dialect).render(done, base_url))


def params_of(rendered: Rendered | None) -> dict[str, Any]:
    assert rendered
    return dict(rendered.body["params"])
