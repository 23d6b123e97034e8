"""Find the sender of a request to the operator's API by the token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.accounts.digests import digest_of
from switchboard.accounts.operators.model import Caller, OperatorList, caller_of, stack_caller
from switchboard.accounts.operators.ports import Operators
from switchboard.kernel.remembered import Remembered

KEEP_SECONDS = 30  # a warm function may accept the token of a deleted operator for this long
LIST = "operators"


@dataclass(slots=True)
class IdentifyOperator:
    """Knows the operators by the digests of their tokens. The list is read at most once in half a minute.

    `stack_token` gives the stack's secret, and `previous_token` the secret before, while it is accepted. `stays` says
    whether the secret opens the API whatever its switch says.
    """

    operators: Operators
    stack_token: Callable[[], str]
    stays: Callable[[], bool]
    clock: Callable[[], datetime]
    previous_token: Callable[[], str] = lambda: ""
    _known: Remembered[str, OperatorList] = field(init=False)

    def __post_init__(self) -> None:
        self._known = Remembered(1, KEEP_SECONDS, timer=lambda: self.clock().timestamp())

    def __call__(self, token: str) -> Caller | None:
        """Return the operator of a token, None for a token that is wrong, expired, deleted or switched off."""
        if not token:
            return None
        known, digest, now = self._list(), digest_of(token), self.clock()
        good = [one for one in known.operators if hmac.compare_digest(one.digest, digest) and not one.is_over(now)]
        if good:
            return caller_of(good[0])
        return stack_caller() if self._is_the_stacks(token) and (known.stack_on or self.stays()) else None

    def _is_the_stacks(self, token: str) -> bool:
        """Whether this is the stack's secret, or the secret before."""
        return _is_equal(token, self.stack_token()) or _is_equal(token, self.previous_token())

    def forget(self) -> None:
        """Read the list anew at the next request."""
        self._known.clear()

    def _list(self) -> OperatorList:
        known = self._known.get(LIST)
        if known is None:
            known = self._known[LIST] = self.operators.read()
        return known


def _is_equal(token: str, secret: str) -> bool:
    """Compare in constant time. No secret is equal to nothing."""
    return bool(secret) and hmac.compare_digest(token.encode(), secret.encode())
