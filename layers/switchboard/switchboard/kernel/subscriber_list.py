"""Read subscribers from rows: read the numbers, report problems by row, and drop repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.errors import Invalid
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.numbers.listed import listed_numbers
from switchboard.kernel.numbers.telephone import number_and_extension, telephone_key
from switchboard.kernel.plain_text import plain_text

MOST = 100_000  # subscribers of a group, and of all groups of a task together
MOST_EACH = 20  # numbers of one subscriber, and e-mail addresses
MOST_TOLD = 100  # rows listed in a refusal
MOST_KEPT = 1000  # problems that are kept for a preview
LONGEST_NAME = 500
LONGEST_ADDRESS = 254

ADDRESS = re.compile(r"[^@\s<>\"'()]+@[^@\s<>\"'()]+")
NOBODY = "There is neither a number nor an e-mail address."


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a row, without the value, which may be a person's number.

    `line` is the line of the file where the row begins, 0 if unknown. `column` is the heading, or the position from 1.
    """

    row: int
    field: str
    message: str
    line: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, numbered from 1. `phones` are texts as written: each holds one number or several.

    `columns` are the columns of the `phones`, for problems. `problem` is set if the row could not be read.
    """

    number: int
    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    problem: Problem | None = None
    line: int = 0
    columns: tuple[str, ...] = ()


class RowsInvalid(Invalid):
    """Some rows are invalid: nothing was stored."""

    def __init__(self, gathered: GatheredList) -> None:
        told = f"{gathered.skipped} rows have something wrong; with ?skipInvalid=true the rest is saved."
        super().__init__(told, "rows")
        self._gathered = gathered

    @property
    def details(self) -> Mapping[str, Any]:
        """`invalidCount`, the counts of rows, and the first MOST_TOLD problems as `rows`."""
        found = self._gathered
        rows = [problem_view(one) for one in found.problems[:MOST_TOLD]]
        return {"invalidCount": found.skipped, "rows": rows, "counts": found.counts}


@dataclass(slots=True)
class GatheredList:
    """The subscribers of a list. `skipped` counts rows with a problem; rows = kept + duplicates + skipped."""

    subscribers: list[Subscriber] = field(default_factory=list)
    duplicates: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return `rows`, `kept`, `duplicates` and `skipped`."""
        kept = len(self.subscribers)
        rows = kept + self.duplicates + self.skipped
        return {"rows": rows, "kept": kept, "duplicates": self.duplicates, "skipped": self.skipped}


def problem_view(problem: Problem) -> dict[str, Any]:
    """Return `{"row", "field", "message"}`, and `line` and `column` where they are known."""
    told: dict[str, Any] = {"row": problem.row, "field": problem.field, "message": problem.message}
    if problem.line:
        told["line"] = problem.line
    if problem.column:
        told["column"] = problem.column
    return told


def gather(rows: Iterable[Row], region: str) -> GatheredList:
    """Return the subscribers of a list, each once. Raises Invalid above MOST subscribers."""
    found, known = GatheredList(), SeenSubscribers(region)
    for row in rows:
        read = _read(row, region)
        if isinstance(read, Problem):
            found.skipped += 1
            found.problems += [read] if len(found.problems) < MOST_KEPT else []
        elif known.add(read):
            found.subscribers.append(read)
        else:
            found.duplicates += 1
        if len(found.subscribers) > MOST:
            raise Invalid(f"A group has {MOST} subscribers at most.", "rows")
    return found


class SeenSubscribers:
    """Subscribers seen so far. Equal telephones mean the same subscriber; without any, equal name and addresses."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._keys: set[Any] = set()

    def add(self, subscriber: Subscriber) -> bool:
        """Add a subscriber; return whether the subscriber is new."""
        before = len(self._keys)
        self._keys.add(self._identity(subscriber))
        return len(self._keys) > before

    def _identity(self, subscriber: Subscriber) -> Any:
        if subscriber.phones:
            return same_numbers(subscriber.phones, self._region)
        return subscriber.full_name.casefold(), frozenset(address.casefold() for address in subscriber.emails)


def same_numbers(phones: Sequence[str], region: str) -> Any:
    """Return a key that is equal for the same telephones in any order and spelling. An extension tells them apart."""
    if len(phones) == 1:
        return _same(phones[0], region)
    return frozenset(_same(phone, region) for phone in phones)


def each_telephone_once(phones: Sequence[str], region: str) -> tuple[str, ...]:
    """Return the numbers without further spellings of a telephone; the first spelling stays."""
    if len(phones) <= 1:
        return tuple(phones)
    found: dict[str, str] = {}
    for phone in phones:
        found.setdefault(_same(phone, region), phone)
    return tuple(found.values())


def _same(phone: str, region: str) -> str:
    key, extension = telephone_key(phone, region), number_and_extension(phone)[1]
    return f"{key}x{extension}" if extension else key


def _read(row: Row, region: str) -> Subscriber | Problem:
    if row.problem:
        return row.problem
    phones: list[str] = []
    for place, text in enumerate(row.phones):
        try:
            phones += listed_numbers(text, region)
        except ValueError as error:
            column = row.columns[place] if place < len(row.columns) else ""
            return Problem(row.number, "phones", str(error), row.line, column)
    emails = [bare for text in map(plain_text, row.emails) if (bare := text.strip())]
    if not all(map(_is_address, emails)):
        return Problem(row.number, "emails", "This is no e-mail address.", row.line)
    subscriber = Subscriber(
        _fit(plain_text(row.name)), each_telephone_once(phones, region), tuple(dict.fromkeys(emails)) if emails else ()
    )
    wrong = _wrong_whole(subscriber)
    return Problem(row.number, *wrong, row.line) if wrong else subscriber


def _wrong_whole(one: Subscriber) -> tuple[str, str] | None:
    if len(one.full_name) > LONGEST_NAME:
        return "fullName", f"A name has {LONGEST_NAME} characters at most."
    for name, values in (("phones", one.phones), ("emails", one.emails)):
        if len(values) > MOST_EACH:
            return name, f"There may be {MOST_EACH} at most."
    return None if one.phones or one.emails else ("phones", NOBODY)


def _fit(name: str) -> str:
    """Return a name in one line, without marks that nobody sees."""
    if name.isprintable() and name.isascii():
        return name.strip()
    visible = (char if char.isprintable() else " " if char.isspace() else "" for char in name)
    return " ".join("".join(visible).split())


def _is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None
