"""The deliveries of a replay, page by page, and in an order that keeps every call's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from switchboard.deliveries.model import Delivery, DeliveryRecord
from switchboard.deliveries.ports import Deliveries
from switchboard.deliveries.replays.model import ReplayRun

PAGE = 200


@dataclass(frozen=True, slots=True)
class Letters:
    """Reads the deliveries of a replay."""

    deliveries: Deliveries

    def page(self, run: ReplayRun) -> tuple[list[DeliveryRecord], str]:
        """Return the matching deliveries behind `run.place`, in order, and the next place; empty after the last.

        What is made after the request does not belong to the replay.
        """
        records, place = self._of_call(run) if run.wanted.call else self._in_state(run)
        asked_at = run.asked_at
        wanted = (one for one in records if run.wanted.includes(one) and one.delivery.created_at <= asked_at)
        return in_order(wanted), place

    def _in_state(self, run: ReplayRun) -> tuple[list[DeliveryRecord], str]:
        wanted = run.wanted
        within = wanted.since, wanted.until
        return self.deliveries.oldest_in_state(run.account, wanted.state, PAGE, run.place, within)

    def _of_call(self, run: ReplayRun) -> tuple[list[DeliveryRecord], str]:
        all_of_call = in_order(self.deliveries.of_call(run.account, run.wanted.call))
        rest = [one for one in all_of_call if _place(one) > run.place]
        return rest[:PAGE], _place(rest[PAGE - 1]) if len(rest) > PAGE else ""


def in_order(records: Iterable[DeliveryRecord]) -> list[DeliveryRecord]:
    """Return deliveries in the order of creation, and those of one call in the order of its events."""
    return sorted(records, key=lambda one: (one.delivery.created_at, one.delivery.sequence, one.delivery.part))


def rounds_of(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Yield rounds, each with at most one delivery of a lane, in the lanes' order.

    The queue may refuse a part of a batch. A later delivery of the lane is not in the same batch, and so never first.
    """
    seen: Counter[tuple[str, str]] = Counter()
    rounds: defaultdict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        lane = delivery.endpoint, delivery.subject
        rounds[seen[lane]].append(delivery)
        seen[lane] += 1
    yield from rounds.values()


def _place(record: DeliveryRecord) -> str:
    delivery = record.delivery
    at = delivery.created_at.isoformat(timespec="microseconds")
    return f"{at}#{delivery.sequence:09}#{delivery.part:04}#{delivery.id}"
