"""The numbers of a page, and where each is read from.

A page that is checked ends with a comment. Each line of the comment has words of the page and a source:

    <!-- numbers
    EventsDeadAlarm … 10 times = EventsQueue.RedrivePolicy.maxReceiveCount
    kept for 30 days = deliveries_table.KEPT_FOR
    1,000 executions = https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    -->

Words before `…` say which paragraph or row is meant. A source is a property of a resource, a parameter's default, a
constant of a module of the package or of these tests, or AWS's own page, which nothing compares.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.cost.idle import idle_bill
from local.bundle import ROOT, load_template

NUMBER = re.compile(r"(?<![\w.-])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
WORDS = re.compile(
    r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"hundred|thousand|million|dozen|fortnight|half an hour|quarter of an hour)\b",
    re.IGNORECASE,
)
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "KB": 1024, "KiB": 1024}
_COMMENT = re.compile(r"<!-- numbers\n(.*?)-->", re.DOTALL)
_CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|^\d+\. |https?://\S+")


@dataclass(frozen=True)
class Claim:
    """Words with a number, the words that its block begins with or holds, and the number's source."""

    block: str
    words: str
    source: str

    @property
    def is_of_aws(self) -> bool:
        return self.source.startswith("https://docs.aws.amazon.com/")

    def value(self) -> float:
        """The number in the words, in seconds or bytes where a unit follows."""
        found = NUMBER.search(self.words)
        assert found, f"no number: {self.words}"
        unit = re.match(r" (second|minute|hour|day|KB|KiB)s?\b", self.words[found.end() :])
        return float(found[0].replace(",", "")) * (_UNITS[unit[1]] if unit else 1)


@dataclass(frozen=True)
class Page:
    """A page of Markdown: its paragraphs, items and rows, each without code, and what it claims."""

    name: str
    blocks: list[str]
    claims: list[Claim]

    @classmethod
    def read(cls, path: Path) -> Page:
        text = path.read_text()
        comment = _COMMENT.search(text)
        assert comment, f"{path.name} ends with no list of numbers"
        return cls(path.name, list(_blocks(_COMMENT.sub("", text))), [_claim(line) for line in comment[1].splitlines()])

    def unclaimed(self) -> Iterator[str]:
        """Numbers that no claim covers."""
        for block in self.blocks:
            text = _without_code(block)
            covered = [place for claim in self.claims for place in _places(claim, block)]
            for found in NUMBER.finditer(text):
                if not any(start <= found.start() and found.end() <= end for start, end in covered):
                    yield f"{found[0]}: {block}"

    def spelled(self) -> Iterator[str]:
        """Numbers in letters, which the test could not read."""
        for block in self.blocks:
            yield from (f"{found[0]}: {block}" for found in WORDS.finditer(_without_code(block)))

    def unused(self) -> list[Claim]:
        """Claims whose words are nowhere."""
        return [claim for claim in self.claims if not any(_places(claim, block) for block in self.blocks)]


@dataclass(frozen=True)
class Sources:
    """The template before and after its transforms, and the package."""

    resources: Mapping[str, Mapping[str, Any]]
    parameters: Mapping[str, Mapping[str, Any]]
    package: Path

    def value(self, source: str) -> float:
        """Return what the source says, in seconds where it is a time. Raises KeyError where nothing is there."""
        kind, _, rest = source.partition(" ")
        match kind:
            case "days":
                return 86400 * self.value(rest)
            case "sum":
                return sum(float(one) for one in str(self.parameters[rest]["Default"]).split(","))
            case "python":
                return float(re.findall(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())[0])
            case "idle":
                return round(sum(idle_bill(load_template()).values()), 2)
        return self._plain(source)

    def _plain(self, source: str) -> float:
        first, *path = source.split(".")
        if source in self.parameters:
            return float(self.parameters[source]["Default"])
        if first in self.resources:
            return _seconds(_at(self.resources[first]["Properties"], path))
        return _constant(self.package, first, path[0])


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, items of lists and rows of tables, each on one line."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\n(?=\||- |\d+\. |#)", "\n\n", text)
    yield from (" ".join(block.split()) for block in re.split(r"\n\s*\n", text) if block.strip())


def _without_code(block: str) -> str:
    return _CODE.sub(lambda found: " " * len(found[0]), block)


def _places(claim: Claim, block: str) -> list[tuple[int, int]]:
    if claim.block not in block:
        return []
    return [(found.start(), found.end()) for found in re.finditer(re.escape(claim.words), block)]


def _claim(line: str) -> Claim:
    said, _, source = line.rpartition(" = ")
    block, _, words = said.rpartition(" … ")
    return Claim(block, words, source)


def _at(value: Any, path: list[str]) -> Any:
    for step in path:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _seconds(value: Any) -> float:
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", str(value))
    return float(rate[1]) * _UNITS[rate[2]] if rate else float(value)


def _constant(package: Path, module: str, name: str) -> float:
    """A number or a timedelta that the module of that name has; a folder before the name tells it from others."""
    found = [
        value
        for folder in (package, ROOT / "tests" / "template")
        for path in folder.rglob(f"{module}.py")
        for node in ast.parse(path.read_text()).body
        for target, value in _assigned(node)
        if target == name
    ]
    if len(found) != 1:
        raise KeyError(f"{len(found)} modules have {module}.{name}")
    return _evaluated(found[0])


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        pairs = ((one, node.value) for one in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value:
        pairs = iter([(node.target, node.value)])
    else:
        return
    for target, value in pairs:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            yield from (
                (one.id, each) for one, each in zip(target.elts, value.elts, strict=True) if isinstance(one, ast.Name)
            )
        elif isinstance(target, ast.Name):
            yield target.id, value


def _evaluated(value: ast.expr) -> float:
    if isinstance(value, ast.Call):
        given = {one.arg: _evaluated(one.value) for one in value.keywords if one.arg}
        return timedelta(**given).total_seconds()
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return _evaluated(value.left) * _evaluated(value.right)
    return float(ast.literal_eval(value))
