"""Which number of a subscriber is dialled next, and who is dialled again: by what the calls so far came to."""

from __future__ import annotations

from collections.abc import Container, Sequence

from switchboard.kernel.campaign import NotificationSettings, SubscriberRecord

# No further call can reach these; every other disposition is tried again in the next wave.
FINAL = frozenset({"invalid_number"})
LOST = "lost"  # the end of the call was never told
FAILED = "failed"  # the telephony would not place it
NO_NUMBER = "no_number"
STOPPED = "stopped"
# Reasons without a call that no later wave changes.
FINAL_REASONS = frozenset({NO_NUMBER, "do_not_call"})


def is_dead(settings: NotificationSettings, record: SubscriberRecord, number: str) -> bool:
    """Whether a number is not to be dialled again, in this wave or any other."""
    ends = [call.disposition for call in record.calls if call.number == number]
    if FINAL.intersection(ends):
        return True
    bounds = settings.attempts_by_disposition
    return any(ends.count(disposition) >= bounds[disposition] for disposition in set(ends) & bounds.keys())


def next_place(  # noqa: PLR0913 - what decides it, each by its name
    settings: NotificationSettings,
    phones: Sequence[str],
    record: SubscriberRecord,
    *,
    wave: int,
    first: int = 0,
    blocked: Container[str] = (),
) -> int | None:
    """The place of the next number to dial in this wave, `first` or a later one; None where none is left."""
    dialled = {call.number for call in record.calls if call.wave == wave}
    for place in range(first, len(phones)):
        number = phones[place]
        if number not in dialled and number not in blocked and not is_dead(settings, record, number):
            return place
    return None


def is_final(settings: NotificationSettings, phones: Sequence[str], record: SubscriberRecord, wave: int) -> bool:
    """Whether a subscriber who failed in this wave is called in no further one."""
    return wave >= settings.attempt_count or all(is_dead(settings, record, number) for number in phones)
