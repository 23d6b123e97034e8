"""The table of checks: which check reads or makes which printed example, in which role of the hub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from switchboard.accounts.model import Source
from switchboard.kernel.lenient import BodyHeaders, read_leniently
from tests.support.hub import Hub

EXAMPLES = Path(__file__).parent / "examples"
DOCUMENTS = tuple(sorted(path.name for path in EXAMPLES.iterdir()))
LARGEST = 64 * 1024


class Role(StrEnum):
    """The role of the hub: the vendor's system, or the customer of the vendor's system."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Case:
    """One example under check. All examples of a document share one hub; each check takes accounts of its own."""

    hub: Hub
    numbers: Iterator[int]
    document: str
    file: str

    @property
    def text(self) -> str:
        """The example as printed."""
        return printed(self.document, self.file)

    @property
    def shown(self) -> Any:
        """The JSON of the example."""
        return meant(self.text)

    def name(self, word: str = "acme") -> str:
        """Return a new name for an account or a source."""
        return f"{word}-{next(self.numbers)}"

    def source(self) -> Source:
        """A new source of the document's dialect, of a new account."""
        account = self.name()
        self.hub.account(account)
        return self.hub.source(self.name("s"), account=account, dialect=self.document)


Run = Callable[[Case], None]
"""Check the hub against an example. Raises AssertionError."""


@dataclass(frozen=True, slots=True)
class PrintedCheck:
    """One check of one example."""

    document: str
    file: str
    role: Role
    run: Run


CHECKS: list[PrintedCheck] = []


def check(document: str, role: Role, *files: str) -> Callable[[Run], Run]:
    """Register a function as the check of these examples."""

    def register(run: Run) -> Run:
        CHECKS.extend(PrintedCheck(document, file, role, run) for file in files)
        return run

    return register


def files_of(document: str) -> list[str]:
    """Return the names of a document's example files."""
    return sorted(path.name for path in (EXAMPLES / document).iterdir())


def printed(document: str, file: str) -> str:
    """Return the text of an example as printed."""
    return (EXAMPLES / document / file).read_text()


def meant(text: str) -> Any:
    """Return the JSON of an example, read past the faults of its print."""
    try:
        return json.loads(text)
    except ValueError:
        return read_leniently(text.encode(), BodyHeaders(), LARGEST)


def example(document: str, file: str) -> Any:
    """Return the JSON of an example."""
    return meant(printed(document, file))


def assert_shape(made: Any, shown: Any, place: str = "") -> None:
    """Every printed field is there, with a value of the printed type; a list has items of the printed shape."""
    if isinstance(shown, Mapping):
        assert isinstance(made, Mapping), place
        assert made.keys() >= shown.keys(), (place, shown.keys() - made.keys())
        for name, value in shown.items():
            assert_shape(made[name], value, f"{place}.{name}")
    elif isinstance(shown, list):
        assert isinstance(made, list), place
        for item in made if shown else ():
            assert_shape(item, shown[0], f"{place}[]")
    else:
        assert shown is None or type(made) is type(shown), (place, made)
