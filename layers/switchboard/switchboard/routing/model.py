"""An account's rules of whom a caller reaches. Extensions are the account's own; an empty one means nobody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Callers of `numbers` reach `extension`, or callers reach who talked to them within `days`, or whom the CRM names.

    A number that ends in `*` stands for all that begin so. `days` is 0 but in a rule of who talked last.
    """

    numbers: tuple[str, ...] = ()
    extension: str = ""
    days: int = 0
    responsible: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """The first rule that finds somebody holds; where none does, `default`."""

    account: str
    rules: tuple[Rule, ...] = ()
    default: str = ""

    @property
    def asks_crms(self) -> bool:
        """Whether a rule says whom the CRM names."""
        return any(rule.responsible for rule in self.rules)

    def around_crms(self) -> tuple[Routing, Routing]:
        """What holds before the CRM is heard, and what does where it names nobody; the default goes with the second."""
        place = next((place for place, rule in enumerate(self.rules) if rule.responsible), len(self.rules))
        return Routing(self.account, self.rules[:place]), Routing(self.account, self.rules[place + 1 :], self.default)
