"""What a dialect can say, as far as a subscription may choose of it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The event names and the top-level fields of a dialect.

    `free` matches the names that the vendor leaves to its customers. `result` is the path to the field with a call's
    result in an end-of-call message, or empty.
    """

    names: frozenset[str]
    fields: frozenset[str]
    free: re.Pattern[str] | None = None
    result: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether the dialect has, or allows, an event of this name."""
        return name in self.names or bool(self.free and self.free.fullmatch(name))
