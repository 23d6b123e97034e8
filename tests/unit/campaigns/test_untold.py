"""Followers of dialling that fail."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from switchboard.campaigns.dialling.messages import UntoldNews
from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.campaigns.dialling.untold import MOST_TOGETHER, FailSafeFollower, TellAgain
from tests.support.builders import NOON


class Follower:
    """Takes all news but that about some subscribers."""

    def __init__(self, *poison: int) -> None:
        self.poison, self.told = poison, list[int]()

    def __call__(self, _: str, news: Sequence[DiallingNews]) -> None:
        if any(one.subscriber in self.poison for one in news):
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        self.told += [one.subscriber for one in news]


class Queue:
    """Port UntoldQueue, in memory."""

    def __init__(self) -> None:
        self.messages: list[UntoldNews] = []

    def put_off(self, account: str, untold: UntoldNews) -> None:
        assert account == "acme"
        self.messages.append(untold)


def some_news(count: int) -> list[DiallingNews]:
    return [DiallingNews(NewsKind.NOTIFIED, "x1", NOON + timedelta(seconds=nth), nth, 1) for nth in range(count)]


def test_a_failing_follower_puts_its_news_off() -> None:
    """The conductor sees no error, and no message is larger than a queue takes."""
    queue, reports = Queue(), list[str]()
    fails = FailSafeFollower("events", Follower(0), queue, lambda _, one, __: reports.append(one.follower))
    fails("acme", some_news(MOST_TOGETHER + 5))
    assert [len(one.news) for one in queue.messages] == [MOST_TOGETHER, 5]
    assert reports == ["events", "events"]


def test_only_what_cannot_be_told_becomes_a_dead_letter() -> None:
    """Each item is told by itself; the poison becomes a message of its own, whose failure the queue counts."""
    queue, follower = Queue(), Follower(1, 3)
    again = TellAgain({"events": follower}, queue, lambda *_: None)
    again("acme", UntoldNews("events", tuple(some_news(5))))
    assert follower.told == [0, 2, 4]
    assert [[one.subscriber for one in message.news] for message in queue.messages] == [[1], [3]]
    with pytest.raises(UnicodeEncodeError):
        again("acme", queue.messages[0])
    follower.poison = ()
    again("acme", queue.messages[0])
    assert follower.told == [0, 2, 4, 1]


def test_news_for_a_follower_that_is_gone_is_dropped() -> None:
    """A message of an earlier version does not come for ever."""
    queue = Queue()
    TellAgain({}, queue, lambda *_: None)("acme", UntoldNews("faxes", tuple(some_news(2))))
    assert queue.messages == []
