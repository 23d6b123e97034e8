"""A vendor is one module, samples, a line in the registry and a page: nothing else names it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.bundle import ROOT, load_template
from switchboard.dialects.registry import DIALECTS, Webhook, by_webhook, readers, renderers
from tests.architecture.source import Module, package

PACKAGE = "layers/switchboard/switchboard"
SEARCHED = ("bench", "chaos", "functions", "layers", "local", "workflows", "Makefile", "docs/dialects/README.md")
TEXTS = {".py", ".md", ".json", ".sh", ".txt", ".toml", ".yaml", ""}
# An API that is served alone, and that no events come or go in, is no dialect in this sense.
NAMES = sorted({*readers(), *renderers()})
# Also a word of English: a name only where it is quoted or stands under `dialects`.
WORDS = {"standard"}
# Where a dialect of this name is at home. Its samples and its page, which are not searched, are the other two.
HOMES = (f"{PACKAGE}/dialects/{{name}}/", f"{PACKAGE}/dialects/registry.py")
# What goes beyond a dialect: each place, and why the name of a vendor stands there.
BEYOND = {
    "functions/webhooks/{name}/": "a webhook that has a function of its own, with its own log and limits",
    "functions/{name}/": "the vendor's own API, served by us",
    f"{PACKAGE}/lambdas/{{name}}": "what the functions of such an API share",
    f"{PACKAGE}/lambdas/routes.py": "which function serves which path of such an API",
    f"{PACKAGE}/telephony/registry.py": "the line of a telephony provider: calls are started at the vendor's PBX",
    f"{PACKAGE}/dialects/mango/": "a field of its forms is named `vpbx_api_key`",
    "local/demo.py": "plays one vendor's call through the hub",
    "local/advice.py": "shows one vendor's requests to try",
    "local/api/": "describes the vendors' APIs, and the events of the hub's own dialect, for clients",
    f"{PACKAGE}/console/openapi.json": "the description that `local/api` writes",
    "local/receiving_page.py": "shows the events of the hub's own dialect, made of one vendor's events",
    "local/schemas.py": "writes the JSON Schemas of the hub's own dialect",
    "bench/": "measures one vendor's events",
    "chaos/": "loses and repeats one vendor's events",
}
# The rooms of the package in which a vendor's name may stand. All others ask the registry of dialects.
ROOMS = {"dialects", "telephony", "lambdas"}


def named_in(text: str) -> set[str]:
    """The dialects that a text names, in whatever way: `vpbx_token`, `VpbxTelephony`, `IS.VPBX`."""
    names = {name for name in NAMES if name in words_of(text) - WORDS}
    return names | {name for name in WORDS if re.search(rf"dialects?(\.|/|[\"']?[ =:!]+[\"']){name}\b", text)}


def words_of(text: str) -> set[str]:
    """The words of a text in lower case, those inside identifiers too."""
    parts = {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", text)}
    return parts | set(re.findall(r"[a-z]+", text.lower()))


@cache
def files() -> dict[str, frozenset[str]]:
    """Every file of the project that is no test, sample or page, with the dialects that it names."""
    paths = [path for place in SEARCHED for path in _under(ROOT / place)]
    return {path.relative_to(ROOT).as_posix(): frozenset(named_in(path.read_text())) for path in paths}


def _under(place: Path) -> Iterator[Path]:
    found = place.rglob("*") if place.is_dir() else [place]
    yield from (one for one in found if one.is_file() and one.suffix in TEXTS and "__pycache__" not in one.parts)


def is_at(path: str, places: Sequence[str], name: str) -> bool:
    return any(path.startswith(place.format(name=name)) for place in places)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_names_a_dialect_but_its_own_places(name: str) -> None:
    """The core asks the registry; what a vendor has beyond its dialect has places of its own, each for a reason."""
    allowed = [*HOMES, *BEYOND]
    assert [path for path, named in files().items() if name in named and not is_at(path, allowed, name)] == []


@pytest.mark.parametrize("place", BEYOND)
def test_no_place_is_excepted_without_need(place: str) -> None:
    """An exception that nothing uses any more is taken out."""
    assert any(is_at(path, [place], name) for path, named in files().items() for name in named)


@pytest.mark.parametrize("module", [one for one in package() if one.top not in ROOMS], ids=lambda one: one.name)
def test_no_other_room_spells_a_vendor(module: Module) -> None:
    """Not in a name, an import or a string. A docstring may cite the document that a fact is from."""
    assert [name for name in DIALECTS if name in spelled_in(module) - WORDS] == []


def spelled_in(module: Module) -> set[str]:
    """The words of a module's code: its identifiers and strings, without docstrings and comments."""
    spoken = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    words: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            words |= words_of(node.value)
        named = [getattr(node, field, None) for field in ("id", "attr", "arg", "name", "module")]
        words |= {word for one in named if isinstance(one, str) for word in words_of(one)}
    return words


def all_of_template() -> Iterator[tuple[str, Any]]:
    """Everything that the template declares, by its name."""
    sections = [section for section in load_template().values() if isinstance(section, dict)]
    yield from (declared for section in sections for declared in section.items())


def test_the_template_names_a_dialect_in_its_own_functions_alone() -> None:
    """A vendor's webhook, or its served API; everything else there is for all of them but what the routes make."""
    declared = [(id_, one) for id_, one in all_of_template() if id_ not in {"Api", "GatewayRole"}]
    named = {(id_, name) for id_, one in declared for name in named_in(json.dumps([id_, one]))}
    assert {(id_, name) for id_, name in named if not re.match(f"(Webhooks)?{name.capitalize()}", id_)} == set()


def test_functions_of_webhooks_are_those_of_the_registry() -> None:
    """A folder for each that has one of its own, one for all others, and the question whom a caller should reach."""
    folders = {path.parent.name for path in (ROOT / "functions" / "webhooks").glob("*/app.py")}
    assert folders == {*by_webhook(Webhook.OWN), "other", "route"}


def test_every_dialect_has_its_module_samples_and_page() -> None:
    """Those that events come in or go out by. A dialect that is only sent has what it says of others' calls."""
    for name in NAMES:
        assert (ROOT / PACKAGE / "dialects" / name / "__init__.py").is_file()
        assert (ROOT / "docs" / "dialects" / f"{name}.md").is_file()
    samples = ROOT / "events" / "dialects"
    assert {path.name for path in samples.iterdir() if any(path.glob("*.json"))} == set(readers())
    assert {path.name for path in samples.iterdir()} <= set(NAMES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hub['vpbx_token']", "vpbx"),
        ("class VpbxTelephony:", "vpbx"),
        ("WebhooksVpbxFunction", "vpbx"),
        ("# as IS.VPBX has it", "vpbx"),
        ('"""The hook of SpRecord."""', "sprecord"),
        ("from switchboard.dialects.kontur import client", "kontur"),
        ("switchboard.dialects.standard.schemas", "standard"),
        ('if dialect == "standard":', "standard"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str) -> None:
    """In an identifier, a string, a comment or a path."""
    assert named_in(text) == {name}


@pytest.mark.parametrize(
    "text", ["standard output", 'retries={"mode": "standard"}', "record", "a contour", "call_events"]
)
def test_a_word_is_no_name(text: str) -> None:
    """Of English, or of ours."""
    assert named_in(text) == set()
