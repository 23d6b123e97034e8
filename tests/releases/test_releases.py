"""Rows and messages of earlier releases are read, and words of later releases stop no reader."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from switchboard.aws.codec import VERSION, dump, load, load_call, pack, unpack
from switchboard.kernel.call import Disposition, Kind
from tests.releases.samples import HERE, MESSAGES, ROWS, model, sample
from tests.support.builders import an_event, applied

FILES = sorted(HERE.glob("*/*.json"))


def kind_of(path: Path) -> Any:
    """Return the model whose text a file holds."""
    module, _, name = path.stem.rpartition(".")
    return model(f"{module}:{name}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_what_a_release_wrote_is_read_whole(path: Path) -> None:
    """Each field has its value still; a field that the file lacks has a default. The version is written."""
    written = json.loads(path.read_text())
    again = json.loads(dump(load(path.read_text(), kind_of(path))))
    assert again["v"] == VERSION
    del written["v"]
    assert written.items() <= again.items()
    assert json.loads(dump(unpack(pack(sample(kind_of(path))), kind_of(path)))) == json.loads(
        dump(sample(kind_of(path)))
    )


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "first"], ids=lambda path: path.stem)
def test_a_field_of_a_later_release_is_passed_over(path: Path) -> None:
    """Also one within a part of the model, and a higher version."""
    written = {**json.loads(path.read_text()), "v": VERSION + 1, "later": {"a": [1]}}
    assert load(json.dumps(written), kind_of(path)) == load(path.read_text(), kind_of(path))


def test_every_release_has_every_model() -> None:
    """A new model of a row or message needs a file: `python -m tests.releases.samples <release>`."""
    newest = {path.stem for path in FILES if path.parent.name == "first"}
    assert newest == {path.replace(":", ".") for path in (*ROWS, *MESSAGES)}


def test_a_word_of_a_later_release_is_read_as_unknown() -> None:
    """Of an event and of a call, at any depth; a word without such a meaning is left out if the field has a default."""
    event = json.loads(dump(an_event()))
    read = load(json.dumps({**event, "kind": "call.teleported", "disposition": "beamed_up"}), type(an_event()))
    assert (read.kind, read.disposition) == (Kind.UNKNOWN, Disposition.UNKNOWN)
    read = load(json.dumps({**event, "direction": "sideways"}), type(an_event()))
    assert read.direction is None
    call = applied(an_event()).call
    assert call is not None
    later = json.loads(dump(call))
    for fact in later["facts"].values():
        fact["kind"] = "call.teleported"
    assert {fact.kind for fact in load_call(json.dumps(later)).facts.values()} == {Kind.UNKNOWN}


def test_what_is_wrong_in_another_way_is_refused() -> None:
    """A number that is a text, and a word that a field needs."""
    event = json.loads(dump(an_event()))
    for changed in ({"at": "yesterday"}, {"duration": "long"}):
        with pytest.raises(msgspec.ValidationError):
            load(json.dumps({**event, **changed}), type(an_event()))
