"""Every sample under events/dialects, through every dialect: read, kept, folded and sent on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from switchboard.aws.codec import dump, load
from switchboard.dialects.registry import readers, renderers
from switchboard.kernel.call import CallEvent
from tests.support.samples import BAD, GOOD, STORIES, as_read, dialect_of, expected, later, leaves
from tests.unit.builders import SAMPLES, TABLES, parsed, parsed_sample, played, read, rendered_as, written_out

EXPECTED = ".expected.json"


def name_of(path: Path) -> str:
    return path.relative_to(SAMPLES).with_suffix("").as_posix()


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_sample_is_read_as_expected(path: Path) -> None:
    """Each documented payload has the normal form that stands beside it."""
    assert as_read(path) == read(expected(path))


@pytest.mark.parametrize("target", renderers())
@pytest.mark.parametrize("path", STORIES, ids=name_of)
def test_a_story_leaves_in_every_dialect_as_expected(path: Path, target: str) -> None:
    """Each event of a call leaves by the messages that are written down for it, in their order.

    For a dialect that came later one story of each vendor is enough.
    """
    wanted = written_out(path, target)
    assert leaves(path, target) == wanted or (wanted is None and path.stem != "answered")


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
    since = {later(path, target) for path in STORIES for target in renderers()}
    used = {*GOOD, *map(expected, GOOD), *BAD, *STORIES, *(path for path in since if path.is_file())}
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
