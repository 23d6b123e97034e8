"""The hub's own pages, which need no token."""

import tomllib
from pathlib import Path

from local.bundle import ROOT
from switchboard.console.release import RELEASE, Version, version
from tests.support.hub import Hub


def test_the_version_needs_no_token(hub: Hub) -> None:
    """A monitor or a deployment script asks which release answers. A checkout without a build has no commit."""
    answer = hub.request("GET", "/version")
    assert (answer.status, answer.json) == (
        200,
        {"name": "switchboard", "release": RELEASE, "commit": None, "committed_at": None},
    )


def test_the_release_is_the_projects() -> None:
    """The package and pyproject.toml name the same release."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == RELEASE


def test_a_build_of_a_checkout_knows_its_commit(tmp_path: Path) -> None:
    """The layer's Makefile writes commit and time; an empty file counts as none."""
    stamp = tmp_path / "BUILD"
    for text, found in {
        "0123456789ab 2026-03-14T12:00:00+03:00\n": Version(RELEASE, "0123456789ab", "2026-03-14T12:00:00+03:00"),
        "": Version(RELEASE),
    }.items():
        stamp.write_text(text)
        assert version(stamp) == found
