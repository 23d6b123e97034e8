"""The published schemas of what leaves, and the golden files of every pair of dialects beside the code's tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.matrix import names
from switchboard.kernel.call import Kind
from tests.support.matrix.golden import FOLDER, NEWS_ALONE, NO_WORD, NOBODY_SAYS, file_of, why_not
from tests.support.matrix.messages import ANY_OTHER, errors_of, name_of, validators
from tests.support.matrix.stories import OF_THE_HUB, PAIRS, TARGETS, sayable, stories
from tests.support.samples import STORIES, told
from tests.unit.builders import read, rendered_as
from tests.unit.dialects.test_samples import name_of as name_of_file

each_pair = pytest.mark.parametrize(("source", "target"), PAIRS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_message_has_a_schema(target: str) -> None:
    """By its name; all of a Kontur.CRM's events of legs have one, and what one PBX alone tells has one."""
    known = set(validators(target)) - {ANY_OTHER}
    sent = {name for kind in Kind for name in names(target, kind)}
    assert {name.partition(".")[0] if target == "kontur" else name for name in sent if "custom." not in name} <= known


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", STORIES, ids=name_of_file)
def test_the_messages_of_a_story_answer_to_their_schemas(path: Path, target: str) -> None:
    """Each to that of its name, in every dialect."""
    messages = [message for done in told(path) for message in rendered_as(target, done)]
    bodies = [(name_of(target, message.path, message.body), dict(message.body)) for message in messages]
    assert [error for name, body in bodies for error in errors_of(target, name, body)] == []


BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("vpbx", "start.talk", {"type": "call_event", "event_name": "start.talk", "params": {"call_id": "1"}}),
    ("callevents", "CreateIncCall", {"SessionID": "1", "HookType": "CreateIncCall"}),
    ("sprecord", "startup", {"device_id": 1, "event_type": "startup", "payload": {}}),
    ("kontur", "call-failed", {"externalId": "1"}),
    ("standard", "call.started", {"type": "call.started", "timestamp": "2026-03-02T09:00:00+00:00"}),
    ("zadarma", "NOTIFY_START", {"event": "NOTIFY_START"}),
]


@pytest.mark.parametrize(("target", "name", "body"), BROKEN, ids=[one[0] for one in BROKEN])
def test_a_schema_refuses_what_lacks_a_field(target: str, name: str, body: dict[str, Any]) -> None:
    """Or has one of another type; and a name that is no message's is refused, but where a PBX may have its own."""
    assert errors_of(target, name, body)
    assert errors_of(target, "no-such", body) or ANY_OTHER in validators(target)


def golden(source: str, target: str) -> Any:
    """The golden file of a pair. One test says for all pairs that files are missing."""
    if not file_of(source, target).is_file():
        pytest.skip(f"{file_of(source, target).name} is missing: `make goldens` writes the file")
    return read(file_of(source, target))


def test_there_is_a_golden_file_for_every_pair_and_no_other() -> None:
    """`make goldens` writes them."""
    wanted = {file_of(source, target) for source, target in PAIRS}
    assert set(FOLDER.iterdir()) - wanted == set()
    missing = sorted(path.name for path in wanted - set(FOLDER.iterdir()))
    assert missing == [], "`make goldens` plays every pair through a deployed hub, and writes these files"


@each_pair
def test_every_kind_that_can_be_told_was_told(source: str, target: str) -> None:
    """One that the source cannot say, or the target, is named as such, as the tables of the code have it."""
    told_by = golden(source, target)["kinds"]
    assert list(told_by) == [kind.value for kind in Kind]
    untold = {kind for kind in Kind if not isinstance(told_by[kind], list)}
    assert {kind for kind in untold if told_by[kind] == NOBODY_SAYS} == set(Kind) - OF_THE_HUB - sayable(source)
    assert {told_by[kind] for kind in untold & sayable(source)} <= {NO_WORD, NEWS_ALONE}
    assert {kind: told_by[kind] for kind in untold} == {kind: why_not(source, target, kind) for kind in untold}


@each_pair
def test_what_was_told_is_what_the_matrix_says(source: str, target: str) -> None:
    """No event leaves by another message than those on the page, but in its own dialect, where it leaves as it came."""
    told_by = golden(source, target)["kinds"]
    found = {kind: set(told_by[kind]) for kind in Kind if isinstance(told_by[kind], list)}
    assert {kind for kind, own in found.items() if source != target and not own <= set(names(target, kind))} == set()


@each_pair
def test_every_story_is_in_the_golden_file(source: str, target: str) -> None:
    """With the messages that it is told by, all of kinds and names that are counted above."""
    kept = golden(source, target)
    assert set(kept["stories"]) == set(stories(source))
    counted = {(kind, name) for kind, own in kept["kinds"].items() if isinstance(own, list) for name in own}
    assert {(one["kind"], one["name"]) for told in kept["stories"].values() for one in told} == counted
