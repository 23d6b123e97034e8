"""Read subscribers from rows: normalise numbers, report problems by row, and drop repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.errors import Invalid
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.plain_text import plain_text

MOST = 100_000  # subscribers of a group, and of all groups of a task together
MOST_EACH = 20  # numbers of one subscriber, and e-mail addresses
MOST_TOLD = 100  # rows listed in a refusal
LONGEST_NAME = 500
LONGEST_ADDRESS = 254
NATIONAL_DIGITS = 11

NUMBER = re.compile(r"\+?[0-9]{2,15}")
ADDRESS = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+")
PUNCTUATION = str.maketrans("", "", " \t\r\n\u00a0\u2009\u202f()-.\u2010\u2011\u2012\u2013\u2014/")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a row, without the value, which may be a person's number."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, numbered from 1. `problem` is set if the row could not be read."""

    number: int
    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    problem: Problem | None = None


class RowsInvalid(Invalid):
    """Some rows are invalid: nothing was stored."""

    def __init__(self, gathered: GatheredList) -> None:
        told = f"{gathered.invalid} rows have something wrong; with ?skipInvalid=true the rest is saved."
        super().__init__(told, "rows")
        self._gathered = gathered

    @property
    def details(self) -> Mapping[str, Any]:
        """`invalidCount`, and the first MOST_TOLD problems as `rows`."""
        rows = [{"row": one.row, "field": one.field, "message": one.message} for one in self._gathered.problems]
        return {"invalidCount": self._gathered.invalid, "rows": rows}


@dataclass(slots=True)
class GatheredList:
    """The subscribers of a list. `invalid` counts rows with a problem; `skipped` counts rows without a usable value."""

    subscribers: list[Subscriber] = field(default_factory=list)
    duplicates: int = 0
    invalid: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


def gather(rows: Iterable[Row]) -> GatheredList:
    """Return the subscribers of a list, each once. Raises Invalid above MOST subscribers."""
    found, known = GatheredList(), SeenSubscribers()
    for row in rows:
        subscriber, problem = _read(row)
        if problem:
            found.invalid += 1
            found.problems += [problem] if len(found.problems) < MOST_TOLD else []
        if subscriber is None:
            found.skipped += 1
        elif known.add(subscriber):
            found.subscribers.append(subscriber)
        else:
            found.duplicates += 1
        if len(found.subscribers) > MOST:
            raise Invalid(f"A group has {MOST} subscribers at most.", "rows")
    return found


class SeenSubscribers:
    """Subscribers seen so far. Equal numbers mean the same subscriber; without numbers, equal name and addresses."""

    def __init__(self) -> None:
        self._keys: set[Any] = set()

    def add(self, subscriber: Subscriber) -> bool:
        """Add a subscriber; return whether the subscriber is new."""
        before = len(self._keys)
        self._keys.add(_identity(subscriber))
        return len(self._keys) > before


def normalised(text: str) -> str | None:
    """Return a number as dialled: 2 to 15 digits with an optional leading `+`; None for other text."""
    number = text.translate(PUNCTUATION)
    return number if NUMBER.fullmatch(number) else None


def same_numbers(phones: Sequence[str]) -> Any:
    """Return a key that is equal for the same numbers in any order and national form."""
    return _same(phones[0]) if len(phones) == 1 else frozenset(map(_same, phones))


def _identity(subscriber: Subscriber) -> Any:
    if subscriber.phones:
        return same_numbers(subscriber.phones)
    return subscriber.full_name.casefold(), frozenset(address.casefold() for address in subscriber.emails)


def _same(number: str) -> str:
    """Return one form for +7, 7 and 8 before ten digits (Russian numbers)."""
    if len(number) == NATIONAL_DIGITS and number[0] == "8":
        return f"7{number[1:]}"
    return number.lstrip("+")


def _read(row: Row) -> tuple[Subscriber | None, Problem | None]:
    if row.problem:
        return None, row.problem
    problem = _too_much(row)
    if problem:
        return None, problem
    phones = [normalised(text) for text in row.phones]
    emails = [text if _is_address(text) else None for text in map(plain_text, row.emails)]
    if None in phones:
        problem = Problem(row.number, "phones", "A number is 2 to 15 digits with an optional leading +.")
    elif None in emails:
        problem = Problem(row.number, "emails", "This is no e-mail address.")
    subscriber = Subscriber(plain_text(row.name), _once(phones), _once(emails))
    if subscriber.phones or subscriber.emails:
        return subscriber, problem
    return None, problem or Problem(row.number, "phones", "There is neither a number nor an e-mail address.")


def _too_much(row: Row) -> Problem | None:
    if len(row.name) > LONGEST_NAME:
        return Problem(row.number, "fullName", f"A name has {LONGEST_NAME} characters at most.")
    for name, values in (("phones", row.phones), ("emails", row.emails)):
        if len(values) > MOST_EACH:
            return Problem(row.number, name, f"There may be {MOST_EACH} at most.")
    return None


def _is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def _once(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
