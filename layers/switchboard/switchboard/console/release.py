"""The release of the hub, and the commit that the layer was built from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RELEASE = "0.1.0"
# Written by the layer's Makefile where the sources are a git checkout: the commit, and the commit's time.
STAMP = Path(__file__).with_name("BUILD")


@dataclass(frozen=True, slots=True)
class Version:
    """A release. Commit and time of the commit (ISO 8601) are None if the build had no git checkout."""

    release: str
    commit: str | None = None
    committed_at: str | None = None


def version(stamp: Path = STAMP) -> Version:
    """Return the version of this hub."""
    commit, _, at = (stamp.read_text().strip() if stamp.is_file() else "").partition(" ")
    return Version(RELEASE, commit or None, at or None)


def version_view() -> dict[str, Any]:
    """Return `{"name", "release", "commit", "committed_at"}`."""
    return {"name": "switchboard", **asdict(version())}
