"""Text templates, and edits of files that fail with a sentence."""

from __future__ import annotations

from pathlib import Path
from string import Template

from local.errors import LocalError

TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, **words: str) -> str:
    """Return the text of a template with its words."""
    return Template((TEMPLATES / template).read_text()).substitute(words)


def insert_before(path: Path, mark: str, text: str) -> Path:
    """Write `text` before the only place of `mark`. Raises LocalError if the place is not found."""
    return replace(path, mark, text + mark)


def insert_after(path: Path, mark: str, text: str) -> Path:
    """Write `text` after the only place of `mark`. Raises LocalError if the place is not found."""
    return replace(path, mark, mark + text)


def replace(path: Path, old: str, new: str) -> Path:
    """Replace the only place of `old`. Raises LocalError if the place is not found."""
    content = path.read_text()
    if content.count(old) != 1:
        raise LocalError(f"{path} has {content.count(old)} places with {old.strip()!r}, where one was expected.")
    path.write_text(content.replace(old, new))
    return path


def create(path: Path, text: str) -> Path:
    """Write a new file. Raises LocalError if the file is there."""
    if path.exists():
        raise LocalError(f"{path} is there already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
