"""The sentences of explanations, for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchboard.deliveries.explain.decide import Explanation, Reach

When = Callable[[datetime], str]
"""Returns a time as the account's people write times."""

SENTENCES = {
    Reach.DELIVERED: "Delivered{at}{answer}.",
    Reach.WAITING: "Waiting{since}: the last attempt {answer_or_none}. The next attempt is {next}.",
    Reach.PAUSED: "Waiting{since}: the receiver is paused. Resume the receiver to send.",
    Reach.HELD: "Waiting{since}: the account is over its daily budget. Sending begins {next}.",
    Reach.SUSPENDED: "Waiting{since}: the account is suspended. Sending goes on when the account is resumed.",
    Reach.DEAD: "Dead letter{at}: {detail}{answer}. Replay the delivery once the receiver is mended.",
    Reach.CANCELLED: "Cancelled{at}: {detail}.",
    Reach.DISABLED: "Not sent: the destination was disabled{at}: {detail}.",
    Reach.MADE_LATER: "Not sent: the destination was made{at}, after the call.",
    Reach.FILTERED: "Not sent: the call does not match the destination's filter '{detail}'.",
    Reach.OTHER_EVENTS: "Not sent: the destination asks for other events than the call had.",
    Reach.NO_MESSAGE: "Not sent: the destination's dialect has no message for the events of this call.",
    Reach.NOT_THEN: "Not sent: filters and events match today, and did not match when the events came.",
}


def sentence(found: Explanation, when: When) -> str:
    """Return the explanation as one or two sentences, without numbers of people."""
    attempt = found.last_attempt
    answer = f"status {attempt.status}" if attempt and attempt.status else (attempt.error if attempt else "") or ""
    tried = f"failed ({answer})" if answer else "was not made yet"
    return SENTENCES[found.reach].format(
        at=f" on {when(found.at)}" if found.at else "",
        since=f" since {when(found.since)}" if found.since else "",
        next=when(found.next_at) if found.next_at else "not planned",
        answer=f" ({answer})" if answer else "",
        answer_or_none=tried,
        detail=found.detail,
    )
