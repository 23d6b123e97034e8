"""What e-mail needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.campaigns.emails.model import Answer, Email, EmailState, Mailing, Posted, Posting
from switchboard.kernel.campaign import Execution, Subscriber

ExecutionOf = Callable[[str, str], Execution | None]
"""An account's execution as it was begun, by its id."""
SubscriberOf = Callable[[Execution, int], Subscriber]
"""Who has a place in an execution's audience."""


class Postings(Protocol):
    """What became of each message."""

    def claim(self, posting: Posting, now: datetime, until: datetime) -> Posted | None:
        """Become the one who sends it, until then; None where that worked.

        Where it did not: what came of it, or is under way. A message that nobody ended in time may be claimed again.
        """

    def settle(self, posting: Posting, posted: Posted) -> None:
        """Say what came of it."""

    def states(self, account: str, execution: str, first: int, count: int) -> Mapping[int, Sequence[EmailState]]:
        """What came of the messages to the subscribers `first` and on, `count` of them; those without are left out."""


class Mailer(Protocol):
    """Sends messages."""

    def send(self, email: Email) -> Answer:
        """TryAgain where the service takes no more for now. The same message twice is sent twice."""


class Mailings(Protocol):
    """The queue of what is to be sent."""

    def send(self, mailings: Sequence[Mailing]) -> None:
        """Have them sent; twice the same is one. TryAgain where the queue refused one, and all may be sent again."""
