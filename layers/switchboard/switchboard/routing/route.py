"""Choose the extension for a caller, within a time limit.

If a rule demands it, CRMs are asked in parallel with the other rules. Their answer counts at the place of that rule.
A CRM that is slow or fails counts as one that names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from switchboard.accounts.model import Source
from switchboard.accounts.ports import Extensions
from switchboard.kernel.call import Number
from switchboard.kernel.numbers import digits_of, extension_key, to_e164
from switchboard.routing.model import Routing
from switchboard.routing.ports import ResponsibleUsers, Routings
from switchboard.routing.rules import ApplyRules, Caller

T = TypeVar("T")
TIME_LIMIT = 0.7  # seconds for our answer; the PBX waits one second
LONGEST, LONGEST_KEY = 1024, 64  # characters of a caller's address, and of the key in it
_LOST_PLUS = re.compile(r"\s+[1-9]")
Report = Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True)
class RouteCaller:
    """Chooses the extension. `time_limit` is the time limit in seconds; `failed` is called with each error."""

    responsible: Sequence[ResponsibleUsers]
    routings: Routings
    extensions: Extensions
    rules: ApplyRules
    threads: Executor
    crm_threads: Executor  # separate, so that a hanging CRM does not delay the rules
    failed: Report
    clock: Callable[[], datetime]
    time_limit: float = TIME_LIMIT

    def __call__(self, source: Source, phone: str, since: datetime) -> str:
        """Return the extension, or an empty text if none is found in time. `phone` may be any text.

        `since` is when the request came, so that authentication counts towards the time limit.
        """
        caller = Caller(source.account, read_phone(phone, source.region), source.region)
        own = self.threads.submit(self._own_extensions, source.account)
        reading = self.threads.submit(self.routings.get, source.account)
        self._wait_for([reading], since)
        routing = self._result_so_far(reading, None)
        if routing is None:
            own.cancel()
            self._wait_for([own], since)  # no read outlives the request
            return ""
        return self._answer(caller, routing, own, since)

    def _answer(self, caller: Caller, routing: Routing, own: Future[frozenset[str]], since: datetime) -> str:
        """Return the first answer, in this order: rules before the CRM's rule, the CRMs, rules after."""
        crms = [
            self.crm_threads.submit(crm.extension_of, caller.account, _number_text(caller))
            for crm in (self.responsible if routing.asks_crms and digits_of(caller.number) else ())
        ]
        first, last = (self.threads.submit(self._by_rules, caller, part, own) for part in routing.around_crms())
        self._wait_for([own, first], since)
        found = self._result_so_far(first, "")
        self._wait_for([] if found else [*crms, last], since)
        known = self._result_so_far(own, frozenset[str]())
        users = (extension_key(self._result_so_far(crm, None), known) for crm in crms)
        answer = found or next((one for one in users if one in known), "") or self._result_so_far(last, "")
        late: list[Future[Any]] = [first, last, *crms]
        for one in late:
            one.cancel()
        return answer

    def _wait_for(self, futures: Sequence[Future[Any]], since: datetime) -> None:
        wait(futures, max(0.0, self.time_limit - (self.clock() - since).total_seconds()))

    def _result_so_far(self, futures: Future[T], otherwise: T) -> T:
        """Return the result of a future that is done, else `otherwise`."""
        return self._result(futures, otherwise) if futures.done() else otherwise

    def _own_extensions(self, account: str) -> frozenset[str]:
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
    """Return the caller's number from any text: a hidden, unreadable or missing number is a hidden caller.

    A `+` that was not percent-encoded arrives as a space.
    """
    text = f"+{phone.strip()}" if _LOST_PLUS.match(phone) else phone.strip()
    if len(text) > LONGEST:
        return Number("")
    number = Number(text, to_e164(text, region))
    return number if len(digits_of(number)) <= LONGEST_KEY else Number("")


def _number_text(caller: Caller) -> str:
    return caller.number.e164 or digits_of(caller.number)
