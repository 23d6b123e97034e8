"""Whom should this caller reach? Answered while the caller waits: in time, or with what is known by then.

CRMs and the account's own rules are asked side by side. A CRM that knows the customer goes first; one that is slow or
broken is as good as one that does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from switchboard.accounts.model import Source
from switchboard.accounts.ports import Extensions
from switchboard.calls.model import Number
from switchboard.calls.numbers import read_number
from switchboard.errors import Invalid
from switchboard.routing.ports import ResponsibleUsers, Routings
from switchboard.routing.rules import ApplyRules, Caller

T = TypeVar("T")
PATIENCE = 0.7  # seconds that an answer may take of the second that a PBX waits
FEWEST, MOST = 2, 15
PUNCTUATION = str.maketrans("", "", " +-().\u00a0")
LONGEST = 64
Report = Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True)
class RouteCaller:
    """The use case. `patience` is how long (seconds) an answer may take, `failed` hears of what went wrong."""

    responsible: Sequence[ResponsibleUsers]
    routings: Routings
    extensions: Extensions
    rules: ApplyRules
    threads: Executor
    crm_threads: Executor  # their own, so that a CRM that hangs holds nobody else up
    failed: Report
    clock: Callable[[], datetime]
    patience: float = PATIENCE

    def __call__(self, source: Source, phone: str, since: datetime) -> str:
        """The extension, empty where nobody is known in time; Invalid for what is no telephone number.

        `since` is when the question came: what it took to find out who asks is part of the time.
        """
        caller = Caller(source.account, read_phone(phone, source.region), source.region)
        own = self.threads.submit(self._own, source.account)
        crms = [self.crm_threads.submit(crm.extension_of, caller.account, _shown(caller)) for crm in self.responsible]
        by_rules = self.threads.submit(self._by_rules, caller, own)
        asked: list[Future[Any]] = [own, by_rules, *crms]
        done, late = wait(asked, max(0.0, self.patience - (self.clock() - since).total_seconds()))
        for one in late:
            one.cancel()
        known = self._result(own, frozenset[str]()) if own in done else frozenset[str]()
        named = [self._result(crm, None) for crm in crms if crm in done]
        found = next((extension for extension in named if extension in known), None)
        return found or (self._result(by_rules, "") if by_rules in done else "")

    def _own(self, account: str) -> frozenset[str]:
        return frozenset(extension.number for extension in self.extensions.of_account(account))

    def _by_rules(self, caller: Caller, own: Future[frozenset[str]]) -> str:
        routing = self.routings.get(caller.account)
        return self.rules(caller, routing, own.result()) if routing else ""

    def _result(self, end: Future[T], otherwise: T) -> T:
        error = end.exception()
        if error is None:
            return end.result()
        self.failed("route", error)
        return otherwise


def read_phone(phone: str, region: str) -> Number:
    """A caller's number in any usual form, or Invalid."""
    digits = phone.translate(PUNCTUATION)
    # A `+` that was not percent-encoded comes as a space.
    plus = "+" if phone.startswith(" ") or phone.strip().startswith("+") else ""
    number = read_number(plus + digits, region) if len(phone) <= LONGEST and _is_number(digits) else None
    if number is None:
        raise Invalid("It must be a telephone number.", "phone")
    return number


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal() and FEWEST <= len(digits) <= MOST


def _shown(caller: Caller) -> str:
    return caller.number.e164 or caller.number.received
