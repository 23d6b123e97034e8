"""Ports of e-mail: results, the sending service, and the queue of mailings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.campaigns.emails.model import Email, EmailKey, EmailResult, EmailState, MailerAnswer, Mailing
from switchboard.kernel.campaign import Execution, Subscriber

ExecutionOf = Callable[[str, str], Execution | None]
"""Returns the snapshot of an account's execution by id; None if there is none."""
SubscriberOf = Callable[[Execution, int], Subscriber]
"""Returns the subscriber at an index of an execution's audience."""


class EmailResults(Protocol):
    """The stored results of messages."""

    def claim(self, posting: EmailKey, now: datetime, until: datetime) -> EmailResult | None:
        """Claim a message for one worker until `until`; return None if the claim succeeded.

        Otherwise return the stored result. An expired claim may be taken over.
        """

    def settle(self, posting: EmailKey, posted: EmailResult) -> None:
        """Store the result."""

    def states(self, account: str, execution: str, first: int, count: int) -> Mapping[int, Sequence[EmailState]]:
        """Return the states of messages to `count` subscribers from `first`, by index; without messages absent."""


class Mailer(Protocol):
    """The e-mail service."""

    def send(self, email: Email) -> MailerAnswer:
        """Send a message; a repeat is sent twice. Raises TryAgain while the service accepts no more messages."""


class Mailings(Protocol):
    """The queue of mailings."""

    def send(self, mailings: Sequence[Mailing], wait: int = 0) -> None:
        """Queue mailings, each `wait` seconds late; repeats are dropped.

        Raises TryAgain if the queue refused one; then queue all again.
        """
