"""Amazon DynamoDB: expressions, read as far as the rules ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

Path = tuple[str, ...]
TOKEN = re.compile(r"\s*(?:([#:][A-Za-z0-9_]+)|([A-Za-z][A-Za-z0-9_]*)|(\d+)|(<>|<=|>=|[=<>+\-(),.\[\]]))")
WORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
CLAUSES = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
FUNCTIONS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
        "size",
        "if_not_exists",
        "list_append",
    }
)


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands in an expression. `trouble` is where reading ended, empty where all was read."""

    tokens: tuple[str, ...]
    trouble: str = ""
    placeholders: frozenset[str] = frozenset()
    literal: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    paths: tuple[Path, ...] = ()
    operators: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an update expression: its clause, the path that it changes, and what comes after."""

    clause: str
    path: Path
    rest: tuple[str, ...]


@lru_cache(maxsize=4096)
def read(text: str) -> Expression:
    """Read any expression."""
    tokens: list[str] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            return Expression(tuple(tokens), text[place : place + 20])
        tokens.append(found[0].strip())
        place = found.end()
    return _told(tuple(tokens))


def _told(tokens: tuple[str, ...]) -> Expression:
    functions = {one for place, one in enumerate(tokens) if _is_function(tokens, place)}
    paths = tuple(path for _, path in _paths(tokens))
    operators = sum(one in COMPARISONS or one in "+-" or one.upper() in WORDS for one in tokens)
    operators += sum(_is_function(tokens, place) for place in range(len(tokens)))
    return Expression(
        tokens,
        "",
        frozenset(one for one in tokens if one[0] in "#:"),
        frozenset(part for path in paths for part in path if part[0] not in "#["),
        frozenset(functions),
        paths,
        operators,
    )


def _is_function(tokens: tuple[str, ...], place: int) -> bool:
    one = tokens[place]
    called = place + 1 < len(tokens) and tokens[place + 1] == "("
    return called and one[0].isalpha() and one.upper() not in WORDS | CLAUSES


def _paths(tokens: tuple[str, ...]) -> Iterator[tuple[int, Path]]:
    """Where each path ends, and its parts: names, and places in lists as `[0]`."""
    place = 0
    while place < len(tokens):
        if _begins_path(tokens, place):
            place, path = _path(tokens, place)
            yield place, path
        else:
            place += 1


def _begins_path(tokens: tuple[str, ...], place: int) -> bool:
    one = tokens[place]
    if one[0] == "#":
        return True
    return one[0].isalpha() and one.upper() not in WORDS | CLAUSES and not _is_function(tokens, place)


def _path(tokens: tuple[str, ...], place: int) -> tuple[int, Path]:
    parts = [tokens[place]]
    place += 1
    while place < len(tokens) and tokens[place] in {".", "["}:
        if tokens[place] == ".":
            parts.append(tokens[place + 1])
            place += 2
        else:
            parts.append(f"[{tokens[place + 1]}]")
            place += 3
    return place, tuple(parts)


@lru_cache(maxsize=4096)
def changes(text: str) -> tuple[Change, ...]:
    """The changes of an update expression."""
    found: list[Change] = []
    clause = ""
    for part in _split(read(text).tokens):
        if part[0].upper() in CLAUSES:
            clause, part = part[0].upper(), part[1:]  # noqa: PLW2901 - a clause is named before its first change
        if part:
            end, path = _path(part, 0)
            found.append(Change(clause, path, part[end:]))
    return tuple(found)


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[str, ...]:
    """The clauses of an update expression, in their order."""
    return tuple(one.upper() for one in read(text).tokens if one.upper() in CLAUSES)


def _split(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """At commas outside of parentheses, and before clauses."""
    part: list[str] = []
    depth = 0
    for one in tokens:
        depth += (one == "(") - (one == ")")
        begins = one.upper() in CLAUSES and one[0].isalpha()
        if depth == 0 and (one == "," or begins):
            if part:
                yield tuple(part)
            part = [one] if begins else []
        else:
            part.append(one)
    if part:
        yield tuple(part)


@lru_cache(maxsize=4096)
def key_conditions(text: str) -> tuple[tuple[Path, str], ...]:
    """The conditions of a key condition expression: a path, and its operator or function."""
    tokens = read(text).tokens
    found: list[tuple[Path, str]] = []
    for end, path in _paths(tokens):
        begin = end - len(path)
        if begin >= 2 and tokens[begin - 1] == "(" and _is_function(tokens, begin - 2):
            found.append((path, tokens[begin - 2]))
        else:
            found.append((path, tokens[end].upper() if end < len(tokens) else ""))
    return tuple(found)
