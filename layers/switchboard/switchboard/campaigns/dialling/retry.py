"""Retry rules: a subscriber's next number, and whether a further wave calls, from the results of earlier calls."""

from __future__ import annotations

from collections.abc import Container, Sequence

from switchboard.kernel.campaign import NotificationSettings, SubscriberRecord

# Dispositions without hope. Every other disposition is tried again in the next wave.
FINAL = frozenset({"invalid_number"})
LOST = "lost"  # no end was reported before the deadline
FAILED = "failed"  # the telephony refused the order for good
NO_NUMBER = "no_number"
STOPPED = "stopped"
DAILY_CAP = "daily_cap"  # the telephone has had the calls of its day
# Final reasons of subscribers without a call.
FINAL_REASONS = frozenset({NO_NUMBER, "do_not_call", "not_permitted"})


def is_dead(settings: NotificationSettings, record: SubscriberRecord, number: str) -> bool:
    """Whether a number must not be dialled again in any wave of the execution."""
    ends = [call.disposition for call in record.calls if call.number == number]
    if FINAL.intersection(ends):
        return True
    bounds = settings.attempts_by_disposition
    return any(ends.count(disposition) >= bounds[disposition] for disposition in set(ends) & bounds.keys())


def next_place(  # noqa: PLR0913 - each input of the decision by its name
    settings: NotificationSettings,
    phones: Sequence[str],
    record: SubscriberRecord,
    *,
    wave: int,
    first: int = 0,
    blocked: Container[str] = (),
) -> int | None:
    """Return the position of the next number to dial in this wave, from `first` on; None if no number is left."""
    dialled = {call.number for call in record.calls if call.wave == wave}
    for place in range(first, len(phones)):
        number = phones[place]
        if number not in dialled and number not in blocked and not is_dead(settings, record, number):
            return place
    return None


def is_final(settings: NotificationSettings, phones: Sequence[str], record: SubscriberRecord, wave: int) -> bool:
    """Whether no further wave calls a subscriber who failed in this wave."""
    return wave >= settings.attempt_count or all(is_dead(settings, record, number) for number in phones)
