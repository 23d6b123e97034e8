"""Send a mailing's messages; divide a large mailing first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.ports import NEVER_SUSPENDED
from switchboard.campaigns.emails.compose import compose, is_address
from switchboard.campaigns.emails.model import BEST, EmailKey, EmailResult, EmailState, Mailing
from switchboard.campaigns.emails.ports import EmailResults, ExecutionOf, Mailer, Mailings, SubscriberOf
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import EmailText, Execution, Subscriber

TOGETHER = 10  # subscribers of a mailing that is sent undivided
PARTS = 100  # that a larger mailing is divided into
SUSPENDED_WAIT = 60  # seconds
LEASE = timedelta(seconds=120)  # to send one message
NO_ADDRESS = "This is not an address."


@dataclass(frozen=True, slots=True)
class SendEmails:
    """The use case behind the queue of mailings.

    Execution, subscriber and address identify a message. A worker claims the message, sends it, and stores the result.
    If the worker dies in between, the message is sent again after the claim expires: the service cannot tell whether
    it was sent. `mailer` is None if the hub sends no e-mail, and `may_email` tells which accounts may send.
    """

    execution_of: ExecutionOf
    subscriber_of: SubscriberOf
    postings: EmailResults
    mailings: Mailings
    mailer: Mailer | None
    clock: Callable[[], datetime]
    report: Callable[[EmailKey, EmailResult], None]
    is_suspended: Callable[[str], bool] = NEVER_SUSPENDED.is_suspended
    may_email: Callable[[str], bool] = lambda _: True

    def __call__(self, mailing: Mailing) -> None:
        """Send or divide a mailing. Raises TryAgain if the service is throttled, or another worker has a claim.

        A message that fails becomes a mailing of its own, so the others of its mailing are sent once and for all.
        A mailing of a suspended account is queued again.
        """
        if self.is_suspended(mailing.account):
            self.mailings.send([mailing], SUSPENDED_WAIT)
            return
        if mailing.count > TOGETHER:
            self.mailings.send(divided(mailing))
            return
        execution = self.execution_of(mailing.account, mailing.execution)
        words = execution.settings.email if execution else None
        if execution is None or words is None:
            return
        indexes = range(mailing.first, min(mailing.first + mailing.count, execution.audience.size))
        failed = [index for index in indexes if not self._is_sent(execution, words, index, alone=mailing.count == 1)]
        if failed:
            self.mailings.send([replace(mailing, first=index, count=1) for index in failed])

    def _is_sent(self, execution: Execution, words: EmailText, index: int, *, alone: bool) -> bool:
        """Send a subscriber's messages; return False after a failure, which is raised if the mailing has no other."""
        try:
            self._send_to(execution, words, index)
        except TryAgain:
            raise
        except Exception:
            if alone:
                raise
            return False
        return True

    def _send_to(self, execution: Execution, words: EmailText, index: int) -> None:
        subscriber = self.subscriber_of(execution, index)
        for address in dict.fromkeys(subscriber.emails):
            posting = EmailKey(execution.account, execution.id, index, address)
            now = self.clock()
            held = self.postings.claim(posting, now, now + LEASE)
            if held is None:
                posted = self._send(execution, words, subscriber, posting)
                self.postings.settle(posting, posted)
                self.report(posting, posted)
            elif held.state is EmailState.SENDING:
                raise TryAgain("Somebody else is sending it.", _seconds_until(held, now))

    def _send(self, execution: Execution, words: EmailText, subscriber: Subscriber, posting: EmailKey) -> EmailResult:
        if self.mailer is None or not self.may_email(posting.account):
            return EmailResult(EmailState.OFF, self.clock())
        if not is_address(posting.address):
            return EmailResult(EmailState.REFUSED, self.clock(), NO_ADDRESS)
        try:
            answer = self.mailer.send(compose(execution, words, subscriber, posting.address))
        except TryAgain:
            # The message was certainly not sent: end the claim, so that the next worker need not wait.
            self.postings.settle(posting, EmailResult(EmailState.SENDING, self.clock(), until=self.clock()))
            raise
        return EmailResult(answer.state, self.clock(), answer.detail)


def divided(mailing: Mailing) -> list[Mailing]:
    """Divide a mailing into at most PARTS mailings of at least TOGETHER subscribers."""
    size = max(TOGETHER, -(-mailing.count // PARTS))
    end = mailing.first + mailing.count
    return [replace(mailing, first=first, count=min(size, end - first)) for first in range(mailing.first, end, size)]


def emailed(postings: EmailResults, execution: Execution, first: int, count: int) -> Mapping[int, str]:
    """Return the best state of each subscriber's messages, by index, for the report.

    Subscribers without a message are absent. An execution without e-mail costs no read.
    """
    if execution.settings.email is None:
        return {}
    found = postings.states(execution.account, execution.id, first, count)
    return {index: best(states).value for index, states in found.items()}


def best(states: Sequence[EmailState]) -> EmailState:
    """The state to report for several messages to one subscriber."""
    return min(states, key=BEST.index)


def _seconds_until(held: EmailResult, now: datetime) -> float:
    return max(1.0, (held.until - now).total_seconds()) if held.until else 1.0
