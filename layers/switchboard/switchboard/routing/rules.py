"""Apply the rules of an account to one caller."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.calls.ports import CallFilter
from switchboard.kernel.call import Call, Number
from switchboard.kernel.numbers import digits_of, extension_key, number_text, read_number
from switchboard.routing.model import Routing, Rule
from switchboard.routing.ports import PastCalls

CALLS_AT_ONCE = 20
MOST_PAGES = 3  # searched for a call that an employee answered


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller. `region` is the numbering plan of national numbers."""

    account: str
    number: Number
    region: str


@dataclass(frozen=True, slots=True)
class ApplyRules:
    """Finds an extension by the rules of an account. An extension that the account does not have is skipped.

    A rule that asks the CRM is skipped too; `RouteCaller` asks the CRM.
    """

    calls: PastCalls
    clock: Callable[[], datetime]

    def __call__(self, caller: Caller, routing: Routing, extensions: Collection[str]) -> str:
        """Return the extension; empty if no rule matches and the default is not set."""
        for rule in routing.rules if digits_of(caller.number) else ():  # a hidden caller is nobody
            found = self._found(caller, rule, extensions)
            if found:
                return found
        return routing.default if routing.default in extensions else ""

    def _found(self, caller: Caller, rule: Rule, extensions: Collection[str]) -> str:
        if rule.days:
            return self._last_employee(caller, rule.days, extensions)
        if rule.extension in extensions and any(matches(pattern, caller) for pattern in rule.numbers):
            return rule.extension
        return ""

    def _last_employee(self, caller: Caller, days: int, extensions: Collection[str]) -> str:
        wanted = CallFilter(digits_of(caller.number), since=self.clock() - timedelta(days=days))
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = self.calls.listed(caller.account, wanted, CALLS_AT_ONCE, cursor)
            for call in page.calls:
                extension = extension_key(_who_talked(call), extensions)
                if extension in extensions:
                    return extension
            cursor = page.cursor
            if cursor is None:
                break
        return ""


def matches(pattern: str, caller: Caller) -> bool:
    """Whether the caller's number matches the pattern. Both may be national or E.164, with or without `+`."""
    if pattern.endswith("*"):
        beginning = pattern.removesuffix("*")
        return any(form.startswith(beginning) for form in _forms(caller.number) | _as_dialled(caller.number))
    wanted = read_number(pattern, caller.region)
    return wanted is not None and bool(_forms(wanted) & _forms(caller.number))


def _forms(number: Number) -> set[str]:
    """Return the number as received, its key, and E.164, each with and without `+`."""
    forms = {number.received, digits_of(number)} | ({number.e164} if number.e164 else set())
    return {form for one in forms for form in (one, one.lstrip("+")) if form}


def _as_dialled(number: Number) -> set[str]:
    """Return the digits as received: a prefix may have the trunk digit of the country."""
    return {"".join(filter(str.isdigit, number_text(Number(number.received))))} - {""}


def _who_talked(call: Call) -> str:
    extension: Number | None = call.known("extension")
    return extension.received if extension and call.answered else ""
