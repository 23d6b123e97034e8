"""README and the pages name only what is there."""

import re

import pytest

from local.bundle import ROOT
from tests.architecture.documents import (
    ASSIGNED,
    CAMEL,
    MAKE,
    ROUTE,
    UPPER,
    Document,
    documents,
    exists,
    has_route,
    is_path,
    targets,
    vocabulary,
)
from tests.support.shell_blocks import NOT_RUN, RUN, pages, shell_blocks

DOCUMENTS = documents()
# Decisions speak of what was looked at and not taken, in its own words.
TODAY = [document for document in DOCUMENTS if "decisions/" not in document.name]
# Words of AWS and of other systems, which our code does not use.
OF_OTHERS = frozenset({"AdministratorAccess", "PowerUserAccess", "VpcConfig", "UPDATE_ROLLBACK_FAILED"})
# The page makes up a dialect of this name as it goes.
MADE_UP = "toy"

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


@each_document
def test_every_relative_link_leads_somewhere(document: Document) -> None:
    """To a file, and to a heading where it names one."""
    broken = [
        f"{target}#{heading}"
        for target, heading in document.links()
        if not target.exists() or (heading and heading not in Document(target).headings())
    ]
    assert broken == []


@each_document
def test_every_file_that_a_page_names_exists(document: Document) -> None:
    """By its path from the top, from the package or from the page; a file may also be named alone."""
    named = {word for word in document.words if is_path(word) and MADE_UP not in word}
    assert sorted(word for word in named if not exists(word, document.path)) == []


@each_document
def test_every_target_that_a_page_names_is_in_the_makefile(document: Document) -> None:
    """With its variables."""
    assert set(MAKE.findall(document.code)) - targets() == set()
    variables = {name for found in ASSIGNED.findall(document.code) for name in found if name}
    makefile = (ROOT / "Makefile").read_text()
    assert {name for name in variables if name not in makefile} == set()


@pytest.mark.parametrize("document", TODAY, ids=lambda document: document.name)
def test_every_name_that_a_page_gives_is_one_of_ours(document: Document) -> None:
    """Variables, parameters, resources, fields and values are written somewhere in code, template or fixtures."""
    names = {word for word in document.words if CAMEL.fullmatch(word) or UPPER.fullmatch(word)}
    assert sorted(names - vocabulary() - OF_OTHERS) == []


def test_every_command_of_the_documents_is_run_or_says_why_not() -> None:
    """`tests/e2e/test_documents.py` runs the pages of its list; other blocks begin with `sh not run: <reason>`."""
    found = [(str(page.relative_to(ROOT)), block) for page in pages() for block in shell_blocks(page)]
    assert [name for name, block in found if block.runs and name not in RUN] == []
    assert [block.mark for _, block in found if not block.runs and not NOT_RUN.fullmatch(block.mark)] == []


def test_readme_has_the_two_commands() -> None:
    """What everybody needs to know first is how to run the hub and its tests."""
    for name in ("README.md", "README.ru.md"):
        first = shell_blocks(ROOT / name)[0].code
        assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make run", "make test"]


def test_no_page_holds_both_sides_of_a_merge() -> None:
    """A conflict that nobody resolved shows by its marks."""
    written = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.yaml")]
    assert [page for page in written if re.search(r"^(<{7}|>{7}) ", page.read_text(), re.MULTILINE)] == []


def test_every_page_is_in_the_index() -> None:
    """Once, but for pages that are made and those of a decision, a schema or a telephony's own."""
    index = Document(ROOT / "docs" / "README.md")
    linked = [target for target, _ in index.links()]
    written = {page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "decisions" and page != index.path}
    assert written - set(linked) == set()
    assert len(linked) == len(set(linked))


@each_document
def test_every_route_that_a_page_names_is_served(document: Document) -> None:
    """With that method."""
    named = {found for word in document.words for found in ROUTE.findall(word)}
    assert sorted(f"{methods} {path}" for methods, path in named if not has_route(methods, path)) == []


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("calls/apply.py", True),
        ("functions/vpbx/{record,voicemail}", True),
        ("functions/vpbx/{record,nothing}", False),
        ("dialects/<name>/parse.py", True),
        ("dialects/<name>/nothing.py", False),
        ("template.yaml", True),
        ("nothing.yaml", False),
        ("samconfig.own.toml", True),
    ],
)
def test_a_file_is_looked_for_as_pages_name_it(word: str, there: bool) -> None:  # noqa: FBT001
    """Placeholders stand for any name, and what is made is not looked for."""
    assert is_path(word)
    assert exists(word, ROOT / "README.md") is there
