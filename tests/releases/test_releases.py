"""Rows and messages of earlier releases are read, and words of later releases stop no reader."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from local.bundle import load_template
from local.paths import ROOT
from switchboard.aws.codec import VERSION, dump, load, load_call, pack, unpack
from switchboard.kernel.call import Disposition, Kind
from tests.releases.samples import HERE, MODELS, QUEUES, TABLES, model, sample
from tests.support.builders import an_event, applied

NEWEST = "first"
# `load(text, Model)`, `unpack(data, Model)`, `self._table.read(pk, sk, Model)`.
READ = re.compile(r"(?:\bload|\bunpack|\.read)\([^\n]*, ([A-Z][A-Za-z]+)\)")
OTHERS = {"ConversionAnswer", "Item"}  # the answer of a function; a cursor
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
    assert kept(again, written) == written
    assert json.loads(dump(unpack(pack(sample(kind_of(path))), kind_of(path)))) == json.loads(
        dump(sample(kind_of(path)))
    )


def kept(document: Any, earlier: Any) -> Any:
    """Return a document without the fields, at any depth, that its earlier form lacks."""
    if isinstance(earlier, dict) and isinstance(document, dict):
        return {name: kept(document[name], part) for name, part in earlier.items() if name in document}
    if isinstance(earlier, list) and isinstance(document, list) and len(document) == len(earlier):
        return [kept(text, part) for text, part in zip(document, earlier, strict=True)]
    return document


def with_later_fields(document: Any, model: Any) -> Any:
    """Return a document with a field of a later release in the model and in each of its parts."""
    if isinstance(model, dict):
        return {name: with_later_fields(document[name], part) for name, part in model.items() if name in document}
    if isinstance(model, list | tuple):
        return [with_later_fields(text, part) for text, part in zip(document, model, strict=True)]
    if not is_dataclass(model):
        return document
    parts = {one.name: getattr(model, one.name) for one in fields(model)}
    known = {name: with_later_fields(part, parts.get(name)) for name, part in document.items()}
    return {**known, "later": {"a": [1]}}


@pytest.mark.parametrize("version", [VERSION, VERSION + 1])
def test_fields_of_a_later_release_are_kept(version: int) -> None:
    """Of every row and message, and of each part: if it is written unchanged, and if a field is changed."""
    for path in (path for path in FILES if path.parent.name == NEWEST):
        plain = load(path.read_text(), kind_of(path))
        later = {**with_later_fields(json.loads(dump(plain)), plain), "v": version}
        read = load(json.dumps(later), kind_of(path))
        assert read == plain, path.stem
        assert plain == read, path.stem
        assert dump(read) == json.dumps(later), path.stem
        assert json.loads(dump(unpack(pack(replace(read)), kind_of(path)))) == later, path.stem
        name = next((one.name for one in fields(read) if isinstance(getattr(read, one.name), str)), "")
        if name:
            changed = json.loads(dump(replace(read, **{name: getattr(plain, name) if name == "id" else "changed"})))
            assert changed == {**later, name: changed[name]}, path.stem


def test_a_part_keeps_its_later_fields_in_another_model() -> None:
    """The dialler's row is put together of what was read."""
    dialler = load('{"account":"acme","limits":null,"later":1}', model("campaigns.dialling.state:Dialler"))
    packed = replace(sample(model("aws.dialling_rows:Packed")), dialler=dialler)
    assert json.loads(dump(packed))["dialler"]["later"] == 1


def test_attempts_in_a_list_keep_their_later_fields() -> None:
    """A list of models has no version of its own."""
    attempt = model("deliveries.model:Attempt")
    written = [{**json.loads(dump(sample(attempt))), "later": 1}]
    read = load(json.dumps(written), tuple[attempt, ...])  # type: ignore[valid-type]
    assert json.loads(dump((*read, sample(attempt))))[0]["later"] == 1


def test_a_condition_on_the_text_of_a_row_holds() -> None:
    """A row of a later release is written as it was read, so a compare-and-set with the text succeeds."""
    kind = model("telephony.pending:PendingCommand")
    text = json.dumps({"later": 1, **json.loads(dump(sample(kind)))})
    assert dump(load(text, kind)) == text


def test_every_release_has_every_model() -> None:
    """A new model of a row or message needs a file: `python -m tests.releases.samples first`."""
    newest = {path.stem for path in FILES if path.parent.name == NEWEST}
    assert newest == {path.replace(":", ".") for path in MODELS}


def test_every_table_and_queue_of_the_template_has_a_fixture() -> None:
    """A new table or queue needs its models in `samples`. The messages of a dead queue are those of its queue."""
    kinds: dict[str, set[str]] = {}
    for name, resource in load_template()["Resources"].items():
        kinds.setdefault(resource.get("Type") if isinstance(resource, dict) else "", set()).add(name)
    assert kinds["AWS::DynamoDB::Table"] == set(TABLES)
    assert {name for name in kinds["AWS::SQS::Queue"] if not name.endswith("DeadQueue")} == set(QUEUES)
    assert all((*TABLES.values(), *QUEUES.values()))


def test_every_model_that_an_adapter_reads_has_a_fixture() -> None:
    """The second argument of `load` and `unpack` in the adapters and workers names the model."""
    texts = [
        path.read_text()
        for folder in ("layers/switchboard/switchboard/aws", "functions/workers")
        for path in (ROOT / folder).rglob("*.py")
    ]
    read = {name for text in texts for name in READ.findall(text)}
    assert read
    assert read - {path.partition(":")[2] for path in MODELS} - OTHERS == set()


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
