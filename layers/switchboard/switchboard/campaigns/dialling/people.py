"""Who is called, and what is kept of them: read by the page, and remembered where it cannot change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.ports import PAGE, Audiences
from switchboard.kernel.campaign import Execution, Subscriber, SubscriberRecord

T = TypeVar("T")
PAGES_KEPT = 40
WINDOW = 100  # records that are read together


class Kept(Generic[T]):
    """The latest things that were read, so many of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What was read under this key; it is read where it was not, or long ago."""
        if key not in self._found:
            self._found[key] = read()
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[key]


class People:
    """The audiences of executions, and the records of their subscribers."""

    def __init__(self, audiences: Audiences, store: DiallingStore) -> None:
        self._audiences, self._store = audiences, store
        self._pages: Kept[Sequence[Subscriber]] = Kept(PAGES_KEPT)
        self._windows: Kept[Mapping[int, SubscriberRecord]] = Kept(PAGES_KEPT)

    def subscriber(self, execution: Execution, index: int) -> Subscriber:
        """Who has this place in the audience, which never changes."""
        account, audience, page = execution.account, execution.audience, index // PAGE
        key = (account, audience.id, page)
        return self._pages.get(key, lambda: self._audiences.page(account, audience, page))[index % PAGE]

    def record(self, execution: Execution, index: int) -> SubscriberRecord:
        """What is kept of a subscriber now."""
        found = self._store.records(execution.id, execution.account, [index])
        return found.get(index, SubscriberRecord(index))

    def record_ahead(self, execution: Execution, index: int) -> SubscriberRecord:
        """What is kept of one whose turn in the wave has not come: until then nobody changes it."""
        if execution.wave <= 1:
            return SubscriberRecord(index)
        window = index // WINDOW
        found = self._windows.get((execution.id, execution.wave, window), lambda: self._read(execution, window))
        return found.get(index, SubscriberRecord(index))

    def _read(self, execution: Execution, window: int) -> Mapping[int, SubscriberRecord]:
        return self._store.records_between(execution.id, execution.account, window * WINDOW, WINDOW)
