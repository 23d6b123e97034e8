"""Followers of dialling that fail: their news waits in a queue of its own, and dialling goes on.

The queue tries the news again. News that a follower never takes becomes a dead letter of its own; redriving the dead
queue tells the follower again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from switchboard.campaigns.dialling.messages import UntoldNews
from switchboard.campaigns.dialling.ports import DiallingFollower
from switchboard.campaigns.dialling.state import DiallingNews

MOST_TOGETHER = 100  # news of one message: about 20 KB


class UntoldQueue(Protocol):
    """The queue of news that a follower could not take."""

    def put_off(self, account: str, untold: UntoldNews) -> None:
        """Queue the news, in a group of its own. A repeat within five minutes changes nothing."""


ReportUntold = Callable[[str, UntoldNews, Exception], None]
"""Reports the failure of a follower: account, news, error."""


@dataclass(frozen=True, slots=True)
class FailSafeFollower:
    """Port DiallingFollower around a follower: a failure puts the news off, and never reaches the conductor."""

    name: str
    follower: DiallingFollower
    queue: UntoldQueue
    report: ReportUntold

    def __call__(self, account: str, news: Sequence[DiallingNews]) -> None:
        """Tell the follower. Raises only if the queue takes no message at all."""
        try:
            self.follower(account, news)
        except Exception as error:  # noqa: BLE001 - whatever fails in a follower is no reason to stop calling
            for first in range(0, len(news), MOST_TOGETHER):
                untold = UntoldNews(self.name, tuple(news[first : first + MOST_TOGETHER]))
                self.report(account, untold, error)
                self.queue.put_off(account, untold)


@dataclass(frozen=True, slots=True)
class TellAgain:
    """The use case behind a message with untold news. `followers` are the followers by name."""

    followers: Mapping[str, DiallingFollower]
    queue: UntoldQueue
    report: ReportUntold

    def __call__(self, account: str, untold: UntoldNews) -> None:
        """Tell each item of news by itself, and put off the items that fail. Raises the error of a single item.

        News for a follower that no longer exists is dropped.
        """
        follower = self.followers.get(untold.follower)
        if follower is None:
            return
        if len(untold.news) == 1:
            follower(account, untold.news)
            return
        for one in untold.news:
            FailSafeFollower(untold.follower, follower, self.queue, self.report)(account, (one,))
