"""Convert another system's report about subscribers into the hub's records."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from switchboard.campaigns.dialling.state import call_id
from switchboard.dialects.campaign_system import SubscriberReport
from switchboard.kernel.campaign import CallRecord, Execution, Subscriber, SubscriberRecord
from switchboard.kernel.numbers import number_and_extension
from switchboard.kernel.subscriber_list import same_numbers

NO_NUMBER, NOT_CALLED = "no_number", "not_called"
LARGEST_STEPS = 150  # of a subscriber's calls together: one transaction writes fifty rows, 4 MB at most


class SubscriberMatcher:
    """Finds the index in the audience for a reported subscriber: the report may have another order.

    Subscribers match by their numbers, else by their name. Each index matches once.
    """

    def __init__(self, people: Iterable[Subscriber], region: str) -> None:
        self._region = region
        self._by_numbers: dict[object, int] = {}
        self._by_name: dict[str, deque[int]] = defaultdict(deque)
        self._phones: list[tuple[str, ...]] = []
        self._taken: set[int] = set()
        for index, one in enumerate(people):
            self._phones.append(one.phones)
            self._by_name[one.full_name.strip()].append(index)
            if one.phones:
                self._by_numbers[self._key(one.phones)] = index

    def __call__(self, reported: SubscriberReport) -> int | None:
        """Return the subscriber's index; None for an unknown subscriber."""
        index = self._by_numbers.get(self._key(reported.phones)) if reported.phones else None
        if index is None or index in self._taken:
            index = self._named(reported.full_name.strip())
        if index is not None:
            self._taken.add(index)
        return index

    def phones(self, index: int) -> tuple[str, ...]:
        """The numbers of the subscriber with this index."""
        return self._phones[index]

    def _key(self, phones: Iterable[str]) -> object:
        """Return the key of the numbers alone: extensions are not handed over."""
        return same_numbers([number_and_extension(phone)[0] for phone in phones], self._region)

    def _named(self, name: str) -> int | None:
        found = self._by_name.get(name, deque())
        while found:
            index = found.popleft()
            if index not in self._taken:
                return index
        return None


def records_of(
    execution: Execution, matcher: SubscriberMatcher, reported: Iterable[SubscriberReport], *, is_over: bool
) -> Iterator[SubscriberRecord]:
    """Yield a record for each reported subscriber who is in the audience."""
    for one in reported:
        index = matcher(one)
        if index is not None:
            yield record_of(execution, index, matcher.phones(index), one, is_over=is_over)


def record_of(
    execution: Execution, index: int, phones: Sequence[str], reported: SubscriberReport, *, is_over: bool
) -> SubscriberRecord:
    """Return the record of a reported subscriber. The reason of a failure is the last call's disposition."""
    calls = tuple(_call(execution, index, phones, call) for call in reported.calls)
    is_final = is_over or reported.notified
    reason = "" if reported.notified or not is_final else _reason(phones, calls)
    return SubscriberRecord(index, notified=reported.notified, final=is_final, reason=reason, calls=_bounded(calls))


def changed(records: Iterable[SubscriberRecord], kept: Mapping[int, SubscriberRecord]) -> list[SubscriberRecord]:
    """Return the records that differ from the stored ones."""
    return [one for one in records if kept.get(one.index, SubscriberRecord(one.index)) != one]


def _call(execution: Execution, index: int, phones: Sequence[str], call: CallRecord) -> CallRecord:
    numbers = [number_and_extension(phone)[0] for phone in phones]
    place = numbers.index(call.number) if call.number in numbers else len(phones)
    return replace(call, id=call_id(execution.id, index, call.wave, place))


def _reason(phones: Sequence[str], calls: Sequence[CallRecord]) -> str:
    if calls:
        return calls[-1].disposition
    return NOT_CALLED if phones else NO_NUMBER


def _bounded(calls: tuple[CallRecord, ...]) -> tuple[CallRecord, ...]:
    left, bounded = LARGEST_STEPS, []
    for call in calls:
        bounded.append(replace(call, steps=call.steps[:left]))
        left = max(0, left - len(call.steps))
    return tuple(bounded)
