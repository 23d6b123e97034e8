"""The corpus of hostile URLs, and a resolver that knows its names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver

PUBLIC = "93.184.216.34"


class Hostile(NamedTuple):
    """A URL, and the addresses of the name in it."""

    url: str
    addresses: tuple[str, ...]


def hostile_urls() -> list[Hostile]:
    """What hostile_urls.txt holds."""
    lines = (Path(__file__).parent / "hostile_urls.txt").read_text().splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def a_guard(*addresses: str, allow_private: bool = False) -> Guard:
    """A guard for whose resolver every name has these addresses."""
    return Guard(Resolver(lambda _: list(addresses) or [PUBLIC]), allow_private=allow_private)


def _read(line: str) -> Hostile:
    url, _, addresses = line.partition(" -> ")
    text = url.replace('"', '\\"')
    return Hostile(json.loads(f'"{text}"'), tuple(addresses.split()))
