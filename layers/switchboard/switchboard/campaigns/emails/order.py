"""Follower of dialling: orders e-mail at a campaign's start, or for subscribers who failed for good."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field

from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.campaigns.emails.model import Mailing
from switchboard.campaigns.emails.ports import ExecutionOf, Mailings
from switchboard.kernel.campaign import Execution
from switchboard.kernel.remembered import Remembered

REMEMBERED = 200


def _found() -> MutableMapping[tuple[str, str], Execution]:
    return Remembered(REMEMBERED)


@dataclass(frozen=True, slots=True)
class OrderEmails:
    """Port DiallingFollower. A repeated order sends nothing new.

    Subscribers whom a stopped campaign never called get nothing. An execution's settings and
    audience never change, so each execution is read once.
    """

    execution_of: ExecutionOf
    mailings: Mailings
    found: MutableMapping[tuple[str, str], Execution] = field(default_factory=_found)

    def __call__(self, account: str, news: Sequence[DiallingNews]) -> None:
        """Order mailings for the news. Raises TryAgain if the queue refused an order."""
        if orders := list(self._orders(account, news)):
            self.mailings.send(orders)

    def _orders(self, account: str, news: Sequence[DiallingNews]) -> Iterator[Mailing]:
        for one in news:
            if one.what not in {NewsKind.STARTED, NewsKind.FAILED}:
                continue
            execution = self._execution(account, one.execution)
            words = execution.settings.email if execution else None
            if execution is None or words is None:
                continue
            if words.always and one.what is NewsKind.STARTED:
                yield Mailing(account, execution.id, 0, execution.audience.size)
            elif not words.always and one.what is NewsKind.FAILED:
                yield Mailing(account, execution.id, one.subscriber, 1)

    def _execution(self, account: str, id_: str) -> Execution | None:
        if (account, id_) not in self.found and (read := self.execution_of(account, id_)):
            self.found[account, id_] = read
        return self.found.get((account, id_))
