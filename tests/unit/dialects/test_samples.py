"""Every sample under events/dialects, through every dialect: read, kept, folded and sent on."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from switchboard.aws.codec import dump, load
from switchboard.calls.model import CallEvent, Happened
from switchboard.dialects.model import Reply
from switchboard.dialects.registry import dialect_named, readers, renderers
from tests.unit.builders import (
    RECEIVED,
    SAMPLES,
    TABLES,
    an_arrival,
    as_vpbx,
    normal_form,
    parsed,
    parsed_sample,
    played,
    read,
    rendered_as,
)

EXPECTED = ".expected.json"

GOOD = sorted(path for path in SAMPLES.glob("*/*.json") if not path.name.endswith(EXPECTED))
BAD = sorted(SAMPLES.glob("*/bad/*.json"))
STORIES = sorted(SAMPLES.glob("*/out/*.json"))
OTHERS = sorted({*renderers()} - {"vpbx"})


def name_of(path: Path) -> str:
    return path.relative_to(SAMPLES).with_suffix("").as_posix()


def dialect_of(path: Path) -> str:
    return path.relative_to(SAMPLES).parts[0]


def expected(path: Path) -> Path:
    return path.with_name(path.stem + EXPECTED)


def as_read(path: Path) -> dict[str, Any]:
    """What a sample is read as: its normal form, or the replies to a handshake."""
    dialect, body = dialect_named(dialect_of(path)), read(path)
    replies = {
        form: dialect.handshake(an_arrival(dialect_of(path), body, verification=form)) for form in ("text", "json")
    }
    told = {form: reply.body for form, reply in replies.items() if isinstance(reply, Reply)}
    return {"reply": told} if told else normal_form(parsed(dialect_of(path), body))


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_sample_is_read_as_expected(path: Path) -> None:
    """Each documented payload has the normal form that stands beside it."""
    assert as_read(path) == read(expected(path))


def told(path: Path) -> list[Happened]:
    """What the events of a story do to their call."""
    return played(
        parsed_sample(
            f"{dialect_of(path)}/{step['event']}", datetime.fromisoformat(step.get("received_at", RECEIVED.isoformat()))
        )
        for step in read(path)
    )


@pytest.mark.parametrize("path", STORIES, ids=name_of)
def test_a_story_leaves_for_is_vpbx_as_expected(path: Path) -> None:
    """Each event of a call leaves for a subscriber of IS.VPBX as the story has it, or not at all."""
    left = [rendered and rendered.body for rendered in map(as_vpbx, told(path))]
    assert left == [step["vpbx"] for step in read(path)]


@pytest.mark.parametrize("target", OTHERS)
@pytest.mark.parametrize("path", STORIES, ids=name_of)
def test_a_story_leaves_in_every_dialect_as_expected(path: Path, target: str) -> None:
    """Each event of a call leaves by the messages that the story has for it, in their order."""
    left = [[message.body for message in rendered_as(target, done)] for done in told(path)]
    assert left == [step[target] for step in read(path)]


@pytest.mark.parametrize("path", [*GOOD, *BAD], ids=name_of)
def test_whatever_comes_can_be_kept_folded_and_sent_on(path: Path) -> None:
    """No payload stops the line: it is read, comes out of the queue as it went in, is folded, and rendered."""
    event = parsed(dialect_of(path), read(path))
    assert load(dump(event), CallEvent) == event
    messages = [message for target in renderers() for message in rendered_as(target, played([event])[0])]
    assert all(json.dumps(dict(message.body)) for message in messages)


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_a_bad_payload_is_kept_as_it_came(path: Path) -> None:
    """What cannot be read is still there to be looked at."""
    assert parsed(dialect_of(path), read(path)).raw == read(path)


def test_no_sample_is_an_orphan() -> None:
    """Every file here is a sample, its expectation, a bad payload or a story, and a test reads it."""
    used = {*GOOD, *map(expected, GOOD), *BAD, *STORIES}
    assert {path for path in SAMPLES.rglob("*") if path.is_file()} == used


@pytest.mark.parametrize("dialect", readers())
def test_every_good_sample_is_part_of_a_story(dialect: str) -> None:
    """What leaves the hub is written down for every event of every vendor, but for other tellings of the same."""
    told = {step["event"] for path in STORIES if dialect_of(path) == dialect for step in read(path)}
    good = {path.stem for path in GOOD if dialect_of(path) == dialect}
    kinds = {name: read(SAMPLES / dialect / f"{name}{EXPECTED}").get("kind") for name in good}
    assert told <= good
    assert set(kinds.values()) - {None, "leg.ended"} == {kinds[name] for name in told} - {None, "leg.ended"}


@pytest.mark.parametrize("dialect", readers())
def test_every_documented_event_has_a_sample(dialect: str) -> None:
    """The samples cover the dialect's whole table of kinds."""
    assert set(TABLES[dialect].KINDS) <= {
        parsed(dialect, read(path)).name for path in GOOD if dialect_of(path) == dialect
    }


def test_the_four_events_of_the_demo_are_one_call_in_order() -> None:
    """The four payloads that the demo plays share a call and follow each other."""
    events = [parsed_sample(f"vpbx/{name}") for name in ("start_call", "local_in_call", "start_talk", "end_call")]
    assert len({event.call_id for event in events}) == 1
    assert [event.at for event in events] == sorted({event.at for event in events})
