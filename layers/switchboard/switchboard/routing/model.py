"""An account's rules of whom a caller reaches. Extensions are the account's own; an empty one means nobody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Either callers of `numbers` reach `extension`, or callers reach who talked to them within `days`.

    A number that ends in `*` stands for all that begin so. `days` is 0 in a rule of numbers.
    """

    numbers: tuple[str, ...] = ()
    extension: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Routing:
    """The first rule that finds somebody holds; where none does, `default`."""

    account: str
    rules: tuple[Rule, ...] = ()
    default: str = ""
