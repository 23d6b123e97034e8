"""The console's page and files. A file's address has the digest of all files, so browsers keep files for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from switchboard.errors import NotFound

STATIC = Path(__file__).with_name("static")
PAGE, ENTRY = "index.html", "app.js"
_IMPORT = re.compile(r'^import .* from "\./([\w.]+)"', re.MULTILINE)
KINDS = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".html": "text/html"}
# Everything comes from the hub's own address, and nothing in a page runs. A sound is played out of the page's memory.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A text with its Content-Type and further headers."""

    kind: str
    text: str
    headers: Mapping[str, str]


@cache
def build() -> str:
    """Return the digest of all files: 16 hexadecimal digits."""
    total = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return total.hexdigest()[:16]


def page(asked: str) -> ServedFile:
    """Return the page. Its files are named relative to the path that was `asked`, with or without a final slash."""
    base = f"{build()}/" if asked.endswith("/") else f"console/{build()}/"
    preload = "\n".join(f'<link rel="modulepreload" href="{{base}}{name}">' for name in _first_modules())
    text = (STATIC / PAGE).read_text().replace("{preload}", preload).replace("{base}", base)
    return ServedFile(_kind(PAGE), text, {**GUARDS, "Cache-Control": "no-cache"})


def asset(of_build: str, name: str) -> ServedFile:
    """Return a file of the page. Raises NotFound for another name, and for a file of another build."""
    if of_build != build() or name not in _names():
        raise NotFound("There is nothing at this path.")
    headers = {**GUARDS, "Cache-Control": "public, max-age=31536000, immutable"}
    return ServedFile(_kind(name), (STATIC / name).read_text(), headers)


@cache
def _first_modules() -> tuple[str, ...]:
    """Return the modules that app.js loads at once, and theirs: a browser asks for all of them side by side."""
    found: set[str] = set()
    left = [ENTRY]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _IMPORT.findall((STATIC / name).read_text())
    return tuple(sorted(found))


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir()) - {PAGE}


def _kind(name: str) -> str:
    return f"{KINDS[Path(name).suffix]}; charset=utf-8"
