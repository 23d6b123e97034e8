"""Figures beside their floors: noted by the benchmarks, held against those of `docs/performance.md`, and written there.

A ratio says how many floors a figure is. A machine's load and speed change both alike, so ratios can be compared.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PAGE = Path(__file__).parents[1] / "docs/performance.md"
BEGIN, END = "<!-- measured by make bench -->", "<!-- end -->"
HEAD = "| figure | measured, ms | floor, ms | floors |\n|---|---|---|---|"
ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<value>[\d.]+) \| (?P<floor>[\d.]+) \| [\d.]+ \|$", re.MULTILINE)
WORSE = 1.15
FILE = "BENCH_FIGURES"


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds of a processor, measured and of the floor."""

    name: str
    value: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many floors the figure is."""
        return self.value / self.floor

    def row(self) -> str:
        """Return the row of the page's table."""
        return f"| {self.name} | {self.value:.2f} | {self.floor:.2f} | {self.ratio:.2f} |"


def note(name: str, value: float, floor: float) -> None:
    """Note a figure for the process that asked for figures; otherwise nothing."""
    if path := os.environ.get(FILE):
        with Path(path).open("a") as file:
            file.write(json.dumps(asdict(Figure(name, value, floor))) + "\n")


@contextmanager
def noted() -> Iterator[list[Figure]]:
    """Yield a list that has the figures of the block at its end, also those of child processes."""
    figures: list[Figure] = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "figures"
        file.touch()
        os.environ[FILE] = str(file)
        try:
            yield figures
        finally:
            del os.environ[FILE]
            figures += [Figure(**json.loads(line)) for line in file.read_text().splitlines()]


def committed(page: str) -> dict[str, Figure]:
    """Return the figures of a page by name."""
    return {row["name"]: Figure(row["name"], float(row["value"]), float(row["floor"])) for row in ROW.finditer(page)}


def regressions(before: Mapping[str, Figure], now: Sequence[Figure]) -> list[str]:
    """Return a line for each figure that is more than 15 % more floors than before."""
    return [
        f"slower    {one.name}: {one.ratio:.2f} floors, {before[one.name].ratio:.2f} before"
        for one in now
        if one.name in before and one.ratio > WORSE * before[one.name].ratio
    ]


def written(page: str, now: Sequence[Figure]) -> str:
    """Return the page with these figures in its table. Figures that were not measured now stay."""
    rows = committed(page) | {one.name: one for one in now}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    table = "\n".join([BEGIN, "", f"Machine: {machine}.", "", HEAD, *(one.row() for one in rows.values()), "", END])
    return page[: page.index(BEGIN)] + table + page[page.index(END) + len(END) :]
