"""Whom the campaign calls, and what has to come of it: a number's last two digits say what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LISTENS, HANGS_UP, BUSY, NO_ANSWER, INVALID, CONGESTION = 0, 50, 65, 70, 75, 80
DISPOSITIONS = {
    LISTENS: "answered",
    HANGS_UP: "answered",  # before the message is heard
    BUSY: "busy",
    NO_ANSWER: "no_answer",
    INVALID: "invalid_number",
    CONGESTION: "congestion",
}
# What somebody's numbers do, in the order in which they are called.
FATES = (
    (LISTENS,),
    (BUSY, LISTENS),
    (INVALID, NO_ANSWER),
    (HANGS_UP,),
    (LISTENS, BUSY),
    (CONGESTION,),
    (INVALID,),
    (NO_ANSWER, BUSY),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call of somebody's number in a wave, and how it ends."""

    wave: int
    number: str
    disposition: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with numbers, and what each of these does."""

    name: str
    phones: tuple[str, ...]
    ends: tuple[int, ...]

    @property
    def is_reached(self) -> bool:
        """Whether a number of theirs hears the message."""
        return LISTENS in self.ends

    def attempts(self, waves: int) -> Iterator[Attempt]:
        """The calls that they get: no number after the one that listened, none again that is no number."""
        for wave in range(1, waves + 1):
            for number, end in zip(self.phones, self.ends, strict=True):
                if end != INVALID or wave == 1:
                    yield Attempt(wave, number, DISPOSITIONS[end])
                if end == LISTENS:
                    return

    def row(self) -> dict[str, Any]:
        """As a list of subscribers has them."""
        return {"fullName": self.name, "phones": list(self.phones), "emails": ""}


def everybody(count: int) -> list[Person]:
    """So many, of every fate in turn; nobody has anybody else's number."""
    found = []
    for index in range(count):
        ends = FATES[index % len(FATES)]
        phones = tuple(f"79{place}{index:06d}{end:02d}" for place, end in enumerate(ends))
        found.append(Person(f"Person {index}", phones, ends))
    return found
