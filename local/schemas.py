"""Writes the JSON Schemas of the standard dialect to docs/schemas/standard: `make pages`."""

from __future__ import annotations

import json

from local.bundle import ROOT
from switchboard.dialects.standard.schemas import schema_of
from switchboard.kernel.call import Kind

FOLDER = ROOT / "docs" / "schemas" / "standard"


def text_of(kind: Kind) -> str:
    """The file for a kind of event."""
    return json.dumps(schema_of(kind), indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind in Kind:
        (FOLDER / f"{kind.value}.json").write_text(text_of(kind))
