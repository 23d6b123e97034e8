"""The table of counts in docs/dialects/README.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.printed.table import CHECKS, Role, files_of

PAGE = Path(__file__).parents[2] / "docs" / "dialects" / "README.md"


def row_of(document: str, faults: Sequence[str] = ()) -> str:
    """Return `| document | examples | checked/passed as the server | checked/passed as the client |`."""
    cells = [document, str(len(files_of(document))), *(_counts(document, role, faults) for role in Role)]
    return f"| {' | '.join(cells)} |"


def _counts(document: str, role: Role, faults: Sequence[str]) -> str:
    checked = sum(one.document == document and one.role is role for one in CHECKS)
    failed = sum(f" as the {role}: " in one for one in faults)
    return f"{checked}/{checked - failed}"
