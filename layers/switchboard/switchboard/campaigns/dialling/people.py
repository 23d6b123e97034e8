"""Subscribers and their records, read by the page; unchangeable pages are cached."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.ports import PAGE, Audiences
from switchboard.kernel.campaign import Execution, Subscriber, SubscriberRecord
from switchboard.kernel.remembered import Remembered

T = TypeVar("T")
PAGES_KEPT = 40
WINDOW = 100  # records that are read together


class ReadCache(Generic[T]):
    """A cache of the `most` values that were used last, for several threads."""

    def __init__(self, most: int) -> None:
        self._found: Remembered[Hashable, T] = Remembered(most)

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return the cached value of the key; read and cache the value if it is absent."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = read()
        return found


class People:
    """Reads subscribers of audiences, and the records of subscribers."""

    def __init__(self, audiences: Audiences, store: DiallingStore) -> None:
        self._audiences, self._store = audiences, store
        self._pages: ReadCache[Sequence[Subscriber]] = ReadCache(PAGES_KEPT)
        self._windows: ReadCache[Mapping[int, SubscriberRecord]] = ReadCache(PAGES_KEPT)

    def subscriber(self, execution: Execution, index: int) -> Subscriber:
        """Return the subscriber at an index of the audience. Audiences never change."""
        account, audience, page = execution.account, execution.audience, index // PAGE
        key = (account, audience.id, page)
        return self._pages.get(key, lambda: self._audiences.page(account, audience, page))[index % PAGE]

    def record(self, execution: Execution, index: int) -> SubscriberRecord:
        """Return a subscriber's record as of the last write; an empty record if there is none."""
        found = self._store.records(execution.id, execution.account, [index])
        return found.get(index, SubscriberRecord(index))

    def record_ahead(self, execution: Execution, index: int) -> SubscriberRecord:
        """Return the record of a subscriber whom the wave's cursor has not passed, from the cache.

        No worker changes such a record before the cursor reaches the subscriber.
        """
        if execution.wave <= 1:
            return SubscriberRecord(index)
        window = index // WINDOW
        found = self._windows.get((execution.id, execution.wave, window), lambda: self._read(execution, window))
        return found.get(index, SubscriberRecord(index))

    def _read(self, execution: Execution, window: int) -> Mapping[int, SubscriberRecord]:
        return self._store.records_between(execution.id, execution.account, window * WINDOW, WINDOW)
