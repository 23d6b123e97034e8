"""Blocks of shell commands in the documents: run by a test, or marked with the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from local.bundle import ROOT

_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\b(?P<mark>[^\n]*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_RUN = re.compile(r" not run: \S.*")

# Pages whose blocks run one after the other against a deployed hub.
RUN = (
    "README.md",
    "README.ru.md",
    "docs/campaigns.md",
    "docs/campaigns/audio.md",
    "docs/campaigns/lists.md",
    "docs/campaigns/restrictions.md",
    "docs/recipes.md",
    "docs/start.md",
    "docs/start.ru.md",
    "docs/telephony.md",
    "docs/telephony/asterisk.md",
    "docs/upgrades.md",
)


@dataclass(frozen=True)
class ShellBlock:
    """A fenced block; `mark` is what follows `sh` in its first line."""

    mark: str
    code: str

    @property
    def runs(self) -> bool:
        """Whether nothing says why the block is not run."""
        return not self.mark


def shell_blocks(page: Path) -> list[ShellBlock]:
    return [ShellBlock(found["mark"], found["code"]) for found in _BLOCK.finditer(page.read_text())]


def pages() -> list[Path]:
    """README, contributing and all of docs."""
    top = [ROOT / name for name in ("README.md", "README.ru.md", "CONTRIBUTING.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md"))]
