"""The routing rules of an account. An empty extension means that nobody is named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, of one of three kinds.

    - `numbers` and `extension`: callers with these numbers reach the extension. A `*` at the end makes a prefix.
    - `days`: a caller reaches the extension that last talked to the caller within so many days.
    - `responsible`: a caller reaches the user whom the CRM names.
    """

    numbers: tuple[str, ...] = ()
    extension: str = ""
    days: int = 0
    responsible: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """The rules in order. The first rule that finds an extension wins; `default` is the extension without a match."""

    account: str
    rules: tuple[Rule, ...] = ()
    default: str = ""

    @property
    def asks_crms(self) -> bool:
        """Whether a rule asks the CRM."""
        return any(rule.responsible for rule in self.rules)

    def around_crms(self) -> tuple[Routing, Routing]:
        """Split the rules at the rule that asks the CRM. The default belongs to the second part."""
        place = next((place for place, rule in enumerate(self.rules) if rule.responsible), len(self.rules))
        return Routing(self.account, self.rules[:place]), Routing(self.account, self.rules[place + 1 :], self.default)
