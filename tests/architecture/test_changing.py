"""The pages of recipes, of security and of contributing name files, tests and targets that exist; the recipes hold."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from local.bundle import ROOT, load_template
from local.settings import _KNOBS

PAGES = (ROOT / "docs" / "changing.md", ROOT / "docs" / "security.md", ROOT / "CONTRIBUTING.md")
TOPS = {path.name for path in ROOT.iterdir()}
AT_THE_TOP = re.compile(r"(README|CHANGELOG|CONTRIBUTING)\.md|Makefile|(template|openapi)\.yaml|pyproject\.toml")
TEMPLATE = (ROOT / "template.yaml").read_text() + (ROOT / "alarms.yaml").read_text()
RECIPES = {
    "A route",
    "A function without a route",
    "A table",
    "A queue",
    "A dialect",
    "A telephony provider",
    "A setting",
    "An alarm",
}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def quoted(page: Path) -> Iterator[str]:
    """The words in backticks."""
    yield from re.findall(r"`([^`\n]+)`", page.read_text())


@each_page
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    """A quoted word is a path if its first part is a file or a folder of the project."""
    paths = {word.partition("::")[0] for word in quoted(page) if is_path(word)}
    assert len(paths) > 5
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def is_path(word: str) -> bool:
    first, slash, _ = word.partition("/")
    return " " not in word and ((bool(slash) and first in TOPS) or bool(AT_THE_TOP.fullmatch(word)))


@each_page
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    """In the file that stands before the two colons."""
    named = [word.split("::") for word in quoted(page) if "::test_" in word]
    assert [(path, test) for path, test in named if test not in names_of_tests(path)] == []


@cache
def names_of_tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@each_page
def test_every_target_that_a_page_names_exists(page: Path) -> None:
    """In the Makefile."""
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert named - targets == set()


@each_page
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """To a file, or to a heading of the page itself."""
    headings = {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in headings_of(page)}
    links = re.findall(r"\]\(([^)]+)\)", page.read_text())
    assert [link for link in links if link.startswith("#") and link[1:] not in headings] == []
    assert [
        link for link in links if not link.startswith("#") and not (page.parent / link.partition("#")[0]).exists()
    ] == []


def headings_of(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)


def test_every_name_of_the_template_that_a_recipe_names_exists() -> None:
    """Logical ids, anchors, aliases and loops."""
    words = set(quoted(PAGES[0]))
    ids = {word for word in words if re.fullmatch(r"[A-Z]\w+(Function|Table|Queue|Alarm|Role|Seconds|ByTls)", word)}
    others = {word for word in words if re.fullmatch(r"[*&][a-z-]+|Fn::ForEach::\w+", word)}
    assert len(ids) > 5
    assert len(others) > 5
    ids -= set(load_template()["Resources"])
    assert {name for name in ids if not re.search(rf"^  {name}:", TEMPLATE, re.MULTILINE)} == set()
    assert {name for name in others if name.replace("*", "&") not in TEMPLATE} == set()


def test_each_recipe_has_steps_an_example_and_tests() -> None:
    """In one section."""
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", PAGES[0].read_text(), re.MULTILINE))
    assert set(sections) == RECIPES
    for name, text in sections.items():
        assert "| 1 | " in text, name
        assert "\nExample: `" in text, name
        assert text.count("::test_") > 1, name


def test_a_route_is_at_most_four_places_by_hand() -> None:
    """All else is written by `make pages`."""
    section = PAGES[0].read_text().partition("## A route")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| \d+ \| ", section, re.MULTILINE)) <= 4


def of_type(kind: str) -> list[str]:
    return [name for name, one in load_template()["Resources"].items() if one["Type"] == kind]


def variables() -> dict[str, object]:
    found: dict[str, object] = load_template()["Globals"]["Function"]["Environment"]["Variables"]
    return found


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_every_table_has_a_variable(table: str) -> None:
    """`EmailsTable` is `EMAILS_TABLE`."""
    assert variables()[f"{table.removesuffix('Table').upper()}_TABLE"] == {"Ref": table}


@pytest.mark.parametrize("queue", [name for name in of_type("AWS::SQS::Queue") if not name.endswith("DeadQueue")])
def test_every_queue_has_a_variable(queue: str) -> None:
    """`CrmCallsQueue` is `CRM_CALLS_QUEUE_URL`."""
    name = re.sub("(?<=[a-z])(?=[A-Z])", "_", queue.removesuffix("Queue")).upper()
    own = [
        one["Properties"].get("Environment", {}) for one in load_template()["Resources"].values() if "Properties" in one
    ]
    given = {name: value for one in own for name, value in one.get("Variables", {}).items()} | variables()
    assert given[f"{name}_QUEUE_URL"] == {"Ref": queue}


def test_every_knob_of_one_machine_is_exported() -> None:
    """By the Makefile, so that `make run NAME=value` works."""
    exported = re.findall(r"^export (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(_KNOBS) - {name for line in exported for name in line.split()} == set()
