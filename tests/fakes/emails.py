"""E-mail in memory: what became of messages, the queue, and a service that remembers what it sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from switchboard.campaigns.emails.model import Email, EmailKey, EmailResult, EmailState, MailerAnswer, Mailing


class MemoryPostings:
    """Port EmailResults."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int, str], EmailResult] = {}

    def claim(self, posting: EmailKey, now: datetime, until: datetime) -> EmailResult | None:
        held = self._rows.get(_key(posting))
        if held and not (held.state is EmailState.SENDING and held.until and held.until <= now):
            return held
        self._rows[_key(posting)] = EmailResult(EmailState.SENDING, now, until=until)
        return None

    def settle(self, posting: EmailKey, posted: EmailResult) -> None:
        self._rows[_key(posting)] = posted

    def states(self, account: str, execution: str, first: int, count: int) -> Mapping[int, Sequence[EmailState]]:
        found: dict[int, list[EmailState]] = {}
        for (owner, of, index, _), posted in sorted(self._rows.items(), key=lambda row: row[0]):
            if (owner, of) == (account, execution) and first <= index < first + count:
                found.setdefault(index, []).append(posted.state)
        return found


class MemoryMailings:
    """Port Mailings."""

    def __init__(self) -> None:
        self.sent: list[Mailing] = []

    def send(self, mailings: Sequence[Mailing], wait: int = 0) -> None:  # noqa: ARG002 - the signature of the port
        self.sent += mailings


class MemoryMailer:
    """Port Mailer. `troubles` are what the next messages meet with: an error, an answer, or None for nothing."""

    def __init__(self, *troubles: Exception | MailerAnswer | None) -> None:
        self.sent: list[Email] = []
        self.troubles = list(troubles)

    def send(self, email: Email) -> MailerAnswer:
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            return trouble
        self.sent.append(email)
        return MailerAnswer(EmailState.SENT, f"id-{len(self.sent)}")


def _key(posting: EmailKey) -> tuple[str, str, int, str]:
    return posting.account, posting.execution, posting.subscriber, posting.digest
