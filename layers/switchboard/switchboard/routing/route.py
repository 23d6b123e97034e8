"""Whom should this caller reach? Answered while the caller waits: in time, or with what is known by then.

Where a rule says so CRMs are asked, side by side with the account's other rules. What they name holds at that rule's
place; one that is slow or broken is as good as one that does not know.
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
from switchboard.routing.model import Routing
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
        reading = self.threads.submit(self.routings.get, source.account)
        self._wait_for([reading], since)
        routing = self._known(reading, None)
        return self._asked(caller, routing, own, since) if routing else ""

    def _asked(self, caller: Caller, routing: Routing, own: Future[frozenset[str]], since: datetime) -> str:
        """What comes first of the rules before the CRMs' place, the CRMs, and the rules after it."""
        crms = [
            self.crm_threads.submit(crm.extension_of, caller.account, _shown(caller))
            for crm in (self.responsible if routing.asks_crms else ())
        ]
        first, last = (self.threads.submit(self._by_rules, caller, part, own) for part in routing.around_crms())
        self._wait_for([own, first], since)
        found = self._known(first, "")
        self._wait_for([] if found else [*crms, last], since)
        known = self._known(own, frozenset[str]())
        named = (self._known(crm, None) for crm in crms)
        answer = found or next((one for one in named if one in known), None) or self._known(last, "")
        late: list[Future[Any]] = [first, last, *crms]
        for one in late:
            one.cancel()
        return answer

    def _wait_for(self, asked: Sequence[Future[Any]], since: datetime) -> None:
        wait(asked, max(0.0, self.patience - (self.clock() - since).total_seconds()))

    def _known(self, asked: Future[T], otherwise: T) -> T:
        """What was found out by now."""
        return self._result(asked, otherwise) if asked.done() else otherwise

    def _own(self, account: str) -> frozenset[str]:
        return frozenset(extension.number for extension in self.extensions.of_account(account))

    def _by_rules(self, caller: Caller, routing: Routing, own: Future[frozenset[str]]) -> str:
        return self.rules(caller, routing, own.result())

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
