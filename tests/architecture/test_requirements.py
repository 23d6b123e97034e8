"""Requirements are locked: every version with the hashes of its files, and the same version wherever it is named."""

import re
from pathlib import Path

import pytest

from local.bundle import ROOT

DEV, AUDIT, API = (ROOT / "requirements" / f"{name}.txt" for name in ("dev", "audit", "api"))
LAYERS = sorted((ROOT / "layers").glob("*/requirements.txt"))
NAMED = re.compile(r"^([A-Za-z][\w.-]*)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)

each_locked = pytest.mark.parametrize(
    "locked", [DEV, AUDIT, API, *LAYERS], ids=lambda path: f"{path.parent.name}/{path.name}"
)


def versions(path: Path) -> dict[str, str]:
    """Versions by name, as the package index spells names."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in NAMED.findall(path.read_text())}


@each_locked
def test_every_version_has_hashes(locked: Path) -> None:
    """One for each file of the version, so for every processor and Python."""
    lines = re.sub(r"\\\n\s*", "", locked.read_text()).splitlines()
    assert [
        line.split()[0] for line in lines if line and line[0] != "#" and line[0] != " " and "--hash=" not in line
    ] == []


@each_locked
def test_what_is_asked_for_is_locked_at_that_version(locked: Path) -> None:
    """A change of an .in file needs `make lock`."""
    assert versions(locked.with_suffix(".in")).items() <= versions(locked).items()


@pytest.mark.parametrize("layer", LAYERS, ids=lambda path: path.parent.name)
def test_tests_run_with_the_versions_that_functions_run_with(layer: Path) -> None:
    """What a layer holds, the virtual environment holds too."""
    assert versions(layer).items() <= versions(DEV).items()


@each_locked
def test_no_index_is_named(locked: Path) -> None:
    """Whoever installs has a package index of their own."""
    assert not re.search(r"https?://|file:|--index|--find-links|--extra", locked.read_text())


@pytest.mark.parametrize(
    "where", ["requirements/setup.sh", "Makefile", *(f"layers/{layer.parent.name}/Makefile" for layer in LAYERS)]
)
def test_hashes_are_required(where: str) -> None:
    """Wherever pip installs."""
    assert "--require-hashes" in (ROOT / where).read_text()
