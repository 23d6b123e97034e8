"""Addresses and tokens by name, in one file that its owner alone can read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT = "default"
LOCAL = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Profile:
    """The address of a hub, and a token of its operator's API."""

    url: str
    token: str


def folder() -> Path:
    """Return the directory of the command's settings: SWITCHBOARD_CONFIG_DIR, else that of XDG."""
    own = os.environ.get("SWITCHBOARD_CONFIG_DIR")
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(own) if own else Path(base) / "switchboard"


def profile_of(name: str) -> Profile | None:
    """Return the profile of this name, changed by SWITCHBOARD_URL and SWITCHBOARD_TOKEN; None if there is none."""
    kept = _read().get(name)
    url = os.environ.get("SWITCHBOARD_URL") or (kept.url if kept else "")
    token = os.environ.get("SWITCHBOARD_TOKEN") or (kept.token if kept and kept.url == url else "")
    return Profile(url or LOCAL, token) if token else None


def keep(name: str, profile: Profile) -> Path:
    """Write a profile, and return the file, which has the mode 0600 from its first byte."""
    profiles = {**_read(), name: profile}
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path, new = _file(), _file().with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump({name: asdict(one) for name, one in profiles.items()}, out, indent=2)
    new.replace(path)
    return path


def _file() -> Path:
    return folder() / "profiles.json"


def _read() -> dict[str, Profile]:
    try:
        kept = json.loads(_file().read_text())
    except FileNotFoundError:
        return {}
    return {name: Profile(**one) for name, one in kept.items()}
