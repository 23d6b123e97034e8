"""The counts of printed examples on each dialect's page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.printed.table import CHECKS, Role, files_of

PAGES = Path(__file__).parents[2] / "docs" / "dialects"


def page_of(document: str) -> str:
    """Return the text of a dialect's page."""
    return (PAGES / f"{document}.md").read_text()


def counts_of(document: str, faults: Sequence[str] = ()) -> str:
    """Return `14 examples: server 14/14, client 14/14`: checks and passed checks in each role."""
    roles = [f"{role} {_counts(document, role, faults)}" for role in Role]
    return f"{len(files_of(document))} examples: {', '.join(roles)}"


def _counts(document: str, role: Role, faults: Sequence[str]) -> str:
    checked = sum(one.document == document and one.role is role for one in CHECKS)
    failed = sum(f" as the {role}: " in one for one in faults)
    return f"{checked}/{checked - failed}"
