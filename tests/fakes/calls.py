"""Calls and the log of their events in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from switchboard.calls.lost import FIRST_LOOK, OPEN
from switchboard.calls.ports import CallFilter, KeptEvent, Page
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.errors import Duplicate, TryAgain
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Number
from switchboard.kernel.numbers import digits_of
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.pages import page


class MemoryCalls:
    """Port Calls."""

    def __init__(self, deliveries: MemoryDeliveries) -> None:
        self._deliveries = deliveries
        self._calls: dict[tuple[str, str], Call] = {}
        self._log: dict[tuple[str, str], dict[str, KeptEvent]] = {}
        self._planned: dict[tuple[str, str, str], list[str]] = {}
        self._restarts: dict[tuple[str, str], datetime] = {}
        self.places: dict[tuple[str, str], OpenPlace] = {}
        self._lock = Lock()

    def get(self, account: str, call_id: str) -> Call | None:
        return self._calls.get((account, call_id))

    def keep(self, applied: AppliedEvent, deliveries: Sequence[Delivery], before: Call | None) -> None:
        event, call = applied.event, applied.call
        log = event.account, call.id if call else event.lane
        with self._lock:
            if event.id in self._log.get(log, {}):
                raise Duplicate("The event is in the log.")
            if call:
                self._replace(call, before)
                self._place(event, call)
            self._log.setdefault(log, {})[event.id] = KeptEvent(event, applied.outcome.value)
            self._planned[(*log, event.id)] = [delivery.id for delivery in deliveries]
            for delivery in deliveries:
                self._deliveries.put(delivery)

    def supersede(self, old: Call, successor: str) -> None:
        known = self._calls.get((old.account, old.id), replace(old, version=0))
        self._calls[old.account, old.id] = replace(known, successor=successor)

    def note_restart(self, event: CallEvent) -> None:
        self._restarts[event.account, event.source] = event.received_at

    def restarted_at(self, account: str, source: str) -> datetime | None:
        return self._restarts.get((account, source))

    def unsent(self, event: CallEvent, call_id: str) -> list[Delivery]:
        planned = self._planned.get((event.account, call_id or event.lane, event.id), [])
        records = [record for id_ in planned if (record := self._deliveries.get(id_))]
        untried = [one for one in records if one.state is DeliveryState.PENDING and not one.attempts_made]
        return [record.delivery for record in untried]

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        return self._log.get((event.account, call_id or event.lane), {}).get(event.id)

    def events(self, account: str, call_id: str) -> list[KeptEvent]:
        return sorted(self._log.get((account, call_id), {}).values(), key=_place)

    def events_of_source(
        self, account: str, source: str, limit: int, cursor: str | None
    ) -> tuple[list[KeptEvent], str | None]:
        kept = self._log.get((account, f"source:{source}"), {}).values()
        return page(sorted(kept, key=_place, reverse=True), limit, cursor)

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page:
        own = [call for call in self._calls.values() if call.account == account and _fits(call, wanted)]
        return Page(*page(sorted(own, key=lambda call: call.first_at, reverse=True), limit, cursor))

    def _replace(self, call: Call, before: Call | None) -> None:
        known = self._calls.get((call.account, call.id), _untouched(call))
        if known.version != (before.version if before else 0):
            raise TryAgain("The call was changed by another worker.", after=0)
        self._calls[call.account, call.id] = replace(call, successor=known.successor)

    def _place(self, event: CallEvent, call: Call) -> None:
        key = call.account, call.id
        if call.state not in OPEN:
            self.places.pop(key, None)
            return
        known = self.places.get(key, OpenPlace(event.received_at + FIRST_LOOK))
        self.places[key] = replace(known, source=known.source or (event.source if event.reusable_ids else ""))


@dataclass(frozen=True)
class OpenPlace:
    """When to look at an open call again, and its source if the source counts its call ids from one again."""

    next_look: datetime
    source: str = ""


class MemoryOpenCalls:
    """Port OpenCalls, over the same calls."""

    def __init__(self, calls: MemoryCalls) -> None:
        self._calls = calls

    def due(self, until: datetime) -> Iterator[list[Call]]:
        places = self._calls.places.items()
        yield self._read([key for key, place in places if place.next_look <= until])

    def of_source(self, account: str, source: str) -> Iterator[list[Call]]:
        places = self._calls.places.items()
        yield self._read([key for key, place in places if source and (key[0], place.source) == (account, source)])

    def look_again(self, call: Call, at: datetime) -> None:
        if known := self._calls.places.get((call.account, call.id)):
            self._calls.places[call.account, call.id] = replace(known, next_look=at)

    def _read(self, keys: list[tuple[str, str]]) -> list[Call]:
        return [call for key in keys if (call := self._calls.get(*key))]


def _untouched(call: Call) -> Call:
    """A call that nothing was applied to."""
    return replace(call, version=0, successor="")


def _place(kept: KeptEvent) -> tuple[object, ...]:
    return kept.event.at, kept.event.received_at, kept.event.id


def _fits(call: Call, wanted: CallFilter) -> bool:
    numbers = {digits_of(fact.value) for fact in call.facts.values() if isinstance(fact.value, Number)}
    return bool(
        call.version
        and (wanted.number is None or wanted.number in numbers)
        and (wanted.state is None or call.state is wanted.state)
        and (wanted.since is None or call.first_at >= wanted.since)
        and (wanted.until is None or call.first_at <= wanted.until)
    )
