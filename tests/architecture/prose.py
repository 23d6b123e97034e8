"""Measures of the prose in docstrings: vague words, long sentences, repeated names.

`python -m tests.architecture.prose` prints a line for each room. Names of rooms as arguments add every finding in them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from tests.architecture.source import Module, package

# The list of the review, with the forms of its words.
VAGUE = frozenset(
    "it its itself that those what whatever who whom whose whoever one ones none where wherever".split()  # noqa: SIM905
)
VAGUE_FROM, VAGUE_SHARE = 8, 0.3
LONGEST = 25
FEW_WORDS = 4
FILLERS = frozenset("a an the of for to in is are with and by from this its".split())  # noqa: SIM905

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Docstring:
    """The docstring of a module, class or function, or the string below an attribute."""

    at: str
    name: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of a docstring. `at` is the file and the line where its docstring ends."""

    at: str
    text: str

    @property
    def words(self) -> list[str]:
        return words_of(self.text)

    @property
    def is_vague(self) -> bool:
        """Whether 30 % of at least eight words only point at something."""
        words = self.words
        return len(words) >= VAGUE_FROM and sum(word in VAGUE for word in words) >= VAGUE_SHARE * len(words)

    @property
    def is_long(self) -> bool:
        return len(self.words) > LONGEST


@dataclass(frozen=True)
class Figures:
    """The findings in one room, or in the whole package."""

    sentences: list[Sentence]
    repeats: list[Docstring]

    @property
    def vague(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.is_vague]

    @property
    def long(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.is_long]

    @property
    def share(self) -> float:
        """The share of vague sentences among those of eight words or more."""
        measured = sum(len(sentence.words) >= VAGUE_FROM for sentence in self.sentences)
        return len(self.vague) / max(measured, 1)


def figures(room: str | None = None) -> Figures:
    """The figures of a room; without a room, of the whole package."""
    modules = [module for module in package() if room in (None, room_of(module))]
    found = [docstring for module in modules for docstring in docstrings(module)]
    return Figures(
        [Sentence(docstring.at, text) for docstring in found for text in sentences_of(docstring.text)],
        [docstring for docstring in found if repeats_its_name(docstring)],
    )


def rooms() -> list[str]:
    """The rooms of the package; `top` stands for the modules that are in no room."""
    return sorted({room_of(module) for module in package()})


def room_of(module: Module) -> str:
    inside = module.path.parts[module.path.parts.index("layers") + 3 :]
    return inside[0] if len(inside) > 1 else "top"


def docstrings(module: Module) -> Iterator[Docstring]:
    """Every docstring of a module, those of attributes too."""
    for parent in ast.walk(module.tree):
        body = getattr(parent, "body", None)
        before: ast.AST = parent
        for node in body if isinstance(body, list) else []:
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                at = f"{module.path.as_posix().rpartition('switchboard/')[2]}:{node.lineno}"
                yield Docstring(at, _name(before, module), dedent("    " + node.value.value).strip())
            before = node


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a docstring. Indented blocks and tables are no sentences."""
    for paragraph in re.split(r"\n\s*\n|\n\s*(?:[-*]|\d\.) ", text):
        lines = [line for number, line in enumerate(paragraph.splitlines()) if _is_prose(line, number)]
        prose = " ".join(" ".join(lines).split())
        yield from (found for found in re.split(r"(?<=[.!?])\s+(?=[A-Z`\"(])", prose) if found)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters; an identifier in backquotes is one word."""
    return re.findall(r"[\w']+", re.sub(r"`+[^`]*`+", " code ", text).lower())


def repeats_its_name(docstring: Docstring) -> bool:
    """Whether a docstring of a few words says nothing that the name does not say."""
    words = words_of(docstring.text)
    said = {_stem(word) for word in words if word not in FILLERS}
    parts = {_stem(part.lower()) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", docstring.name)}
    return len(words) <= FEW_WORDS and said <= parts


def _is_prose(line: str, number: int) -> bool:
    return not set("|├│└┌") & set(line) and (number == 0 or not line.startswith("            "))


def _name(node: ast.AST, module: Module) -> str:
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target)
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    return getattr(node, "name", module.name.rpartition(".")[2])


def _stem(word: str) -> str:
    return re.sub(r"(ies|es|s|ed|ing|e|y)$", "", word)


def table() -> str:
    """A line for each room, and the whole package."""
    lines = [f"{'room':15}{'sentences':>10}{'vague':>7}{'share':>8}{'over 25':>9}{'repeats':>9}"]
    for room in [*rooms(), None]:
        found = figures(room)
        numbers = f"{len(found.sentences):10}{len(found.vague):7}{found.share:8.1%}{len(found.long):9}"
        lines.append(f"{room or 'all':15}{numbers}{len(found.repeats):9}")
    return "\n".join(lines)


def findings(room: str) -> Iterator[str]:
    """Every finding in a room, with its place."""
    found = figures(room)
    yield from (f"vague   {sentence.at}: {sentence.text}" for sentence in found.vague)
    yield from (f"long    {sentence.at}: {sentence.text}" for sentence in found.long)
    yield from (f"repeats {docstring.at}: {docstring.name}: {docstring.text}" for docstring in found.repeats)


if __name__ == "__main__":
    print(table())  # noqa: T201
    for asked in sys.argv[1:]:
        print(*findings(asked), sep="\n")  # noqa: T201
